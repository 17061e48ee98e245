#!/usr/bin/env bash
# msrv.sh number|texts|build: the minimum Rust version, which Cargo.toml alone sets.
#
# number prints it; texts checks that the crates inherit it and that no document names another; build compiles all with
# a toolchain of that version, which rustup brings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number=$(sed -n '/^\[workspace.package\]/,/^$/s/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)

die() { printf 'msrv: %s\n' "$*" >&2; exit 1; }

[ -n "$number" ] || die 'Cargo.toml sets no rust-version'

texts() {
  local manifest others
  for manifest in $(git ls-files "*/Cargo.toml"); do
    grep -qx 'rust-version.workspace = true' "$manifest" || die "$manifest does not inherit the Rust version"
  done
  others=$(git grep -nE '\bRust\b.{0,12}\b1\.[0-9]+' -- Makefile .github '*.md' '*.rst' ':!CHANGELOG.md' |
    grep -vF "$number" || true)
  [ -z "$others" ] || die "Cargo.toml says Rust $number, but"$'\n'"$others"
  git grep -qF "($number or later)" README.md || die "README.md does not say that it needs Rust $number"
}

build() {
  command -v rustup >/dev/null || die "NOT RUN: rustup is missing, which brings Rust $number"
  rustup toolchain install "$number" --profile minimal --no-self-update ||
    die "NOT RUN: rustup cannot bring Rust $number"
  # shellcheck disable=SC2046 # words are wanted
  rustup run "$number" cargo check --locked --workspace --all-targets --target-dir target/msrv $(scripts/openssl.sh)
}

case ${1:-} in
  number) printf '%s\n' "$number" ;;
  texts | build) "$1" ;;
  *) die 'usage: msrv.sh number|texts|build' ;;
esac
