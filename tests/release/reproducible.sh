#!/usr/bin/env bash
# reproducible.sh BUILD: the same source in another folder, at another time, gives the same bytes.
set -uo pipefail
build=$1
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
tar -c --exclude=./build --exclude=./var --exclude=./.git . | tar -x -C "$copy" || exit 1
(cd "$copy" && cmake --preset release && cmake --build --preset release --target kontor kontor-ledger) >"$copy/log" 2>&1 || { tail "$copy/log"; exit 1; }
for program in kontor kontor-ledger; do
  cmp "$build/$program" "$copy/build/release/$program" || exit 1
done
echo "the programs are the same, byte for byte"
