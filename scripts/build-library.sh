#!/usr/bin/env bash
# Builds libqftp as it is shipped and prints where it is:
#
#   scripts/build-library.sh cdylib|staticlib [CARGO-OPTION...]
#
# One kind at a time, as the shared library leaves out what a static one must not
# (ffi/src/no_backtrace.rs).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=${1:?cdylib or staticlib}
shift

# Tells if the C library here reads packed relocations. They take a tenth off the size: the dialects' tables are full of
# them. A library with them says so to an older one (GLIBC_ABI_DT_RELR). Another machine may need any of them.
reads_packed() {
  local version
  [[ " $* " != *' --target '* ]] || return 1
  version=$(getconf GNU_LIBC_VERSION 2>/dev/null) || return 1
  [ "$(printf '%s\n' 'glibc 2.36' "$version" | sort -V | head -n 1)" = 'glibc 2.36' ]
}

case $kind in
  cdylib)
    flags=(--cfg qftp_shared) ending=so
    ! reads_packed "$@" || flags+=(-C link-arg=-Wl,-z,pack-relative-relocs)
    ;;
  staticlib) flags=() ending=a ;;
  *) printf 'build-library: %s is neither cdylib nor staticlib\n' "$kind" >&2; exit 2 ;;
esac

"${CARGO:-cargo}" rustc --package qftp-ffi --lib --crate-type "$kind" --profile dist --locked \
  --message-format json-render-diagnostics "$@" -- "${flags[@]}" |
  sed -n 's/.*"target":{[^}]*"name":"qftp"[^}]*}.*"filenames":\[[^]]*"\([^"]*libqftp\.'"$ending"'\)".*/\1/p' |
  tail -n 1
