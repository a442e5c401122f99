"""What every subgraph shares: the app, caller verification, entities, loaders, lineage, values."""
