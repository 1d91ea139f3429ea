# Muster. `make run` and `make test` set up everything they need in .venv and .run.
# Only relative paths here: the folder's own path may hold spaces.

PORT ?=
WORKERS ?= 2
ARGS ?=

# The first Python on the path that is new enough; `make run PYTHON=/opt/python3.13` overrides.
PYTHON ?= $(shell for candidate in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	if "$$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	then echo "$$candidate"; break; fi; done)
py := .venv/bin/python
port := $(if $(PORT),PORT=$(PORT))

need_python = @test -n "$(PYTHON)" || { \
	echo "Muster needs Python 3.11 or later, and there is none on the path: install it and run this again." >&2; \
	exit 1; }
need_runtime = @"$(PYTHON)" config/embedded/bootstrap.py requirements.txt
need_tools = @"$(PYTHON)" config/embedded/bootstrap.py requirements.txt requirements-dev.txt

# What `check --deploy` looks at: the settings of a real installation.
production = ENV_FILE=/dev/null DATABASE_URL=postgres://muster@db.example.com/muster REDIS_URL=redis://redis.example.com/0 \
	PUBLIC_URL=https://muster.example.com EMAIL_URL=smtp://mail.example.com:25 \
	SECRET_KEY=only-for-the-check-of-deployment-settings-0123456789-abcdefgh FIELD_KEYS=b25seS1mb3ItdGhlLWNoZWNrLW9mLWRlcGxveW1lbnQ=

.PHONY: help run demo test torture lint bench messages format requirements clean
.DEFAULT_GOAL := help

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-22s%s\n", $$1, $$2 }'

run: ## Start Muster on http://127.0.0.1:8000 (PORT=8001 moves it); Ctrl-C stops it
	$(need_python)
	$(need_runtime)
	@$(port) exec $(py) -m config.embedded run --stop-with-parent

demo: ## Tell a story on the running portal: from an alert to its review in two minutes
	$(need_python)
	$(need_runtime)
	@$(port) exec $(py) manage.py demo story

test: ## Run every test against a PostgreSQL and a Valkey of its own (ARGS="-k name" chooses)
	$(need_python)
	$(need_tools)
	@exec $(py) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

torture: ## Kill what runs, cut what connects, at random, and ask what is lost (ARGS="--seed 7" again)
	$(need_python)
	$(need_tools)
	@exec $(py) -m tests.torture $(ARGS)

lint: ## Check form, types, templates, import contracts, migrations and deployment settings
	$(need_python)
	$(need_tools)
	$(py) -m ruff format --check .
	$(py) -m ruff check .
	$(py) -m mypy
	find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 --check {} +
	$(py) -m djlint templates --lint --quiet
	$(py) -c 'from importlinter.cli import lint_imports_command; lint_imports_command()'
	$(py) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run
	$(production) $(py) manage.py check --deploy --fail-level WARNING

bench: ## Measure, on servers and data of its own
	$(need_python)
	$(need_tools)
	@place="$$(mktemp -d)"; trap 'rm -rf "$$place"' EXIT; \
		ENV_FILE=/dev/null DATABASE_URL= REDIS_URL= STATEMENT_SECONDS=0 MUSTER_RUN_DIR="$$place" \
		$(py) -m config.embedded with-servers -- $(py) -m tests.bench

messages: ## Renew the catalogues of translations, and say what is not translated yet
	$(need_python)
	$(need_tools)
	$(py) -W ignore::RuntimeWarning -m tests.catalogue

format: ## Put the code into its one form
	$(need_python)
	$(need_tools)
	$(py) -m ruff check --fix .
	$(py) -m ruff format .
	find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} +

compile = $(py) -m uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
requirements: ## Pin the requirements of pyproject.toml anew (ARGS=--upgrade takes newer versions)
	$(need_python)
	$(need_tools)
	$(compile) $(ARGS) --output-file requirements.txt
	$(compile) $(ARGS) --group dev --constraint requirements.txt --output-file requirements-dev.txt

clean: ## Remove .venv, the embedded servers' data in .run and every cache
	rm -rf .venv .run .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis test-results
