"""Merging subgraphs: one module per kind of element, each `(context, sources) -> merged`."""
