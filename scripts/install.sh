#!/usr/bin/env bash
# install.sh build|install|uninstall [program] [library]: the program qftp, and the C library with what compilers,
# pkg-config and CMake look for. Without a part: both.
#
# PREFIX (/usr/local) is the place, below it BINDIR, LIBDIR, INCLUDEDIR, and DOCDIR for licences and documents;
# all of them below DESTDIR, which no installed file mentions. TARGET is a Rust target to build for; FEATURES=host leaves
# the emulator out of the library.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
prefix=${PREFIX:-/usr/local}
bindir=${BINDIR:-$prefix/bin}
libdir=${LIBDIR:-$prefix/lib}
includedir=${INCLUDEDIR:-$prefix/include}
docdir=${DOCDIR:-$prefix/share/doc/libqftp}
documents=(LICENSE-APACHE LICENSE-MIT README.md CHANGELOG.md)
destdir=${DESTDIR:-}
target=${TARGET:-}
features=${FEATURES:-}
# The features that make a library with TLS.
case ,${features:-tls}, in *,tls,*) tls=yes ;; *) tls= ;; esac

version=$(sed -n '/^\[workspace.package\]/,/^$/s/^version = "\(.*\)"/\1/p' Cargo.toml)
major=${version%%.*}
# The output of `rustc --print native-static-libs` for Linux with glibc, but for libgcc, which compilers link by themselves.
system_libraries='-lutil -lrt -lpthread -lm -ldl -lc'

die() { printf 'install: %s\n' "$*" >&2; exit 1; }

for directory in "$prefix" "$bindir" "$libdir" "$includedir" "$docdir"; do
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

build_library() {
  local kind file options=''
  [ -z "$tls" ] || options=$(openssl)
  for kind in cdylib staticlib; do
    # shellcheck disable=SC2086 # words are wanted
    file=$(scripts/build-library.sh "$kind" $options ${target:+--target "$target"} \
      ${features:+--no-default-features --features "$features"})
    install -D -m 644 "$file" "$shelf/${file##*/}"
  done
  # The libraries of a program that links the static library; an OpenSSL that was built along is in it.
  if [ -n "$tls" ] && [ -z "$options" ]; then
    system_libraries="-lssl -lcrypto $system_libraries"
  fi
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
    -e "s|@VERSION@|$version|; s|@MAJOR@|$major|; s|@SYSTEM_LIBRARIES@|$system_libraries|" \
    -e "s|@HEADERS_FROM_LIBRARIES@|$from_libraries|" "$1" >"$destdir$2"
  chmod 644 "$destdir$2"
}

# Program and library come with the same documents; the last of them to go takes them away.
document_files() { printf '%s\n' "${documents[@]/#/$docdir/}"; }

install_documents() {
  local name
  for name in "${documents[@]}"; do
    put 644 "$name" "$docdir/$name"
  done
}

program_files() { printf '%s\n' "$bindir/qftp"; }

library_files() {
  printf '%s\n' "$libdir"/libqftp.{so,so."$major",so."$version",a} "$includedir/qftp.h" \
    "$libdir"/pkgconfig/libqftp.pc "$libdir"/cmake/libqftp/libqftpConfig{,Version}.cmake
}

install_program() { put 755 "$(built qftp)" "$bindir/qftp"; }

install_library() {
  put 755 "$(built libqftp.so)" "$libdir/libqftp.so.$version"
  ln -sf "libqftp.so.$version" "$destdir$libdir/libqftp.so.$major"
  ln -sf "libqftp.so.$major" "$destdir$libdir/libqftp.so"
  put 644 "$(built libqftp.a)" "$libdir/libqftp.a"
  put 644 include/qftp.h "$includedir/qftp.h"
  system_libraries=$(cat "$(built system-libraries)")
  fill_in ffi/package/libqftp.pc.in "$libdir/pkgconfig/libqftp.pc"
  for file in libqftpConfig libqftpConfigVersion; do
    fill_in "ffi/package/$file.cmake.in" "$libdir/cmake/libqftp/$file.cmake"
  done
}

# The files, and the folders that nothing else uses.
remove() {
  local file folder
  while read -r file; do
    rm -f "$destdir$file"
  done
  for folder in "$libdir/cmake/libqftp" "$docdir"; do
    [ ! -d "$destdir$folder" ] || rmdir --ignore-fail-on-non-empty "$destdir$folder"
  done
}

uninstall() {
  "$1_files" | remove
  [ -e "$destdir$bindir/qftp" ] || [ -e "$destdir$includedir/qftp.h" ] || document_files | remove
}

verb=${1:-}
shift || true
[ $# -gt 0 ] || set -- program library
for part; do
  case $verb-$part in
    build-program | build-library) "${verb}_$part" ;;
    install-program | install-library) "${verb}_$part"; install_documents ;;
    uninstall-program | uninstall-library) uninstall "$part" ;;
    *) die "usage: install.sh build|install|uninstall [program] [library]" ;;
  esac
done
