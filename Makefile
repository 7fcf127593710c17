# One word each. `make run` and `make test` are all that a newcomer needs; both set up what they use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

SEED := 1
SECONDS := 360

# Node builds the web client: the one of this machine, or where there is none (or an old one) the one of PyPI.
HAS_NODE := $(shell node -e 'const [major, minor] = process.versions.node.split("."); process.exit(+(major * 100 + +minor < 2019))' \
	2>/dev/null && command -v npm)
NPM := $(if $(HAS_NODE),,PATH="$(CURDIR)/$(BIN):$$PATH" )npm --prefix web
WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o -type f -print)
BUILT := web/dist/index.html

.PHONY: setup run web up-native test lint types check-web bench chaos screenshots stubs lock clean

run: $(VENV)/run.stamp $(BUILT)
	$(BIN)/parlance up

web: $(BUILT)

# One process each, behind nginx, as in production: `make up-native EDGES=3 PORT=80`.
up-native: $(VENV)/run.stamp $(BUILT)
	$(BIN)/parlance up-native $(if $(EDGES),--edges $(EDGES)) $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(PORT),--port $(PORT))

setup: $(VENV)/dev.stamp

test: setup $(BUILT)
	$(BIN)/python -m tests.gate

lint: setup web/node_modules/.stamp
	$(NPM) run lint
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/buf lint protos
	$(BIN)/lint-imports

types: setup web/node_modules/.stamp
	$(NPM) run types
	$(BIN)/mypy

check-web: $(BUILT)
	$(NPM) test
	$(NPM) run sizes

# The pictures of docs/images, of an installation that the demo has filled.
screenshots: setup $(BUILT)
	$(BIN)/python -m tests.e2e.screenshots

# Let things go wrong for some minutes: SEED gives the schedule.
chaos: setup
	$(BIN)/python -m tests.chaos --seed $(SEED) --seconds $(SECONDS) --write

bench: setup $(BUILT)
	$(BIN)/python -m bench
	$(BIN)/python -m bench.web

# The contracts changed: build the Python stubs anew.
stubs: setup
	PATH="$(BIN):$$PATH" $(BIN)/python protos/generate.py

# Pin the dependencies anew, with hashes; needs uv.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--extra embedded --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--extra embedded --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		-c requirements.lock pyproject.toml -o requirements-server.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--group pyproject.toml:node -o requirements-node.lock

clean:
	rm -rf $(VENV) gen web/node_modules web/dist web/*/dist

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Parlance needs Python 3.11 or later." if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml $(wildcard protos/parlance/*/v1/*.proto) | $(VENV)/bin/python
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements-dev.lock
	touch $@

$(VENV)/node.stamp: requirements-node.lock | $(VENV)/bin/python
	$(BIN)/pip install --disable-pip-version-check --quiet --require-hashes -r requirements-node.lock
	touch $@

web/node_modules/.stamp: web/package-lock.json $(wildcard web/package.json web/*/package.json) | $(if $(HAS_NODE),,$(VENV)/node.stamp)
	$(NPM) ci --no-fund --no-audit --loglevel=error
	touch $@

$(BUILT): $(WEB_SOURCES) web/node_modules/.stamp
	$(NPM) run build --silent
	touch $@
