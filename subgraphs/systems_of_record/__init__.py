"""The systems of record: what the domains need from them, and how they are reached."""
