#!/usr/bin/env bash
# tool.sh NAME@VERSION [argument...]: runs a tool from crates.io. Where .cache/tools lacks it in that version, cargo builds
# it there first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

name=${1%@*} version=${1#*@}
shift
tools=$PWD/.cache/tools
if ! grep -qsF "\"$name $version (" "$tools/.crates.toml"; then
  printf 'tool: building %s %s\n' "$name" "$version" >&2
  "${CARGO:-cargo}" install --quiet --locked --root "$tools" "$name@$version"
fi
exec "$tools/bin/$name" "$@"
