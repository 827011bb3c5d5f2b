#!/bin/sh
# All that Redis holds at this moment, on standard output, while it serves:
#   docker compose exec -T redis sh /etc/kuuki/backup.sh >backup.rdb
#   kubectl -n kuuki exec -i redis-0 -- sh /etc/kuuki/backup.sh >backup.rdb
# By way of a file beside Redis's own: what redis-cli writes to standard output ends in 40 bytes that are no part of it.
set -eu
file=${DATA:-/data}/backup.rdb
trap 'rm -f "$file"' EXIT
sh "$(dirname "$0")/admin.sh" --rdb "$file" >&2
cat "$file"
