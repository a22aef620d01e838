# Every target sets up what it needs; the second time that costs nothing.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
PEERS  := .venv-peers
CLIENT := .venv-clients

# Which sets `make compare` takes, and where its tables go: python -m benchmarks.peers --help
COMPARE ?= --sample --out data/clean/compare.md

.PHONY: install run serve test soak bench compare lint lock sbom audit sample docs clean help

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(STAMP) ## set everything up, and nothing else

run: $(STAMP) ## merge data/raw and publish data/clean/warehouse.duckdb
	$(BIN)/alliage run

serve: $(STAMP) ## the web interface, what staff start from it and the nightly merge, until Ctrl-C
	@exec $(BIN)/alliage serve

test: $(STAMP) $(CLIENT)/.installed ## run all tests
	$(BIN)/pytest -n auto --dist worksteal

soak: $(STAMP) ## the long tests: fuzzed files, kills, readers (about half an hour)
	HYPOTHESIS_PROFILE=soak $(BIN)/pytest -m "long or not long" tests/soak tests/flows/test_flow_laws.py
	$(BIN)/pytest -m long

bench: $(STAMP) ## seconds and peak memory of each stage at 1,000, 10,000 and 100,000 records
	$(BIN)/python -m benchmarks.stages

compare: $(STAMP) $(PEERS)/.installed ## our matcher beside its peers, a table out (COMPARE="--public FOLDER --out FILE")
	$(BIN)/python -m benchmarks.peers $(COMPARE)

lint: $(STAMP) ## style, formatting and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(STAMP) ## choose versions anew and write every requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group dev --group benchmarks --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade --quiet --output-file requirements.lock
	$(BIN)/uv pip compile benchmarks/peers/requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade --quiet \
		--output-file benchmarks/peers/requirements.lock
	$(BIN)/uv pip compile tests/clients/requirements.in --universal --python-version 3.11 \
		--generate-hashes --no-emit-index-url --no-header --upgrade --quiet \
		--output-file tests/clients/requirements.lock

sbom: $(STAMP) ## write sbom.cdx.json, the bill of materials (CycloneDX) of requirements.lock; asks nobody
	$(BIN)/python -W ignore -m cyclonedx_py requirements --output-reproducible --of JSON -o sbom.cdx.json \
		--pyproject pyproject.toml requirements.lock

audit: $(STAMP) ## known weaknesses of the locked packages; says so where no advisory database can be asked
	$(BIN)/python .ci/audit.py

sample: $(STAMP) ## write the invented sample exports of data/raw anew
	$(BIN)/python -m benchmarks.sample --out data/raw

docs: $(STAMP) ## write the tables and example queries of docs/analystes.md anew
	$(BIN)/python -m benchmarks.analyst_docs

clean: ## remove the environments and what runs have left (published warehouses stay)
	rm -rf $(VENV) $(PEERS) $(CLIENT) data/clean/.build-* .mypy_cache .pytest_cache .ruff_cache .hypothesis

# uv is itself one of the locked, hash-checked packages; pip installs only that one.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Alliage demande Python 3.11 ou plus : make PYTHON=/chemin/vers/python3.11")'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	awk '/^[a-z]/ { wanted = /^uv==/ } wanted' requirements.lock > $(VENV)/uv.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r $(VENV)/uv.lock
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	touch $@

# An environment of their own, so that the versions that the other matchers want cannot bend ours.
$(PEERS)/.installed: benchmarks/peers/requirements.lock | $(STAMP)
	test -x $(PEERS)/bin/python || $(PYTHON) -m venv $(PEERS)
	$(BIN)/uv pip sync --quiet --compile-bytecode --python $(PEERS)/bin/python --require-hashes benchmarks/peers/requirements.lock \
		&& touch $@ || echo "The other matchers are not installed: the table will say so."

# The DuckDB that some readers still have, and nothing else: the tests open the published file with it.
$(CLIENT)/.installed: tests/clients/requirements.lock | $(STAMP)
	test -x $(CLIENT)/bin/python || $(PYTHON) -m venv $(CLIENT)
	$(BIN)/uv pip sync --quiet --python $(CLIENT)/bin/python --require-hashes tests/clients/requirements.lock
	touch $@
