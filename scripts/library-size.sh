#!/usr/bin/env bash
# Builds the shared library as it is shipped, with and without the emulator,
# prints both sizes and fails if one is over its limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

over=0

# check NAME LIMIT CARGO-OPTION...
check() {
  local name=$1 limit=$2 file size
  shift 2
  file=$(CARGO=${CARGO:-cargo} scripts/build-library.sh cdylib "$@")
  size=$(stat -c %s "$file")
  printf 'libqftp.so, %s: %d bytes of at most %d\n' "$name" "$size" "$limit"
  [ "$size" -lt "$limit" ] || over=1
}

check 'client and engine' 735000 --no-default-features --features host
# shellcheck disable=SC2046 # words are wanted
check 'with the emulator' 4000000 $(scripts/openssl.sh)
exit "$over"
