# didymium: `make screen` and `make test` set everything up by themselves; they need python3 and a package index.
PYTHON ?= python3
BENCH ?= ../shared/benchmarks
ONLY ?=
BIN := .venv/bin

.PHONY: help screen test style format quality bench bench-controls bench-supply lock clean setup setup-dev setup-cluster setup-postgres setup-xrf torture
.DEFAULT_GOAL := help

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile

screen: setup ## screen the shipped world trade of 2024 and say where the report lies
	@$(BIN)/didymium screen --trade-year 2024 --out out/screen

test: setup-dev ## run all tests
	@$(BIN)/python -m pytest -n auto

style: setup-dev ## format, lint, strict types and import contract, changing nothing
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy --strict src
	$(BIN)/lint-imports

format: setup-dev ## format and mend what can be mended without thinking
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

quality: setup-dev ## measure against benchmarks: BENCH=folder ONLY=name
	@$(BIN)/python -m benchmarks.quality --bench "$(BENCH)" $(if $(ONLY),--only "$(ONLY)")

bench: setup-dev ## measure speed and memory
	@$(BIN)/python -m benchmarks.bench

bench-controls: setup-dev ## measure determinations of 10 million rows, beside a plain join
	@$(BIN)/python -m benchmarks.controls

bench-supply: setup-dev ## measure GeoPolRisk for every country-year, beside geopolrisk-py
	@$(BIN)/python -m benchmarks.supply

torture: setup-dev ## many more concurrent writers, draws and kills on the licence ledger than the tests make
	@$(BIN)/python -m benchmarks.torture

LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)
lock: setup-dev ## write requirements/*.txt anew after a change of pyproject.toml (UPGRADE=1: take newer versions)
	$(LOCK) --output-file requirements/run.txt
	$(LOCK) --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(LOCK) --extra cluster --constraint requirements/dev.txt --output-file requirements/cluster.txt
	$(LOCK) --extra postgres --constraint requirements/dev.txt --output-file requirements/postgres.txt
	$(LOCK) --extra xrf --constraint requirements/dev.txt --output-file requirements/xrf.txt
	$(subst pyproject.toml,,$(LOCK)) --group xrf-build --constraint requirements/dev.txt --output-file requirements/xrf-build.txt

setup: ## make .venv with what running needs
	@$(PYTHON) tools/bootstrap.py run

setup-dev: ## the same with what testing needs
	@$(PYTHON) tools/bootstrap.py dev

setup-cluster: ## the same with Ray
	@$(PYTHON) tools/bootstrap.py cluster

setup-postgres: ## the same with the driver of PostgreSQL
	@$(PYTHON) tools/bootstrap.py postgres

setup-xrf: ## the same with PyMca, which fits raw XRF spectra (where its part fisx has no wheel, as on Linux, it is built: needs g++)
	@$(PYTHON) tools/bootstrap.py xrf

clean: ## remove what was made (not .venv)
	rm -rf build dist out .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
