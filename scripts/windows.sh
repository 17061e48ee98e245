#!/usr/bin/env bash
# windows.sh: builds qftp.dll, its import library and qftp.exe for Windows on x86-64, into target/windows, and runs C programs and
# qftp.exe under Wine: on an emulator of this machine, over a socket and over a COM port.
#
# It needs Debian's gcc-mingw-w64-x86-64 and wine64, and Rust's standard library of the target (build-std.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/background.sh

rust=x86_64-pc-windows-gnu
cc=x86_64-w64-mingw32-gcc
cargo=${CARGO:-cargo}
place=$PWD/target/windows
export WINEPREFIX=$work/wine WINEDEBUG=-all WINEARCH=win64

stop_wine() { [ ! -d "$WINEPREFIX" ] || "$wine_server" -k >/dev/null 2>&1 || true; }
trap 'stop_wine; finish' EXIT

# The first of these that is there; Debian has wine64 outside of PATH.
first_of() {
  local name
  for name; do
    command -v "$name" && return
  done
  die "$1 is missing: apt-get install gcc-mingw-w64-x86-64 wine64"
}

# What Wine 8 lacks and Rust's standard library asks for.
stand_in() {
  cat >"$work/bcryptprimitives.c" <<'C'
#include <windows.h>
BOOLEAN WINAPI SystemFunction036(PVOID buffer, ULONG length); /* RtlGenRandom */
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T length)
{
    return SystemFunction036(data, (ULONG)length);
}
C
  "$cc" -shared -o "$work/bcryptprimitives.dll" "$work/bcryptprimitives.c" -ladvapi32
}

build() {
  local options build=$place/build
  options=$(scripts/build-std.sh "$rust")
  (
    if [ -n "$options" ]; then
      export RUSTC_BOOTSTRAP=1
      [ -d "$(rustc --print sysroot)/lib/rustlib/src" ] || export PATH=/usr/bin:$PATH cargo=/usr/bin/cargo
    fi
    export CARGO_TARGET_DIR=$build
    # shellcheck disable=SC2086 # words are wanted
    "$cargo" rustc --quiet --locked -p qftp-ffi --lib --crate-type cdylib --profile dist --target "$rust" $options
    # shellcheck disable=SC2086
    "$cargo" build --quiet --locked -p qftp-cli --release --no-default-features --target "$rust" $options
  )
  cp "$build/$rust/dist"/{qftp.dll,libqftp.dll.a} "$build/$rust/release/qftp.exe" "$place"
  ls -l "$place"/qftp.* | awk '{print "windows: " $NF ": " $5 " bytes"}'
}

# A server and two modules of this machine, one on a socket, one on a pseudo terminal, which Wine calls COM9.
start_all() {
  build_program
  mkdir "$work/lab"
  start_server "$qftp" serve "$work/lab"
  start "$work/on_socket" "$qftp" emulate --tcp 127.0.0.1:0 --dialect ec2x
  start "$work/on_terminal" "$qftp" emulate --pty "$work/terminal" --dialect ec2x
  socket=$(sed -n 's|^ready: ||p' "$work/on_socket")
  wine reg add 'HKLM\Software\Wine\Ports' /v COM9 /t REG_SZ /d "$(readlink -f "$work/terminal")" /f
  stop_wine # it reads them when it starts
}

wine() {
  (cd "$work" && timeout 120 "$wine" "$@") >"$work/printed" 2>&1 || die "$1 failed: $(tail -n 5 "$work/printed")"
}

compile() {
  local program=$1
  shift
  "$cc" -std=c99 -Wall -Wextra -Werror -Iinclude -Iffi/tests/c "$@" "$place/libqftp.dll.a" -o "$work/$program.exe"
}

run_programs() {
  local name port
  cp "$place"/qftp.{dll,exe} "$work"
  for name in host_arguments host_waits transfer_arguments; do
    compile "$name" "ffi/tests/c/$name.c"
    wine "$name.exe"
    say "$name: ok"
  done
  compile update examples/c/update.c examples/c/sha256.c
  seq 1 20000 >"$work/lab/image"
  (cd "$work/lab" && sha256sum image >image.sha256)
  for port in "$socket" COM9; do
    rm -f "$work/new" "$work/put.txt" "$work/lab/put.txt"
    wine update.exe "$port" image new
    cmp "$work/new" "$work/lab/image"
    cp "$work/lab/image" "$work/put.txt"
    wine qftp.exe put -p "$port" put.txt "ftp://joe:word@127.0.0.1:$FTP_PORT/put.txt"
    cmp "$work/put.txt" "$work/lab/put.txt"
    say "${port%%:*}: update.c and qftp.exe put: ok"
  done
}

command -v "$cc" >/dev/null || die "$cc is missing: apt-get install gcc-mingw-w64-x86-64 wine64"
wine=$(first_of wine64 /usr/lib/wine/wine64)
wine_server=$(first_of wineserver /usr/lib/wine/wineserver64)
mkdir -p "$place"
build
stand_in
start_all
run_programs
say 'NOT RUN: the C tests that start an emulator in their own program, which Windows has none of, and real Windows'
