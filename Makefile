# make run    start the program (PORT=8000, KC_STATE=var); Ctrl-C stops it
# make test   the whole suite
# make check  everything that can be checked without running it
# make lock   choose versions anew, after a change of pyproject.toml (UPGRADE=1: the newest of all)

# Servers of the tests' own, far from the developer's data.
TESTING = env -u DATABASE_URL -u DATABASE_OWNER_URL -u REDIS_URL KC_STATE="$(CURDIR)/.cache/tests" KC_THROWAWAY=1
BIN = .venv/bin

.PHONY: run test check lock

run:
	@deploy/install run
	@exec $(BIN)/python -m khuyencong.supervisor

test:
	@deploy/install test
	@$(BIN)/pytest -n auto

check:
	@deploy/install test
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(TESTING) $(BIN)/mypy .
	$(BIN)/djlint --check --lint templates
	$(BIN)/lint-imports
	$(TESTING) $(BIN)/python manage.py makemigrations --check --dry-run
	$(TESTING) KC_HTTPS=1 $(BIN)/python manage.py check --deploy --fail-level WARNING

COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade)

lock:
	@deploy/install test
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock
