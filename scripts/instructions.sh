#!/usr/bin/env bash
# Counts the instructions of the engines and of the C library on fixed inputs, by callgrind:
#
#   scripts/instructions.sh check    compares them with bench/INSTRUCTIONS; more than 5 % up or down fails
#   scripts/instructions.sh update   writes bench/INSTRUCTIONS
#
# The counts depend on the compiler, the C library and the processor's kind, and not on the machine's speed or load. So
# the file names those, and counts are compared only with counts of the same ones. The engines are built without `std`:
# memchr then does not choose by processor, and glibc is told not to. libqftp.so is as it is shipped.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mode=${1:?check or update}
cargo=${CARGO:-cargo}
file=bench/INSTRUCTIONS
target=$PWD/target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# Both names that glibc has had for AVX2.
export GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX512F,-AVX512VL,-AVX2,-AVX2_Usable,-AVX2_Unaligned_Load,-AVX_Fast_Unaligned_Load,-ERMS,-FSRM
# The loader's binding of symbols at their first call is no work of the library.
export LD_BIND_NOW=1

# Each case of the C library, and its input.
c_cases=(
  'idle by 1 byte|stream'
  'idle by 64|stream'
  'idle by 4096|stream'
  '1000 questions|stream'
  'download|random'
  'download|false trailers'
  'upload by 64|random'
  'upload by 4096|random'
  'writes of 64, when asked|random'
  'writes of 64, whenever|random'
)

# What the counts depend on, a line for the engines and one for the C library.
circumstances() {
  local engines
  engines="$(rustc --version), $(uname -m), $(getconf GNU_LIBC_VERSION)"
  printf 'engines: %s\n' "$engines"
  printf 'C: %s, gcc %s%s\n' "$engines" "$(cc -dumpfullversion)" "$(grep -qw avx2 /proc/cpuinfo && echo ', AVX2')"
}

# count NAME PROGRAM ARGUMENT...: prints the number and the name.
count() {
  local name=$1 number
  shift
  valgrind --tool=callgrind --callgrind-out-file="$work/out" --toggle-collect='*counted_region*' "$@" \
    >"$work/printed" 2>&1 || { cat "$work/printed" >&2; exit 1; }
  number=$(sed -n 's/^totals: //p' "$work/out")
  [ "${number:-0}" -gt 0 ] || { printf 'instructions: nothing was counted of %s\n' "$name" >&2; exit 1; }
  printf '%11d  %s\n' "$number" "$name"
}

counts() {
  local program library name input
  "$cargo" build --quiet --manifest-path bench/Cargo.toml --target-dir "$target" \
    --profile instructions -p qftp-bench-instructions
  program=$target/instructions/qftp-bench-instructions
  while read -r name; do
    count "$name" "$program" "$name"
  done < <("$program")
  library=$(CARGO=$cargo scripts/build-library.sh libqftp cdylib)
  "$program" --write "$work"
  name=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\].*/\1/p')
  ln -s "$library" "$work/$name"
  cc -O2 -Wall -Wextra -Werror -Iinclude bench/c/engine.c "$library" -Wl,-rpath,"$work" -o "$work/engine"
  for name in "${c_cases[@]}"; do
    input=${name#*|} name=${name%|*}
    count "C/$name, $input" "$work/engine" "$name" "$work/$input"
  done
}

update() {
  {
    printf '%s\n' '# Instructions of each case, counted by callgrind. `make instructions` writes this file, `make test`' \
      '# compares with it: scripts/instructions.sh says how.'
    circumstances | sed 's/^/# /'
    cat "$work/counts"
  } >"$file"
  printf 'instructions: %s is written\n' "$file"
}

# Tells whether the counts of engines, or of C, were made in the same circumstances as here.
comparable() {
  local there here
  there=$(sed -n "s/^# $1: //p" "$file") here=$(circumstances | sed -n "s/^$1: //p")
  [ "$there" != "$here" ] || return 0
  printf 'instructions: NOT COMPARED (%s): counted with %s; here is %s.\n' "$1" "$there" "$here" >&2
  printf '  To compare, write %s anew on a commit that is known to be good: make instructions\n' "$file" >&2
  return 1
}

# compare PATTERN: the cases whose name matches; fails where one differs by more than 5 %.
compare() {
  awk -v pattern="$1" '
    /^#/ || !NF { next }
    { number = $1; sub(/^ *[0-9]+ +/, ""); if ($0 !~ pattern) next }
    FILENAME == ARGV[1] { before[$0] = number; next }
    !($0 in before) { printf "%s: new, %d\n", $0, number; wrong = 1; next }
    {
      change = 100 * (number - before[$0]) / before[$0]
      delete before[$0]
      if (change > 5 || change < -5) {
        printf "%s: %+.1f %%, %d\n", $0, change, number
        wrong = 1
      }
    }
    END {
      for (name in before) { printf "%s: gone\n", name; wrong = 1 }
      exit wrong
    }' "$file" "$work/counts" >&2
}

check() {
  local wrong=0
  if comparable engines; then compare '^[^C]' || wrong=1; fi
  if comparable C; then compare '^C/' || wrong=1; fi
  if [ "$wrong" -ne 0 ]; then
    printf 'instructions: the counts differ from %s by more than 5 %%.\n' "$file" >&2
    printf '  More: find out why (callgrind_annotate), or accept it. Fewer: keep the gain. Both by: make instructions\n' >&2
    exit 1
  fi
  printf 'instructions: %d cases, as in %s\n' "$(wc -l <"$work/counts")" "$file"
}

case $mode in
  check | update) ;;
  *) printf 'instructions: %s is neither check nor update\n' "$mode" >&2; exit 2 ;;
esac
counts >"$work/counts"
"$mode"
