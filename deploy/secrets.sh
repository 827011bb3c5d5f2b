#!/bin/sh
# Makes what compose.yaml asks for in deploy/secrets: passwords, and the settings of each service with the ones it needs.
#
#   deploy/secrets.sh kuuki.example.org
#
# The argument is the name that people open: its DNS leads to this machine, whose ports 80 and 443 (TCP) and 3478 (UDP
# and TCP) are reachable. The files are for Docker alone: the folder is closed to everybody else, and since containers
# run as strangers to this machine, the files in it are readable.
#
# For Kubernetes (docs/deploy.md) say which addresses pods have, first and last, and the name of the relay's balancer:
#   TURN=turn.kuuki.example.org GATEWAYS=10.244.0.0-10.244.255.255 deploy/secrets.sh kuuki.example.org
#
# ALERTS=https://… is a webhook that Alertmanager calls; without it alerts reach nobody until alertmanager.yaml is filled in.
set -eu
name=${1:?usage: deploy/secrets.sh the-name-that-people-open}
gateways=${GATEWAYS:-172.30.0.10-172.30.0.12}  # as in compose.yaml
relay=${TURN:-$name}
cd "$(dirname "$0")"
[ ! -e secrets ] || { echo "deploy/secrets is there already: remove it to make all passwords anew" >&2; exit 1; }
umask 077
mkdir secrets
secret() { openssl rand -hex 24; }
signal=$(secret) aggregator=$(secret) turn=$(secret) admin=$(secret)

sed -e "s/@SIGNAL_PASSWORD@/$signal/" -e "s/@AGGREGATOR_PASSWORD@/$aggregator/" -e '/^#/d' redis/redis.acl >secrets/redis.acl
{ cat turn/turn.conf; echo "allowed-peer-ip=$gateways"; echo "static-auth-secret=$turn"; } >secrets/turn.conf
secret >secrets/grafana_password
if [ -n "${ALERTS:-}" ]; then
  sed "s|# \(webhook_configs: .*\)@ALERTS@|\1$(printf %s "$ALERTS" | sed 's/[\\&|]/\\&/g')|" alertmanager/alertmanager.yaml
else
  cat alertmanager/alertmanager.yaml
fi >secrets/alertmanager.yaml
chmod 0444 secrets/alertmanager.yaml
cat >secrets/front.env <<END
KUUKI_NAME=$name
END
cat >secrets/signal.env <<END
KUUKI_PUBLIC_URL=https://$name
KUUKI_ADMIN_TOKEN=$admin
KUUKI_CODE_KEY=$(secret)
KUUKI_REDIS_URL=redis://signal:$signal@redis:6379/0
KUUKI_TURN=turn:$relay:3478?transport=udp,turn:$relay:3478?transport=tcp
KUUKI_TURN_SECRET=$turn
END
cat >secrets/aggregator.env <<END
KUUKI_REDIS_URL=redis://aggregator:$aggregator@redis:6379/0
END
chmod 0444 secrets/redis.acl secrets/turn.conf secrets/grafana_password
echo "Made deploy/secrets. Rooms are made with this token: $admin"
[ -n "${ALERTS:-}" ] || echo "Alerts reach nobody yet: name somebody in deploy/secrets/alertmanager.yaml."
