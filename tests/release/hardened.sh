#!/usr/bin/env bash
# hardened.sh BUILD: the release was compiled and linked with the options of the OpenSSF's guide (cmake/kontor.cmake, kontor_harden).
set -uo pipefail
build=$1 mistakes=0
missing() { echo "missing: $*"; mistakes=$((mistakes + 1)); }

command=$(python3 - "$build/compile_commands.json" <<'PY'
import json
import sys
print([entry["command"] for entry in json.load(open(sys.argv[1])) if entry["file"].endswith("/ledger/domain/transfer.c")][0])
PY
)
for flag in -fstack-protector-strong -fstack-clash-protection -fcf-protection=full -ftrivial-auto-var-init=zero \
  -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -Wtrampolines -Wbidi-chars=any -D_FORTIFY_SOURCE=3 \
  -Werror=format-security -Wimplicit-fallthrough -Wformat=2; do
  [[ " $command " == *" $flag "* ]] || missing "$flag"
done

programs=("$build"/kontor "$build"/kontor-{identity,payments,ledger,sharing,gateway})
for program in "${programs[@]}"; do
  readelf -nW "$program" | grep -q IBT || missing "$program: indirect branch tracking"
  readelf -dW "$program" | grep -q BIND_NOW || missing "$program: -z now"
  readelf -lW "$program" | grep -q GNU_RELRO || missing "$program: -z relro"
  readelf -lW "$program" | grep -E 'GNU_STACK.* RWE ' && missing "$program: a stack that cannot be run"
  readelf -hW "$program" | grep -q 'Type: *DYN' || missing "$program: position independence"
  # The folder of the build is in no program.
  ! grep -qaF -- "$(realpath "$build")" "$program" || missing "$program: holds the path of the build"
done
[ $mistakes = 0 ] && echo "${#programs[@]} programs are hardened"
