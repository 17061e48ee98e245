#!/usr/bin/env bash
# install.sh build|install|uninstall [library] [emulator] [program]: the C library, the emulator for C, each with what
# compilers, pkg-config and CMake look for, and the program qftp. Without a part: both libraries.
#
# PREFIX (/usr/local) is the place, below it BINDIR, LIBDIR, INCLUDEDIR, MANDIR, and DOCDIR for licences and documents;
# all of them below DESTDIR, which no installed file mentions. TARGET is a Rust target to build for.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
prefix=${PREFIX:-/usr/local}
bindir=${BINDIR:-$prefix/bin}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
docdir=${DOCDIR:-$prefix/share/doc/libqftp}
mandir=${MANDIR:-$prefix/share/man}
datadir=${DATADIR:-$prefix/share}
documents=(LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md)
destdir=${DESTDIR:-}
target=${TARGET:-}

version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
# The part of the version that may break programs (ffi/soname.rs).
abi=${version%%.*}
[ "$abi" != 0 ] || abi=${version%.*}
# What the static libraries want of the system, but for libgcc, which compilers link by themselves. Since glibc 2.34, and
# with musl, all of it is in libc.
system_libraries='-lpthread -ldl -lc'

die() { printf 'install: %s\n' "$*" >&2; exit 1; }

for directory in "$prefix" "$bindir" "$libdir" "$includedir" "$docdir" "$mandir"; do
  [ "${directory#/}" != "$directory" ] || die "$directory is not an absolute path"
done

# Cargo may have been told another place than target/; who is root may be without cargo.
target_directory() {
  if command -v "$cargo" >/dev/null; then
    "$cargo" metadata --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/'
  else
    printf '%s\n' "${CARGO_TARGET_DIR:-target}"
  fi
}

# Built files wait here: cargo's own folders hold what was built last, with whatever features.
shelf=$(target_directory)/${target:+$target/}install

# Another machine's OpenSSL is not what pkg-config finds here.
openssl() { scripts/openssl.sh ${target:+--own}; }

build_program() {
  local folder options
  options=$(openssl)
  # shellcheck disable=SC2086 # words are wanted
  "$cargo" build --locked --release -p qftp-cli $options ${target:+--target "$target"}
  folder=$(dirname "$shelf")/release
  install -D -m 755 "$folder/qftp" "$shelf/qftp"
}

# build_shelf LIBRARY CARGO-OPTION...
build_shelf() {
  local library=$1 kind file
  shift
  for kind in cdylib staticlib; do
    file=$(scripts/build-library.sh "$library" "$kind" "$@" ${target:+--target "$target"})
    install -D -m 644 "$file" "$shelf/${file##*/}"
  done
}

build_library() { build_shelf libqftp; }

build_emulator() {
  local options
  options=$(openssl)
  # shellcheck disable=SC2086 # words are wanted
  build_shelf libqftp_emulator $options
  # An OpenSSL that was built along is in the library.
  [ -n "$options" ] || system_libraries="-lssl -lcrypto $system_libraries"
  printf '%s\n' "$system_libraries" >"$shelf/system-libraries"
}

built() {
  [ -f "$shelf/$1" ] || die "$shelf/$1 is not there: run make build"
  printf '%s\n' "$shelf/$1"
}

put() { install -D -m "$1" "$2" "$destdir$3"; }

fill_in() {
  local from_libraries
  from_libraries=$(realpath -m --relative-to="$libdir" "$includedir")
  install -d "$(dirname "$destdir$2")"
  sed -e "s|@PREFIX@|$prefix|; s|@LIBDIR@|$libdir|; s|@INCLUDEDIR@|$includedir|" \
    -e "s|@VERSION@|$version|; s|@ABI@|$abi|; s|@SYSTEM_LIBRARIES@|$system_libraries|" \
    -e "s|@HEADERS_FROM_LIBRARIES@|$from_libraries|" "$1" >"$destdir$2"
  chmod 644 "$destdir$2"
}

# All parts come with the same documents; the last of them to go takes them away.
document_files() { printf '%s\n' "${documents[@]/#/$docdir/}"; }

install_documents() {
  local name
  for name in "${documents[@]}"; do
    put 644 "$name" "$docdir/$name"
  done
}

# The completions of bash, zsh and fish, below the folders that these look at.
completion_file() {
  case $1 in
    bash) printf '%s\n' "$datadir/bash-completion/completions/qftp" ;;
    zsh) printf '%s\n' "$datadir/zsh/site-functions/_qftp" ;;
    fish) printf '%s\n' "$datadir/fish/vendor_completions.d/qftp.fish" ;;
  esac
}

