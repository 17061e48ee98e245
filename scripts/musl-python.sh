#!/usr/bin/env bash
# Builds a Python of musl, of which Debian has no package, into .cache/musl-python: Debian's source by Debian's musl-gcc.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

place=$PWD/.cache/musl-python
[ ! -x "$place/bin/python3" ] || exit 0
command -v musl-gcc >/dev/null || { echo 'musl-gcc is missing: apt-get install musl-tools' >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; exit 1; }; }

# This machine's apt, with sources instead of packages.
sed 's/^\(Types: \)\?deb\b/\1deb-src/' /etc/apt/sources.list.d/debian.sources >"$work/of.sources"
mkdir -p "$work/lists/partial" "$work/source"
apt=(apt-get -o "Dir::Etc::SourceList=$work/of.sources" -o Dir::Etc::SourceParts=- -o "Dir::State::Lists=$work/lists")
quietly "${apt[@]}" update
(cd "$work" && quietly "${apt[@]}" source --tar-only "$(basename "$(readlink /usr/bin/python3)")")
tar --extract --file "$work"/*.orig.tar.* --strip-components 1 -C "$work/source"

# Python asks its compiler for the folder of headers, and musl-gcc answers for glibc.
cat >"$work/cc" <<'SH'
#!/bin/sh
case $1 in
  *-print-multiarch) musl-gcc -print-multiarch | sed 's/gnu$/musl/' ;;
  *) exec musl-gcc "$@" ;;
esac
SH
chmod +x "$work/cc"
cd "$work/source"
quietly ./configure CC="$work/cc" PKG_CONFIG=false OPT=-O0 --prefix="$place" --without-ensurepip --disable-test-modules
quietly make -j"$(nproc)"
quietly make install
