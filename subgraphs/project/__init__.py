"""The project subgraph: projects' books (ERP) joined with their delivery plans (PSA)."""
