#!/usr/bin/env bash
# Installs into a temporary prefix, builds programs there as a C programmer does, by pkg-config and by CMake, shared and
# static, and runs them: a file goes through an emulator to `qftp serve`. Then takes everything away again.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
work=$(mktemp -d)
prefix=$work/prefix
server= emulator=

finish() {
  [ -z "$server" ] || kill "$server"
  [ -z "$emulator" ] || kill "$emulator"
  rm -rf "$work"
}
trap finish EXIT

say() { printf 'test-install: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

quietly() { "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2; die "failed: $*"; }; }

files() { (cd "$1" && find . ! -type d | LC_ALL=C sort); }

what_a_package_contains() {
  say 'a package: DESTDIR'
  quietly make install DESTDIR="$work/package" PREFIX=/usr PARTS="library emulator program"
  # Each command has a page besides.
  diff - <(files "$work/package" | grep -v '/man1/qftp-') <<LIST || die 'other files than that'
./usr/bin/qftp
./usr/include/qftp.h
./usr/include/qftp_emulator.h
./usr/lib/cmake/libqftp/libqftpConfig.cmake
./usr/lib/cmake/libqftp/libqftpConfigVersion.cmake
./usr/lib/cmake/libqftp_emulator/libqftp_emulatorConfig.cmake
./usr/lib/cmake/libqftp_emulator/libqftp_emulatorConfigVersion.cmake
./usr/lib/libqftp.a
./usr/lib/libqftp.so
./usr/lib/libqftp.so.$abi
./usr/lib/libqftp.so.$version
./usr/lib/libqftp_emulator.a
./usr/lib/libqftp_emulator.so
./usr/lib/libqftp_emulator.so.$abi
./usr/lib/libqftp_emulator.so.$version
./usr/lib/pkgconfig/libqftp.pc
./usr/lib/pkgconfig/libqftp_emulator.pc
./usr/share/bash-completion/completions/qftp
./usr/share/doc/libqftp/CHANGELOG.md
./usr/share/doc/libqftp/LICENSE-APACHE
./usr/share/doc/libqftp/LICENSE-MIT
./usr/share/doc/libqftp/README.md
./usr/share/fish/vendor_completions.d/qftp.fish
./usr/share/man/man1/qftp.1
./usr/share/man/man7/qftp-dialects.7
./usr/share/man/man7/qftp-errors.7
./usr/share/zsh/site-functions/_qftp
LIST
  ! grep -rl "$work/package" "$work/package" || die 'a file mentions DESTDIR'
  quietly make uninstall DESTDIR="$work/package" PREFIX=/usr
  [ -z "$(files "$work/package")" ] || die "left behind: $(files "$work/package")"
}

# The emulator of the programs, which open its socket.
start_emulator() {
  "$prefix/bin/qftp" emulate --unix "$work/module" --dialect ec2x >"$work/emulator" 2>&1 &
  emulator=$!
  until [ -S "$work/module" ]; do
    kill -0 "$emulator" || die "qftp emulate ended: $(cat "$work/emulator")"
    sleep 0.05
  done
}

start_server() {
  mkdir "$work/lab"
  "$prefix/bin/qftp" serve "$work/lab" --listen 127.0.0.1:0 --user joe:word >"$work/server" &
  server=$!
  until grep -q '^ready: ' "$work/server"; do
    kill -0 "$server" || die 'qftp serve ended'
    sleep 0.05
  done
  server_port=$(sed -n 's|^ready: .*:\([0-9]*\)/$|\1|p' "$work/server")
}

# The program in the README, with our port and server in place of those that it names.
readme_program() {
  sed -n '/^```c$/,/^```$/{/^```/!p}' "$root/README.md" >"$work/upload.c"
  [ "$(wc -l <"$work/upload.c")" -le 25 ] || die 'the program in the README has more than 25 lines'
  sed -i "s|\./ec25|unix://$work/module|; s|port = 2121|port = $server_port|; s|\"c.txt\"|\"uploaded.txt\"|" "$work/upload.c"
}

# uploads PROGRAM: it puts log.txt where it should.
uploads() {
  rm -f "$work/lab/uploaded.txt"
  (cd "$work" && "$1") || die "$1 failed"
  cmp "$work/log.txt" "$work/lab/uploaded.txt"
}

by_pkg_config() {
  local strict='-std=c99 -Wall -Wextra -Werror -pedantic'
  export PKG_CONFIG_PATH=$prefix/lib/pkgconfig
  say 'pkg-config --cflags --libs libqftp'
  # shellcheck disable=SC2046,SC2086 # words are wanted
  quietly cc $strict -o "$work/shared" "$work/upload.c" $(pkg-config --cflags --libs libqftp)
  # Not through a pipe: a grep that has seen enough would end ldd by SIGPIPE.
  LD_LIBRARY_PATH=$prefix/lib ldd "$work/shared" >"$work/needs"
  grep -q "libqftp.so.* => $prefix/lib/" "$work/needs" ||
    die 'the program does not find the shared library'
  LD_LIBRARY_PATH=$prefix/lib uploads "$work/shared"
  say 'pkg-config --static: nothing is left to be found at run time'
  # shellcheck disable=SC2046,SC2086
  quietly cc $strict -static -o "$work/static" "$work/upload.c" $(pkg-config --static --cflags --libs libqftp)
  ! ldd "$work/static" >"$work/log" 2>&1 || die "the program is not static: $(cat "$work/log")"
  uploads "$work/static"
}

by_cmake() {
  local static needed
  export FTP_HOST=127.0.0.1 FTP_PORT=$server_port FTP_USER=joe FTP_PASSWORD=word
  for static in OFF ON; do
    say "find_package(libqftp), STATIC=$static"
    quietly cmake -S examples/c -B "$work/cmake-$static" -DCMAKE_PREFIX_PATH="$prefix" -DSTATIC=$static
    quietly cmake --build "$work/cmake-$static" --parallel 2
    needed=$(ldd "$work/cmake-$static/upload_log" | grep -c libqftp || true)
    [ "$needed-$static" = 1-OFF ] || [ "$needed-$static" = 0-ON ] || die 'the program has the other library'
    rm -f "$work/lab/uploaded.txt"
    quietly "$work/cmake-$static/upload_log" "unix://$work/module" "$work/log.txt" uploaded.txt
    cmp "$work/log.txt" "$work/lab/uploaded.txt"
  done
  say 'find_package(libqftp VERSION)'
  mkdir "$work/version"
  cat >"$work/version/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(version C)
find_package(libqftp ${WANTED} REQUIRED)
CMAKE
  quietly cmake -S "$work/version" -B "$work/version/is" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED="$version"
  for wanted in "$version.1" "$((${version%%.*} + 1)).0" "${version%%.*}.$(($(cut -d. -f2 <<<"$version") + 1))"; do
    ! cmake -S "$work/version" -B "$work/version/$wanted" -DCMAKE_PREFIX_PATH="$prefix" -DWANTED="$wanted" \
      >"$work/log" 2>&1 || die "version $wanted is found in $version"
  done
}

say "make install"
quietly make install PREFIX="$prefix"
[ ! -e "$prefix/bin/qftp" ] || die 'the program is there, and was not asked for'
grep -q LD_LIBRARY_PATH "$work/log" || die 'nothing says how programs find the libraries'
quietly make install PREFIX="$prefix" PARTS=program
version=$("$prefix/bin/qftp" --version | cut -d' ' -f2)
abi=${version%.*}
what_a_package_contains
start_server
start_emulator
readme_program
seq 1 5000 >"$work/log.txt"
by_pkg_config
by_cmake
say 'make uninstall'
quietly make uninstall PREFIX="$prefix"
[ -z "$(files "$prefix")" ] || die "left behind: $(files "$prefix")"
say 'ok'
