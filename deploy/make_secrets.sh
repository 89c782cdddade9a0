#!/usr/bin/env bash
# Makes every secret of docker-compose.yml once, readable by its owner only: make_secrets.sh [FOLDER]
set -euo pipefail
folder=${1:-deploy/secrets}
umask 077
mkdir -p "$folder"
for name in postgres_password airflow_database_password mlflow_database_password \
  talentloop_database_password airflow_jwt_secret airflow_api_secret restricted_key; do
  [ -s "$folder/$name" ] || head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$folder/$name"
done
# Fernet wants 32 bytes in URL-safe base64.
[ -s "$folder/airflow_fernet_key" ] ||
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '\n' >"$folder/airflow_fernet_key"
[ -e "$folder/successfactors_assertion" ] || : >"$folder/successfactors_assertion"
echo "Secrets are in $folder. Put the HR system's assertion into $folder/successfactors_assertion."
