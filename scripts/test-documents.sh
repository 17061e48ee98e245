#!/usr/bin/env bash
# Runs the examples of the README, of docs/start and of docs/guides as a reader does: with what is installed, each document
# in an empty folder. The program is that of the tests; the C library is installed into a temporary prefix. Before that, the
# English of all documents that people write is held to the rules of CONTRIBUTING.md.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python3 docs/site/english.py . cli core python docs docs/start docs/guides

cargo=${CARGO:-cargo}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# shellcheck disable=SC2046 # words are wanted
"$cargo" build --quiet --locked -p qftp-cli $(scripts/openssl.sh)
PREFIX=$work/prefix CARGO=$cargo scripts/install.sh build library >"$work/log" 2>&1 &&
  PREFIX=$work/prefix CARGO=$cargo scripts/install.sh install library >>"$work/log" 2>&1 ||
  { cat "$work/log" >&2; exit 1; }
export PATH=$PWD/.cache/venv/bin:${CARGO_TARGET_DIR:-$PWD/target}/debug:$PATH
export PKG_CONFIG_PATH=$work/prefix/lib/pkgconfig LD_LIBRARY_PATH=$work/prefix/lib
python3 docs/site/run_blocks.py README.md docs docs/start docs/guides
