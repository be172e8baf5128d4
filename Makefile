# Two commands do everything: `make run` and `make test`. Both make what they need first, and say so.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check format bench drill docs lock clean supabase-local

# Further arguments for the command behind a target: make test ARGS="-k weibo"
ARGS ?=
BIN := .venv/bin
# Set PYTHON to choose the interpreter of the virtual environment.
export PYTHON

help: ## Show these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 24

run: ## Set up, then collect all platforms once and show the batch and some lists
	@tools/setup.sh run
	@$(BIN)/hotledger run $(ARGS)

test: ## Set up, then run all tests
	@tools/setup.sh dev
	-@tools/postgrest.sh
	-@tools/chromium.sh
	@$(BIN)/pytest -n auto --dist loadgroup $(ARGS)

check: ## Set up, then check style, types, imports and documentation
	@tools/setup.sh dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --strict tools
	$(BIN)/mypy --strict -p drill
	$(BIN)/lint-imports
	$(BIN)/python tools/docs.py --check
	$(BIN)/zensical build --clean --strict

format: ## Set up, then bring the code into its form
	@tools/setup.sh dev
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: ## Set up, then measure
	@tools/setup.sh dev
	@$(BIN)/python -m bench $(ARGS)

drill: ## Set up, then kill collections and take databases away (N=1000 of each), and report
	@tools/setup.sh dev
	@tools/postgrest.sh
	@$(BIN)/python -m drill $(if $(N),--kills $(N) --outages $(N)) $(ARGS)

docs: ## Set up, then generate the reference pages and build the documentation into site/
	@tools/setup.sh dev
	$(BIN)/python tools/docs.py
	$(BIN)/zensical build --clean --strict

supabase-local: ## Set up, then run a local Supabase project until stopped, and print the two lines for .env
	@tools/setup.sh run
	@tools/postgrest.sh
	@$(BIN)/python -m hotledger.supabase_local $(ARGS)

lock: ## Resolve the dependencies again (UPGRADE=1 for newer ones)
	@tools/setup.sh run
	@tools/lock.sh

clean: ## Remove what was built and cached; the virtual environment and the data stay
	rm -rf site dist build .cache .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -path ./.venv -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +
