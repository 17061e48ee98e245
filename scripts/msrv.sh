#!/usr/bin/env bash
# msrv.sh number|texts|build: the minimum Rust versions: that of the libraries, which Cargo.toml sets, and that of the program and
# the Python package, which carries it, in cli/Cargo.toml. They need a later one.
#
# number prints that of the program; texts checks that the crates have them and that no document names another; build compiles
# all with toolchains of these versions, which rustup brings.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

number=$(sed -n '/^\[workspace.package\]/,/^$/s/^rust-version = "\([0-9.]*\)".*/\1/p' Cargo.toml)
program=$(sed -n 's/^rust-version = "\([0-9.]*\)".*/\1/p' cli/Cargo.toml)

die() { printf 'msrv: %s\n' "$*" >&2; exit 1; }

[ -n "$number" ] || die 'Cargo.toml sets no rust-version'
[ -n "$program" ] || die 'cli/Cargo.toml sets no rust-version'

texts() {
  local manifest others
  for manifest in $(git ls-files "*/Cargo.toml"); do
    case $manifest in
      cli/* | python/*) grep -q "^rust-version = \"$program\"" "$manifest" || die "$manifest has not the program's Rust version" ;;
      *) grep -qx 'rust-version.workspace = true' "$manifest" || die "$manifest does not inherit the Rust version" ;;
    esac
  done
  others=$(git grep -nE '\bRust\b.{0,12}\b1\.[0-9]+' -- Makefile .github '*.md' '*.rst' ':!CHANGELOG.md' |
    grep -vF "$number" | grep -vF "$program" || true)
  [ -z "$others" ] || die "Cargo.toml says Rust $number, cli/Cargo.toml $program, but"$'\n'"$others"
  git grep -qF "($program or later)" README.md || die "README.md does not say that it needs Rust $program"
}

build() {
  command -v rustup >/dev/null || die "NOT RUN: rustup is missing, which brings Rust $number"
  local version
  for version in "$number" "$program"; do
    rustup toolchain install "$version" --profile minimal --no-self-update ||
      die "NOT RUN: rustup cannot bring Rust $version"
  done
  rustup run "$number" cargo check --locked -p qftp -p qftp-ffi --target-dir target/msrv
  # shellcheck disable=SC2046 # words are wanted
  rustup run "$program" cargo check --locked --workspace --all-targets --target-dir target/msrv $(scripts/openssl.sh)
}

case ${1:-} in
  number) printf '%s\n' "$program" ;;
  texts | build) "$1" ;;
  *) die 'usage: msrv.sh number|texts|build' ;;
esac
