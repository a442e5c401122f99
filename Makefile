# Thin names for the project's own commands; `make help` lists them.
.DEFAULT_GOAL := help
.PHONY: help setup run test check compose bench nightly clean

# A fresh machine has Python 3.11 and pip but no uv: it is then installed into a folder of its own.
UV_VERSION := 0.13.9
UV := $(or $(shell command -v uv 2>/dev/null),.tools/bin/uv)
PYTHON3 := $(or $(shell command -v python3.11 2>/dev/null),python3)
BIN := .venv/bin

help:  ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: setup  ## Start the whole product: systems of record, subgraphs and gateway (Ctrl-C ends it)
	@$(BIN)/c2c demo $(if $(PORT),--port $(PORT)) $(if $(DATA),--data $(DATA)) $(if $(SCALE),--scale $(SCALE))

test: .venv/.test-ready  ## Set up what the tests need and run them all
	@$(BIN)/pytest $(PYTEST_ARGS)

check: .venv/.dev-ready  ## Lint, types, import contracts and schema drift
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@sh scripts/schema.sh --check

compose: .venv/.dev-ready  ## Write schema/*.graphql from the subgraphs' code
	@sh scripts/schema.sh

bench: .venv/.dev-ready  ## Measure the gateway against its peers (needs Node; about 1 GB of packages)
	@UV_PROJECT_ENVIRONMENT=.venv-bench $(UV) sync --frozen --quiet --group bench \
		--python "$$(sh scripts/quickest-python.sh)"
	@cd benchmarks/peers && npm ci --silent --no-audit --no-fund
	@.venv-bench/bin/python -m benchmarks all

nightly: .venv/.test-ready  ## The long comparisons: 20,000 operations with the monolith, 2,500 compositions, 500 plans
	@$(BIN)/pytest -q -m nightly
	@$(BIN)/python -m tests.composition_oracle compare
	@$(BIN)/python -m tests.oracle --cases 20000

setup: .venv/.run-ready  ## Install what running needs (own virtual environment, no root)
	@sh scripts/build-graphiql.sh

# Some distributions ship Python and pip without what `venv` needs to put pip into a new folder.
.tools/bin/uv:
	@echo "Installing uv $(UV_VERSION) into .tools ..."
	@if $(PYTHON3) -m pip --version >/dev/null 2>&1; then \
	  $(PYTHON3) -m venv --without-pip .tools && \
	  $(PYTHON3) -m pip --python .tools/bin/python install --quiet uv==$(UV_VERSION); \
	else $(PYTHON3) -m venv .tools && .tools/bin/pip install --quiet uv==$(UV_VERSION); fi

.venv/.run-ready: pyproject.toml uv.lock gateway/server/graphiql/package-lock.json | $(UV)
	@echo "Installing the locked dependencies ..."
	@$(UV) sync --frozen --no-dev --inexact --quiet
	@touch $@

.venv/.dev-ready: .venv/.run-ready
	@$(UV) sync --frozen --quiet
	@touch $@

.venv/.test-ready: .venv/.dev-ready tests/node/package-lock.json
	@sh scripts/build-graphiql.sh
	@sh scripts/setup-tests.sh
	@touch $@

clean:  ## Remove everything that set-up and runs have made
	@rm -rf .venv .venv-bench .tools .c2c gateway/server/graphiql/dist node_modules */*/*/node_modules tests/node/node_modules
