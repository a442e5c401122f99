"""What the systems of record hold, as frozen values: one module for each owner of facts."""
