"""A believable firm, generated: the same arguments always give the same data."""
