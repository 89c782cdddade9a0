#!/bin/sh
# Reads secrets from files into the variables that only take values, then runs the command.
set -eu
read_secret() { # VARIABLE FILE
  [ -r "$2" ] || { echo "Secret file $2 is missing; see docs/runbook.md" >&2; exit 78; }
  export "$1=$(cat "$2")"
}
if [ -n "${AIRFLOW_DATABASE_PASSWORD_FILE:-}" ]; then
  read_secret _password "$AIRFLOW_DATABASE_PASSWORD_FILE"
  export AIRFLOW__DATABASE__SQL_ALCHEMY_CONN="postgresql+psycopg2://airflow:${_password}@postgres:5432/airflow"
fi
if [ -n "${MLFLOW_DATABASE_PASSWORD_FILE:-}" ]; then
  read_secret _password "$MLFLOW_DATABASE_PASSWORD_FILE"
  export MLFLOW_BACKEND_STORE_URI="postgresql+psycopg2://mlflow:${_password}@postgres:5432/mlflow"
fi
[ -z "${AIRFLOW_JWT_SECRET_FILE:-}" ] || read_secret AIRFLOW__API_AUTH__JWT_SECRET "$AIRFLOW_JWT_SECRET_FILE"
[ -z "${AIRFLOW_FERNET_KEY_FILE:-}" ] || read_secret AIRFLOW__CORE__FERNET_KEY "$AIRFLOW_FERNET_KEY_FILE"
[ -z "${AIRFLOW_API_SECRET_FILE:-}" ] || read_secret AIRFLOW__API__SECRET_KEY "$AIRFLOW_API_SECRET_FILE"
unset _password
exec "$@"
