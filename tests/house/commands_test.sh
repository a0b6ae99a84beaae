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

expect "start refuses a port that is none" 1 "KONTOR_PORT_BASE is many" env KONTOR_PORT_BASE=many ./start

expect "start refuses an inside that is none" 1 "KONTOR_INSIDE is open" env KONTOR_INSIDE=open ./start

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# A taken port: somebody else listens where the gateway would, then where its admin port would be.
coproc listener { python3 -c '
import socket
s = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()
print(s.getsockname()[1], flush=True)
import sys; sys.stdin.read()'; }
read -r port <&"${listener[0]}"
expect "start names the taken port" 1 "port $port (front) is taken" env KONTOR_VAR="$folder" KONTOR_PORT_BASE="$port" ./start --no-demo
expect "start names the taken admin port" 1 "port $port (gateway's admin port) is taken" \
  env KONTOR_VAR="$folder" KONTOR_PORT_BASE=$((port - 10)) ./start --no-demo
exec {listener[1]}>&-
expect "a start that gave up leaves nothing to stop" 0 "stopped" env KONTOR_VAR="$folder" ./start --stop

# A program that is restarted from another terminal, which was not told the ports, comes back on those of the ./start that runs. Such a
# terminal stands here in place of the build.
base=$(python3 -c '
import socket
def free(base):
    try:
        for port in (*range(base, base + 5), *range(base + 10, base + 15), base + 20, base + 21, base + 22):
            socket.create_server(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False
print(next(base for base in range(20000, 32000, 50) if free(base)))')
mkdir -p "$folder/other" "$folder/keys" "$folder/simulator"
cat >"$folder/other/cmake" <<TEXT
#!/usr/bin/env bash
for name in simulator verifier; do env -u KONTOR_PORT_BASE -u FRONT_OTHER ./start --restart \$name || exit 1; done
: <"/dev/tcp/127.0.0.1/$((base + 20))" && . "$folder/run/given" && [ "\$FRONT_OTHER" = "a b" ] && echo "it is where it was"
exit 1
TEXT
chmod +x "$folder/other/cmake"
expect "what another terminal asks for is under way" 1 "the build failed" \
  env KONTOR_VAR="$folder" KONTOR_PORT_BASE="$base" FRONT_OTHER="a b" PATH="$folder/other:$PATH" ./start --no-demo
expect "a restart finds the ports of the ./start that runs" 0 "it is where it was" cat "$folder/log/build-the-release.log"
expect "and they are forgotten with it" 1 "" test -e "$folder/run/given"
for at in 20 22; do expect "and what ran there is ended" 1 "refused" bash -c ": <\"/dev/tcp/127.0.0.1/$((base + at))\""; done

# Of two at once, one works.
exec {held}>>"$folder/run/lock"
flock "$held"
expect "a second start says so" 1 "it is running already" env KONTOR_VAR="$folder" ./start --no-demo
exec {held}>&-
mkdir -p "$folder/check"
exec {held}>>"$folder/check/lock"
flock "$held"
expect "a second check says so" 1 "is running already" env KONTOR_VAR="$folder" ./check house.commands
exec {held}>&-

expect "start says where it cannot write" 1 "set KONTOR_VAR" env KONTOR_VAR=/proc/kontor ./start --no-demo

# A step's output is kept in a file that every tool takes for a file.
(
  root=$PWD KONTOR_VAR=$folder program=test
  . cmake/machine.sh
  step "./start --now (gcc)" true >/dev/null && [ -f "$folder/log/start-now-gcc.log" ] || exit 1
  step "what goes wrong" false >/dev/null && exit 1
  start_together bash -c 'sleep 300 & sleep 300'
  started=$group
  end_together
  ! kill -0 -- "-$started" 2>/dev/null
) || { echo "not so: steps keep their output, tell of failure, and end as a whole"; mistakes=$((mistakes + 1)); }
[ $mistakes = 0 ]
