#!/usr/bin/env bash
# site.sh: builds the site of docs/ into target/site/html, with the documentation of the crate in its folder rust, and looks
# at it: no warning, no link that leads nowhere, and in Chromium nothing that is cut at two widths. The screenshots stay in
# target/site/screenshots. It needs the Python environment with the package in it (make installed-wheel).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cargo=${CARGO:-cargo}
python=.cache/venv/bin/python
html=target/site/html

# shellcheck disable=SC2046 # words are wanted
"$cargo" build --quiet --locked -p qftp-cli $(scripts/openssl.sh)
# shellcheck disable=SC2046
RUSTDOCFLAGS='-D warnings' "$cargo" doc --quiet --locked -p qftp --no-deps $(scripts/openssl.sh)
export QFTP_PROGRAM=${CARGO_TARGET_DIR:-$PWD/target}/debug/qftp

rm -rf "$html" target/site/screenshots
"$python" -m sphinx --quiet --fail-on-warning --keep-going --fresh-env --jobs auto -c docs/site . "$html"
cp -r "${CARGO_TARGET_DIR:-target}/doc" "$html/rust"
cat >"$html/index.html" <<'HTML'
<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>libqftp</title><meta http-equiv="refresh" content="0; url=docs/index.html"></head>
<body><h1>libqftp</h1><p><a href="docs/index.html">The documents</a></p></body>
</html>
HTML
"$python" docs/site/check_links.py "$html"

if ! "$python" -c 'import sys; sys.path.insert(0, "docs/site/tests"); import browser; sys.exit(not browser.program())'; then
  echo 'site: NOT RUN: the pages in a browser, as Chromium is missing; `make setup` installs it where apt has it'
  exit 0
fi
"$python" -m pytest --quiet -p no:cacheprovider -p no:qftp docs/site/tests
