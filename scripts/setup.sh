#!/usr/bin/env bash
# Makes the environment from the lock: setup.sh PYTHON VENV
set -euo pipefail
python=$1 venv=$2
command -v "$python" >/dev/null || python=python3
"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || {
  echo "TalentLoop needs Python 3.11; found: $("$python" --version 2>&1 || echo none)." >&2
  echo "Install it, or name it: make PYTHON=/path/to/python3.11" >&2
  exit 1
}
echo "Setting up the environment in $venv from requirements.lock ..."
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
if "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes \
  -r requirements-uv.lock; then
  "$venv/bin/uv" pip install -q --compile-bytecode --python "$venv/bin/python" --require-hashes -r requirements.lock
else
  echo "uv could not be installed; using pip, which is slower." >&2
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
fi
"$venv/bin/uv" pip install -q --python "$venv/bin/python" --no-deps --no-build-isolation -e . 2>/dev/null ||
  "$venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
