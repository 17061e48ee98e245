#!/usr/bin/env bash
# cross.sh [PROCESSOR...]: builds libqftp for other processors, all of the table at first: a shared library for glibc, which
# needs no function later than 2.17, and a static one for musl. Then a C program with the static library opens an emulator
# of this machine by QEMU. What comes out is in target/cross/PROCESSOR.
#
# It needs rustup, which brings Rust's standard library, and from Debian's packages lld, llvm, qemu-user-static. Linker and
# C libraries are those of zig, which PyPI has (ziglang, cargo-zigbuild).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Processor, Rust's names for glibc and musl, zig's name for musl, the name of QEMU and that of the linker.
table=(
  "armv7 armv7-unknown-linux-gnueabihf armv7-unknown-linux-musleabihf arm-linux-musleabihf arm armelf_linux_eabi"
  "aarch64 aarch64-unknown-linux-gnu aarch64-unknown-linux-musl aarch64-linux-musl aarch64 aarch64linux"
  "armv5te armv5te-unknown-linux-gnueabi armv5te-unknown-linux-musleabi arm-linux-musleabi arm armelf_linux_eabi"
  "armv6 arm-unknown-linux-gnueabi arm-unknown-linux-musleabi arm-linux-musleabi arm armelf_linux_eabi"
  "i686 i686-unknown-linux-gnu i686-unknown-linux-musl x86-linux-musl i386 elf_i386"
  "riscv64 riscv64gc-unknown-linux-gnu riscv64gc-unknown-linux-musl riscv64-linux-musl riscv64 elf64lriscv"
  "x86_64 x86_64-unknown-linux-gnu x86_64-unknown-linux-musl x86_64-linux-musl x86_64 elf_x86_64"
)
tools=$PWD/.cache/zig
target=$PWD/target/cross
work=$(mktemp -d)
emulator=

finish() {
  [ -z "$emulator" ] || kill "$emulator"
  rm -rf "$work"
}
trap finish EXIT

say() { printf 'cross: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

bring_tools() {
  local tool
  for tool in rustup ld.lld llvm-objcopy llvm-ar qemu-arm-static; do
    command -v "$tool" >/dev/null || die "$tool is missing: rustup.rs has rustup; apt-get install lld llvm qemu-user-static"
  done
  [ -x "$tools/bin/cargo-zigbuild" ] && return
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.1
}

zig() { "$tools/bin/python" -m ziglang "$@"; }

# glibc of RISC-V begins with 2.27.
glibc_of() {
  case $1 in
    riscv64*) echo 2.27 ;;
    *) echo 2.17 ;;
  esac
}

# library KIND TARGET [SUFFIX]: the path of libqftp. Where rustup has no standard library for the target, its source is built.
library() {
  local options=()
  if ! rustup --quiet target add "$2" 2>/dev/null; then
    rustup --quiet component add rust-src >&2 || die "$2: rustup has neither its standard library nor the source of it"
    options=(-Z build-std=std,panic_unwind)
    export RUSTC_BOOTSTRAP=1 # -Z is not for stable compilers
  fi
  PATH=$tools/bin:$PATH CARGO_TARGET_DIR=$target/build CARGO=cargo-zigbuild LD=ld.lld BINUTILS=llvm- \
    scripts/build-library.sh libqftp "$1" --target "$2${3:-}" "${options[@]}"
}

# Fails where a library asks for a later glibc.
check_glibc() {
  local newest
  newest=$(readelf --version-info --wide "$1" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | tail -n 1)
  [ "$(printf '%s\n' "$newest" "GLIBC_$2" | sort -V | tail -n 1)" = "GLIBC_$2" ] || die "$1 needs $newest"
  say "$(basename "$(dirname "$1")")/${1##*/}: $(stat -c %s "$1") bytes, $newest"
}

start_emulator() {
  "${CARGO:-cargo}" build --quiet --locked -p qftp-cli
  "$(cargo metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug/qftp" emulate \
    --unix "$work/module" --dialect ec2x >"$work/log" 2>&1 &
  emulator=$!
  until [ -S "$work/module" ]; do
    kill -0 "$emulator" || die "qftp emulate ended: $(cat "$work/log")"
    sleep 0.05
  done
}

cross() {
  local processor=$1 gnu=$2 musl=$3 zig_musl=$4 qemu=$5 LD_EMULATION=$6 place=$target/$1 glibc
  export LD_EMULATION
  glibc=$(glibc_of "$processor")
  mkdir -p "$place"
  cp "$(library cdylib "$gnu" ".$glibc")" "$place/libqftp.so"
  check_glibc "$place/libqftp.so" "$glibc"
  cp "$(library staticlib "$musl")" "$place/libqftp.a"
  zig cc -target "$zig_musl" -static -std=c99 -Wall -Wextra -Werror -Iinclude examples/c/urc_monitor.c \
    "$place/libqftp.a" -lunwind -o "$work/program"
  # The monitor prints its module, then waits for a signal.
  timeout --signal=TERM 20 "qemu-$qemu-static" "$work/program" "unix://$work/module" >"$work/printed" || true
  grep -q '^watching EC25' "$work/printed" || die "$processor: the program saw no module: $(cat "$work/printed")"
  say "$processor: libqftp.a, $(stat -c %s "$place/libqftp.a") bytes; a program with it opened the emulator"
}

bring_tools
start_emulator
for row in "${table[@]}"; do
  read -r processor gnu musl zig_musl qemu linker <<<"$row"
  [ $# -gt 0 ] && [[ " $* " != *" $processor "* ]] || cross "$processor" "$gnu" "$musl" "$zig_musl" "$qemu" "$linker"
done
