#!/usr/bin/env bash
# test-dist.sh [source] [deb] [static]: tries what dist.sh made, all of it at first.
#
#   source  the first two commands of the README with the sources, in a root that has nothing but the system, as debootstrap
#           lays it, and what they need. No crate is fetched.
#   deb     installs the packages in such a root and uses them: the program's demonstration, and a C program by pkg-config,
#           shared and static. Then takes them away.
#   static  uses the static program in a root that has nothing but it and an empty folder for temporary files
#
# SUITE is the release of Debian, that of this machine by default; deb also takes noble, which is Ubuntu 24.04, whose own cargo is
# too old for source. It needs root; source and deb also debootstrap, and the archive of the release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/background.sh

suite=${SUITE:-$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)}
base=$PWD/.cache/roots/$suite
root=$work/root

# Makes the root: a copy of what debootstrap laid.
new_root() {
  local like=()
  command -v debootstrap >/dev/null || die 'debootstrap is missing: apt-get install debootstrap'
  if [ ! -e "$base/usr" ]; then
    say "debootstrap $suite"
    # Debian's does not know a later Ubuntu yet, which is laid as this one was.
    [ -e "/usr/share/debootstrap/scripts/$suite" ] || like=('' jammy)
    mkdir -p "$base.new"
    quietly debootstrap --variant=minbase "$suite" "$base.new" "${like[@]}"
    mv "$base.new" "$base"
  fi
  rm -rf "$root"
  cp -a "$base" "$root"
  mkdir "$root/work"
  cp /etc/resolv.conf "$root/etc"
  cp -r /etc/apt/apt.conf.d "$root/etc/apt"
}

# in_root: runs the shell program from its standard input in the root, in the folder work. The mounts end with their namespace.
in_root() {
  {
    echo 'set -eu; export LC_ALL=C DEBIAN_FRONTEND=noninteractive; cd /work'
    cat
  } >"$root/program"
  # shellcheck disable=SC2016 # for the other shell
  quietly unshare --mount sh -c 'mount --rbind /dev "$1/dev" && mount -t proc proc "$1/proc" && chroot "$1" sh /program' sh "$root"
}

source_part() {
  local archive
  archive=$(find target/release-files -name 'libqftp-*.tar.xz')
  [ -f "$archive" ] || die 'there are no sources: run scripts/dist.sh source'
  new_root
  tar --extract --file "$archive" --strip-components 1 -C "$root/work"
  say "build and use the sources, on $suite"
  in_root <<'SH'
. /etc/os-release
if [ "$ID" = debian ]; then # security updates have it
  sed "s/$VERSION_CODENAME /$VERSION_CODENAME-security /; s|/debian |/debian-security |" /etc/apt/sources.list >/etc/apt/sources.list.d/security.list
fi
apt-get update
apt-get install --yes --no-install-recommends cargo-web gcc libc6-dev make pkg-config libssl-dev
make demo
make install PARTS="library program" PREFIX=/root/.local
/root/.local/bin/qftp --version
SH
}

deb_part() {
  ls target/release-files/*.deb >/dev/null 2>&1 || die 'there are no packages: run scripts/dist.sh deb'
  new_root
  cp target/release-files/*.deb examples/c/{update.c,sha256.c,sha256.h} "$root/work"
  say "install and use, on $suite"
  in_root <<'SH'
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

# alone ARGUMENT...: runs the program in the root of its own.
alone() { chroot "$work/alone" /qftp "$@"; }

static_part() {
  local archive
  archive=$(find target/release-files -name 'qftp-*-x86_64-linux.tar.xz')
  [ -f "$archive" ] || die 'there is no static program: run scripts/dist.sh static'
  mkdir -p "$work/alone/tmp" "$work/alone/lab"
  tar --extract --file "$archive" --strip-components 1 -C "$work/alone" --wildcards '*/qftp'
  say 'use the static program, on nothing'
  quietly alone --version
  start_server chroot "$work/alone" /qftp serve /lab
  start "$work/emulator.log" chroot "$work/alone" /qftp emulate --unix /module --dialect ec2x
  seq 1 20000 >"$work/alone/put.txt"
  quietly alone put -p unix:///module /put.txt "ftp://joe:word@127.0.0.1:$FTP_PORT/put.txt"
  cmp "$work/alone/put.txt" "$work/alone/lab/put.txt"
  # The demonstration's modules are on pseudo terminals.
  # shellcheck disable=SC2016 # for the other shell
  quietly unshare --mount sh -c 'mkdir "$1/dev" && mount --rbind /dev "$1/dev" && chroot "$1" /qftp demo --dialect all --tls' \
    sh "$work/alone"
}

[ "$(id -u)" = 0 ] || die 'this needs root, for debootstrap and chroot'
[ $# -gt 0 ] || set -- source deb static
for part; do
  case $part in
    source | deb | static) "${part}_part" ;;
    *) die "there is no part $part: source, deb, static" ;;
  esac
done
say 'ok'
