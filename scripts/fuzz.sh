#!/usr/bin/env bash
# fuzz.sh SECONDS [TARGET...]: runs the targets of fuzz/, all at first, under libFuzzer and the address sanitizer, one
# after the other. New inputs go to target/fuzz-corpus, an input that fails to target/fuzz-failures: put it into a file in
# fuzz/corpus/TARGET, where the tests run it. Without a nightly Rust it says NOT RUN and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
seconds=$1
shift
if ! "$cargo" +nightly --version >/dev/null 2>&1; then
  echo 'fuzz: NOT RUN: the sanitizer needs a nightly Rust: rustup toolchain install nightly' >&2
  exit 1
fi
tools=$PWD/.cache/tools
if [ ! -x "$tools/bin/cargo-fuzz" ]; then
  "$cargo" install --quiet --locked --root "$tools" cargo-fuzz@0.13.2
fi
export PATH=$tools/bin:$PATH
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <("$cargo" +nightly fuzz list)
fi
for target in "${targets[@]}"; do
  mkdir -p "target/fuzz-corpus/$target" target/fuzz-failures
  "$cargo" +nightly fuzz run --dev --features libfuzzer --target-dir target/fuzz "$target" \
    "target/fuzz-corpus/$target" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -max_len=3000 -timeout=60 -artifact_prefix="target/fuzz-failures/$target-"
done
