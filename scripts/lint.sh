#!/usr/bin/env bash
# Every static check: lint.sh BIN
set -euo pipefail
bin=$1
"$bin/ruff" check -q .
"$bin/ruff" format -q --check .
"$bin/lint-imports" --no-cache >/dev/null || { "$bin/lint-imports" --no-cache; exit 1; }
"$bin/mypy"
"$bin/sqlfluff" lint -q --processes 2 --disable-progress-bar dbt/models dbt/macros dbt/tests
