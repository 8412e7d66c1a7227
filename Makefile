# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install build demo test test-all test-slow mutants coverage lint types bench bench-a5 clean

install: .venv/.installed

# pip, because only pip reads constraints.txt where a local build of torch satisfies the pin.
.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

build: install
	$(BIN)/autograder build

demo: install
	$(BIN)/autograder demo

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: install
	$(BIN)/mypy

test: lint types
	$(BIN)/pytest -m "not slow"

# The same tests, measured; it takes a good part longer.
coverage: install
	$(BIN)/pytest -m "not slow" --cov --cov-report=term:skip-covered

# Everything: the slow tests as well, and the mutation score of every hidden suite.
test-all: test test-slow mutants

test-slow: install
	$(BIN)/pytest -m slow

mutants: install
	$(BIN)/autograder prove --only-mutants

bench: install
	$(BIN)/python tests/bench/bench.py

# On real MNIST: see `autograder data`.
bench-a5: install
	PYTHONPATH=tests $(BIN)/python tests/assignments/a5_mlp_mnist/bench_a5.py

clean:
	rm -rf .venv demo
