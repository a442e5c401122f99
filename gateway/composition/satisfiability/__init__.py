"""Whether every query that the API allows can be answered, on the planner's own tables."""
