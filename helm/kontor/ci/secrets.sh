#!/usr/bin/env bash
# Every Secret that the chart reads, with new random secrets, as manifests on stdout: for a try, and to see which there are.
#   ci/secrets.sh NAME [POSTGRES_HOST] [WORDS] | kubectl --namespace kontor apply -f -
# NAME is the release's name as its objects have it ("kontor"); POSTGRES_HOST where PostgreSQL is (NAME-postgresql); WORDS what else
# libpq is to be told ("sslmode=verify-full sslrootcert=/etc/kontor/database/ca.crt"). NAME-roles has the databases and their roles as SQL, for psql.
# What exists already is not read: applied twice, it changes every password and the keys, and then what was sealed with the old ones is lost.
set -euo pipefail
name=${1:?the name of the release\'s objects}
host=${2:-$name-postgresql}
words=${3:-}
[[ $name =~ ^[a-z]([a-z0-9-]*[a-z0-9])?$ ]] || { echo "secrets.sh: $name is no name of objects; see its head" >&2; exit 1; }

random() { head -c "$1" /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'; }

begin() { # begin SECRET: a Secret whose data follows
  printf -- '---\napiVersion: v1\nkind: Secret\nmetadata:\n  name: %s\n' "$1"
}

settings() { # settings SECRET LINE …: one with a settings file
  local line
  begin "$1"
  printf 'stringData:\n  settings: |\n'
  shift
  for line in "$@"; do printf '    %s\n' "$line"; done
}

roles=() provider_key=sk_test_$(random 24) webhook_secret=whsec_$(random 24)
for service in identity payments ledger sharing gateway; do
  password=$(random 24) owner_password=$(random 24)
  at="host=$host dbname=$service${words:+ $words}"
  database="database-url = $at user=$service password=$password"
  lines=("$database")
  case $service in
  payments) lines+=("provider-key = $provider_key" "webhook-secret = $webhook_secret") ;;
  esac
  settings "$name-$service" "${lines[@]}"
  settings "$name-$service-owner" "migration-url = $at user=${service}_owner password=$owner_password" "grant-to = $service"
  roles+=("CREATE ROLE ${service} LOGIN PASSWORD '$password';" "CREATE ROLE ${service}_owner LOGIN PASSWORD '$owner_password';"
    "CREATE DATABASE ${service} OWNER ${service}_owner;" "REVOKE CONNECT, TEMPORARY ON DATABASE ${service} FROM PUBLIC;"
    "GRANT CONNECT ON DATABASE ${service} TO ${service};")
done
for service in identity payments ledger; do
  begin "$name-$service-key"
  printf 'data:\n  key: %s\n' "$(head -c 32 /dev/urandom | base64)"
done
begin "$name-first-operator"
printf 'stringData:\n  code: %s\n' "$(random 24)"
settings "$name-load" "# email, password and to: an account, and another of its company, for helm test" "# companies and accounts: of the key credentials, for a load"
printf '  credentials: |\n    # e-mail address and password of each account, a line each, those of a company together\n'
begin "$name-simulator" # what stands in for the payment provider, in a try (helm/images/development)
printf 'stringData:\n  PSP_API_KEY: %s\n  PSP_WEBHOOK_SECRET: %s\n' "$provider_key" "$webhook_secret"
begin "$name-roles"
printf 'stringData:\n  password: %s\n  roles.sql: |\n' "$(random 24)" # a superuser's, where one is made with them
printf '    %s\n' "${roles[@]}"
