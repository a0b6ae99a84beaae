#!/usr/bin/env bash
# Tries the chart on a cluster of kind (https://kind.sigs.k8s.io), for those who have Docker, kind, kubectl and helm. Not tried by us: we had none.
#   helm/kontor/ci/kind.sh          makes the cluster "kontor", installs PostgreSQL and Kontor, waits, shows what runs
#   helm/kontor/ci/kind.sh delete   removes the cluster
# It needs the images kontor and kontor-front of `make images`, loaded into Docker. There is no payment provider: cards and top-ups are not to be had.
set -euo pipefail
cd "$(dirname "$0")/../../.."
version=$(sed -n 's/^appVersion: *//p' helm/kontor/Chart.yaml)
for program in docker kind kubectl helm; do command -v "$program" >/dev/null || { echo "kind.sh: $program is not on the PATH" >&2; exit 1; }; done
if [ "${1:-}" = delete ]; then exec kind delete cluster --name kontor; fi

kind get clusters | grep -qx kontor || kind create cluster --name kontor --wait 120s
kind load docker-image --name kontor "kontor:$version" "kontor-front:$version"
kubectl config use-context kind-kontor
kubectl create namespace kontor --dry-run=client -o yaml | kubectl apply -f -
kubectl label --overwrite namespace kontor pod-security.kubernetes.io/enforce=restricted
kubectl --namespace kontor get secret kontor-roles >/dev/null 2>&1 || helm/kontor/ci/secrets.sh kontor | kubectl --namespace kontor apply -f -

# PostgreSQL of one pod that keeps nothing, with the roles and databases of Secret kontor-roles.
kubectl --namespace kontor apply -f - <<YAML
apiVersion: v1
kind: Service
metadata: {name: kontor-postgresql}
spec: {selector: {app: kontor-postgresql}, ports: [{port: 5432}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: kontor-postgresql}
spec:
  selector: {matchLabels: {app: kontor-postgresql}}
  template:
    metadata: {labels: {app: kontor-postgresql}}
    spec:
      automountServiceAccountToken: false
      securityContext: {runAsNonRoot: true, runAsUser: 999, fsGroup: 999, seccompProfile: {type: RuntimeDefault}}
      containers:
        - name: postgresql
          image: docker.io/library/postgres:15
          env:
            - {name: PGDATA, value: /data/cluster}
            - name: POSTGRES_PASSWORD
              valueFrom: {secretKeyRef: {name: kontor-roles, key: password}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
          readinessProbe: {exec: {command: [pg_isready, -h, 127.0.0.1]}}
          volumeMounts:
            - {name: data, mountPath: /data}
            - {name: run, mountPath: /var/run/postgresql}
            - {name: roles, mountPath: /docker-entrypoint-initdb.d}
      volumes:
        - {name: data, emptyDir: {}}
        - {name: run, emptyDir: {}}
        - {name: roles, secret: {secretName: kontor-roles, items: [{key: roles.sql, path: roles.sql}]}}
YAML
kubectl --namespace kontor rollout status deployment/kontor-postgresql --timeout 180s
helm upgrade --install kontor helm/kontor --namespace kontor --values helm/kontor/ci/minimal-values.yaml --wait --timeout 5m "${@}"
kubectl --namespace kontor get pods,services,networkpolicies
echo "Now: kubectl --namespace kontor port-forward service/kontor-gateway 7400, then export KONTOR_GATEWAY=127.0.0.1:7400 and kontor help"
