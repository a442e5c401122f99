"""What is remembered of every run: its steps, decisions, approvals, exceptions."""
