"""The sandbox ERP, in the manner of Dynamics 365: OData v4."""
