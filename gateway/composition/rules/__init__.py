"""One rule per module, named after the error code it raises. Rules only read."""
