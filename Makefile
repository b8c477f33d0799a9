# `demo` and `test` do all the set-up; nothing else needs to be installed than Python 3.11 or newer.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: demo test lint docs bench selftest test-real clean

demo: .venv/ready
	$(BIN)/conformance demo

test: .venv/ready lint
	$(BIN)/python tools/reference.py --check
	$(BIN)/pytest -q -n auto -m "not slow"
	$(BIN)/conformance selftest --mode kill --every 4
	$(BIN)/conformance selftest --mode clean --narrow --every 4

lint: .venv/ready
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

docs: .venv/ready
	$(BIN)/python tools/reference.py

selftest: .venv/ready
	$(BIN)/conformance selftest
	$(BIN)/pytest -q -m slow

test-real: .venv/ready
	$(BIN)/pytest -q tests/real

bench: .venv/ready
	$(BIN)/python bench/contracts.py
	$(BIN)/python bench/budget.py
	$(BIN)/python bench/formats.py
	$(BIN)/python bench/validators.py
	$(BIN)/python bench/fuzzing.py --only "ours"
	$(BIN)/python bench/generation.py --cases 0
	$(BIN)/python bench/cost.py
	$(BIN)/python bench/peers.py
	$(BIN)/python bench/entry.py
	$(BIN)/python bench/memory.py
	$(BIN)/python bench/certificates.py

clean:
	rm -rf .venv build dist demo

.venv/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@
