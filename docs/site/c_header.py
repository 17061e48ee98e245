"""The directive `c-header FILE`: the reference of a C header, made from its comments.

A declaration with the comment before it is an entry. `@param`, `@return` and the comments of members become its fields.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

ROOT = Path(__file__).parents[2]

COMMENT = re.compile(r"/\*\*(?P<text>.*?)\*/[ \t]*\n", re.DOTALL)
HEAD = re.compile(r"\A/\*\n(?P<text>.*?)\*/", re.DOTALL)
MEMBER = re.compile(r"/\*\*(?P<text>.*?)\*/\s*(?P<declaration>[^;,]+?)[;,]", re.DOTALL)
TAG = re.compile(r"^@(?P<tag>param|return)\b[ ]*(?P<rest>.*)$")
# Names of this library in running text, and what is marked as code.
CODE = re.compile(r"(`[^`]+`|(?<!\w)(?:qftp_|QFTP_)[\w*]+(?:\(\)|\.h\b)?)")


def lines_of(comment: str) -> list[str]:
    """Returns the lines of a comment without their stars."""
    return [re.sub(r"^\s*\* ?", "", line).rstrip() for line in comment.strip("\n").splitlines()]


def prose(lines: list[str]) -> list[str]:
    """Returns text as reStructuredText: names of the library, and what stands in backticks, as code."""
    parts = CODE.split("\n".join(lines))
    text = [re.sub(r"([\\*|_])", r"\\\1", part) for part in parts[::2]]
    code = [f"``{part.strip('`')}``" for part in parts[1::2]]
    # A parenthesis does not end code there, an escaped blank does.
    text[1:] = [f"\\ {part}" if part.startswith("(") else part for part in text[1:]]
    return _lists_apart("".join(a + b for a, b in zip(text, [*code, ""])).splitlines())


def _lists_apart(lines: list[str]) -> list[str]:
    """Puts an empty line before and behind a list, which reStructuredText needs."""
    apart: list[str] = []
    for line in lines:
        of_list = line.startswith(("- ", "  "))
        if line and apart and apart[-1] and of_list != apart[-1].startswith(("- ", "  ")):
            apart.append("")
        apart.append(line)
    return apart


def described(comment: str) -> list[str]:
    """Returns the text of a comment with its tags as fields."""
    text: list[str] = []
    fields: list[tuple[str, list[str]]] = []
    for line in lines_of(comment):
        if tag := TAG.match(line):
            words = tag["rest"].split(None, 1)
            if tag["tag"] == "param":
                fields.append((f":param {words[0]}:", [words[1] if len(words) > 1 else ""]))
            else:
                fields.append((":returns:", [tag["rest"].strip()]))
        elif fields:
            fields[-1][1].append(line.strip())
        else:
            text.append(line)
    out = [*prose(text), ""]
    for name, words in fields:
        joined = prose([" ".join(word for word in words if word)])
        out.append(f"{name} {' '.join(joined)}")
    return [*out, ""]


def indented(lines: list[str], by: int = 3) -> list[str]:
    """Returns lines moved to the right."""
    return [" " * by + line if line else "" for line in lines]


def members(body: str, kind: str) -> list[str]:
    """Returns the entries of a struct's members or an enum's values."""
    out: list[str] = []
    for member in MEMBER.finditer(body if kind == "member" else body.rstrip().rstrip("}") + ","):
        declaration = " ".join(member["declaration"].split())
        if kind == "enumerator":
            declaration = declaration.split("=")[0].strip()
        out += [f".. c:{kind}:: {declaration}", "", *indented(described(member["text"]))]
    return out


def entry(comment: str, code: str) -> list[str]:
    """Returns one declaration with its comment; nothing for what is not documented by itself."""
    body = indented(described(comment))
    if macro := re.match(r"#define (\w+(?:\([^)]*\))?)", code):
        return [f".. c:macro:: {macro[1]}", "", *body]
    if enum := re.match(r"enum (\w+)[^{]*\{(.*?)\n\};", code, re.DOTALL):
        return [f".. c:enum:: {enum[1]}", "", *body, *indented(members(enum[2] + ",", "enumerator"))]
    if struct := re.match(r"typedef struct (\w+) \{(.*?)\n\} \w+;", code, re.DOTALL):
        return [f".. c:struct:: {struct[1]}", "", *body, *indented(members(struct[2], "member"))]
    if declared := re.match(r"([^;{]+);", code):
        text = " ".join(declared[1].split())
        if alias := re.match(r"typedef struct \w+ (\w+)$", text):
            return [f".. c:struct:: {alias[1]}", "", *body]
        if text.startswith("typedef "):
            return [f".. c:type:: {text.removeprefix('typedef ')}", "", *body]
        return [f".. c:function:: {text}", "", *body]
    return []


def topic(lines: list[str]) -> str:
    """Returns the heading that an entry stands below: a handle of its functions, or types and constants."""
    if not lines[0].startswith(".. c:function::"):
        return "Types and constants"
    name = re.search(r"(qftp_\w+)\(", lines[0])
    handle = re.match(r"qftp_(client|host|transfer|emulator|core|store)_", name[1] if name else "")
    return f"Functions of qftp_{handle[1]}" if handle else "Other functions"


def header(text: str) -> dict[str, list[str]]:
    """Returns the reference of a header as reStructuredText, by topics; the first one is its opening page."""
    topics: dict[str, list[str]] = {}
    if head := HEAD.search(text):
        topics[""] = prose(lines_of(head["text"]))
    for comment in COMMENT.finditer(text):
        code = text[comment.end() :]
        # A member is indented, and stands in the entry of its struct.
        if code[:1].isspace():
            continue
        lines = entry(comment["text"], code)
        if lines:
            topics.setdefault(topic(lines), []).extend(lines)
    return topics


class CHeader(SphinxDirective):
    """Puts the reference of a header here."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Reads the header."""
        path = ROOT / self.arguments[0]
        self.env.note_dependency(str(path))
        self.env.note_dependency(__file__)
        out: list[nodes.Node] = []
        for title, lines in header(path.read_text()).items():
            # The page around it is Markdown.
            text = "\n".join(["````{eval-rst}", *lines, "````"])
            parsed = self.parse_text_to_nodes(text)
            if not title:
                out += parsed
                continue
            section = nodes.section(ids=[nodes.make_id(f"{path.stem}-{title}")])
            section += nodes.title(title, title)
            section += parsed
            out.append(section)
        return out


def setup(app: Any) -> dict[str, bool]:
    """Registers the directive."""
    app.add_directive("c-header", CHeader)
    return {"parallel_read_safe": True}
