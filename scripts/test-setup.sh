#!/usr/bin/env bash
# Brings what the tests need and cannot build: four FTP servers to test against,
# OpenSSL to build with, and what builds it along, curl, valgrind, strace, what C programs
# are built with, what network namespaces are made with, what the firmware is built and run with,
# a Python environment, a system user for the servers, a browser for the pages. Debian and Ubuntu.
#
# The servers are unpacked into .cache/servers and not installed: their packages
# conflict with one another, and installing would start them. Run it as often as
# you like: with everything in place it only looks and returns.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# Folders that are not on the PATH of users: ip and nft.
PATH=$PATH:/usr/sbin:/sbin

cache=$PWD/.cache
servers=$cache/servers
venv=$cache/venv
stamp=$cache/test-setup.stamp
requirements=scripts/test-requirements.txt
test_user=qftptest
pam_service=/etc/pam.d/qftptest
pam_passwords=/etc/qftptest.passwd
binaries=(vsftpd/usr/sbin/vsftpd proftpd/usr/sbin/proftpd
  pureftpd/usr/sbin/pure-ftpd pureftpd/usr/bin/pure-pw)
# Each program, and the package that has it.
declare -A tools=([curl]=curl [valgrind]=valgrind [cmake]=cmake [pkg-config]=pkg-config [make]=make [c++]=g++
  [ip]=iproute2 [nft]=nftables [strace]=strace [ser2net]=ser2net
  [arm-none-eabi-gcc]=gcc-arm-none-eabi [qemu-system-arm]=qemu-system-arm)
# The processor of the firmware in examples/firmware.
firmware_target=thumbv7em-none-eabihf

say() { printf 'test-setup: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null || die "needs root or sudo to run: $*"
    sudo "$@"
  fi
}

apt_updated=
apt_update() {
  [ -z "$apt_updated" ] || return 0
  command -v apt-get >/dev/null || die "needs apt-get: the servers come as Debian packages"
  say "updating the package lists"
  as_root apt-get -qq update || die "apt-get update failed"
  apt_updated=yes
}

install_packages() {
  say "installing $*"
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "$@" >"$cache/apt.log" 2>&1 ||
    { tail -n 5 "$cache/apt.log" >&2; die "apt-get install failed; all of it is in $cache/apt.log"; }
}

# The name of an installation comes from the text of this script and the list of Python packages.
wanted_stamp() { cat "$0" "$requirements" | sha256sum; }

tools_there() {
  local tool
  for tool in "${!tools[@]}"; do
    command -v "$tool" >/dev/null || return 1
  done
}

openssl_there() { pkg-config --exists openssl 2>/dev/null; }
newlib_there() { [ -e "$(arm-none-eabi-gcc -print-file-name=nosys.specs 2>/dev/null)" ]; }
firmware_std_there() { [ -d "$(rustc --print sysroot)/lib/rustlib/$firmware_target" ]; }
# Of a machine whose apt has no browser a file says so: all else is tested there.
browser_there() { command -v chromium >/dev/null || [ -e "$cache/no-browser" ]; }
perl_there() { perl -MFindBin -MIPC::Cmd -MTime::Piece -e 1 2>/dev/null; }

binaries_run() {
  local binary
  for binary in "${binaries[@]}"; do
    [ -x "$servers/$binary" ] || return 1
    ! ldd "$servers/$binary" | grep 'not found' >/dev/null || return 1
  done
}

all_there() {
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$(wanted_stamp)" ] &&
    binaries_run && id "$test_user" >/dev/null 2>&1 && [ -f "$pam_service" ] && [ -f "$pam_passwords" ] &&
    tools_there && openssl_there && perl_there && newlib_there && firmware_std_there && browser_there && "$venv/bin/python" -c 'import pyftpdlib' 2>/dev/null
}

