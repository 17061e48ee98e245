#!/usr/bin/env bash
# abi.sh: compares the C interface with its baseline in ffi/abi by abidiff, down to the types of members and of arguments of
# callbacks. Functions may be added, and structs may grow at their end, as they begin with their size.
#
# It compiles the headers alone: the tests hold the libraries to them. It needs Debian's abigail-tools.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

die() { printf 'abi: %s\n' "$*" >&2; exit 1; }

# stub FOLDER NAME LIBRARY: compiles the header of a folder to a library of empty functions.
stub() {
  python3 scripts/abi_stub.py "$1/$2.h" >"$work/$2.c"
  cc -std=c99 -g -shared -fPIC -I"$1" "$work/$2.c" -o "$3"
  [ "$(nm --dynamic --defined-only "$3" | grep -c ' T ')" -gt 10 ] || die "$1/$2.h has no functions"
}

command -v abidiff >/dev/null || die 'abidiff is missing: apt-get install abigail-tools'
# What abidiff prints of structs that grew at their end, and of nothing else.
grown="^$|^[A-Z][a-z/A-Z ]* summary: |^'struct .*' changed:$|^  type size changed from |^  [0-9]* data member insertions?:$|^    '.*', at offset "
for name in qftp qftp_emulator; do
  stub ffi/abi "$name" "$work/old.so"
  stub include "$name" "$work/new.so"
  abidiff --no-added-syms --leaf-changes-only "$work/old.so" "$work/new.so" >"$work/changes" || [ $? = 4 ] ||
    { cat "$work/changes" >&2; die "$name.h changed since the baseline"; }
  if grep -vE "$grown" "$work/changes" >&2; then
    die "$name.h changed since the baseline, as abidiff says"
  fi
  printf 'abi: %s.h: nothing changed that a program was compiled for\n' "$name"
done
