#!/usr/bin/env bash
# fuzz.sh SECONDS [TARGET...]: runs the targets of fuzz/, all at first, under libFuzzer and the address sanitizer, one
# after the other. New inputs go to target/fuzz-corpus, an input that fails to target/fuzz-failures: put it into a file in
# fuzz/corpus/TARGET, where the tests run it.
#
# The sanitizer is a nightly option of the compiler. Where there is no nightly Rust, the stable one takes it too, if it
# is told so and has the sanitizer's library; without that the script says NOT RUN and fails.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=("${CARGO:-cargo}")
seconds=$1
shift
if "${cargo[0]}" +nightly --version >/dev/null 2>&1; then
  cargo+=(+nightly)
elif compgen -G "$(rustc --print target-libdir)/librustc-stable_rt.asan.*" >/dev/null; then
  export RUSTC_BOOTSTRAP=1
else
  echo 'fuzz: NOT RUN: the sanitizer needs a nightly Rust: rustup toolchain install nightly' >&2
  exit 1
fi
tools=$PWD/.cache/tools
if [ ! -x "$tools/bin/cargo-fuzz" ]; then
  "${CARGO:-cargo}" install --quiet --locked --root "$tools" cargo-fuzz@0.13.2
fi
export PATH=$tools/bin:$PATH
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  mapfile -t targets < <("${cargo[@]}" fuzz list)
fi
for target in "${targets[@]}"; do
  mkdir -p "target/fuzz-corpus/$target" target/fuzz-failures
  "${cargo[@]}" fuzz run --dev --features libfuzzer --target-dir target/fuzz "$target" \
    "target/fuzz-corpus/$target" "fuzz/corpus/$target" -- \
    -max_total_time="$seconds" -max_len=3000 -timeout=60 -artifact_prefix="target/fuzz-failures/$target-"
done
