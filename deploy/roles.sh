#!/bin/sh
# Makes the two roles and the database, once, as the superuser: clew_owner owns what is in the database and is used by
# `clew org` alone; clew_app is what servers run as, and can add to the ledger but never change what is in it.
# Connects by the environment of libpq (PGHOST …). The image of PostgreSQL runs it when it makes its database.
set -eu
: "${CLEW_OWNER_PASSWORD:?}" "${CLEW_APP_PASSWORD:?}"
psql -v ON_ERROR_STOP=1 -q -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\set owner_password `printenv CLEW_OWNER_PASSWORD`
\set app_password `printenv CLEW_APP_PASSWORD`
CREATE ROLE clew_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE clew_app LOGIN PASSWORD :'app_password';
CREATE DATABASE clew OWNER clew_owner;
REVOKE ALL ON DATABASE clew FROM PUBLIC;
GRANT CONNECT ON DATABASE clew TO clew_app;
SQL
