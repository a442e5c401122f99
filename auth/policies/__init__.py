"""Business policies: one rule a file, each with its truth table under `tests/auth/policies`.

`vocabulary` names actions and roles, `facts` what rules may look at, `book` which rules bind
which action, and `judge` applies them.
"""
