#!/usr/bin/env bash
# Brings zig and cargo-zigbuild, linker and C libraries of other machines, from PyPI into .cache/zig.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

[ ! -x .cache/zig/bin/cargo-zigbuild ] || exit 0
python3 -m venv .cache/zig
.cache/zig/bin/pip install --quiet --disable-pip-version-check ziglang==0.17.1 cargo-zigbuild==0.24.1
