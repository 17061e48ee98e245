#!/usr/bin/env bash
# Packs the crates as crates.io would get them, looks for licences and documents in them, and tests in the unpacked
# archive what a reader can test: the examples in the documentation.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
options=$(scripts/openssl.sh)
place=$PWD/target/test-package
version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)

die() { printf 'test-package: %s\n' "$*" >&2; exit 1; }

rm -rf "$place/unpacked"
mkdir -p "$place/unpacked"
"$cargo" package --quiet --no-verify --allow-dirty -p qftp --target-dir "$place" 2>"$place/log" ||
  { cat "$place/log" >&2; die 'cargo package failed'; }
tar -xzf "$place/package/qftp-$version.crate" -C "$place/unpacked"
for file in README.md LICENSE-APACHE LICENSE-MIT; do
  cmp "$place/unpacked/qftp-$version/$file" "$file" || die "qftp lacks $file"
  # Its archive is made only when crates.io has `qftp`.
  "$cargo" package --list --allow-dirty -p qftp-cli | grep -qx "$file" || die "qftp-cli lacks $file"
done
for part in conformance conversations; do
  "$cargo" package --list --allow-dirty -p qftp-conformance | grep -q "^data/$part/" || die "qftp-conformance lacks $part"
done
cd "$place/unpacked/qftp-$version"
printf '\n[workspace]\n' >>Cargo.toml # not a member of ours, below which it lies
# shellcheck disable=SC2086 # words are wanted
"$cargo" test --quiet --locked --doc --target-dir "$place/target" $options
