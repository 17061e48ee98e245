#!/usr/bin/env bash
# Builds libqftp as it is shipped and prints where it is:
#
#   scripts/build-library.sh cdylib|staticlib [CARGO-OPTION...]
#
# One kind at a time, as the shared library leaves out what a static one must not
# (ffi/src/quiet.rs).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

kind=${1:?cdylib or staticlib}
shift
case $kind in
  cdylib) flags=(--cfg qftp_shared) ending=so ;;
  staticlib) flags=() ending=a ;;
  *) printf 'build-library: %s is neither cdylib nor staticlib\n' "$kind" >&2; exit 2 ;;
esac

"${CARGO:-cargo}" rustc --package qftp-ffi --lib --crate-type "$kind" --profile dist --locked \
  --message-format json-render-diagnostics "$@" -- "${flags[@]}" |
  sed -n 's/.*"target":{[^}]*"name":"qftp"[^}]*}.*"filenames":\[[^]]*"\([^"]*libqftp\.'"$ending"'\)".*/\1/p' |
  tail -n 1
