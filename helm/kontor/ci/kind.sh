#!/usr/bin/env bash
# Tries the chart on a cluster of kind (https://kind.sigs.k8s.io), for those who have Docker, kind, kubectl and helm. Not tried by us: we had none.
#   helm/kontor/ci/kind.sh          makes the cluster "kontor", installs PostgreSQL, the provider's simulator and Kontor, waits, shows what runs
#   helm/kontor/ci/kind.sh delete   removes the cluster
# The images kontor, kontor-front and kontor-development that Docker does not have yet are built first, which takes minutes.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^appVersion: *//p' helm/kontor/Chart.yaml)
for program in docker kind kubectl helm; do command -v "$program" >/dev/null || { echo "kind.sh: $program is not on the PATH" >&2; exit 1; }; done
if [ "${1:-}" = delete ]; then exec kind delete cluster --name kontor; fi

kind get clusters | grep -qx kontor || kind create cluster --name kontor --wait 120s
for name in kontor kontor-front kontor-development; do
  docker image inspect "$name:$version" >/dev/null 2>&1 || docker build --file helm/images/Containerfile --target "$name" --tag "$name:$version" .
done
kind load docker-image --name kontor "kontor:$version" "kontor-front:$version" "kontor-development:$version"
kubectl config use-context kind-kontor
kubectl create namespace kontor --dry-run=client -o yaml | kubectl apply -f -
kubectl label --overwrite namespace kontor pod-security.kubernetes.io/enforce=restricted
kubectl --namespace kontor get secret kontor-roles >/dev/null 2>&1 || helm/kontor/ci/secrets.sh kontor | kubectl --namespace kontor apply -f -

kubectl --namespace kontor apply -f helm/images/development/pods.yaml # PostgreSQL of one pod that keeps nothing, and the simulator
for name in postgresql simulator; do kubectl --namespace kontor rollout status "deployment/kontor-$name" --timeout 180s; done
helm upgrade --install kontor helm/kontor --namespace kontor --values helm/kontor/ci/minimal-values.yaml --wait --timeout 5m "${@}"
kubectl --namespace kontor get pods,services,networkpolicies
echo "Now: kubectl --namespace kontor port-forward service/kontor-gateway 7400, then export KONTOR_GATEWAY=127.0.0.1:7400 and kontor help"
