#!/usr/bin/env bash
# The two commands say what they do, refuse what they do not know, and explain in one line why they cannot start.
set -uo pipefail
mistakes=0
expect() { # expect WHAT STATUS PATTERN command…: the exit status and a line of the output
  local what=$1 status=$2 pattern=$3 output result
  shift 3
  output=$("$@" 2>&1)
  result=$?
  if [ "$result" != "$status" ] || ! grep -q -- "$pattern" <<<"$output"; then
    printf 'not so: %s (status %s, expected %s and "%s")\n%s\n' "$what" "$result" "$status" "$pattern" "$output"
    mistakes=$((mistakes + 1))
  fi
}

expect "start explains itself" 0 "--demo-only" ./start --help
expect "start refuses an unknown option" 2 "unknown option --bogus" ./start --bogus
expect "check explains itself" 0 "--list" ./check --help
expect "check refuses an unknown option" 2 "unknown option --bogus" ./check --bogus
expect "make lists what there is" 0 "make check" make

# A taken port: somebody else listens where the gateway would.
coproc listener { python3 -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print(s.getsockname()[1], flush=True)
import sys; sys.stdin.read()'; }
read -r port <&"${listener[0]}"
folder=$(mktemp -d)
expect "start names the taken port" 1 "port $port (gateway) is taken" env KONTOR_VAR="$folder" KONTOR_PORT_BASE="$port" ./start --no-demo
exec {listener[1]}>&-
rm -rf "$folder"
[ $mistakes = 0 ]
