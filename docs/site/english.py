"""Holds the documents to plain English: no sentence is too long, and no private word of an earlier version returns.

`english.py FOLDER...` prints each place in the documents of these folders that breaks a rule. Then it fails.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

# Words of a sentence, or of its part up to a colon or semicolon: code counts as one word.
LONGEST = 25

# Words and phrases with a plain counterpart, as in core/tests/structure/english.rs.
AVOIDED = re.compile(
    r"\b(nobody|somebody|anybody|whoever|befalls?|in step|out of step|departures?|happenings?|misfits?|misuse"
    r"|soft(?:ware)? module|relative URL without a base)\b",
    re.IGNORECASE,
)

# An end of a sentence or of such a part.
END = re.compile(r"(?<=[.!?:;])[)\"*_]*\s+")


def paragraphs(text: str) -> list[tuple[int, str]]:
    """Returns the prose of a document, paragraph by paragraph, with the line where each begins."""
    found: list[tuple[int, str]] = []
    inside = False
    open_paragraph = False
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if stripped.startswith(("```", ":::")):
            inside = not inside
            open_paragraph = False
            continue
        is_prose = not inside and stripped and not stripped.startswith(("|", "#", "<", "[!["))
        if not is_prose or line.startswith("    "):
            open_paragraph = False
            if not inside and stripped.startswith("|"):
                found += [(number, cell) for cell in stripped.split(" | ")]
            continue
        is_item = re.match(r"([-*+]|\d+\.)\s", stripped)
        if open_paragraph and not is_item:
            begun, before = found[-1]
            found[-1] = (begun, f"{before} {stripped}")
        else:
            found.append((number, stripped))
        open_paragraph = True
    return found


def plain(paragraph: str) -> str:
    """Returns a paragraph with code as one word, and links as their texts."""
    text = re.sub(r"``.+?``|`[^`]+`", "CODE", paragraph)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)
    return re.sub(r"https?://\S+", "URL", text)


def breaches(text: str) -> list[tuple[int, str]]:
    """Returns what breaks a rule in a document, with the line of its paragraph."""
    found = []
    for number, paragraph in paragraphs(text):
        prose = plain(paragraph)
        found += [(number, f'"{word.group()}"') for word in AVOIDED.finditer(prose)]
        for sentence in END.split(prose):
            count = len(re.findall(r"[\w'./-]*\w[\w'./-]*", sentence))
            if count > LONGEST:
                found.append((number, f"{count} words: {sentence[:90]}"))
    return found


def check() -> None:
    """Fails if the rules themselves do not find what they are for."""
    long = " ".join(["word"] * (LONGEST + 1)) + "."
    assert breaches(long)
    assert not breaches(long.replace("word.", "`a b`").replace("word ", "", 1))
    assert breaches("It befalls a module.")
    assert not breaches("```\nnobody\n```\n")
    assert not breaches(f"{' '.join(['one'] * LONGEST)}. Two.")


def main() -> int:
    """Prints the places of all files."""
    check()
    count = 0
    for path in sorted(path for folder in sys.argv[1:] for path in Path(folder).glob("*.md")):
        for number, what in breaches(path.read_text(encoding="utf-8")):
            print(f"{path}:{number}: {what}")
            count += 1
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
