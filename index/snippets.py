"""Mark the words found, in the original text; the same for every engine.

Parts are plain text and must be escaped by whoever shows them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from index.cutting import Pieces
from index.query import TextField

Part: TypeAlias = tuple[str, bool]
"""A stretch of the original and whether it was looked for."""
Parts: TypeAlias = tuple[Part, ...]
Span: TypeAlias = tuple[int, int]

WIDTH = 200
"""Characters of one snippet, about two lines."""
MOST = 3
"""Snippets of one text."""
_MOST_SPANS = 100
"""Places looked for in one text: more than that says nothing more."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Pieces that must stand in a row, in some parts of an advert."""

    pieces: tuple[str, ...]
    prefix: bool
    """Whether the last piece may go on."""
    fields: tuple[TextField, ...]


def spans(text: Pieces, patterns: Iterable[Pattern]) -> list[Span]:
    """Where the patterns stand in the original, in order and apart from one another."""
    hay = f" {text.folded} "
    found: list[Span] = []
    for pattern in patterns:
        needle = " " + " ".join(pattern.pieces) + ("" if pattern.prefix else " ")
        at = hay.find(needle)
        piece = last = 0
        while at >= 0 and len(found) < _MOST_SPANS:
            piece += hay.count(" ", last, at)
            found.append(text.where(piece, piece + len(pattern.pieces) - 1))
            last, at = at, hay.find(needle, at + 1)
    return merged(found)


def merged(found: Iterable[Span]) -> list[Span]:
    """Spans in order, those that overlap or touch made one."""
    apart: list[Span] = []
    for start, end in sorted(found):
        if apart and start <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def parts(text: str, found: Sequence[Span], *, start: int = 0, end: int | None = None) -> Parts:
    """``text[start:end]`` in parts, found and not found in turn; joined they are the stretch itself."""
    stop = len(text) if end is None else end
    cut: list[Part] = []
    for low, high in found:
        low, high = max(low, start), min(high, stop)
        if low >= high:
            continue
        if low > start:
            cut.append((text[start:low], False))
        cut.append((text[low:high], True))
        start = high
    if start < stop:
        cut.append((text[start:stop], False))
    return tuple(cut)


def snippets(text: str, found: Sequence[Span], *, width: int = WIDTH, most: int = MOST) -> tuple[Parts, ...]:
    """Up to ``most`` stretches of about ``width`` characters in order of place, those with the most words found.

    Where nothing was found, the beginning of the text.
    """
    if not found:
        return (parts(text, (), end=_before_word(text, min(width, len(text)))),) if text else ()
    windows = _windows(text, found, width)
    best = sorted(sorted(windows, key=_most_first)[:most], key=_place)
    return tuple(parts(text, found, start=start, end=end) for _count, start, end in best)


def _windows(text: str, found: Sequence[Span], width: int) -> list[tuple[int, int, int]]:
    """Stretches that hold all spans, none of which overlaps another: (number of spans, start, end)."""
    windows: list[tuple[int, int, int]] = []
    at = 0
    while at < len(found):
        last = at
        while last + 1 < len(found) and found[last + 1][1] - found[at][0] <= width * 3 // 4:
            last += 1
        low, high = found[at][0], found[last][1]
        margin = max(0, width - (high - low)) // 2
        floor = windows[-1][2] if windows else 0
        start = max(floor, _after_word(text, max(0, low - margin), low))
        ceiling = found[last + 1][0] if last + 1 < len(found) else len(text)
        end = max(high, _before_word(text, min(ceiling, high + margin)))
        windows.append((last - at + 1, start, end))
        at = last + 1
    return windows


def _after_word(text: str, at: int, most: int) -> int:
    """The next beginning of a word from ``at`` on, a few characters away at most."""
    if at == 0:
        return 0
    for place in range(at, min(at + 20, most)):
        if text[place - 1].isspace():
            return place
    return min(at, most)


def _before_word(text: str, at: int) -> int:
    """The last end of a word up to ``at``, a few characters away at most."""
    if at >= len(text):
        return len(text)
    for place in range(at, max(at - 20, 0), -1):
        if text[place].isspace():
            return place
    return at


def _most_first(window: tuple[int, int, int]) -> tuple[int, int]:
    return -window[0], window[1]


def _place(window: tuple[int, int, int]) -> int:
    return window[1]
