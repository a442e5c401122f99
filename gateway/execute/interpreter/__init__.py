"""The reference executor: it walks the plan on every request, plainly and without shortcuts."""
