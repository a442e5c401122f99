"""What every subgraph shares: the app, caller verification, entities, loaders, lineage, values."""

from subgraphs.serving.enums import register

# Before any type of a subgraph refers to one of the records' enums.
register()
