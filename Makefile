# Fairwatch: `make help` lists what there is.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DAY ?= 1
SERVE ?= 1
PORT ?= 8000
BOARDS_PORT ?= 8099
WORKERS ?= 2
STAMP := $(VENV)/.installed

.PHONY: help setup words demo test test-slow test-endurance test-servers servers lint types check bench mutants lock clean-demo

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 14

setup: $(STAMP) .env  ## make the virtual environment and a .env with fresh keys

$(STAMP): requirements/dev.txt
	@if command -v uv >/dev/null 2>&1; then \
	  [ -x $(BIN)/python ] || uv venv --quiet --python $(PYTHON) $(VENV); \
	  uv pip sync --quiet --python $(BIN)/python requirements/dev.txt; \
	else \
	  [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV); \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt; \
	fi
	@touch $@

.env: .env.example | $(STAMP)
	@$(BIN)/python -m settings.first_keys

demo: setup  ## crawl the sample boards and run the whole path (DAY=2: the next day; SERVE=0: stop after the summary)
	@FAIRWATCH_DATA_DIR=$(CURDIR)/data/demo FAIRWATCH_SECOND_FACTOR= FAIRWATCH_BASE_URL=http://127.0.0.1:$(PORT) $(BIN)/python manage.py demo --day $(DAY) --boards-port $(BOARDS_PORT) --port $(PORT) $(if $(filter 0,$(SERVE)),--no-serve)

test: setup  ## the tests (those that take long are in test-slow)
	@$(BIN)/python -m pytest -m "not slow and not servers" -n $(WORKERS)

test-slow: setup  ## the long tests: kills, browsers, hostile input
	@$(BIN)/python -m pytest -m "slow and not servers and not endurance" -n $(WORKERS)

test-endurance: setup  ## the longest ones at full size: 5,000 deliveries through 200 kills, 500 histories (an hour or so)
	@$(BIN)/python -m pytest -m "endurance and not servers" -n $(WORKERS)

test-servers: setup  ## the tests against a real Elasticsearch: one node and three (fetches it with Maven; needs a JDK from 21 on)
	@$(BIN)/python -m pytest -m servers -n 0 tests/index tests/servers

servers: setup  ## a PostgreSQL and a three-node Elasticsearch on loopback for tests; prints what to export, Ctrl-C ends them
	@$(BIN)/python -m tests.servers

words: setup  ## bring the catalogues of the pages' words up to date
	@$(BIN)/python manage.py catalogues

lint: setup  ## style and layout
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python manage.py makemigrations --check --dry-run --settings settings.testing

types: setup  ## types
	@$(BIN)/mypy adverts alerts crawlers index linking models nlp notices review settings manage.py

check: lint types test  ## what CI runs first: lint, types, tests

bench: setup  ## benchmarks: each a ratio against a named reference in the same run
	@for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py) || exit 1; done

mutants: setup  ## mutation tests of the pure rules: changes them one by one and sees whether their tests notice (some five minutes)
	@PATH=$(BIN):$$PATH $(BIN)/python -m benchmarks._mutants

lock:  ## write the requirements files anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/run.txt
	@uv pip compile pyproject.toml --group test --group lint --group bench --generate-hashes --no-emit-index-url --custom-compile-command "make lock" -q -o requirements/dev.txt

clean-demo:  ## forget the demo's data
	rm -rf data/demo
