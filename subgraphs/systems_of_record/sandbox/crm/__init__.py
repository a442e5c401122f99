"""The sandbox CRM, in Salesforce's manner."""
