#!/usr/bin/env bash
# Builds the shared libraries as they are shipped, prints their sizes and fails if one is over its limit.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

over=0

# check LIBRARY LIMIT CARGO-OPTION...
check() {
  local library=$1 limit=$2 file size
  shift 2
  file=$(CARGO=${CARGO:-cargo} scripts/build-library.sh "$library" cdylib "$@")
  size=$(stat -c %s "$file")
  printf '%s.so: %d bytes of at most %d, needs glibc %s\n' "$library" "$size" "$limit" "$(scripts/needed-glibc.sh "$file")"
  [ "$size" -lt "$limit" ] || over=1
}

check libqftp 885000
# shellcheck disable=SC2046 # words are wanted
check libqftp_emulator 1145000 $(scripts/openssl.sh)
exit "$over"
