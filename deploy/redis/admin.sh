#!/bin/sh
# redis-cli as Redis's administrator, whose password is on no command line:
#   docker compose exec redis sh /etc/kuuki/admin.sh ACL LIST
#   kubectl -n kuuki exec redis-0 -- sh /etc/kuuki/admin.sh ACL LIST
# While the password is being changed the file has two, the newest first. REDIS_CA: whom to trust, where Redis speaks TLS.
set -eu
admin() { redis-cli -p "${REDIS_PORT:-6379}" ${REDIS_CA:+--tls --cacert "$REDIS_CA"} --user admin "$@"; }
while read -r password; do
  export REDISCLI_AUTH="$password"
  case $(admin PING </dev/null 2>/dev/null || :) in *PONG) break ;; esac
done <"${SECRETS:-/run/secrets}/redis_admin_password"
admin "$@"
