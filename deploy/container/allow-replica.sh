#!/bin/bash
# On the new primary: a user that may copy it, and where from.
set -euo pipefail
psql --set=ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set=password="$REPLICATION_PASSWORD" <<'SQL'
CREATE ROLE replica WITH REPLICATION LOGIN PASSWORD :'password';
SELECT pg_create_physical_replication_slot('replica');
ALTER SYSTEM SET max_slot_wal_keep_size = '4GB';
SQL
echo "host replication replica samenet scram-sha-256" >>"$PGDATA/pg_hba.conf"
