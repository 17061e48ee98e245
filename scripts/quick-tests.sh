#!/usr/bin/env bash
# quick-tests.sh [cargo option...]: runs rings 1 and 2 of the tests (CONTRIBUTING.md), which need no root and no server:
# the unit tests of every crate, and each test program of core but those of ring 3, which are named here.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
programs=()
for path in core/tests/*.rs core/tests/*/main.rs; do
  name=${path#core/tests/}
  name=${name%/main.rs}
  name=${name%.rs}
  case $name in
    *servers | nat | file_store | emulator*) ;;
    '*') ;; # no program of this form
    *) programs+=(--test "$name") ;;
  esac
done
"$cargo" test --quiet --workspace --lib --bins "$@"
"$cargo" test --quiet -p qftp "${programs[@]}" "$@"
