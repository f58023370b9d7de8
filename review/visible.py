"""Text of strangers made safe to look at: hidden and direction-changing characters are shown instead of obeyed.

Characters that scripts need (joiners, Arabic and Hebrew marks, emoji selectors) stay as they are.
"""

from __future__ import annotations

import re

from django.utils.html import escape

_NAMES = {
    "\u00ad": "soft hyphen",
    "\u180e": "vowel separator",
    "\u200b": "zero-width space",
    "\u2060": "word joiner",
    "\u2061": "function application",
    "\u2062": "invisible times",
    "\u2063": "invisible separator",
    "\u2064": "invisible plus",
    "\u202a": "left-to-right embedding",
    "\u202b": "right-to-left embedding",
    "\u202c": "end of embedding",
    "\u202d": "left-to-right override",
    "\u202e": "right-to-left override",
    "\u2066": "left-to-right isolate",
    "\u2067": "right-to-left isolate",
    "\u2068": "first-strong isolate",
    "\u2069": "end of isolate",
    "\ufeff": "zero-width no-break space",
}

_HIDDEN = re.compile(
    "(["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # control characters save tab, line feed, carriage return
    "\u00ad\u180e\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff"  # surrogates cannot be sent at all
    "\U000e0000-\U000e007f"  # tags spell hidden text
    "])\\1*"
)

STANDIN = "\u2423"
"""Shown for one hidden character in plain text, and for those beyond ``MOST`` in marked-up text."""

MOST = 60
"""Hidden characters spelt out in one text: a text made of them must not make a page of megabytes."""


def plain(text: str) -> str:
    """The text with each run of one hidden character replaced by a visible stand-in."""
    return _HIDDEN.sub(STANDIN, text)


class Writer:
    """Writes pieces of one text as HTML, spelling out at most ``MOST`` hidden characters over all pieces."""

    def __init__(self) -> None:
        self._left = MOST

    def html(self, piece: str) -> str:
        """The piece escaped, hidden characters as labelled boxes."""
        parts: list[str] = []
        at = 0
        for found in _HIDDEN.finditer(piece):
            parts += [str(escape(piece[at : found.start()])), self._box(found)]
            at = found.end()
        parts.append(str(escape(piece[at:])))
        return "".join(parts)

    def _box(self, found: re.Match[str]) -> str:
        if self._left <= 0:
            return STANDIN
        self._left -= 1
        name, times = _name(found[1]), len(found[0])
        label = f"{name} × {times}" if times > 1 else name
        title = f"hidden character: {label}"
        return f'<span class="hidden-char" title="{title}"><span class="vh">{title}</span>{STANDIN}</span>'


def _name(character: str) -> str:
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "broken character"
    if code >= 0xE0000:
        return "tag character"
    return _NAMES.get(character, "control character")
