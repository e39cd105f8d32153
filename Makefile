# Kho's commands. `make` alone lists them. Needs Python 3.11 or newer and make; Node comes by wheel where it is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
DIST := repo_service/ui/static/dist/manifest.json
COVERAGE ?= 92
TESTS ?= tests
WORKERS ?= 3
SERVERS ?= /tmp/kho-servers
# fewer than WORKERS: the servers work as well
SERVER_WORKERS ?= 2
# which of them meet a real server is known to tests/statements.py
SERVER_TESTS ?= tests
KILLS ?= 10000
# of each target under atheris, where it is installed (pip install atheris)
FUZZ_SECONDS ?= 120
BENCHES ?= requests footprint transfer extraction
# what CI and a developer may add: make test PYTEST="-x -k upload"
PYTEST ?=
PORT ?= 8000

FRONTEND := $(shell find frontend -type f -not -path '*/node_modules/*' 2>/dev/null)
CATALOGUES := $(wildcard repo_service/translations/*/LC_MESSAGES/messages.po)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check trust bench servers-up servers-down test-servers messages states locks sbom clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

run: $(STAMPS)/project $(DIST) $(STAMPS)/messages ## install what is missing, fill an empty data folder with the demo, serve it on PORT (8000)
	@$(BIN)/kho seed && exec $(BIN)/kho serve --port $(PORT)

test: $(STAMPS)/test $(DIST) $(STAMPS)/messages ## every test, with the branch coverage gate
	$(BIN)/python -m pytest $(TESTS) -n $(WORKERS) --dist loadgroup --cov --cov-report=term --cov-fail-under=$(COVERAGE) $(PYTEST)

servers-up: $(STAMPS)/test ## real PostgreSQL, S3 and search servers on free loopback ports, kept below SERVERS
	@$(BIN)/python -m tests.servers up $(SERVERS)

servers-down: ## stop them
	@$(BIN)/python -m tests.servers down $(SERVERS)

test-servers: servers-up $(DIST) $(STAMPS)/messages ## the suites that want real servers, on these servers
	. $(SERVERS)/servers.env && KHO_REQUIRE_SERVERS=1 \
	  $(BIN)/python -m pytest $(SERVER_TESTS) -n $(SERVER_WORKERS) --dist loadgroup $(PYTEST)

check: $(STAMPS)/test ## style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

trust: $(STAMPS)/test $(DIST) $(STAMPS)/messages ## the promises of docs/trust.md in their long forms, figures as JSON (two hours; KILLS=10000)
	KHO_TRUST=1 $(BIN)/python -m pytest tests/trust tests/rights -n $(WORKERS) --dist loadfile $(PYTEST)
	$(BIN)/python -m tests.fuzz --seconds $(FUZZ_SECONDS)
	$(BIN)/python -m bench.crash --kills $(KILLS)
	$(BIN)/python -m bench.trust

bench: $(STAMPS)/test $(DIST) $(STAMPS)/messages ## every benchmark, one JSON object a line (bench/README.md)
	@for bench in $(BENCHES); do $(BIN)/python -m bench.$$bench || exit 1; done

messages: $(STAMPS)/test ## gather the texts of pages and code into translations/ (then write the English ones)
	$(BIN)/pybabel -q extract -F babel.cfg -k _l -k _n:1,2 -o $(STAMPS)/messages.pot --no-location -c "NOTE:" .
	$(BIN)/pybabel -q update -N --ignore-pot-creation-date --ignore-obsolete --no-wrap \
	  -i $(STAMPS)/messages.pot -d repo_service/translations

states: $(STAMPS)/test ## draw docs/states.md anew from the tables of moves
	$(BIN)/python -m tests.architecture.states

# Extras stay in the lock: pip compares `coverage[toml]` by that name and would look at newer ones without it.
LOCK := uv pip compile -q pyproject.toml --universal --generate-hashes --no-strip-extras --no-header --no-annotate
locks: ## pin anew what pyproject.toml asks for (needs uv); pins that still fit stay
	$(LOCK) -o requirements.lock
	$(LOCK) --extra test -o requirements-test.lock

sbom: $(STAMPS)/test ## what Kho is made of, as CycloneDX JSON on standard output
	@$(BIN)/python deploy/sbom.py

clean: ## forget what was installed and built; var/ (the data) stays
	rm -rf $(VENV) frontend/node_modules $(dir $(DIST))
	find repo_service -name '*.mo' -delete

# Each step is skipped while its stamp is newer than what it was made from.
$(STAMPS)/venv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Kho needs Python 3.11 or newer: make PYTHON=/path/to/it")'
	@if command -v uv >/dev/null; then uv venv -q --allow-existing --python "$$($(PYTHON) -c 'import sys; print(sys.executable)')" $(VENV); \
	else $(PYTHON) -m venv $(VENV); fi
	@mkdir -p $(STAMPS) && touch $@

INSTALL = @if command -v uv >/dev/null; then VIRTUAL_ENV=$(VENV) uv pip install -q $(1); \
	else $(BIN)/python -m pip install -q --disable-pip-version-check $(1); fi

$(STAMPS)/run: requirements.lock | $(STAMPS)/venv
	$(call INSTALL,--require-hashes -r $<)
	@touch $@

$(STAMPS)/test: requirements-test.lock $(STAMPS)/project
	$(call INSTALL,--require-hashes -r $<)
	@touch $@

$(STAMPS)/project: pyproject.toml $(STAMPS)/run
	$(call INSTALL,--no-deps --no-build-isolation -e .)
	@touch $@

$(DIST): $(FRONTEND) $(STAMPS)/run requirements-node.lock
	@sh frontend/build.sh $(VENV)
	@touch $@

$(STAMPS)/messages: $(CATALOGUES) $(STAMPS)/run
	@[ -z "$(CATALOGUES)" ] || $(BIN)/pybabel -q compile -d repo_service/translations
	@touch $@
