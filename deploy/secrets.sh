#!/bin/sh
# Makes what compose.yaml asks for in deploy/secrets: passwords, and the settings of each service with the ones it needs.
#
#   deploy/secrets.sh kuuki.example.org   all of them, the first time
#   deploy/secrets.sh change signal       a new one; the former counts as well, until it is dropped
#   deploy/secrets.sh drop signal         the former one counts no more
#   deploy/secrets.sh update              after another version: adds what is new in it; no password changes
#
# What can be changed: signal, aggregator, redis-admin (users of Redis), turn; and at once, without a time in which both
# count: admin-token, code-key, veil-key, grafana. It says what to do next; docs/deploy.md says what each change means.
#
# The first argument is the name that people open: its DNS leads to this machine, whose ports 80 and 443 (TCP) and 3478
# (UDP and TCP) are reachable. The files are for Docker alone: the folder is closed to everybody else, and since
# containers run as strangers to this machine, the files in it are readable.
#
# For Kubernetes (docs/deploy.md) say which addresses pods have, first and last, and the name of the relay's balancer:
#   TURN=turn.kuuki.example.org GATEWAYS=10.244.0.0-10.244.255.255 REDIS_TLS=redis deploy/secrets.sh kuuki.example.org
#
# REDIS_TLS is the name by which others reach Redis, and has it speak TLS: what goes there may be one person's scores. It
# adds the certificate, which holds for ten years and is its own authority, and its key. One machine does without.
#
# ALERTS=https://… is a webhook that Alertmanager calls; without it alerts reach nobody until alertmanager.yaml is filled in.
set -eu
usage="usage: deploy/secrets.sh NAME-THAT-PEOPLE-OPEN, or deploy/secrets.sh change|drop WHICH, or deploy/secrets.sh update"
name=${1:?$usage}
gateways=${GATEWAYS:-172.30.0.10-172.30.0.12}  # as in compose.yaml
relay=${TURN:-$name}
cd "$(dirname "$0")"
umask 077
admin_sh="sh /etc/kuuki/admin.sh"
refuse() { echo "deploy/secrets.sh: $1" >&2; exit 1; }
secret() { openssl rand -hex 24; }
hash_of() { printf %s "$1" | openssl dgst -sha256 -r | cut -d ' ' -f 1; }

# Standard input becomes what is in a file that stays the same one: containers hold it, not its name.
write() {
  cat >secrets/.new
  chmod u+w "$1"
  cat secrets/.new >"$1"
  chmod "$2" "$1"
  rm secrets/.new
}

make_alerts() {
  if [ -n "${ALERTS:-}" ]; then
    sed "s|# \(webhook_configs: .*\)@ALERTS@|\1$(printf %s "$ALERTS" | sed 's/[\\&|]/\\&/g')|" alertmanager/alertmanager.yaml
  else
    cat alertmanager/alertmanager.yaml
  fi >secrets/alertmanager.yaml
  chmod 0444 secrets/alertmanager.yaml
}
say_alerts() { [ -n "${ALERTS:-}" ] || echo "Alerts reach nobody yet: name somebody in deploy/secrets/alertmanager.yaml."; }

# Redis's certificate for the name $1 (and localhost, for redis-cli beside it). pathlen:0: it vouches for itself alone.
make_certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256 -days 3650 -subj "/CN=kuuki: Redis" \
    -addext "subjectAltName=DNS:$1,DNS:localhost" -addext "basicConstraints=critical,CA:TRUE,pathlen:0" \
    -addext "keyUsage=critical,digitalSignature,keyCertSign" -addext "extendedKeyUsage=serverAuth" \
    -keyout secrets/redis.key -out secrets/redis.crt 2>/dev/null
}

trusted="?ca=/run/redis-ca/ca.crt"  # of a URL with TLS: where k8s/components/redis-ca puts it

