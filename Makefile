# Thin names for the project's own commands; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test check

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/\t/' | expand -t 12
