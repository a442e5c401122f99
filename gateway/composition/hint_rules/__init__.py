"""One rule per module, named after the hint that it gives."""