make_all() {
  [ ! -e secrets ] || refuse "deploy/secrets is there already: \`change\` makes one of them anew. $usage"
  mkdir secrets
  signal=$(secret) aggregator=$(secret) turn=$(secret) token=$(secret) redis_admin=$(secret)
  sed -e "s/@SIGNAL@/#$(hash_of "$signal")/" -e "s/@AGGREGATOR@/#$(hash_of "$aggregator")/" \
    -e "s/@ADMIN@/#$(hash_of "$redis_admin")/" -e '/^#/d' redis/redis.acl >secrets/redis.acl
  { cat turn/turn.conf; echo "allowed-peer-ip=$gateways"; echo "static-auth-secret=$turn"; } >secrets/turn.conf
  echo "$redis_admin" >secrets/redis_admin_password
  secret >secrets/grafana_password
  make_alerts
  scheme=redis redis=${REDIS_TLS:-redis}
  if [ -n "${REDIS_TLS:-}" ]; then make_certificate "$redis"; scheme=rediss; else trusted=; fi
  cat >secrets/front.env <<END
KUUKI_NAME=$name
END
  cat >secrets/signal.env <<END
KUUKI_PUBLIC_URL=https://$name
KUUKI_ADMIN_TOKEN=$token
KUUKI_CODE_KEY=$(secret)
KUUKI_REDIS_URL=$scheme://signal:$signal@$redis:6379/0$trusted
KUUKI_TURN=turn:$relay:3478?transport=udp,turn:$relay:3478?transport=tcp
KUUKI_TURN_SECRET=$turn
END
  cat >secrets/aggregator.env <<END
KUUKI_REDIS_URL=$scheme://aggregator:$aggregator@$redis:6379/0$trusted
KUUKI_VEIL_KEY=$(secret)
END
  chmod 0444 secrets/redis.acl secrets/redis_admin_password secrets/turn.conf secrets/grafana_password
  echo "Made deploy/secrets. Rooms are made with this token: $token"
  say_alerts
}

# The hashes of a user's passwords, as redis.acl has them; a former version wrote the passwords themselves.
hashes_of() {
  for one in $(sed -n "s/^user $1 on \(\([>#][^ ]* \)*\).*/\1/p" secrets/redis.acl); do
    case $one in \>*) printf '#%s ' "$(hash_of "${one#>}")" ;; *) printf '%s ' "$one" ;; esac
  done
}