bring_tools() {
  local missing=() tool
  for tool in "${!tools[@]}"; do
    command -v "$tool" >/dev/null || missing+=("${tools[$tool]}")
  done
  python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
  openssl_there || missing+=(libssl-dev)
  perl_there || missing+=(perl)
  newlib_there || missing+=(libnewlib-arm-none-eabi)
  [ ${#missing[@]} -eq 0 ] && return
  apt_update
  install_packages "${missing[@]}"
}

# Without it everything else is tested: a machine may have no rustup, or no way to its server.
bring_firmware_std() {
  firmware_std_there && return
  say "bringing the Rust library of $firmware_target"
  rustup --quiet target add "$firmware_target" ||
    say "NOT RUN: the test of examples/firmware, as rustup does not bring $firmware_target"
}

# Without it everything else is tested: Ubuntu's package of this name is none.
bring_browser() {
  command -v chromium >/dev/null && return
  rm -f "$cache/no-browser"
  apt_update
  (install_packages chromium) && command -v chromium >/dev/null || {
    touch "$cache/no-browser"
    say "NOT RUN: the tests of pages in a browser, as apt brings no chromium"
  }
}

# unpack NAME PACKAGE...: the packages, one over the other, in servers/NAME.
unpack() {
  local name=$1 download=$cache/download/$1 deb
  shift
  say "fetching $*"
  rm -rf "$download" "${servers:?}/$name"
  mkdir -p "$download" "$servers/$name"
  (cd "$download" && apt-get -qq download "$@" 2>"$cache/apt.log") ||
    { tail -n 5 "$cache/apt.log" >&2; die "cannot fetch $*"; }
  for deb in "$download"/*.deb; do
    dpkg -x "$deb" "$servers/$name"
  done
}

# The libraries the fetched packages say they need; the names differ between releases.
bring_libraries() {
  local deb wanted=() missing=() library
  for deb in "$cache"/download/*/*.deb; do
    mapfile -t -O "${#wanted[@]}" wanted < <(dpkg-deb -f "$deb" Depends |
      tr ',' '\n' | sed -E 's/^ *//; s/[ |(].*//' | grep '^lib')
  done
  for library in $(printf '%s\n' "${wanted[@]}" | sort -u); do
    dpkg-query -W -f '${Status}' "$library" 2>/dev/null | grep 'ok installed' >/dev/null ||
      missing+=("$library")
  done
  [ ${#missing[@]} -eq 0 ] || install_packages "${missing[@]}"
}

bring_servers() {
  binaries_run && return
  apt_update
  unpack vsftpd vsftpd
  unpack proftpd proftpd-core proftpd-mod-crypto
  unpack pureftpd pure-ftpd-common pure-ftpd
  bring_libraries
  rm -rf "$cache/download"
  binaries_run || die "the servers in $servers still miss a library: see ldd"
}

bring_venv() {
  say "making the Python environment"
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv" || die "python3 cannot make $venv"
  "$venv/bin/python" -m pip install --quiet --disable-pip-version-check -r "$requirements" ||
    die "pip could not install $requirements"
}

# The user has no password and no shell: no login is possible, except at a server
# that asks the PAM service below, which the tests' vsftpd does and nothing else.
# The hash is that of "qftp-secret", which is no secret.
bring_user() {
  if ! id "$test_user" >/dev/null 2>&1; then
    say "creating the system user $test_user"
    as_root useradd --system --user-group --no-create-home --home-dir / \
      --shell /usr/sbin/nologin "$test_user" || die "cannot create the user $test_user"
  fi
  dpkg-query -W -f '${Status}' libpam-pwdfile 2>/dev/null | grep 'ok installed' >/dev/null || {
    apt_update
    install_packages libpam-pwdfile
  }
  as_root tee "$pam_passwords" >/dev/null <<HASH
$test_user:\$6\$qftptests\$/aG9lJ.kUO.eQmC6sZOA5erMY45YRC2gXz8Lmnu4KZU47Gtwn5EcBWD3C5crDeFmLWt6RJ9XKmtJRLMytVTlv0
HASH
  as_root tee "$pam_service" >/dev/null <<PAM
# For the FTP server tests of libqftp.
auth required pam_pwdfile.so pwdfile=$pam_passwords
account required pam_permit.so
session required pam_permit.so
PAM
}

mkdir -p "$servers"
exec 9>"$cache/test-setup.lock"
flock 9
if all_there; then
  exit 0
fi
rm -f "$stamp"
bring_tools
bring_firmware_std
bring_servers
bring_venv
bring_user
bring_browser
wanted_stamp >"$stamp"
say "ready"
