#!/usr/bin/env bash
# test-dist.sh [deb] [static]: tries what dist.sh made, both at first.
#
#   deb     installs the packages in a root that has nothing but Debian, as debootstrap lays it, and uses them: the program's
#           demonstration, and a C program by pkg-config, shared and static. Then takes them away.
#   static  uses the static program in a root that has nothing but it and an empty folder for temporary files
#
# SUITE is the release of Debian, that of this machine by default. It needs root; deb also debootstrap, and the archive that this
# machine's apt knows.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
base=$PWD/.cache/roots/$suite
work=$(mktemp -d)
root=$work/root
running=()

finish() {
  local process
  for process in "${running[@]}"; do kill "$process"; done
  rm -rf "$work"
}
trap finish EXIT

say() { printf 'test-dist: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "failed: $*"; }; }

# What runs in the root.
program() {
  cat <<'SH'
set -eu
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
cd /packages
apt-get update
apt-get install --yes --no-install-recommends ./*.deb gcc libc6-dev pkg-config
qftp --version
qftp demo
test -s /usr/share/man/man1/qftp.1.gz

mkdir lab
seq 1 20000 >lab/image
(cd lab && sha256sum image >image.sha256)
qftp serve lab --listen 127.0.0.1:0 --user joe:word >server &
server=$!
qftp emulate --unix module --dialect ec2x >emulator &
emulator=$!
trap 'kill $server $emulator' EXIT
until grep -q '^ready: ' server && test -S module; do
  kill -0 $server && kill -0 $emulator
  sleep 0.05
done
export FTP_HOST=127.0.0.1 FTP_PORT="$(sed -n 's|^ready: .*:\([0-9]*\)/$|\1|p' server)" FTP_USER=joe FTP_PASSWORD=word
for static in '' --static; do
  cc ${static:+-static} -std=c99 update.c sha256.c $(pkg-config $static --cflags --libs libqftp) -o update
  ./update "unix://$PWD/module" image new
  cmp new lab/image
  rm new
done
kill $server $emulator
trap - EXIT

apt-get purge --yes qftp 'libqftp*'
! find /usr -name '*qftp*' | grep .
SH
}

deb_part() {
  command -v debootstrap >/dev/null || die 'debootstrap is missing: apt-get install debootstrap'
  ls target/release-files/*.deb >/dev/null 2>&1 || die 'there are no packages: run scripts/dist.sh deb'
  if [ ! -e "$base/usr" ]; then
    say "debootstrap $suite"
    mkdir -p "$base.new"
    quietly debootstrap --variant=minbase "$suite" "$base.new"
    mv "$base.new" "$base"
  fi
  cp -a "$base" "$root"
  mkdir "$root/packages"
  cp target/release-files/*.deb examples/c/{update.c,sha256.c,sha256.h} "$root/packages"
  cp /etc/resolv.conf "$root/etc"
  cp -r /etc/apt/apt.conf.d "$root/etc/apt"
  program >"$root/packages/program"
  say "install and use, on Debian's $suite"
  # The mounts end with their namespace.
  # shellcheck disable=SC2016 # for the other shell
  quietly unshare --mount sh -c 'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && chroot "$1" sh /packages/program' \
    sh "$root"
}

# alone ARGUMENT...: runs the program in the root of its own.
alone() { chroot "$work/alone" /qftp "$@"; }

# start NAME ARGUMENT...: starts it there and waits until it is ready.
start() {
  local log=$work/$1
  shift
  : >"$log"
  chroot "$work/alone" /qftp "$@" >"$log" 2>&1 &
  running+=($!)
  until grep -q '^ready: ' "$log"; do
    kill -0 "${running[-1]}" || die "qftp ended: $(cat "$log")"
    sleep 0.05
  done
}

static_part() {
  local archive url
  archive=$(find target/release-files -name 'qftp-*-x86_64-linux.tar.xz')
  [ -f "$archive" ] || die 'there is no static program: run scripts/dist.sh static'
  mkdir -p "$work/alone/tmp" "$work/alone/lab"
  tar --extract --file "$archive" --strip-components 1 -C "$work/alone" --wildcards '*/qftp'
  say 'use the static program, on nothing'
  quietly alone --version
  start server serve /lab --listen 127.0.0.1:0 --user joe:word
  start emulator emulate --unix /module --dialect ec2x
  url=$(sed -n 's|^ready: .*:\([0-9]*\)/$|ftp://joe:word@127.0.0.1:\1/put.txt|p' "$work/server")
  seq 1 20000 >"$work/alone/put.txt"
  quietly alone put -p unix:///module /put.txt "$url"
  cmp "$work/alone/put.txt" "$work/alone/lab/put.txt"
  # The demonstration's modules are on pseudo terminals.
  # shellcheck disable=SC2016 # for the other shell
  quietly unshare --mount sh -c 'mkdir "$1/dev" && mount --rbind /dev "$1/dev" && chroot "$1" /qftp demo --dialect all --tls' \
    sh "$work/alone"
}

[ "$(id -u)" = 0 ] || die 'this needs root, for debootstrap and chroot'
[ $# -gt 0 ] || set -- deb static
for part; do
  case $part in
    deb | static) "${part}_part" ;;
    *) die "there is no part $part: deb, static" ;;
  esac
done
say 'ok'
