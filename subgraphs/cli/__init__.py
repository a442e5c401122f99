"""Commands of `c2c` that belong to the contract-to-cash graph, one a file."""
