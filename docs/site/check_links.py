"""Fails for a link of the built site that leads nowhere: to a file that is missing, or to a place that its page lacks.

    check_links.py FOLDER

Pages below `rust` are rustdoc's, which checks its own links; links to them are looked at.
"""

from __future__ import annotations

import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The links of a page, and the places that links may name."""

    def __init__(self) -> None:
        """Begins without links."""
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Takes the attributes of one element."""
        del tag
        for name, value in attrs:
            if name in {"href", "src"} and value:
                self.links.append(value)
            elif name in {"id", "name"} and value:
                self.places.add(value)


@cache
def page(path: Path) -> Page:
    """Reads a page."""
    read = Page()
    read.feed(path.read_text(encoding="utf-8"))
    return read


def broken(path: Path) -> list[str]:
    """Returns the links of a page that lead nowhere."""
    wrong = []
    for link in page(path).links:
        parts = urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
        if target.is_dir():
            target /= "index.html"
        place = unquote(parts.fragment)
        html = target.suffix == ".html"
        if not target.exists() or (place and html and place not in page(target).places):
            wrong.append(f"{path}: {link}")
    return wrong


def main(folder: Path) -> int:
    """Looks at every page of a folder."""
    pages = [path for path in sorted(folder.rglob("*.html")) if "rust" not in path.relative_to(folder).parts]
    wrong = [link for path in pages for link in broken(path)]
    print("\n".join(wrong) if wrong else f"site: {len(pages)} pages, no broken link")
    return 1 if wrong or not pages else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
