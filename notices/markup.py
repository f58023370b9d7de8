"""The little markup of notice texts: paragraphs, ``## `` headings and ``- `` lists. Everything else stays as written.

Gives data, not HTML: the templates escape it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HEADING, LIST, PARAGRAPH = "heading", "list", "paragraph"

_BULLET = re.compile(r"^\s*[-*•]\s+")
# a bracket belongs to a number only where it holds digits alone: "+1 (555) 0100", but not "112 (24/7)"
_NUMBER = re.compile(r"\+?\d(?:[\d\s).\-]|\((?=[\d\s]+\)))*")
HOURS = re.compile(
    r"(?<!\d)(?:24\s?/\s?7|\d{1,2}[:.]\d{2}\s?[-–]\s?\d{1,2}[:.]\d{2}|\d{1,2}:\d{2}|\d{1,2}\s?[-–]\s?\d{1,2}(?=\s?h\b))(?!\d)"
)
"""When somebody answers; no number to call, and no part of one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of a text."""

    kind: str
    lines: tuple[str, ...]
    """The entries of a list, the lines of a paragraph, the one line of a heading."""


@dataclass(frozen=True, slots=True)
class HelpLine:
    """Where to get help."""

    name: str
    number: str
    """As written; empty where the line gives none."""
    dial: str
    """For a ``tel:`` link; empty where there is no number."""


def blocks(text: str) -> tuple[Block, ...]:
    """The pieces of a text, in order; empty lines part them."""
    found: list[Block] = []
    for line in [*text.splitlines(), ""]:
        kind, words = _read(line)
        if not words:
            found.append(Block("", ()))
        elif kind != HEADING and found and found[-1].kind == kind:
            found[-1] = Block(kind, (*found[-1].lines, words))
        else:
            found.append(Block(kind, (words,)))
    return tuple(block for block in found if block.kind)


def help_lines(text: str) -> tuple[HelpLine, ...]:
    """One entry a line, written ``name | number``."""
    found = []
    for line in text.splitlines():
        name, _, number = (part.strip() for part in line.partition("|"))
        if name or number:
            found.append(HelpLine(name, number, _dial(number)))
    return tuple(found)


def _read(line: str) -> tuple[str, str]:
    if line.startswith("## "):
        return HEADING, line[3:].strip()
    if bullet := _BULLET.match(line):
        return LIST, line[bullet.end() :].strip()
    return PARAGRAPH, line.strip()


def _dial(number: str) -> str:
    """The first number of a line: "112 / 999" dials 112."""
    first = _NUMBER.search(HOURS.sub(";", number))
    if first is None:
        return ""
    return ("+" if first.group().startswith("+") else "") + digits(first.group())


def digits(text: str) -> str:
    """The digits in a text, of whatever script, as the common ones."""
    return "".join(str(int(char)) for char in text if char.isdecimal())
