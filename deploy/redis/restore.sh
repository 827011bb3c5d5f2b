#!/bin/sh
# Puts a backup (backup.sh) in place of all that Redis holds, and ends Redis; Docker or Kubernetes starts it again with it:
#   docker compose exec -T redis sh /etc/kuuki/restore.sh <backup.rdb
#   kubectl -n kuuki exec -i redis-0 -- sh /etc/kuuki/restore.sh <backup.rdb
# A Redis with an append-only file never reads dump.rdb. So the backup becomes the base of that file, which may be in the
# form of an RDB. It is checked first, and Redis has no file open while the folder is replaced.
set -eu
data=${DATA:-/data}
admin() { sh "$(dirname "$0")/admin.sh" "$@"; }
refuse() {
  rm -rf "$data/restoring"
  echo "restore.sh: this is no whole backup; nothing was changed" >&2
  exit 1
}
rm -rf "$data/restoring"
mkdir "$data/restoring"
cat >"$data/restoring/appendonly.aof.1.base.rdb"
echo "file appendonly.aof.1.base.rdb seq 1 type b" >"$data/restoring/appendonly.aof.manifest"
redis-check-rdb "$data/restoring/appendonly.aof.1.base.rdb" >/dev/null || refuse
redis-check-aof "$data/restoring/appendonly.aof.manifest" >/dev/null || refuse  # nothing behind it, either
sync
admin CONFIG SET appendonly no
rm -rf "$data/appendonlydir"
mv "$data/restoring" "$data/appendonlydir"
sync
admin SHUTDOWN NOSAVE || :  # it is gone, and so answers nothing
