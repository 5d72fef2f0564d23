# Two commands matter: `make repro` (the whole experiment) and `make test` (lint, tests, the pipeline on reduced
# data). Both first create or renew .venv from the pinned requirements.

ifndef PYTHON
PYTHON := $(firstword $(foreach name,python3.11 python3.12 python3.13 python3,$(shell command -v $(name))))
endif
VENV := .venv
DVC := $(VENV)/bin/python -m dvc

# The commands in dvc.yaml say `python`: let them find the one of .venv.
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)

.PHONY: help repro test test-all lint reduced record readme pins check-cache clean-venv
.DELETE_ON_ERROR:

help:
	@echo "make repro        run the pipeline: what is out of date, and nothing else"
	@echo "make test         lint, the default tests, the pipeline on reduced data"
	@echo "make test-all     make test, and the slow tests and published numbers (these need RECON_DATASETS)"
	@echo "make reduced      the pipeline on reduced data as a DVC experiment; your results stay as they are"
	@echo "make record NAME=restoration-live1   repeat a recorded run: metrics/benchmarks/NAME.txt"
	@echo "make readme       make the tables of all pages anew from metrics/"
	@echo "make pins         renew the hashes of the packages that requirements.txt and requirements-dev.txt pin"
	@echo "make check-cache  hash every file of the DVC cache and name the damaged ones"
	@echo "make clean-venv   remove .venv"

# The check goes first: DVC itself meets a missing key of params.yaml with an error of its own.
repro: $(VENV)/.installed
	@$(VENV)/bin/python stages/check.py
	@$(DVC) repro

test: lint
	@$(VENV)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

test-all: lint
	@$(VENV)/bin/python -m pytest -n auto --dist loadfile --no-loadscope-reorder -m ""

lint: $(VENV)/.installed-dev
	@$(VENV)/bin/python -m ruff check
	@$(VENV)/bin/python -m ruff format --check

reduced: $(VENV)/.installed
	@grep '^[^#]' tests/reduced.txt
	@$(VENV)/bin/python tests/reduced.py | xargs $(DVC) exp run --temp

record: $(VENV)/.installed
	@$(VENV)/bin/python stages/record.py $(NAME)

readme: $(VENV)/.installed
	@$(VENV)/bin/python stages/readme.py

pins: $(VENV)/.installed
	@$(VENV)/bin/python tests/pins.py

check-cache: $(VENV)/.installed
	@$(VENV)/bin/python stages/check_cache.py

clean-venv:
	rm -rf $(VENV)

# `dvc exp run` makes commits of its own, which need a name; this one is used only where git has none.
ifeq ($(shell git config user.email),)
reduced record: export GIT_AUTHOR_NAME := reconstruction
reduced record: export GIT_AUTHOR_EMAIL := reconstruction@localhost
reduced record: export GIT_COMMITTER_NAME := reconstruction
reduced record: export GIT_COMMITTER_EMAIL := reconstruction@localhost
endif

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	{ echo "error: Python 3.11, 3.12 or 3.13 is needed; name it: make PYTHON=/path/to/python3.13" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

# A stamp is written last, so an installation cut short is taken up again. Python compiles a module when it is first
# imported; to compile all of them here takes a minute, most of it for what nobody imports.
PIP_INSTALL := $(VENV)/bin/python -m pip --disable-pip-version-check --quiet install
ifndef PYTHONDONTWRITEBYTECODE
PIP_INSTALL += --no-compile
endif

# Installed by their hashes, which `make pins` renews with the pins.
$(VENV)/.installed: .requirements.lock | $(VENV)/bin/python
	@echo "Installing the pinned packages into $(VENV) (once; some minutes, 2.6 GB) ..."
	@$(PIP_INSTALL) --require-hashes -r $<
	@touch $@

$(VENV)/.installed-dev: .requirements-dev.lock $(VENV)/.installed
	@echo "Installing the test and lint tools into $(VENV) ..."
	@$(PIP_INSTALL) --require-hashes --no-deps -r $<
	@touch $@
