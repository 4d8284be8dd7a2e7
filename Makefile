# The commands of the project; `make` alone lists them.
export PORT ?= 8000
PY = .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help run serve admin test check messages lock replicas bench load performance bench-import bench-search bench-pages bench-words bench-admin hostile

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

run: ## Set up whatever is missing, then serve on http://127.0.0.1:$PORT (8000)
	@deploy/run

serve: ## Serve for others, by the settings of the environment (docs/operations.md)
	@deploy/venv requirements.txt
	@exec $(PY) manage.py serve

admin: ## Make a user of the admin
	@deploy/venv requirements.txt
	@deploy/local $(PY) manage.py migrate --verbosity 0
	@deploy/local $(PY) manage.py createsuperuser $(if $(DJANGO_SUPERUSER_PASSWORD),--noinput)

test: ## Run every test, on SQLite and on PostgreSQL (TESTS="-k place" for some)
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) -m tests.run $(TESTS)

check: ## Lint, formats, templates, migrations, deployment settings, architecture
	@deploy/venv requirements.txt requirements-dev.txt
	@deploy/check

messages: ## Bring locale/ to the strings of the site; list what is not translated
	@deploy/venv requirements.txt
	@deploy/local $(PY) manage.py collect_messages

lock: ## Lock anew what pyproject.toml asks for
	@deploy/venv requirements.txt requirements-dev.txt
	@deploy/lock

replicas: ## Kill databases under visitors who search, and count what fails
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) -m tests.server.replicas

SIZE ?= 10k 100k
bench: ## Time our search beside others, and whole pages (SIZE="10k 100k 1m")
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/side_by_side.py --sizes $(SIZE)

load: ## Time the production server under visitors, and beside an import
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/load.py

performance: ## Write docs/performance.md from the last `make bench` and `make load`
	@$(PY) bench/performance_page.py

bench-import: ## Time the import of the real directory, on both engines
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/import.py

bench-search: ## Time searches over the real directory, on both engines
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/search.py

bench-pages: ## Weigh and time the pages over the real directory, in each language
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/pages.py

bench-words: ## Time names over 100,000 invented clinics, and places while typed
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/words.py

bench-admin: ## Time the desk over 100,000 invented clinics, on both engines
	@deploy/venv requirements.txt requirements-dev.txt
	@$(PY) bench/admin.py

hostile: ## Send 200,000 hostile requests to the server (HOSTILE=…, HOSTILE_SEED=…)
	@deploy/venv requirements.txt requirements-dev.txt
	@HOSTILE=$${HOSTILE:-200000} $(PY) -m pytest -q tests/server/test_hostile.py
