#!/usr/bin/env bash
# wheels.sh [NAME...]: builds the Python package for other machines, all of the table at first, into target/wheels-for/NAME, and
# uses each wheel (use_wheel.py).
#
# Rust's standard library of a target comes from rustup, compiler and linker from zig (zig.sh). Python of another processor is
# Debian's, run by QEMU: debootstrap and qemu-user-static are needed, and root. That of musl is built (musl-python.sh).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
source scripts/background.sh

# Name, Rust's name of the target, the oldest system, the Python that uses it, Debian's and QEMU's name of the processor.
table=(
  "x86_64 x86_64-unknown-linux-gnu manylinux_2_17 this_machine"
  "aarch64 aarch64-unknown-linux-gnu manylinux_2_17 debian arm64 aarch64"
  "armv7 armv7-unknown-linux-gnueabihf manylinux_2_17 debian armhf arm"
  "x86_64-musl x86_64-unknown-linux-musl musllinux_1_2 musl"
)
venv=$PWD/.cache/venv/bin

# build TARGET OLDEST PLACE: maturin fails where the module asks for more than the oldest system has.
build() {
  local options
  [ -z "$(scripts/build-std.sh "$1")" ] || die "rustup has no standard library of $1"
  options=$(scripts/openssl.sh --own)
  rm -rf "$3"
  # shellcheck disable=SC2086 # words are wanted
  PATH=$PWD/.cache/zig/bin:$PATH quietly "$venv/maturin" build --quiet --locked $options --zig --target "$1" --compatibility "$2" \
    --manifest-path python/Cargo.toml --out "$3"
}

# Each of these sets $python to a command that finds the package in $work/package.

this_machine_python() { python=(env "PYTHONPATH=$work/package" "$venv/python"); }

musl_python() {
  scripts/musl-python.sh
  python=(env "PYTHONPATH=$work/package" .cache/musl-python/bin/python3)
}

# debian_python ARCHITECTURE QEMU: of a root of unpacked packages, none of which is set up.
debian_python() {
  local root=$PWD/.cache/roots/python-$1 suite package tool
  for tool in debootstrap "qemu-$2-static"; do
    command -v "$tool" >/dev/null || die "$tool is missing: apt-get install debootstrap qemu-user-static"
  done
  if [ ! -e "$root" ]; then
    suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
    say "debootstrap $suite for $1"
    rm -rf "$root.new"
    quietly debootstrap --foreign --variant=minbase --arch="$1" --include=python3 "$suite" "$root.new"
    for package in "$root.new"/var/cache/apt/archives/*.deb; do
      dpkg-deb --extract "$package" "$root.new"
    done
    mv "$root.new" "$root"
  fi
  python=("qemu-$2-static" -L "$root" -E "PYTHONHOME=$root/usr" -E "PYTHONPATH=$work/package" "$root/usr/bin/python3")
}

# wheel NAME TARGET OLDEST PYTHON [ARCHITECTURE QEMU]
wheel() {
  local place=$PWD/target/wheels-for/$1 file python
  say "build $1"
  build "$2" "$3" "$place"
  file=$(find "$place" -name '*.whl')
  "$4_python" "${@:5}"
  "$venv/python" -m zipfile -e "$file" "$work/package"
  quietly "${python[@]}" -m qftp --version
  quietly "${python[@]}" scripts/use_wheel.py
  rm -rf "$work/package"
  say "${file##*/}: $(stat -c %s "$file") bytes, used"
}

scripts/zig.sh
for row in "${table[@]}"; do
  read -ra columns <<<"$row"
  [ $# -gt 0 ] && [[ " $* " != *" ${columns[0]} "* ]] || wheel "${columns[@]}"
done
