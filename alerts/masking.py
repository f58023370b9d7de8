"""Words of an advert made fit for a mail or a page: one line, no contacts, no tricks with direction or invisible signs."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

LONGEST = 120
"""Most characters of a title that are shown."""

HIDDEN = "…"
"""Stands where a contact was taken out."""

_KEPT_FORMAT = "\u200c\u200d"  # joiners that Persian, Hindi and others need to be spelt rightly
_REACHABLE = re.compile(
    r"\S+@\S+"  # addresses
    r"|(?:https?://|www\.)\S+"
    r"|(?:wa|t|viber|line)\.me/\S+"
    r"|(?<!\w)@\w{3,}"
    r"|[+(]*\d(?:[\s().\-/·•]{0,3}\d){5,}",  # telephone numbers, any six digits or more; \d covers all scripts
    re.IGNORECASE,
)


def title(text: str, *, whole: str = "", contacts: Iterable[Mapping[str, Any]] = ()) -> str:
    """A title as it may be shown to a subscriber.

    ``contacts`` are the advert's found contacts with offsets into ``whole``, its text; where ``whole`` begins with the title,
    they are taken out by place. Whatever else looks like a telephone number, an address or a link goes too.
    """
    if whole.startswith(text):
        text = without(text, contacts)
    return one_line(_REACHABLE.sub(HIDDEN, _plain(text)))


def cleared(text: str, contacts: Iterable[Mapping[str, Any]]) -> str:
    """A whole advert for counting its words: contacts, and whatever looks like one, taken out; lines stay lines."""
    return "\n".join(_REACHABLE.sub(HIDDEN, _plain(line)) for line in without(text, contacts).splitlines())


def one_line(text: str, *, longest: int = LONGEST) -> str:
    """Text on one line without control, direction or invisible signs, cut at ``longest`` characters."""
    line = " ".join(_plain(text).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def without(text: str, contacts: Iterable[Mapping[str, Any]], *, begin: int = 0) -> str:
    """A piece of an advert with the contacts in it taken out; it begins at ``begin`` of the text their offsets refer to."""
    length = len(text)
    for span in sorted(contacts, key=_start, reverse=True):
        start, end = max(0, int(span["start"]) - begin), min(length, int(span["end"]) - begin)
        if start < end:
            text = text[:start] + HIDDEN + text[end:]
    return text


def _start(span: Mapping[str, Any]) -> int:
    return int(span["start"])


def _plain(text: str) -> str:
    return "".join(_sign(char) for char in text)


def _sign(char: str) -> str:
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp"}:
        return " "
    hidden = category in {"Cs", "Co", "Cn"} or (category == "Cf" and char not in _KEPT_FORMAT)
    return "" if hidden else char
