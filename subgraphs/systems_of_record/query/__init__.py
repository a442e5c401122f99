"""Conditions on lists, and the languages that the systems of record spell them in."""
