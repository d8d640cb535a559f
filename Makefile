# Each target sets up what it needs: .venv with the development tools, and the Debian packages of
# commands that are missing. On a machine that has it all, that takes no time and says nothing.

BIN := .venv/bin
READY := .venv/.ready
BIND ?= 127.0.0.1:8000
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test check format bench bench-web soak fuzz conformance clean

help: ## say what there is to make
	@echo "make TARGET, where TARGET is one of:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

run: $(READY) ## serve Pure Todo at http://127.0.0.1:8000 (BIND=address:port for another)
	@$(BIN)/puretodo serve --bind $(BIND) $(ARGS)

test: $(READY) ## run every test (ARGS="-k todo" for some)
	@tools/need curl wrk chromium openssl /usr/sbin/nginx:nginx /usr/sbin/haproxy:haproxy \
		/usr/lib/nginx/modules/ngx_stream_module.so:libnginx-mod-stream \
		/usr/lib/postgresql:postgresql
	$(BIN)/pytest $(ARGS)

check: $(READY) ## look at format, lint, types and layers
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(READY) ## write the code as `make check` wants to see it
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(READY) ## measure beside the peers, which are installed apart (ARGS="--help" tells how)
	@tools/need wrk openssl cc:gcc /usr/include/openssl/ssl.h:libssl-dev \
		/usr/include/ev.h:libev-dev "$$($(BIN)/python -c \
		'import sysconfig; print(sysconfig.get_path("include"))')/Python.h:python3-dev"
	$(BIN)/python -m benchmarks $(ARGS)

bench-web: $(READY) ## measure potstill.web beside other frameworks (ARGS="--help" tells how)
	$(BIN)/python -m benchmarks.web $(ARGS)

soak: $(READY) ## send a million requests and look for what is lost or left behind
	SOAK_REQUESTS=1000000 $(BIN)/pytest --timeout 600 tests/faults/test_many_requests.py

fuzz: $(READY) ## mutate the corpus against the parser for a minute (SECONDS=600 for ten)
	$(BIN)/python -m tests.fuzz $(or $(SECONDS),60)

conformance: $(READY) ## run the conformance tests and write docs/conformance.md
	$(BIN)/python -m tests.conformance.report

clean: ## remove all that was made here; the to-do list stays
	rm -rf .venv .cache .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	rm -rf build dist src/*.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml todo/pyproject.toml tools/venv
	@tools/venv
