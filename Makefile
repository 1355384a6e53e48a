# Two commands do everything: `make up` and `make test`. STACK= chooses the stack (dev by default).
STACK ?= dev
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LAPTOP := $(BIN)/python -m sandbox
COMPILE := $(CURDIR)/$(BIN)/uv pip compile --python-version 3.11 --universal --generate-hashes --no-emit-index-url \
	--no-strip-extras -q --upgrade
JUDGED := $(if $(filter-out file,$(origin STACK)),$(STACK))

# What Python compiles stays, in .venv and beside the sources, from the set-up on: to compile the parts of the SDKs that
# are used takes longer than to preview a stack, and each process of an engine or of the tests would do it for itself.
unexport PYTHONDONTWRITEBYTECODE
COMPILED := infra.stacks.region, infra.stacks.global_, sandbox.cloud.extensions, sandbox.providers.aws.table, sandbox.providers.kubernetes.provider

.DEFAULT_GOAL := help
.PHONY: help up down reset preview status drift push state test unit check judge mutants bench drill lock

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: $(READY) ## deploy STACK, and what it needs first, onto the laptop cloud; ALONE=1 without the others
	@$(LAPTOP) up $(STACK) $(if $(ALONE),--alone)

down: $(READY) ## destroy STACK through the engine
	@$(LAPTOP) down $(STACK)

reset: $(READY) ## throw the laptop cloud away
	@$(LAPTOP) reset

preview: $(READY) ## show what `make up` would change
	@$(LAPTOP) preview $(STACK) $(if $(ALONE),--alone)

status: $(READY) ## what runs, what is unhealthy, what the laptop cloud cannot tell
	@$(LAPTOP) status $(STACK)

drift: $(READY) ## compare what exists with what the stack says
	@$(LAPTOP) drift $(STACK)

push: $(READY) ## commit a snapshot of the working tree's gitops/ for Argo CD to sync
	@$(LAPTOP) push $(STACK)

state: $(READY) ## make the bucket and the key for the state of STACK, and print the commands that use them
	@$(LAPTOP) state $(STACK)

test: $(READY) ## everything: checks, unit tests, and the real engine on the laptop cloud
	@$(MAKE) --no-print-directory check
	@$(BIN)/pytest -n 2 --dist worksteal -m "not engine"
	@$(BIN)/python -m sandbox.tools
	@$(BIN)/pytest -n 2 --dist loadfile -m engine

unit: $(READY) ## the inner loop: no engine; COVERAGE=--cov measures
	@$(BIN)/pytest -n 2 --dist worksteal -m "not engine" $(COVERAGE)

check: $(READY) ## lint, format and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/pyrefly check

judge: $(READY) ## have checkov, cfn-lint and policy-sentry look at every stack, or at STACK
	@$(BIN)/python -m tests.states build/states $(JUDGED)
	@$(BIN)/python -m assurance.judges $(if $(JUDGED),,--every) build/states/*.json

mutants: $(READY) ## show that each clause of a requirement has a test that its breach turns red
	@$(BIN)/python -m tests.mutants $(ONLY)

bench: $(READY) ## preview of dev and prod against as many empty resources on the same engine
	@$(BIN)/python -m bench

drill: $(READY) ## lose the region of prod with a real database pair under load, and measure; SMALL=1 without the stacks
	@$(BIN)/python -m sandbox.drill $(if $(SMALL),--small)

lock: $(READY) ## resolve the dependencies anew
	@$(COMPILE) --all-extras pyproject.toml -o requirements.lock
	@cd tools/judges && $(COMPILE) requirements.in -o requirements.lock && $(COMPILE) --no-deps schema.in -o schema.lock

$(READY): requirements.lock pyproject.toml
	@echo "setting up .venv (once)"
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; try make PYTHON=python3.11 ...") if sys.version_info < (3, 11) else 0'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	-@MOTO_EC2_LOAD_DEFAULT_AMIS=false $(BIN)/python -c "import $(COMPILED)"
	@touch $@
