#!/usr/bin/env bash
# A private PostgreSQL cluster: unix socket only, never run as root, durable unless told otherwise.
#   cluster.sh start DIR [--no-fsync]   makes it when it is not there, starts it, waits until it answers
#   cluster.sh stop DIR                 stops it in order (fast shutdown); fine when it is not running
#   cluster.sh socket DIR               prints the socket folder, for host=
#   cluster.sh pid DIR                  prints the postmaster's process id
set -euo pipefail

command=${1:?start, stop, socket or pid}
directory=$(realpath -m "${2:?the cluster\'s folder}")
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "cluster.sh: PostgreSQL is not installed (Debian package postgresql-15)" >&2; exit 1; }

# As root everything runs as the package's user; who that user is, owns the data.
run() { if [ "$(id -u)" = 0 ]; then setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"; else "$@"; fi; }

# Socket paths are limited to 107 bytes, so the socket lives in a short folder that is derived from the cluster's.
socket=${TMPDIR:-/tmp}/kontor-pg-$(printf %s "$directory" | sha256sum | cut -c1-12)
data=$directory/data

case $command in
socket) echo "$socket" ;;
pid) head -n 1 "$data/postmaster.pid" ;;
start)
  mkdir -p "$directory" "$socket"
  if [ "$(id -u)" = 0 ]; then
    chown postgres:postgres "$directory" "$socket"
    run test -x "$directory" || { echo "cluster.sh: user postgres cannot enter $directory; clone into a folder others may enter, such as /opt/kontor or /srv/kontor" >&2; exit 1; }
  fi
  chmod 0700 "$socket"
  if [ ! -f "$data/PG_VERSION" ]; then
    run rm -rf "$data"
    run "$bin/initdb" --pgdata="$data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --data-checksums >"$socket/initdb.log" 2>&1 ||
      { echo "cluster.sh: initdb failed:" >&2; tail -n 5 "$socket/initdb.log" >&2; exit 1; }
    run tee -a "$data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
log_line_prefix = '%m [%p] %d '
log_min_messages = warning
CONF
  fi
  options="-c unix_socket_directories=$socket"
  [ "${3:-}" != --no-fsync ] || options="$options -c fsync=off -c synchronous_commit=on -c full_page_writes=off"
  if ! run "$bin/pg_ctl" --pgdata="$data" status >/dev/null 2>&1; then
    run "$bin/pg_ctl" --pgdata="$data" --log="$directory/postgres.log" --options="$options" --timeout=120 --wait start >/dev/null ||
      { echo "cluster.sh: PostgreSQL did not start:" >&2; tail -n 5 "$directory/postgres.log" >&2; exit 1; }
  fi
  ;;
stop)
  if [ -f "$data/postmaster.pid" ]; then run "$bin/pg_ctl" --pgdata="$data" --mode=fast --timeout=60 --wait stop >/dev/null; fi
  rm -rf "$socket"
  ;;
*) echo "cluster.sh: unknown command $command" >&2; exit 2 ;;
esac
