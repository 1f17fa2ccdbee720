#!/bin/sh
# Extracts the examples. Some of them are meant to fail (an encrypted file, a broken one), so `extract run` exits with 1;
# this script shows that code and itself ends with 0 unless the code says usage error, bug or missing storage.
set -u
here=$(dirname "$0")
worst=0

extract() {
  printf '\n$ extract'; printf ' %s' "$@"; printf '\n'
  "$BIN/extract" "$@"
  code=$?
  printf 'exit code %s\n' "$code"
  [ "$code" -gt "$worst" ] && worst=$code
}

extract run "$here/invoices" --schema invoice --out "$OUT"
extract run "$here/receipts" --schema receipt --out "$OUT"
extract run "$here/orders" --schema "$here/orders/purchase_order.yaml" --out "$OUT"

[ "$worst" -le 1 ] && exit 0
exit "$worst"
