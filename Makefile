# make demo  sets everything up and runs the loop; make test sets up and passes the tests.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.lock-installed

# Compiled modules are kept, also where the environment forbids it: the loop starts many processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test lint lock system clean

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@./scripts/setup.sh $(PYTHON) $(VENV)
	@touch $(STAMP)

demo: setup
	@$(BIN)/talentloop demo $(if $(ONCE),--once)

test: setup system lint
	@$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: setup
	@./scripts/lint.sh $(BIN)

system: setup
	@./scripts/install_system.sh

lock:
	@./scripts/lock.sh

clean:
	rm -rf .talentloop
