#!/usr/bin/env bash
# tests.sh [cargo option...]: builds the tests of the workspace and runs every one, TEST_PROGRAMS programs at a time: most of
# them wait, for servers and for silences of a line. What a program prints comes in one piece, when it has ended.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
most=${TEST_PROGRAMS:-2}
options=("$@")
work=$(mktemp -d)
trap 'kill $(jobs -rp) 2>/dev/null || true; rm -rf "$work"' EXIT

# Those that take longest: the others fill the time beside them.
slow=(examples c_programs kills emulator_faults faults_on_servers)

# The names of all test programs. Two packages may have the same one; it stands for both.
names() {
  "$cargo" metadata --no-deps --format-version 1 --locked | python3 -c '
import json, sys
targets = [target for package in json.load(sys.stdin)["packages"] for target in package["targets"]]
print(*sorted({target["name"] for target in targets if "test" in target["kind"]}), sep="\n")'
}

# run NAME ARGUMENT...: runs some of the tests.
run() {
  local name=$1 begun=$SECONDS
  shift
  "$cargo" test --workspace "${options[@]}" "$@" >"$work/$name" 2>&1 || echo "$name" >>"$work/failed"
  flock "$work/lock" sh -c 'cat "$1"; printf "tests: %s took %s s\n\n" "$2" "$3"' sh "$work/$name" "$name" $((SECONDS - begun))
}

# start NAME ARGUMENT...: runs them beside others, once there is room.
start() {
  while [ "$(jobs -rp | wc -l)" -ge "$most" ]; do wait -n || true; done
  run "$@" &
}

"$cargo" test --workspace --no-run --quiet "${options[@]}"
for name in "${slow[@]}" $(names | grep -vxF "$(printf '%s\n' "${slow[@]}")"); do
  start "$name" --test "$name"
done
start units --lib --bins
start documentation --doc
wait
if [ -e "$work/failed" ]; then
  printf 'tests: failed: %s\n' "$(paste -sd ' ' "$work/failed")" >&2
  exit 1
fi
