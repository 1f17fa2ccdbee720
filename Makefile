# Everything people and CI do here. `make help` lists it.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
# of the real vLLM with tiny weights on the CPU
VLLM_VENV := .venv-vllm
VLLM_TORCH := torch==2.13.0
.DEFAULT_GOAL := help

.PHONY: help
help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "extract needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) --version). Try: make run PYTHON=python3.12"; exit 2; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.base: $(VENV)/.made requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: setup
setup: $(VENV)/.base  ## the virtual environment with what `extract` needs

.PHONY: run
run: $(VENV)/.base  ## set up, and extract examples/ into out/
	@BIN=$(BIN) OUT=$(OUT) sh examples/run.sh

.PHONY: test
test: $(VENV)/.dev  ## set up, and run the tests
	$(BIN)/python -m pytest -n 2

.PHONY: test-slow
test-slow: $(VENV)/.dev  ## kill a run twenty times and compare what it wrote with an undisturbed one (minutes)
	$(BIN)/python -m pytest -m slow tests/slow

.PHONY: test-scale
test-scale: $(VENV)/.dev  ## kill runs and watchers fifty times, on a folder and on a failing S3; many documents (minutes)
	$(BIN)/python -m pytest -m scale tests/scale

.PHONY: test-prefect
test-prefect: $(VENV)/.dev  ## runs as flows of a real Prefect server (minutes)
	$(BIN)/python -m pytest -m prefect tests/flows/orchestration tests/deploy

$(VLLM_VENV)/.made: benchmarks/tiny_models/requirements.lock
	$(PYTHON) -m venv $(VLLM_VENV)
	$(VLLM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check $(VLLM_TORCH)
	$(VLLM_VENV)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $<
	@touch $@

.PHONY: test-vllm
test-vllm: $(VENV)/.dev  ## the real vLLM on the CPU, and transformers, with tiny models (minutes; its own environment)
	@if ! $(BIN)/python -m benchmarks.tiny_models.possible; then echo "SKIPPED: make test-vllm. Nothing was tested."; \
	  else $(MAKE) $(VLLM_VENV)/.made && $(BIN)/python -m pytest -m vllm -rs tests/vllm --ignore tests/vllm/in_process \
	    && PYTHONPATH=benchmarks/tiny_models/environment:. HF_HUB_OFFLINE=1 $(VLLM_VENV)/bin/python -m pytest \
	      -m vllm -rs -W ignore --confcutdir tests/vllm tests/vllm/in_process; fi

.PHONY: bench-vllm
bench-vllm: $(VENV)/.dev $(VLLM_VENV)/.made  ## what cache, log-probabilities and a schema cost, with the real vLLM on the CPU
	$(BIN)/python -m benchmarks.vision

.PHONY: lint
lint: $(VENV)/.dev  ## formatting, lint, types, direction of imports
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: format
format: $(VENV)/.dev  ## format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

.PHONY: examples
examples: $(VENV)/.dev  ## make the documents in examples/ again
	$(BIN)/python -m examples.make

.PHONY: bench
bench: $(VENV)/.dev  ## speed, as ratios in one run
	$(BIN)/python -m benchmarks

.PHONY: bench-tiles
bench-tiles: $(VENV)/.dev  ## what tiles save, and whether OCR still reads them (FILES="DIR ..." with truths)
	$(BIN)/python -m benchmarks.tiles $(or $(FILES),examples/invoices)
.PHONY: bench-prefect
bench-prefect: $(VENV)/.dev  ## what a Prefect shard costs beside its work
	$(BIN)/python -m benchmarks.orchestrated

.PHONY: bench-scale
bench-scale: $(VENV)/.dev  ## 100,000 documents with recorded readings, and a second run over them (half an hour)
	$(BIN)/python -m benchmarks.many

.PHONY: bench-arrival
bench-arrival: $(VENV)/.dev  ## from an object's put to its record, by messages, listing and a deployment (minutes)
	$(BIN)/python -m benchmarks.arrival

.PHONY: bench-vision
bench-vision: $(VENV)/.dev  ## the engine, and all of a run, against a bare server of fixed latency (half an hour)
	$(BIN)/python -m benchmarks.vision.throughput

.PHONY: lock
lock: $(VENV)/.made  ## resolve the pinned requirements again (needs uv)
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade \
	  --quiet pyproject.toml --extra build -o requirements.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --quiet pyproject.toml --extra build --extra dev --extra dask -c requirements.lock -o requirements-dev.lock
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --quiet pyproject.toml --extra build --extra prefect --extra s3 -c requirements.lock -c requirements-dev.lock -o deploy/images/requirements.lock

.PHONY: lock-vllm
lock-vllm:  ## resolve the environment of the real vLLM again (needs uv)
	uv pip compile --python-version 3.11 --python-platform x86_64-manylinux_2_28 --generate-hashes --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-package torch --no-emit-package torchaudio --no-emit-package torchcodec --quiet \
	  benchmarks/tiny_models/requirements.in -o benchmarks/tiny_models/requirements.lock

.PHONY: clean
clean:  ## remove what make made
	rm -rf $(VENV) $(VLLM_VENV) $(OUT) build dist *.egg-info
