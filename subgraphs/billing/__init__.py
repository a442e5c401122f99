"""The billing subgraph: invoices, disputes, schedules and revenue, as the ERP keeps them."""
