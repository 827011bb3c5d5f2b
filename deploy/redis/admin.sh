#!/bin/sh
# redis-cli as Redis's administrator, whose password is on no command line:
#   docker compose exec redis sh /etc/kuuki/admin.sh ACL LIST
#   kubectl -n kuuki exec redis-0 -- sh /etc/kuuki/admin.sh ACL LIST
# While the password is being changed the file has two, the newest first.
set -eu
port=${REDIS_PORT:-6379}
while read -r password; do
  export REDISCLI_AUTH="$password"
  case $(redis-cli -p "$port" --user admin PING </dev/null 2>/dev/null || :) in *PONG) break ;; esac
done <"${SECRETS:-/run/secrets}/redis_admin_password"
exec redis-cli -p "$port" --user admin "$@"
