#!/usr/bin/env bash
# Renews requirements.lock from pyproject.toml, with hashes and without any index address.
# An existing lock is taken as preference: only what must change changes. UPGRADE=1 renews all.
set -euo pipefail
cd "$(dirname "$0")/.."
options=(--python-version 3.11 --generate-hashes --no-emit-index-url --no-header -q)
[ -n "${UPGRADE:-}" ] && options+=(--upgrade)
[ -n "${CONSTRAINTS:-}" ] && options+=(-c "$CONSTRAINTS")
uv pip compile "${options[@]}" --no-annotate --extra dev pyproject.toml -o requirements.lock
echo "uv" | uv pip compile "${options[@]}" --no-annotate - -o requirements-uv.lock
