"""Which parts of the schema clients really ask for: counted while serving, read when checking."""
