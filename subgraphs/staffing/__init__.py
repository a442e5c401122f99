"""The staffing subgraph: people, their assignments, time and expenses, as the PSA keeps them."""
