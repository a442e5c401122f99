"""The supergraph document: read into a model, written by composition, reduced to what is public."""