# Rights and limits are those of this version; passwords stay, and what you put in that this version says nothing about.
update() {
  signal=$(hashes_of signal) aggregator=$(hashes_of aggregator) admin=$(hashes_of admin)
  [ -n "$signal" ] && [ -n "$aggregator" ] || refuse "secrets/redis.acl names no signal or no aggregator with a password"
  if [ -z "$admin" ] || [ ! -e secrets/redis_admin_password ]; then
    new=$(secret)
    admin="#$(hash_of "$new") "
    touch secrets/redis_admin_password
    echo "$new" | write secrets/redis_admin_password 0444
  fi
  {
    sed -e "s/@SIGNAL@ /$signal/" -e "s/@AGGREGATOR@ /$aggregator/" -e "s/@ADMIN@ /$admin/" -e '/^#/d' redis/redis.acl
    grep -vE '^(#|user (default|probe|admin|signal|aggregator) )' secrets/redis.acl || :
  } | write secrets/redis.acl 0444
  {
    cat turn/turn.conf
    awk -F= 'NR == FNR { lines[$0]; names[$1]; next }
      /^[^#]/ && !($0 in lines) && (!($1 in names) || $1 == "denied-peer-ip")' turn/turn.conf secrets/turn.conf
  } | write secrets/turn.conf 0444
  if [ -z "$(value_in aggregator.env KUUKI_VEIL_KEY)" ]; then
    { grep -v '^KUUKI_VEIL_KEY=' secrets/aggregator.env || :; echo "KUUKI_VEIL_KEY=$(secret)"; } | write secrets/aggregator.env 0600
  fi
  if [ -n "${REDIS_TLS:-}" ] && [ ! -e secrets/redis.crt ]; then
    make_certificate "$REDIS_TLS"
    for one in signal aggregator; do
      sed "s|^KUUKI_REDIS_URL=redis://\([^?]*\)\$|KUUKI_REDIS_URL=rediss://\1$trusted|" secrets/$one.env |
        write secrets/$one.env 0600
    done
  fi
  [ -e secrets/alertmanager.yaml ] || { make_alerts; say_alerts; }
  echo "Next:  docker compose up --detach --wait --no-deps --force-recreate redis turn    # they read their files at the start"
  echo "then:  docker compose up --detach --wait --remove-orphans    # or, in a show, one after the other: docs/operations.md"
}

# change_user NAME-IN-REDIS PASSWORD: this one counts too.
change_user() {
  if grep -q "^user $1 on " secrets/redis.acl; then
    sed "s/^user $1 on /&#$(hash_of "$2") /" secrets/redis.acl | write secrets/redis.acl 0444
    echo "Next:  docker compose exec redis $admin_sh ACL SETUSER $1 '#$(hash_of "$2")'"
  else
    { cat secrets/redis.acl; sed -n "s/^\(user $1 on \)@[A-Z]*@/\1#$(hash_of "$2")/p" redis/redis.acl; } |
      write secrets/redis.acl 0444
    echo "Next:  docker compose up --detach redis    # it knows no such user yet, and learns of it at its start"
  fi
}

# drop_user NAME-IN-REDIS PASSWORD: no other counts.
drop_user() {
  [ -n "$2" ] || refuse "which password of $1 stays is not to be found: KUUKI_REDIS_URL is not as this script writes it"
  sed -e "/^user $1 on /s/ [>#][^ ]*//g" -e "s/^user $1 on /&#$(hash_of "$2") /" secrets/redis.acl |
    write secrets/redis.acl 0444
  echo "Next:  docker compose exec redis $admin_sh ACL SETUSER $1 resetpass '#$(hash_of "$2")'"
}

set_in() { sed "s|^\($2=\).*|\1$3|" "secrets/$1" | write "secrets/$1" 0600; }
value_in() { sed -n "s/^$2=//p" "secrets/$1"; }
url="KUUKI_REDIS_URL=rediss*:/"  # with TLS or without, and whatever stands behind the password
redis_password() { sed -n "s|^$url/$1:\([^@]*\)@.*|\1|p" "secrets/$1.env"; }
set_redis_password() { sed "s|^\($url/$1:\)[^@]*@|\1$2@|" "secrets/$1.env" | write "secrets/$1.env" 0600; }
then_gateways() { echo "then:  for one in signal-1 signal-2; do docker compose up --detach --wait --no-deps \$one; done"; }
then_aggregators() { echo "$1  for one in aggregator-1 aggregator-2; do docker compose up --detach --wait --no-deps \$one; done"; }
then_drop() { echo "then:  deploy/secrets.sh drop $1${2:+    # $2}"; }

change() {
  new=$(secret)
  case $1 in
    signal | aggregator)
      change_user "$1" "$new"
      set_redis_password "$1" "$new"
      if [ "$1" = signal ]; then then_gateways; else then_aggregators "then:"; fi
      then_drop "$1" ;;
    redis-admin)
      former=$(cat secrets/redis_admin_password 2>/dev/null || :)
      touch secrets/redis_admin_password
      printf '%s\n' "$new" ${former:+"$former"} | write secrets/redis_admin_password 0444
      change_user admin "$new"
      then_drop "$1" ;;
    turn)
      { cat secrets/turn.conf; echo "static-auth-secret=$new"; } | write secrets/turn.conf 0444
      set_in signal.env KUUKI_TURN_SECRET "$new"
      echo "Next:  docker compose restart turn    # who is relayed connects again, in seconds"
      then_gateways
      then_drop "$1" "not before an hour has passed (KUUKI_TURN_TTL_S): until then pages use the former" ;;
    admin-token)
      set_in signal.env KUUKI_ADMIN_TOKEN "$new"
      echo "Rooms are made with this token: $new"
      then_gateways ;;
    code-key)
      set_in signal.env KUUKI_CODE_KEY "$new"
      echo "Only while nobody is there (docs/deploy.md):  docker compose stop signal-1 signal-2"
      echo "then:  docker compose up --detach --wait signal-1 signal-2" ;;
    veil-key)
      set_in aggregator.env KUUKI_VEIL_KEY "$new"
      then_aggregators "Next:" ;;
    grafana)
      echo "$new" | write secrets/grafana_password 0444
      echo "Next:  docker compose exec -T grafana grafana cli admin reset-admin-password --password-from-stdin" \
        "<deploy/secrets/grafana_password" ;;
    *) refuse "change what? signal, aggregator, redis-admin, turn, admin-token, code-key, veil-key or grafana" ;;
  esac
}

drop() {
  case $1 in
    signal | aggregator) drop_user "$1" "$(redis_password "$1")" ;;
    redis-admin)
      newest=$(head -n 1 secrets/redis_admin_password)
      drop_user admin "$newest"
      echo "$newest" | write secrets/redis_admin_password 0444 ;;
    turn)
      newest=$(value_in signal.env KUUKI_TURN_SECRET)
      [ -n "$newest" ] || refuse "which secret stays is not to be found: signal.env has no KUUKI_TURN_SECRET"
      { sed '/^static-auth-secret=/d' secrets/turn.conf; echo "static-auth-secret=$newest"; } |
        write secrets/turn.conf 0444
      echo "Next:  docker compose restart turn    # who is relayed connects again, in seconds" ;;
    *) refuse "drop what? signal, aggregator, redis-admin or turn: the others have no former one" ;;
  esac
}

case $name in
  change | drop)
    [ -d secrets ] || refuse "there is no deploy/secrets to change yet. $usage"
    "$name" "${2:?$usage}" ;;
  update)
    [ -d secrets ] || refuse "there is no deploy/secrets to update yet. $usage"
    update ;;
  *) make_all ;;
esac
