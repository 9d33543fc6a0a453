# Every target does its own set-up. One thread for BLAS: the solvers' own parallelism is enough.
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export PYVISTA_OFF_SCREEN ?= true
BIN := .venv/bin

.PHONY: all setup demo test lint validate reliability bench clean lock audit
all: demo

setup:
	@bash scripts/setup.sh

demo: setup
	@$(BIN)/magcap run examples/01_demo/case.toml -o runs/demo

test: setup
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist worksteal

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy

validate: setup
	@$(BIN)/python -m pytest -m slow -s

reliability: setup
	@PYTHONPATH=tests $(BIN)/python -m reliability

bench: setup
	@bash benchmarks/run.sh

# Known faults of the packages of the lock; needs the network, and says so where it has none.
audit: setup
	@bash scripts/audit.sh

# Pins and hashes without addresses, for every platform; a `uv.lock` of uv's own would record where
# they were downloaded.
lock:
	uv pip compile -q --universal --python-version 3.12 --extra wheel --group dev --group build \
	  --generate-hashes --no-header --no-annotate pyproject.toml -o requirements.lock
	echo uv | uv pip compile -q --universal --generate-hashes --no-header --no-annotate - -o scripts/uv-hashes.txt

clean:
	rm -rf .venv .uv runs .mypy_cache .ruff_cache .pytest_cache
