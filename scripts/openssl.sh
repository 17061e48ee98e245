#!/usr/bin/env bash
# Prints cargo's options for TLS: none where pkg-config finds the system's OpenSSL, else those that build one along.
# --own builds one in any case, for what is to run on other machines than this.
set -euo pipefail

if [ "${1:-}" != --own ] && pkg-config --exists openssl 2>/dev/null; then
  exit 0
fi
lacks() {
  printf '%s is missing, which OpenSSL is built with: install it (apt-get install %s)' "$1" "$1" >&2
  [ "${own:-}" ] || printf ', or OpenSSL itself (apt-get install libssl-dev pkg-config)' >&2
  printf '\n' >&2
  exit 1
}
own=${1:-}
perl -MFindBin -MIPC::Cmd -MTime::Piece -e 1 2>/dev/null || lacks perl
command -v make >/dev/null || lacks make
echo '--features vendored'
