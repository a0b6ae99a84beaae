#!/bin/sh
# Single transfers by ghz (go install github.com/bojand/ghz/cmd/ghz@v0.93.0), in an open loop: without --async its latencies leave out what a
# stalled server kept waiting. It counts refusals by code, but checks no money; kontor-load does.
#   GATEWAY=… TOKEN=… FROM=account TO=account [AUTHORITY=file.pem] [RATE=50] [SECONDS_LONG=30] bench/load/scripts/ghz.sh
set -eu
security=--insecure
[ -z "${AUTHORITY:-}" ] || security="--cacert=$AUTHORITY"
exec ghz "$security" --call ledger.v1.TransferService.CreateTransfer --async --rps "${RATE:-50}" --duration "${SECONDS_LONG:-30}s" --duration-stop wait \
  --connections 4 --concurrency 200 --metadata "{\"authorization\": \"Bearer $TOKEN\"}" \
  --data "{\"account_id\": \"$FROM\", \"destination_account_id\": \"$TO\", \"request_id\": \"{{newUUID}}\", \"amount_micros\": \"10000\", \"currency\": \"${CURRENCY:-CNY}\"}" \
  "$GATEWAY"
