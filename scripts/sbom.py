"""Prints the crates that stand in a program or library, as a CycloneDX document.

sbom.py DATE <LINES: LINES are what `cargo tree --prefix none --format '{p}|{l}'` prints, the package itself first.
"""

from __future__ import annotations

import json
import sys


def component(line: str, kind: str) -> dict[str, object]:
    """Describes the crate of a line, such as `memchr v2.8.3|MIT`."""
    crate, _, terms = line.partition("|")
    name, version, *place = crate.split()
    version = version.removeprefix("v")
    described: dict[str, object] = {"type": kind, "name": name, "version": version, "bom-ref": f"{name}@{version}"}
    if terms:
        described["licenses"] = [{"expression": terms.replace("/", " OR ")}]
    if not any(word.startswith("(/") for word in place):
        described["purl"] = f"pkg:cargo/{name}@{version}"
    return described


def main() -> None:
    """Reads the lines and prints the document."""
    lines = [line.removesuffix(" (*)").strip() for line in sys.stdin if line.strip()]
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"timestamp": sys.argv[1], "component": component(lines[0], "application")},
        "components": [component(line, "library") for line in sorted(set(lines[1:]))],
    }
    json.dump(document, sys.stdout, indent=1)
    print()


main()
