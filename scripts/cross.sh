#!/usr/bin/env bash
# cross.sh [PROCESSOR...]: builds libqftp for other processors, all of the table at first: a shared library for glibc, which
# needs no function later than 2.17, and a static one for musl. Then C programs with each of them run by QEMU, on an emulator
# and a server of this machine. What comes out is in target/cross/PROCESSOR. UPDATE=1 writes docs/cross-results.md; `cross.sh
# results` writes that alone, from what was built before.
#
# Rust's standard library of a target comes from rustup, or is built (build-std.sh). Linker and C libraries are those of zig,
# which PyPI has (ziglang, cargo-zigbuild). Debian's lld, llvm and qemu-user-static are needed too, and to run the shared
# library libc6-ARCHITECTURE-cross.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/background.sh

# Processor, Rust's names for glibc and musl, zig's name for both, the name of QEMU, of the linker, of Debian's C library.
table=(
  "armv7 armv7-unknown-linux-gnueabihf armv7-unknown-linux-musleabihf arm-linux-gnueabihf arm-linux-musleabihf arm armelf_linux_eabi armhf"
  "aarch64 aarch64-unknown-linux-gnu aarch64-unknown-linux-musl aarch64-linux-gnu aarch64-linux-musl aarch64 aarch64linux arm64"
  "armv5te armv5te-unknown-linux-gnueabi armv5te-unknown-linux-musleabi arm-linux-gnueabi arm-linux-musleabi arm armelf_linux_eabi armel"
  "armv6 arm-unknown-linux-gnueabi arm-unknown-linux-musleabi arm-linux-gnueabi arm-linux-musleabi arm armelf_linux_eabi armel"
  "i686 i686-unknown-linux-gnu i686-unknown-linux-musl x86-linux-gnu x86-linux-musl i386 elf_i386 i386"
  "riscv64 riscv64gc-unknown-linux-gnu riscv64gc-unknown-linux-musl riscv64-linux-gnu riscv64-linux-musl riscv64 elf64lriscv riscv64"
  "mipsel mipsel-unknown-linux-gnu mipsel-unknown-linux-musl mipsel-linux-gnueabihf mipsel-linux-musleabi mipsel elf32ltsmip mipsel"
  "x86_64 x86_64-unknown-linux-gnu x86_64-unknown-linux-musl x86_64-linux-gnu x86_64-linux-musl x86_64 elf_x86_64 -"
)
# The C tests that need no emulator in their own program.
tests=(host_arguments host_waits transfer_arguments)
tools=$PWD/.cache/zig
target=$PWD/target/cross

bring_tools() {
  local tool
  for tool in ld.lld llvm-objcopy llvm-ar qemu-arm-static; do
    command -v "$tool" >/dev/null || die "$tool is missing: apt-get install lld llvm qemu-user-static"
  done
  scripts/zig.sh
}

zig() { "$tools/bin/python" -m ziglang "$@"; }

# glibc of RISC-V begins with 2.27.
glibc_of() {
  case $1 in
    riscv64*) echo 2.27 ;;
    *) echo 2.17 ;;
  esac
}

# library KIND TARGET [SUFFIX]: the path of libqftp.
library() {
  local options path=$tools/bin:$PATH
  options=$(scripts/build-std.sh "$2")
  if [ -n "$options" ]; then
    export RUSTC_BOOTSTRAP=1
    [ -d "$(rustc --print sysroot)/lib/rustlib/src" ] || path=$tools/bin:/usr/bin:$PATH
  fi
  # shellcheck disable=SC2086 # words are wanted
  PATH=$path CARGO_TARGET_DIR=$target/build CARGO=cargo-zigbuild LD=ld.lld BINUTILS=llvm- \
    scripts/build-library.sh libqftp "$1" --target "$2${3:-}" $options
}

# A module and a server of this machine, for the programs.
start_both() {
  build_program
  mkdir "$work/lab"
  start_server "$qftp" serve "$work/lab"
  start "$work/emulator.log" "$qftp" emulate --unix "$work/module" --dialect ec2x
}

# compile PROGRAM SOURCE CC-OPTION...
compile() {
  local program=$1 source=$2
  shift 2
  zig cc -std=c99 -Wall -Wextra -Werror -Iinclude -Iffi/tests/c "$source" "$@" -o "$program"
}

# runs QEMU PROGRAM ARGUMENT...: by QEMU, which may be several words.
runs() {
  local qemu=$1
  shift
  # shellcheck disable=SC2086 # words are wanted
  $qemu "$@" >"$work/printed" 2>&1 || die "$processor: ${1##*/} failed under $qemu: $(cat "$work/printed")"
}

# run_programs QEMU CC-OPTION...: the C tests, and a log that grows, by an example.
run_programs() {
  local qemu=$1 name
  shift
  for name in "${tests[@]}"; do
    compile "$work/$name" "ffi/tests/c/$name.c" "$@"
    runs "$qemu" "$work/$name"
  done
  compile "$work/upload_log" examples/c/upload_log.c "$@"
  rm -f "$work/lab/log.txt"
  for name in 3000 9000; do
    seq 1 "$name" >"$work/log.txt"
    runs "$qemu" "$work/upload_log" "unix://$work/module" "$work/log.txt" log.txt
    cmp "$work/log.txt" "$work/lab/log.txt"
  done
}

newest_glibc() { scripts/needed-glibc.sh "$1"; }

# Fails where a library asks for a later glibc.
check_glibc() {
  local newest
  newest=$(newest_glibc "$1")
  [ "$(printf '%s\n' "$newest" "$2" | sort -V | tail -n 1)" = "$2" ] || die "$1 needs glibc $newest"
}

cross() {
  local gnu=$2 musl=$3 zig_gnu=$4 zig_musl=$5 qemu=qemu-$6-static debian=$8 place=$target/$1 glibc root ran=''
  processor=$1
  export LD_EMULATION=$7
  glibc=$(glibc_of "$processor")
  mkdir -p "$place"
  cp "$(library cdylib "$gnu" ".$glibc")" "$place/libqftp.so"
  check_glibc "$place/libqftp.so" "$glibc"
  if [ "$debian" = - ]; then
    root=/
  else
    root=$(dpkg -L "libc6-$debian-cross" 2>/dev/null | sed -n 's|/lib/libc\.so\.6$||p' | head -n 1)
  fi
  if [ -n "$root" ]; then
    ln -sf "$place/libqftp.so" "$work/$(soname "$place/libqftp.so")"
    run_programs "$qemu -L $root -E LD_LIBRARY_PATH=$work:$root/lib" -target "$zig_gnu.$glibc" "$place/libqftp.so"
    ran=yes
  else
    say "NOT RUN: $processor, the shared library: apt-get install libc6-$debian-cross"
  fi
  write_row "${ran:-no C library here}" 'not built' 'not run'
  cp "$(library staticlib "$musl")" "$place/libqftp.a"
  run_programs "$qemu" -target "$zig_musl" -static "$place/libqftp.a" -lunwind
  write_row "${ran:-no C library here}" "$(stat -c %s "$place/libqftp.a")" yes
  say "$(cat "$place/row")"
}

# write_row RAN STATIC-SIZE STATIC-RAN
write_row() {
  printf '| `%s` | %s | %s | %s | %s | %s |\n' "$processor" "$(stat -c %s "$place/libqftp.so")" \
    "$(newest_glibc "$place/libqftp.so")" "$@" >"$place/row"
}

soname() { readelf --dynamic --wide "$1" | sed -n 's/.*Library soname: \[\(.*\)\]/\1/p'; }

# The rows of all processors: what was not built here keeps the row of its last run.
write_results() {
  local row name before
  before=$(cat docs/cross-results.md)
  {
    printf '# The last runs of make cross\n\n'
    printf 'Written by `UPDATE=1 make cross`, row by row. What ran is in [cross.md](cross.md).\n\n'
    printf '| processor | `libqftp.so`, bytes | glibc it needs | it ran under QEMU | `libqftp.a` for musl, bytes | it ran under QEMU |\n'
    printf '| --- | --- | --- | --- | --- | --- |\n'
    for row in "${table[@]}"; do
      name=${row%% *}
      cat "$target/$name/row" 2>/dev/null || grep -F "| \`$name\` |" <<<"$before" ||
        printf '| `%s` | not built | | not run | not built | not run |\n' "$name"
    done
  } >docs/cross-results.md
}

[ "$*" != results ] || { write_results; exit; }
bring_tools
start_both
for row in "${table[@]}"; do
  read -ra columns <<<"$row"
  [ $# -gt 0 ] && [[ " $* " != *" ${columns[0]} "* ]] || cross "${columns[@]}"
done
[ -z "${UPDATE:-}" ] || write_results
