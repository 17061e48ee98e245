#!/usr/bin/env bash
# wheels.sh [NAME...]: builds the Python package for other machines, all of the table at first, into target/wheels-for/NAME, and
# uses each wheel that QEMU can run a Python for (use_wheel.py).
#
# Rust's standard library of a target comes from rustup, compiler and linker from zig (zig.sh). To run a wheel, Debian's
# debootstrap and qemu-user-static are needed, and root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Name, Rust's name of the target, the oldest system, QEMU and Debian's name of the processor.
table=(
  "x86_64 x86_64-unknown-linux-gnu manylinux_2_17 x86_64 amd64"
  "aarch64 aarch64-unknown-linux-gnu manylinux_2_17 aarch64 arm64"
  "armv7 armv7-unknown-linux-gnueabihf manylinux_2_17 arm armhf"
  "x86_64-musl x86_64-unknown-linux-musl musllinux_1_2 - -"
)
suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
venv=$PWD/.cache/venv/bin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf 'wheels: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }

quietly() { "$@" >"$work/log" 2>&1 || { tail -n 30 "$work/log" >&2; die "failed: $*"; }; }

# build TARGET OLDEST PLACE: maturin fails where the module asks for more than the oldest system has.
build() {
  local options
  [ -z "$(scripts/build-std.sh "$1")" ] || die "rustup has no standard library of $1"
  options=$(scripts/openssl.sh --own)
  rm -rf "$3"
  # shellcheck disable=SC2086 # words are wanted
  PATH=$PWD/.cache/zig/bin:$PATH "$venv/maturin" build --quiet --locked $options --zig --target "$1" --compatibility "$2" \
    --manifest-path python/Cargo.toml --out "$3"
}

# python_root ARCHITECTURE: makes a root with Debian's Python for another processor, of unpacked packages, none of which is set up.
python_root() {
  local root=$PWD/.cache/roots/python-$1 package
  [ ! -e "$root" ] || return 0
  say "debootstrap $suite for $1"
  rm -rf "$root.new"
  quietly debootstrap --foreign --variant=minbase --arch="$1" --include=python3 "$suite" "$root.new"
  for package in "$root.new"/var/cache/apt/archives/*.deb; do
    dpkg-deb --extract "$package" "$root.new"
  done
  mv "$root.new" "$root"
}

# try WHEEL QEMU ARCHITECTURE
try() {
  local root=$PWD/.cache/roots/python-$3 python
  python_root "$3"
  "$venv/python" -m zipfile -e "$1" "$work/package"
  python=("qemu-$2-static" -L "$root" -E PYTHONHOME="$root/usr" -E PYTHONPATH="$work/package" "$root/usr/bin/python3")
  quietly "${python[@]}" -m qftp --version
  quietly "${python[@]}" scripts/use_wheel.py
  rm -rf "$work/package"
}

wheel() {
  local name=$1 target=$2 oldest=$3 qemu=$4 debian=$5 place=$PWD/target/wheels-for/$1 file
  build "$target" "$oldest" "$place"
  file=$(find "$place" -name '*.whl')
  say "${file##*/}: $(stat -c %s "$file") bytes"
  if [ "$qemu" = - ]; then
    say "NOT RUN: $name, for which Debian has no Python"
  else
    try "$file" "$qemu" "$debian"
    say "$name: ran under QEMU"
  fi
}

for tool in debootstrap qemu-aarch64-static; do
  command -v "$tool" >/dev/null || die "$tool is missing: apt-get install debootstrap qemu-user-static"
done
scripts/zig.sh
for row in "${table[@]}"; do
  read -ra columns <<<"$row"
  [ $# -gt 0 ] && [[ " $* " != *" ${columns[0]} "* ]] || wheel "${columns[@]}"
done
