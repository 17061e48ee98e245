#!/usr/bin/env bash
# miri.sh: runs the unit tests of the engines under Miri, which finds undefined behaviour. They need no system calls, as
# those of the emulator and the ports do. Without the component it says NOT RUN and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
if ! "$cargo" +nightly miri --version >/dev/null 2>&1; then
  echo 'miri: NOT RUN: the component is missing: rustup +nightly component add miri' >&2
  exit 1
fi
# Fewer cases of each property: Miri is a hundred times slower.
export PROPTEST_CASES=4 MIRIFLAGS=-Zmiri-disable-isolation
exec "$cargo" +nightly miri test -p qftp --lib --locked --no-default-features -- \
  at:: checksum:: codes:: dialect:: exchange:: framing:: ftp:: host:: module:: transfer:: wiped::
