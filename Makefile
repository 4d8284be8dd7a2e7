# The project's commands. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
PY = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help lock

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

lock: ## Lock anew what pyproject.toml asks for
	@deploy/lock
