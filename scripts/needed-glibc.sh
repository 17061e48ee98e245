#!/usr/bin/env bash
# needed-glibc.sh FILE: prints the version of glibc that a program or library needs, "none" for one that needs no glibc.
set -euo pipefail

objdump --dynamic-syms "${1:?a program or library}" | grep -o 'GLIBC_[0-9.]*' | sort -Vu | sed 's/GLIBC_//' | tail -n 1 |
  grep . || echo none
