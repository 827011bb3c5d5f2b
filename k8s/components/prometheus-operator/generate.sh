#!/bin/sh
# rules.yaml from the rules of Prometheus, which stay the one source: `make generate`. A test says that it is current.
set -eu
cd "$(dirname "$0")"
{
  cat <<END
# Made from deploy/prometheus/rules/kuuki.yaml by generate.sh: edit there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: kuuki
  labels: {app.kubernetes.io/part-of: kuuki}
spec:
END
  sed -n -e '/^groups:/,$s/^./  &/p' -e '/^groups:/,$s/^$//p' ../../../deploy/prometheus/rules/kuuki.yaml
} >"${1:-rules.yaml}"
