"""Embedded systems of record: four HTTP servers over SQLite, each in a market leader's manner.

They are honest about being a sandbox: they hold invented data, answer to generated credentials
only, and carry switches for the faults that a connector must survive.
"""
