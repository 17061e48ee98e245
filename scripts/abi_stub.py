"""Prints a C program with an empty function for each function of a header.

abi_stub.py HEADER: compiled with -g, its library has the names and the types of the header and nothing else.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path


def main() -> None:
    """Reads the header and prints the program."""
    header = Path(sys.argv[1])
    code = re.sub(r"/\*.*?\*/", " ", header.read_text(), flags=re.DOTALL)
    code = re.sub(r"^#.*$", "", code, flags=re.MULTILINE)
    print(f'#include "{header.name}"')
    for statement in re.split(r"[;{}]", code):
        declaration = " ".join(statement.split())
        if re.fullmatch(r"(?!typedef\b)[\w *]*\bqftp_\w+\(.*\)", declaration):
            print(declaration, "{ __builtin_trap(); }")


main()
