#!/usr/bin/env bash
# Builds a C library as it is shipped and prints where it is:
#
#   scripts/build-library.sh libqftp|libqftp_emulator|libqftp_core cdylib|staticlib [CARGO-OPTION...]
#
# One kind at a time, as the shared library leaves out what a static one must not (ffi/src/no_backtrace.rs).
#
# PACKED=1 packs the relative relocations, which takes 50 KB off a library for 64 bits and asks for glibc 2.36 or musl 1.2.4.
# BINUTILS is the prefix of another machine's ld and objcopy, such as arm-linux-gnueabihf-, or llvm- with LD=ld.lld and
# LD_EMULATION=aarch64linux.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

library=${1:?libqftp, libqftp_emulator or libqftp_core}
kind=${2:?cdylib or staticlib}
shift 2

case $library in
  libqftp) package=qftp-ffi symbols=ffi/symbols.txt ;;
  libqftp_emulator) package=qftp-ffi-emulator symbols=ffi/emulator/symbols.txt ;;
  libqftp_core) package=qftp-ffi-core symbols=ffi/core/symbols.txt ;;
  *) printf 'build-library: no library is called %s\n' "$library" >&2; exit 2 ;;
esac

target='' previous=''
for option; do
  [ "$previous" != --target ] || target=$option
  previous=$option
done

# Unwinding by frame pointers takes a third off the tables that the unwinder of x86-64 reads.
case ${target:-$(uname -m)} in
  x86_64*) export RUSTFLAGS="${RUSTFLAGS:-} -C force-frame-pointers=yes" ;;
esac

case $kind in
  cdylib)
    flags=() ending=so
    # zig brings an unwinder of its own, which has the function already.
    [[ ${CARGO:-} = *zigbuild ]] || flags+=(--cfg qftp_shared)
    [ -z "${PACKED:-}" ] || flags+=(-C link-arg=-Wl,-z,pack-relative-relocs)
    ;;
  staticlib) flags=() ending=a ;;
  *) printf 'build-library: %s is neither cdylib nor staticlib\n' "$kind" >&2; exit 2 ;;
esac

file=$("${CARGO:-cargo}" rustc --package "$package" --lib --crate-type "$kind" --profile dist --locked \
  --message-format json-render-diagnostics "$@" -- "${flags[@]}" |
  sed -n 's/.*"target":{[^}]*"name":"'"${library#lib}"'"[^}]*}.*"filenames":\[[^]]*"\([^"]*'"$library\.$ending"'\)".*/\1/p' |
  tail -n 1)
[ -f "$file" ] || { printf 'build-library: cargo made no %s.%s\n' "$library" "$ending" >&2; exit 1; }

# Makes one object of a static library, in which only the functions of the header have names: two of these libraries, or
# one of them and another one from Rust, then fit into one program. What no function needs is left out.
join() {
  local archive=$1 object=${1%.a}.o hide=--keep-global-symbols=$symbols name
  local -a roots=()
  while read -r name; do
    roots+=(-u "$name")
  done <"$symbols"
  "${LD:-${BINUTILS:-}ld}" ${LD_EMULATION:+-m "$LD_EMULATION"} -r --gc-sections "${roots[@]}" -o "$object" "$archive"
  "${BINUTILS:-}objcopy" --strip-debug --remove-section .llvmbc --remove-section .llvmcmd "$object"
  # R_MIPS_GOT16 is another relocation where the symbol is local: it stays global there, under a name that no other library has.
  if [[ $target = mips* ]]; then
    "${BINUTILS:-}nm" --defined-only --extern-only --format=posix "$object" | cut -d ' ' -f 1 | grep -vxFf "$symbols" |
      sed "s/.*/& $library.&/" >"$archive.names"
    hide=--redefine-syms=$archive.names
  fi
  "${BINUTILS:-}objcopy" "$hide" "$object"
  rm -f "$archive"
  "${BINUTILS:-}ar" rcs "$archive" "$object"
  rm -f "$object"
}
if [ "$kind" = staticlib ]; then
  joined=$(dirname "$file")/joined
  mkdir -p "$joined"
  cp "$file" "$joined/$library.a"
  file=$joined/$library.a
  join "$file"
fi
printf '%s\n' "$file"
