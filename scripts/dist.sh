#!/usr/bin/env bash
# dist.sh [source] [deb] [static] [sbom]: makes what a release hands out from the last commit, into target/release-files; all of
# it at first, and SHA-256 sums of what is there.
#
#   source  the sources with all crates, to build without a network
#   deb     Debian packages for this machine: dpkg-dev, debhelper, and lintian, which must find nothing
#   static  the program alone, which needs no library of the system: Linux on x86-64; its C library is musl, its OpenSSL its own
#   sbom    the crates in program and libraries, as CycloneDX
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
out=$PWD/target/release-files
version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
tree=libqftp-$version
# Files are as old as the commit, so that the same commit gives the same archive.
date=$(git log -1 --format=%cI)
# Where a part lays out the sources. It stays, so that cargo builds there what has changed.
place=
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf 'dist: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

needs() {
  local tool
  for tool; do
    command -v "$tool" >/dev/null || die "$tool is missing: apt-get install dpkg-dev debhelper lintian"
  done
}

# lay_out PART: the sources of the commit, below $place.
lay_out() {
  place=$PWD/target/release-trees/$1
  rm -rf "$place"
  mkdir -p "$place"
  git archive --prefix="$tree/" HEAD | tar -x -C "$place"
}

source_part() {
  lay_out source
  mkdir "$place/$tree/.cargo"
  # What it prints makes cargo look there; --quiet would keep that back.
  (cd "$place/$tree" && "$cargo" vendor --locked --versioned-dirs vendor >.cargo/config.toml) 2>"$work/log" ||
    { cat "$work/log" >&2; die 'cargo vendor failed'; }
  (cd "$place/$tree" && CARGO_HOME=$work/nothing "$cargo" metadata --offline --locked --format-version 1 >/dev/null) ||
    die 'the archive lacks a crate'
  tar --create --xz --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner -f "$out/$tree.tar.xz" -C "$place" "$tree"
}

copyright() {
  cat <<'TEXT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: libqftp

Files: *
Copyright: 2026 The libqftp authors
License: Expat or Apache-2.0

License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.

License: Expat
TEXT
  sed -n '/^Permission/,$ { s/^$/./; s/^/ /; p }' LICENSE-MIT
}

deb_part() {
  local target
  needs dpkg-buildpackage dh lintian
  # Cargo's folder is that of the checkout, so that not everything is built anew.
  target=$("$cargo" metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
  lay_out deb
  cp -r packaging/debian "$place/$tree/debian"
  copyright >"$place/$tree/debian/copyright"
  cat >"$place/$tree/debian/changelog" <<TEXT
libqftp ($version) unstable; urgency=medium

  * The changes are in CHANGELOG.md.

 -- $(sed -n 's/^Maintainer: //p' packaging/debian/control)  $(date --rfc-email -d "$date")
TEXT
  # -d: compiler and cargo need not be those of Debian.
  (cd "$place/$tree" && CARGO_TARGET_DIR=$target dpkg-buildpackage --build=binary --no-sign -d) >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; die 'dpkg-buildpackage failed'; }
  rm -f "$out"/*.deb
  cp "$place"/*.deb "$out"
  # These packages close no bug of Debian, and their maintainers have no address yet.
  lintian --allow-root --fail-on error,warning \
    --suppress-tags initial-upload-closes-no-bugs,bogus-mail-host,bogus-mail-host-in-debian-changelog "$out"/*.deb
}

# zig is compiler and linker for musl (zig.sh).
static_part() {
  local target=x86_64-unknown-linux-musl name=qftp-$version-x86_64-linux options build
  build=$("$cargo" metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
  scripts/zig.sh
  options=$(scripts/openssl.sh --own)
  [ -z "$(scripts/build-std.sh "$target")" ] || die "rustup has no standard library of $target"
  lay_out static
  # shellcheck disable=SC2086 # words are wanted
  (cd "$place/$tree" && CARGO=$cargo CARGO_TARGET_DIR=$build PATH=$OLDPWD/.cache/zig/bin:$PATH \
    cargo-zigbuild zigbuild --quiet --locked -p qftp-cli --release --target "$target" $options)
  mkdir "$place/$name"
  cp "$build/$target/release/qftp" "$place/$tree"/LICENSE-* "$place/$name"
  ! readelf --program-headers --dynamic --wide "$place/$name/qftp" | grep -E 'INTERP|NEEDED' || die 'the program is not static'
  tar --create --xz --sort=name --mtime="$date" --owner=0 --group=0 --numeric-owner -f "$out/$name.tar.xz" -C "$place" "$name"
}

sbom_part() {
  local package
  for package in qftp-cli qftp-ffi qftp-ffi-emulator; do
    "$cargo" tree --locked -p "$package" --edges normal,no-proc-macro --no-dedupe --prefix none --format '{p}|{l}' |
      python3 scripts/sbom.py "$date" >"$out/$package-$version.cdx.json"
  done
}

mkdir -p "$out"
[ $# -gt 0 ] || set -- source deb static sbom
for part; do
  case $part in
    source | deb | static | sbom) say "$part"; "${part}_part" ;;
    *) die "there is no part $part: source, deb, static, sbom" ;;
  esac
done
(cd "$out" && find . -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs sha256sum >SHA256SUMS && cat SHA256SUMS)
