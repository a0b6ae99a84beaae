#!/usr/bin/env bash
# The private PostgreSQL: it works in a folder that only its owner may enter, stops twice, and is thrown away without a trace.
set -euo pipefail
cluster=$PWD/runtime/database/cluster.sh
folder=$(mktemp -d)
trap '"$cluster" remove "$folder/closed/one"; rm -rf "$folder"' EXIT
not_so() { printf 'not so: %s\n' "$*"; exit 1; }

mkdir -m 0700 "$folder/closed"
"$cluster" start "$folder/closed/one" --no-fsync
socket=$("$cluster" socket "$folder/closed/one")
[ "$(psql -XqtA -h "$socket" -U postgres -c 'SELECT 1')" = 1 ] || not_so "a statement is answered"
[ "$(stat -c %U "/proc/$("$cluster" pid "$folder/closed/one")")" != root ] || not_so "PostgreSQL does not run as root"
[ "$(stat -c %a "$socket")" = 700 ] || not_so "nobody else reaches the socket"
"$cluster" start "$folder/closed/one" || not_so "started twice is started"
psql -XqtA -h "$socket" -U postgres -c 'CREATE TABLE kept ()'

"$cluster" stop "$folder/closed/one"
"$cluster" stop "$folder/closed/one" || not_so "stopped twice is stopped"
[ ! -e "$socket" ] || not_so "the socket is gone"

mkdir -m 0755 "$socket"
[ "$(id -u)" != 0 ] || ! "$cluster" start "$folder/closed/one" 2>"$folder/refusal" || not_so "a socket folder that somebody else made is refused"
[ "$(id -u)" != 0 ] || grep -q "somebody else's" "$folder/refusal" || not_so "the refusal says why"
rmdir "$socket"

"$cluster" start "$folder/closed/one" --no-fsync
psql -XqtA -h "$socket" -U postgres -c 'SELECT FROM kept' || not_so "the data outlives a stop"
data=$(realpath "$folder/closed/one")
"$cluster" remove "$folder/closed/one"
[ ! -e "$data" ] && [ ! -L "$folder/closed/one" ] && [ ! -e "$socket" ] || not_so "nothing is left"
