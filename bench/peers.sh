#!/usr/bin/env bash
# Builds oFono's parser of AT lines, gatsyntax, for the bench to compare with:
#
#   bench/peers.sh FOLDER    leaves the program FOLDER/gatsyntax
#
# Nothing of oFono stands in this repository: its source, and the headers of GLib, come from Debian's packages into
# .cache/peers, which takes a network once. Where they cannot be had it says so and fails.
set -euo pipefail
folder=$(realpath "${1:?a folder}")
cd "$(dirname "${BASH_SOURCE[0]}")/.."

peers=$PWD/.cache/peers
version=1.31-3

die() { printf 'peers: not here: %s\n' "$*" >&2; exit 1; }

# Runs apt-get with lists of its own: those of the system stay as they are.
apt() {
  apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$peers/apt/sources" \
    -o "Dir::State::Lists=$peers/apt/lists" -o "Dir::State::Status=$peers/apt/status" -o APT::Sandbox::User=root "$@" >>"$peers/log" 2>&1
}

bring_lists() {
  [ ! -d "$peers/apt" ] || return 0
  command -v apt-get >/dev/null && command -v dpkg-source >/dev/null || die 'apt-get and dpkg-source bring oFono'
  mkdir -p "$peers/apt/sources" "$peers/apt/lists/partial"
  : >"$peers/apt/status" # nothing is installed, as far as these lists go
  printf '%s http://deb.debian.org/debian bookworm main\n' deb deb-src >"$peers/apt/sources/bookworm.list"
  apt update || { rm -r "$peers/apt"; die "the lists of Debian's packages; see $peers/log"; }
}

bring_ofono() {
  [ ! -d "$peers/ofono" ] || return 0
  bring_lists
  (cd "$peers" && apt --download-only source "ofono=$version") || die "the source package ofono $version; see $peers/log"
  dpkg-source --no-check -x "$peers/ofono_$version.dsc" "$peers/ofono" >>"$peers/log" 2>&1 || die "see $peers/log"
}

# Leaves the arguments of the compiler for GLib, the system's or that of unpacked packages, in `glib`.
find_glib() {
  local place=$peers/glib package libraries
  if pkg-config --exists glib-2.0 2>/dev/null; then
    glib=$(pkg-config --cflags --libs glib-2.0)
    return
  fi
  if [ ! -d "$place" ]; then
    bring_lists
    rm -rf "$place.part"
    mkdir -p "$place.part"
    for package in libglib2.0-dev libglib2.0-0 libpcre2-8-0; do
      (cd "$place.part" && apt download "$package" && dpkg -x "$package"_*.deb . 2>>"$peers/log") ||
        die "the package $package; see $peers/log"
    done
    mv "$place.part" "$place"
  fi
  libraries=$(echo "$place"/usr/lib/*-linux-gnu*)
  glib="-I$place/usr/include/glib-2.0 -I$libraries/glib-2.0/include"
  glib+=" -L$libraries -l:libglib-2.0.so.0 -Wl,-rpath,$libraries"
}

mkdir -p "$peers"
bring_ofono
find_glib
# shellcheck disable=SC2086 # words are wanted
cc -O2 -o "$folder/gatsyntax" bench/c/gatsyntax.c "$peers/ofono/gatchat/gatsyntax.c" -I"$peers/ofono/gatchat" $glib \
  >>"$peers/log" 2>&1 || die "it does not compile; see $peers/log"
