# BSS Lens: `make` lists what can be made. Needs Python 3.11 or newer; everything is installed into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help app test lint bench demo lock install install-test chromium

PORT ?= 8501
RUNS ?= runs assets/demo-run assets/demo-random
VENV := .venv
BIN := $(VENV)/bin

# uv where it is, else pip; both take the versions that the tests ran with from requirements.lock.
UV := $(shell command -v uv 2>/dev/null)
INSTALL := $(if $(UV),uv pip install --python $(BIN)/python,$(BIN)/python -m pip install --disable-pip-version-check) \
	--constraint requirements.lock

# The first of these that is new enough and can make environments; make PYTHON=/path/to/python3 overrides.
FITS := import sys; $(if $(UV),,import ensurepip; )sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for name in python3.13 python3.12 python3.11 python3; do \
	"$$name" -c '$(FITS)' 2>/dev/null && echo "$$name" && break; done)

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

app: install ## start the app: make app [PORT=8501] [RUNS="runs other/runs"]
	@$(BIN)/python -m app --runs $(RUNS) --port $(PORT)

test: install-test chromium ## run all tests
	@OMP_NUM_THREADS=1 $(BIN)/python -m pytest -q

lint: install-test ## check style and formatting with ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

bench: install-test ## print the benchmarks, each ratio measured side by side
	@$(BIN)/python -m tests.bench

lock: ## resolve requirements.lock anew, keeping versions that still fit (needs uv; UPGRADE=--upgrade takes the newest)
	@command -v uv >/dev/null || { echo "make lock needs uv on the PATH: https://docs.astral.sh/uv/" >&2; exit 1; }
	uv pip compile --universal --python-version 3.11 --no-header --no-annotate $(UPGRADE) \
		requirements.txt requirements-test.txt --output-file requirements.lock

# The stamps make every later start instant and free of network; they age when a dependency file changes.
install: $(VENV)/installed
install-test: $(VENV)/installed-test

$(VENV)/installed: pyproject.toml requirements.txt requirements.lock
	@python="$(PYTHON)"; "$$python" -c '$(FITS)' 2>/dev/null || { \
		echo "BSS Lens needs Python 3.11 or newer with its venv module, and $${python:-no python3 here} is not that." >&2; \
		echo "Install it (Debian, Ubuntu: apt-get install python3 python3-venv) or name one: make PYTHON=/path/to/python3" >&2; \
		exit 1; }; \
	echo "Installing into $(VENV) with $$("$$python" --version) and $(if $(UV),uv,pip); the first time takes some minutes."; \
	if [ -z "$(UV)" ]; then "$$python" -m venv $(VENV); \
	elif [ ! -x $(BIN)/python ]; then uv venv --quiet --python "$$python" $(VENV); fi
	@$(INSTALL) --editable .
	@touch $@

$(VENV)/installed-test: $(VENV)/installed requirements-test.txt
	@$(INSTALL) --requirement requirements-test.txt
	@touch $@

# The browser tests drive the distribution's Chromium; installed only where that needs no password.
chromium:
	@command -v chromium >/dev/null && exit 0; \
	[ "$$(id -u)" -eq 0 ] && sudo= || sudo='sudo -n'; \
	echo "Installing chromium for the browser tests …"; \
	if command -v apt-get >/dev/null && $$sudo apt-get update -qq >/dev/null 2>&1 \
		&& DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1; \
	then exit 0; fi; \
	echo "chromium could not be installed, so the browser tests will be skipped; install it with your package manager to run them."

# Nothing is ever overwritten: the folders of the last demo runs must be moved away first.
demo: install-test ## make the demo runs anew (move the old ones in assets/ away first)
	@$(BIN)/python -m bss_core train --data assets/stamps --scheduler learned --epochs 12 --seed 0 --run assets/demo-run
	@$(BIN)/python -m bss_core score --run assets/demo-run --checkpoint best --split all
	@for method in pca umap; do $(BIN)/python -m bss_core embed --run assets/demo-run --of multimodal --method $$method; done
	@$(BIN)/python -m bss_core train --data assets/stamps --scheduler random_order --epochs 12 --seed 0 --run assets/demo-random
