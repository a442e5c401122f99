"""Connectors: one system of record a file, each implementing its port over HTTP."""
