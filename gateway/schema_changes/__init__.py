"""What changed between two versions of a schema, and whom it would break."""
