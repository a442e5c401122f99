"""Passes over the fetch graph, one verb a file; `planner.py` names them in order."""
