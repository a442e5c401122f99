"""Durable execution behind a narrow port: what we need of it, and one implementation on DBOS."""
