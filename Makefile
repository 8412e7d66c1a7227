# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
# One process more than there are cores, because some tests wait for a deadline.
PROCESSES := $(shell expr $$(nproc) + 1)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: install build demo test test-all test-slow attacks prove coverage lint types bench bench-bombs bench-a5 screenshots clean

install: .venv/.installed

# pip, because only pip reads constraints.txt where a local build of torch satisfies the pin.
.venv/.installed: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[course,dev]'
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

# A short proof of each assignment is among the tests.
test: lint types
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile -m "not slow"

# The same tests, measured; it takes a good part longer.
coverage: install
	$(BIN)/pytest -n $(PROCESSES) --dist loadfile -m "not slow" --cov --cov-report=term:skip-covered

# Everything: the slow tests as well, and the proofs in full.
test-all: test test-slow attacks prove

test-slow: install
	$(BIN)/pytest -n $(PROCESSES) --dist worksteal -m slow

# Every technique in every tier of the sandbox that this machine offers.
attacks: install
	ATTACK_EVERYWHERE=1 $(BIN)/pytest -n $(PROCESSES) --dist worksteal -m slow tests/attacks

# Every wrong and right answer of every assignment, and the mutation score of its hidden tests.
prove: install
	$(BIN)/autograder prove --mutants

bench: install
	$(BIN)/python tests/bench/bench.py

# The pictures of the documentation, taken in Chromium from the demo course.
screenshots: install
	PYTHONPATH=tests $(BIN)/python tests/screenshots.py

# A class in which every third submission is a bomb.
bench-bombs: install
	$(BIN)/python tests/bench/bench_bombs.py

# On real MNIST: see `autograder data`.
bench-a5: install
	PYTHONPATH=tests $(BIN)/python tests/assignments/a5_mlp_mnist/bench_a5.py

clean:
	rm -rf .venv demo
