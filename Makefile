# Plain `make` prints what there is. Nothing here needs more than a base system with Python 3.11 and make.
PYTHON ?= python3
UV_VERSION := 0.13.9
VENV := .venv
RUN := $(VENV)/bin/python
STAMP := $(VENV)/.synced
SQL := $(wildcard sql/migrations/*.sql sql/queries/*.sql devhost/environment/*.sql)
MIGRATIONS := $(filter-out %.rollback.sql,$(wildcard sql/migrations/*.sql))
# USER is also a variable of every shell: only one that was given to make itself names another person.
PERSON := $(if $(filter command line,$(origin USER)),$(USER),)

.DEFAULT_GOAL := help
.PHONY: setup packages up down demo test lint token bench faults openapi help

setup: packages $(STAMP) ## install what is missing: system packages, a virtual environment, the locked dependencies

packages:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make setup PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m devhost.environment.packages

$(STAMP): pyproject.toml uv.lock
	@test -x $(RUN) || $(PYTHON) -m venv $(VENV)
	@$(RUN) -m pip --version > /dev/null 2>&1 || $(RUN) -m ensurepip > /dev/null
	@$(RUN) -m uv --version 2> /dev/null | grep -q '^uv $(UV_VERSION)' || $(RUN) -m pip install --quiet uv==$(UV_VERSION)
	@UV_PROJECT_ENVIRONMENT=$(VENV) $(RUN) -m uv sync --frozen --inexact --quiet --no-python-downloads --python $(RUN)
	@touch $(STAMP)

up: setup ## start everything on loopback in the background; the API is then at http://127.0.0.1:7071
	@$(RUN) -m devhost.up

down: ## stop what `make up` started; what is stored stays
	@test ! -x $(RUN) || $(RUN) -m devhost.down

demo: setup ## play a recorded working day of a crew of four, and print their hours
	@$(RUN) -m devhost.demo

test: setup ## run everything that CI runs: the fast tests first, then the rest, then lint
	$(RUN) -m pytest -q -n 2 tests/unit
	$(RUN) -m pytest -q -n 2 --dist loadfile tests --ignore tests/unit
	@$(MAKE) --no-print-directory lint

lint: setup ## check style, types, layers and SQL
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(VENV)/bin/pyright
	$(VENV)/bin/lint-imports
	$(VENV)/bin/sqlfluff lint $(SQL)
	$(VENV)/bin/squawk $(MIGRATIONS)

token: ## print a bearer token: COMPANY=<slug> ROLE=<role>[,<grant>] [USER=<name>] [MFA=1]
	@$(RUN) -m devhost.token --company "$(COMPANY)" --role "$(ROLE)" --user "$(PERSON)" --mfa "$(MFA)"

bench: setup ## measure the pipeline on this machine and write bench/results.json
	@$(RUN) -m bench

faults: setup ## kill the host and restart PostgreSQL at random moments of twenty replays, for about a quarter of an hour
	@$(RUN) -m tests.faults

openapi: setup ## write docs/openapi.json from the application
	@$(RUN) -m devhost.openapi

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