program_files() {
  local shell page
  printf '%s\n' "$bindir/qftp"
  for shell in bash zsh fish; do completion_file "$shell"; done
  # What an earlier version installed goes, too.
  for page in "$destdir$mandir"/man[17]/qftp{,-*}.[17]; do
    [ ! -e "$page" ] || printf '%s\n' "${page#"$destdir"}"
  done
}

# files_of LIBRARY HEADER
files_of() {
  printf '%s\n' "$libdir/$1".{so,so."$abi",so."$version",a} "$includedir/$2" "$libdir/pkgconfig/$1.pc" \
    "$libdir/cmake/$1/$1Config"{,Version}.cmake
}

library_files() { files_of libqftp qftp.h; }

emulator_files() { files_of libqftp_emulator qftp_emulator.h; }

install_program() {
  local program page shell
  program=$(built qftp)
  put 755 "$program" "$bindir/qftp"
  # A program of another machine does not run here.
  if [ -n "$target" ]; then
    printf 'install: no manual pages and completions: run qftp man and qftp completions on the other machine\n'
    return
  fi
  rm -rf "$shelf/man"
  "$program" man "$shelf/man"
  for page in "$shelf"/man/*; do
    put 644 "$page" "$mandir/man${page##*.}/${page##*/}"
  done
  for shell in bash zsh fish; do
    "$program" completions "$shell" >"$shelf/completions"
    put 644 "$shelf/completions" "$(completion_file "$shell")"
  done
}

# install_shelf LIBRARY HEADER
install_shelf() {
  local library=$1 header=$2 file
  put 755 "$(built "$library.so")" "$libdir/$library.so.$version"
  ln -sf "$library.so.$version" "$destdir$libdir/$library.so.$abi"
  ln -sf "$library.so.$abi" "$destdir$libdir/$library.so"
  put 644 "$(built "$library.a")" "$libdir/$library.a"
  put 644 "include/$header" "$includedir/$header"
  fill_in "ffi/package/$library.pc.in" "$libdir/pkgconfig/$library.pc"
  for file in Config ConfigVersion; do
    fill_in "ffi/package/$library$file.cmake.in" "$libdir/cmake/$library/$library$file.cmake"
  done
}

install_library() { install_shelf libqftp qftp.h; }

install_emulator() {
  system_libraries=$(cat "$(built system-libraries)")
  install_shelf libqftp_emulator qftp_emulator.h
}

# A program finds a new library in the folders of the system when its list of them is made anew.
tell_loader() {
  local folders
  [ -z "$destdir" ] && [ -z "$target" ] || return 0
  command -v ldconfig >/dev/null || PATH=$PATH:/usr/sbin:/sbin
  command -v ldconfig >/dev/null || return 0
  folders=$(ldconfig -v -N -X 2>/dev/null | sed -n 's/^\(\/[^:]*\):.*/\1/p')
  if ! grep -qxF "$libdir" <<<"$folders"; then
    printf 'install: programs find the libraries with LD_LIBRARY_PATH=%s, or linked with -Wl,-rpath,%s\n' "$libdir" "$libdir"
  elif ! ldconfig 2>/dev/null; then
    printf 'install: run ldconfig as root, so that programs find the libraries in %s\n' "$libdir"
  fi
}

# The files, and the folders that nothing else uses.
remove() {
  local file folder
  while read -r file; do
    rm -f "$destdir$file"
  done
  for folder in "$libdir"/cmake/libqftp{,_emulator} "$docdir"; do
    [ ! -d "$destdir$folder" ] || rmdir --ignore-fail-on-non-empty "$destdir$folder"
  done
}

uninstall() {
  local file
  "$1_files" | remove
  for file in "$bindir/qftp" "$includedir"/qftp{,_emulator}.h; do
    [ ! -e "$destdir$file" ] || return 0
  done
  document_files | remove
}

verb=${1:-}
shift || true
[ $# -gt 0 ] || set -- library emulator
for part; do
  case $verb-$part in
    build-library | build-emulator | build-program) "${verb}_$part" ;;
    install-library | install-emulator | install-program) "${verb}_$part"; install_documents ;;
    uninstall-library | uninstall-emulator | uninstall-program) uninstall "$part" ;;
    *) die "usage: install.sh build|install|uninstall [library] [emulator] [program]" ;;
  esac
done
[ "$verb" != install ] || tell_loader
