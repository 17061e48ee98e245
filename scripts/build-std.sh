#!/usr/bin/env bash
# build-std.sh TARGET: brings Rust's standard library of a target by rustup. Where rustup has its source alone, or Debian has
# (rustc-web, cargo-web, rust-web-src), it prints the options that make cargo build it along.
#
# -Z is for unstable compilers: who gets options sets RUSTC_BOOTSTRAP=1, and PATH=/usr/bin:$PATH where rustup has no source.
set -euo pipefail

target=${1:?a target of Rust}
if rustup --quiet target add "$target" 2>/dev/null; then
  exit 0
fi
if ! rustup --quiet component add rust-src >&2 2>/dev/null && [ ! -d /usr/lib/rustlib/src/rust/library ]; then
  printf '%s: rustup has no standard library. To build it: apt-get install rustc-web cargo-web rust-web-src\n' "$target" >&2
  exit 1
fi
echo '-Z build-std=std,panic_unwind'
