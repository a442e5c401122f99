"""The contract subgraph: customers and opportunities (CRM), contracts and their parts (CLM)."""
