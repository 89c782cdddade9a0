#!/bin/sh
# First start of PostgreSQL: one database and one role for each of Airflow, MLflow and TalentLoop.
set -eu
for name in airflow mlflow talentloop; do
  password=$(cat "/run/secrets/${name}_database_password")
  psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --set "role=$name" --set "password=$password" <<'SQL'
create role :"role" login password :'password';
create database :"role" owner :"role" encoding 'UTF8' template template0;
revoke all on database :"role" from public;
SQL
done
