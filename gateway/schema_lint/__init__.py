"""Naming, description and deprecation rules for a schema, each with a code and a switch."""
