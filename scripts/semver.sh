#!/usr/bin/env bash
# Compares the public interface of the crate qftp with the last release, and fails if the version does not say what
# changed. A release is a tag v1.2.3.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if ! tag=$(git describe --tags --abbrev=0 --match 'v[0-9]*' 2>/dev/null); then
  echo 'semver: NOT RUN: no release has a tag yet (v1.2.3), so there is nothing to compare with' >&2
  exit 0
fi
exec scripts/tool.sh cargo-semver-checks@0.51.0 semver-checks -p qftp --default-features --baseline-rev "$tag"
