# filmlab: `make` alone lists the targets.

WORKSPACE   ?= ./workspace
SEED        ?= 7
PYTEST_ARGS ?=
EXTRAS      := robot,md,dashboard,export,notify,api,notebooks,dev

VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.installed

SHELL       := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup run notebooks test lint format types dashboard clean distclean docs

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
	@printf '\n  variables: WORKSPACE=%s SEED=%s PYTEST_ARGS=%s\n' '$(WORKSPACE)' '$(SEED)' '$(PYTEST_ARGS)'

setup: $(STAMP)  ## install everything into .venv (at once if nothing changed)

# The stamp is written last, so an installation that was cut off is taken up again.
$(STAMP): pyproject.toml constraints.txt scripts/make_venv.sh
	@scripts/make_venv.sh $(VENV)
	@echo "installing filmlab and its pinned requirements into $(VENV) (a few minutes the first time)"
	@PIP_CONSTRAINT=constraints.txt PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore \
		$(BIN)/python -m pip install --quiet -e '.[$(EXTRAS)]'
	@$(BIN)/python -m pip check
	@touch $@

run: setup  ## walk a whole campaign through the virtual lab (WORKSPACE, SEED); resumes
	$(BIN)/filmlab demo --workspace "$(WORKSPACE)" --seed "$(SEED)"

test: setup  ## run the whole test suite and print the coverage of lab/ (PYTEST_ARGS)
	scripts/system_packages.sh tests
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report=term $(PYTEST_ARGS)

notebooks: setup  ## execute the notebooks and write them into notebooks/rendered
	$(BIN)/python scripts/render_notebooks.py

lint: setup  ## style, format and import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

format: setup  ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: setup  ## type checks
	$(BIN)/mypy

docs: setup  ## build the documentation into build/site; fails on a broken link
	$(BIN)/python scripts/data_dictionary.py > docs/reference/data-dictionary.md
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -W ignore -m mkdocs build --quiet

dashboard: setup  ## open the dashboard on WORKSPACE
	$(BIN)/filmlab dashboard --workspace "$(WORKSPACE)"

clean:  ## remove caches and builds; keeps .venv and workspaces
	rm -rf build dist *.egg-info .coverage .coverage.* htmlcov coverage.xml
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean  ## clean, and remove .venv too; keeps workspaces
	rm -rf $(VENV)
