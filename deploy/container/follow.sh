#!/bin/bash
# The replica: a copy of the primary the first time, then whatever happens there.
set -euo pipefail
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    install --directory --owner postgres --group postgres --mode 0700 "$PGDATA"
    PGPASSWORD=$REPLICATION_PASSWORD gosu postgres pg_basebackup \
        --host=database --username=replica --pgdata="$PGDATA" \
        --slot=replica --write-recovery-conf --checkpoint=fast
fi
exec gosu postgres postgres
