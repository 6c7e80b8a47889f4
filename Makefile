# Starlift's commands; `make help` lists them. Everything runs inside .venv, which `make setup` builds.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
BIN := .venv/bin
RUN := PATH="$(CURDIR)/$(BIN):$$PATH"
READY := .venv/.ready
STATE ?= state
TWO_WORKERS := -n 2 --dist loadfile --no-loadscope-reorder
ADAPTER_TESTS := pytest -n 2 --dist loadscope --disable-warnings adapter/tests

.PHONY: help setup demo check test test-duckdb test-postgres test-mariadb test-adapter lint lint-project lint-sql bench docs v2 state slim clean lock

help:  ## List the commands
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(READY) profiles.yml  ## Make the environment and the dbt profile, nothing else
	@mkdir -p data

demo: setup  ## Generate a clinic, build its star over four days, prove it and time it
	@$(RUN) starlift demo

check: lint  ## The quick checks, then a warehouse in DuckDB over three days with all its tests
	@$(RUN) pytest tests/python/test_warehouse.py

test: lint  ## Everything that CI checks
	@$(RUN) pytest $(TWO_WORKERS) tests/python
	@$(RUN) $(ADAPTER_TESTS)

# what CI runs side by side; every test is in one lane, and in one part of it where that is cut up, as with PART=2/3
test-duckdb test-postgres test-mariadb: test-%: setup
	@$(RUN) pytest $(TWO_WORKERS) --lane $* $(if $(PART),--part $(PART)) tests/python

test-adapter: setup
	@$(RUN) $(ADAPTER_TESTS)

lint: setup  ## Style and types, the project's own rules and conventions, no deprecated YAML
	@$(RUN) ruff check .
	@$(RUN) ruff format --check .
	@# side by side, since both begin with one process that reads the project
	@$(MAKE) --no-print-directory --jobs 2 lint-sql lint-project

lint-project: setup
	@$(RUN) pyrefly check
	@$(RUN) starlift check

lint-sql: setup
	@# a database of its own: the lint compiles, and must neither make nor lock the user's
	@mkdir -p target && STARLIFT_DUCKDB=target/lint.duckdb $(RUN) sqlfluff lint --processes 0 models snapshots tests analyses

bench: setup  ## Speed and memory at 1M encounters, printed as ratios
	@$(RUN) starlift bench all --scale 1m

docs: setup  ## Write the documentation of every domain as one page
	@$(RUN) starlift docs

v2: setup  ## The project on dbt v2, the engine in Rust, held against dbt-core (fetches the engine)
	@$(RUN) python .ci/dbt_v2.py

state: setup  ## Keep what is built, for changes to be held against: make state STATE=FOLDER
	@$(RUN) starlift state save --to $(STATE)

slim: setup  ## Build what differs from a state that is kept, and say what that changes
	@$(RUN) starlift slim --state $(STATE)
	@$(RUN) starlift diff $(STATE) target/slim

clean:  ## Remove what was built (the warehouse and the data too); keep the environment and the profile
	rm -rf target logs data .pytest_cache .ruff_cache .hypothesis

lock:  ## For maintainers: resolve requirements.lock again (needs uv)
	uv pip compile pyproject.toml --universal --generate-hashes --no-emit-index-url --no-header -q -o requirements.lock

$(READY): requirements.lock pyproject.toml adapter/pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Starlift needs Python 3.11 or newer; say which with: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }
	@echo "Making the environment in .venv (about half a minute with a warm package cache)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . -e adapter
	@# dbt imports hundreds of modules: without bytecode each call would take two seconds more
	@$(BIN)/python -m compileall -q -j 0 .venv/lib >/dev/null 2>&1 || true
	@touch $@

profiles.yml:
	@cp profiles.yml.example profiles.yml
	@echo "Wrote profiles.yml from profiles.yml.example"
