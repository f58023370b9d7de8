"""An advert's text as HTML with its findings marked, pure.

Overlapping findings become nested ``<mark>`` elements; where two cross, the inner one is closed and opened again.
Behind the end of each stands a small numbered link to its card. Contacts appear in their masked form only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from review.visible import Writer, plain

MOST_MARKS = 120
"""Findings marked in one window; the rest are told on their cards alone."""


@dataclass(frozen=True, slots=True)
class Span:
    """A finding to be marked. ``number`` is its own, ``card`` that of the card it leads to."""

    number: int
    card: int
    start: int
    end: int
    grade: str
    """Class of its look: a severity, or ``protective``."""
    label: str


@dataclass(frozen=True, slots=True)
class Mask:
    """A contact in the text and what stands in its place."""

    start: int
    end: int
    masked: str


def render(text: str, *, spans: Sequence[Span], masks: Sequence[Mask] = (), start: int = 0, end: int | None = None) -> SafeString:
    """The window ``text[start:end]`` as HTML; spans outside it are left out, those across its edges are cut."""
    end = len(text) if end is None else min(end, len(text))
    met = [span for span in spans if span.start < span.end and span.start < end and span.end > start and start < end]
    inside = [replace(span, end=min(span.end, end)) for span in met[:MOST_MARKS]]
    covers = [cover for cover in _apart(masks, len(text)) if cover.start < end and cover.end > start]
    page = _Page(text, inside, covers)
    cuts = sorted({start, end, *_edges(inside, start, end), *_edges(covers, start, end)})
    for left, right in pairwise(cuts):
        page.close_ended(left)
        page.open_starting(left, start)
        page.write(left, right)
    page.close_ended(end)
    return mark_safe("".join(page.parts))  # noqa: S308 (built from escaped pieces below)


def quote(text: str, start: int, end: int, *, masks: Sequence[Mask] = (), most: int = 240) -> str:
    """The words ``text[start:end]`` in plain text, contacts masked, hidden characters visible, at most ``most`` long."""
    parts, at = [], start
    for cover in _apart(masks, len(text)):
        if cover.end <= at or cover.start >= end:
            continue
        parts += [text[at : max(at, cover.start)], cover.masked]
        at = cover.end
    parts.append(text[at : max(at, end)])
    words = plain("".join(parts))
    return words if len(words) <= most else words[: most - 1] + "…"


def masked_text(text: str, masks: Sequence[Mask]) -> str:
    """The whole text with its contacts masked."""
    return quote(text, 0, len(text), masks=masks, most=len(text) + 1 + sum(len(mask.masked) for mask in masks))


class _Page:
    def __init__(self, text: str, spans: Sequence[Span], covers: Sequence[Mask]) -> None:
        self.parts: list[str] = []
        self._text, self._covers, self._writer = text, covers, Writer()
        self._waiting = sorted(spans, key=_outer_first, reverse=True)
        self._open: list[Span] = []
        self._named: set[int] = set()
        self._covered: Mask | None = None

    def close_ended(self, at: int) -> None:
        first = next((place for place, span in enumerate(self._open) if span.end <= at), None)
        if first is None:
            return
        taken, self._open = self._open[first:], self._open[:first]
        self.parts.append("</mark>" * len(taken))
        self.parts += [_reference(span) for span in taken if span.end <= at]
        for span in taken:
            if span.end > at:
                self._start(span)

    def open_starting(self, at: int, window: int) -> None:
        while self._waiting and max(self._waiting[-1].start, window) <= at:
            self._start(self._waiting.pop())

    def write(self, left: int, right: int) -> None:
        cover = next((one for one in self._covers if one.start <= left < one.end), None)
        if cover is None:
            self.parts.append(self._writer.html(self._text[left:right]))
        elif cover != self._covered:
            self._covered = cover
            self.parts.append(format_html('<span class="contact">{}</span>', plain(cover.masked)))

    def _start(self, span: Span) -> None:
        name = "" if span.number in self._named else format_html(' id="m{}"', span.number)
        self._named.add(span.number)
        self.parts.append(format_html('<mark class="{}"{} title="{}">', span.grade, name, span.label))
        self._open.append(span)


def _reference(span: Span) -> str:
    return format_html('<a class="ref {}" href="#card-{}" aria-label="{}">{}</a>', span.grade, span.card, span.label, span.card)


def _outer_first(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, span.number


def _edges(spans: Sequence[Span] | Sequence[Mask], start: int, end: int) -> set[int]:
    return {edge for span in spans for edge in (span.start, span.end) if start < edge < end}


def _apart(masks: Sequence[Mask], length: int) -> list[Mask]:
    """Masks in order, those that overlap an earlier one joined to it, so that no part of a contact shows."""
    apart: list[Mask] = []
    for mask in sorted((one for one in masks if 0 <= one.start < one.end <= length), key=_mask_order):
        if apart and mask.start < apart[-1].end:
            apart[-1] = Mask(apart[-1].start, max(apart[-1].end, mask.end), apart[-1].masked)
        else:
            apart.append(mask)
    return apart


def _mask_order(mask: Mask) -> tuple[int, int]:
    return mask.start, -mask.end
