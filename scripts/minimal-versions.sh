#!/usr/bin/env bash
# Compiles the crates with the oldest version of each direct dependency that their manifests allow, in a copy of the tree,
# which has a Cargo.lock of its own. Cargo has this as an unstable option: RUSTC_BOOTSTRAP lets a stable cargo take it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
options=$(scripts/openssl.sh)
place=$PWD/target/minimal-versions
copy=$place/source

rm -rf "$copy"
mkdir -p "$copy"
git ls-files -z --cached --others --exclude-standard | tar --null --files-from - --create | tar --extract --directory "$copy"
cd "$copy"
rm Cargo.lock
RUSTC_BOOTSTRAP=1 "$cargo" -Z direct-minimal-versions generate-lockfile --quiet
# shellcheck disable=SC2086 # words are wanted
"$cargo" check --locked --workspace --all-targets --target-dir "$place/target" $options
