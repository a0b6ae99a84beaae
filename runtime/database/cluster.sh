#!/usr/bin/env bash
# A private PostgreSQL cluster: unix socket only, never run as root, durable unless told otherwise.
#   cluster.sh start DIR [--no-fsync]   makes it when it is not there, starts it, waits until it answers
#   cluster.sh stop DIR                 stops it in order (fast shutdown); fine when it is not running
#   cluster.sh socket DIR               prints the socket folder, for host=
#   cluster.sh pid DIR                  prints the postmaster's process id
#   cluster.sh remove DIR               stops it and throws the data away
# As root it runs as the user postgres. A folder that this user may not enter (a clone under /root) becomes a link to one that it may:
# /var/lib/postgresql/kontor-<hash of the folder's name>.
set -euo pipefail

command=${1:?start, stop, socket, pid or remove}
asked=$(realpath -ms "${2:?the cluster\'s folder}")
unset "${!PG@}"
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "cluster.sh: PostgreSQL is not installed (Debian package postgresql-15)" >&2; exit 1; }

give_up() { printf 'cluster.sh: %s\n' "$*" >&2; exit 1; }
short() { printf %s "$1" | sha256sum | cut -c1-12; }

# As root everything runs as the package's user; who that user is, owns the data.
owner=$(id -un)
[ "$(id -u)" != 0 ] || owner=postgres
run() { if [ "$(id -u)" = 0 ]; then (cd / && setpriv --reuid=postgres --regid=postgres --clear-groups -- "$@"); else "$@"; fi; }

make_folder() {
  [ -L "$asked" ] || mkdir -p "$asked"
  [ "$(id -u)" = 0 ] || return 0
  if ! [ -L "$asked" ] && ! run test -x "$(dirname "$asked")"; then
    local reachable=/var/lib/postgresql/kontor-$(short "$asked")
    rmdir "$asked" 2>/dev/null || give_up "user postgres may not enter $(dirname "$asked") any more; allow it (chmod o+x on its folders)"
    ln -s "$reachable" "$asked"
    echo "user postgres may not enter $(dirname "$asked"); the data is in $reachable"
  fi
  mkdir -p "$(realpath -m "$asked")"
  chown postgres:postgres "$(realpath "$asked")"
}

# The name can be foretold and the folder is everybody's, so one that somebody else made is not used.
make_socket_folder() {
  mkdir -m 0700 "$socket" 2>/dev/null && { [ "$(id -u)" != 0 ] || chown -h postgres:postgres "$socket"; }
  [ -d "$socket" ] && [ ! -L "$socket" ] && [ "$(stat -c %U "$socket")" = "$owner" ] || give_up "$socket is somebody else's; remove it"
}

# Made beside its place and moved there, so that an end in the middle leaves nothing that looks whole.
make_cluster() {
  run rm -rf "$data" "$data.new"
  run "$bin/initdb" --pgdata="$data.new" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --data-checksums \
    >"$socket/initdb.log" 2>&1 || { tail -n 5 "$socket/initdb.log" >&2; give_up "initdb failed"; }
  run tee -a "$data.new/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_permissions = 0777
max_connections = 300
shared_buffers = 256MB
max_wal_size = 2GB
log_line_prefix = '%m [%p] %d '
log_min_messages = warning
CONF
  run mv "$data.new" "$data"
}

running() { run "$bin/pg_ctl" --pgdata="$data" status >/dev/null 2>&1; }

start() {
  local options="-c unix_socket_directories='$socket'"
  [ "${1:-}" != --no-fsync ] || options="$options -c fsync=off -c synchronous_commit=on -c full_page_writes=off"
  make_socket_folder
  [ -f "$data/PG_VERSION" ] || make_cluster
  running || run "$bin/pg_ctl" --pgdata="$data" --log="$directory/postgres.log" --options="$options" --timeout=120 --wait start >/dev/null ||
    { tail -n 5 "$directory/postgres.log" >&2; give_up "PostgreSQL did not start"; }
}

stop() {
  if running; then run "$bin/pg_ctl" --pgdata="$data" --mode=fast --timeout=60 --wait stop >/dev/null; fi
  rm -rf "$socket"
}

[ "$command" != start ] || make_folder
directory=$(realpath -m "$asked")
# Socket paths are limited to 107 bytes, so the socket lives in a short folder that is derived from the cluster's.
socket=${TMPDIR:-/tmp}/kontor-pg-$(short "$directory")
data=$directory/data

case $command in
socket) echo "$socket" ;;
pid) head -n 1 "$data/postmaster.pid" ;;
start) start "${3:-}" ;;
stop) stop ;;
remove)
  stop
  rm -rf "$directory" "$asked"
  ;;
*) echo "cluster.sh: unknown command $command" >&2; exit 2 ;;
esac
