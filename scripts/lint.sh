#!/usr/bin/env bash
# Every static check: lint.sh BIN. The two long ones, types and SQL, run side by side.
set -euo pipefail
bin=$1
"$bin/ruff" check -q .
"$bin/ruff" format -q --check .
"$bin/lint-imports" --no-cache >/dev/null || { "$bin/lint-imports" --no-cache; exit 1; }
"$bin/mypy" &
types=$!
"$bin/python" scripts/lint_sql.py lint -q --disable-progress-bar dbt/models dbt/macros dbt/tests || { wait "$types" || true; exit 1; }
wait "$types"
