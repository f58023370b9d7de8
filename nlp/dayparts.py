"""Working times told in words: "from 6 in the morning to 10 at night", "dawn till midnight", "fifteen hours"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nlp.lexicon import Tag

CLOSE = 11
"""Characters between an hour and the part of the day it belongs to, at most."""
APART = 42
"""Characters between the beginning and the end of a working time, at most."""
LONG = 12.5
"""Hours beyond which a day is excessive; from 12 it is long (as in ``nlp.clock``)."""
DAWN = 6.0
MOST_TIMES = 40
SIX = 6
"""Swahili and Amharic count the hours from sunrise: one in the morning is seven."""

_TIME = re.compile(r"(?<![\d.,:/])(\d{1,2})(?:[:.h]([0-5]\d))?\s?([ap]\.?m\b\.?)?(?![\d:/%])")
_SIX_HOURS = re.compile(r"[\u1200-\u137f]|\bsaa\b")
_HOUR_NEXT = re.compile(r"\s{0,3}\d")
_PARTED = re.compile(r",|[^\s\d]+\s")
_STOP = re.compile(r"[\d;!?\n]")
_LINK = re.compile(
    r"-|\bto\b|\btil|\buntil\b|\ba\b|\bate\b|jusqu|hasta|\bdo\b|до|по|pana|\bla\b|\biki\b|sampai|hingga|\bden\b|\btoi\b|الى|الي|حتى|حتي|لحد|至|到|থেকে|পর্যন্ত|\bse\b|से|तक|\btak\b|"
    r"देखि|सम्म|ถึง|hanggang|\bhadi\b|\bmpaka\b|እስከ|kadar"
)


@dataclass(frozen=True, slots=True)
class _Time:
    start: int
    end: int
    hour: float
    part: str
    """morning, night, or empty where the text does not say."""


def tags(text: str, found: Sequence[Tag]) -> Iterator[Tag]:
    """Tags ``hours``, ``long_span`` and ``long_hours`` over folded ``text``; ``found`` are its lexicon tags in order of place."""
    yield from _long_numbers(text, found)
    parts = [tag for tag in found if tag.name in {"morning", "night", "midnight"}]
    if not parts or not any(tag.name != "morning" for tag in parts):
        return
    times = sorted(_times(text, parts), key=_start)[:MOST_TIMES]
    for first, second in pairwise(times):
        if first.part != "night" and second.part == "night" and _linked(text, first, second) and not _both_late(text, first, second):
            yield from _judged(second.hour - first.hour, first.start, second.end)


def _linked(text: str, first: _Time, second: _Time) -> bool:
    between = text[first.end : second.start]
    return 0 < len(between) <= APART and not re.search(r"[;!?\n]", between) and bool(_LINK.search(text, first.end - 1, second.end))


def _both_late(text: str, first: _Time, second: _Time) -> bool:
    """Whether the part of the day behind the second is that of the first as well: "3:30 - 5:30 pm", "4-7 in the evening", not "6 to 11 at night"."""
    return not first.part and 1 <= first.hour < second.hour - 12 and "-" in text[first.end : second.start]


def _start(time: _Time) -> tuple[int, int]:
    return time.start, time.end


def _long_numbers(text: str, found: Sequence[Tag]) -> Iterator[Tag]:
    hours = [tag for tag in found if tag.name == "hour"]
    for tag in found:
        if tag.name != "long_number":
            continue
        for hour in hours:
            gap = max(hour.start - tag.end, tag.start - hour.end)
            if gap <= CLOSE and not _STOP.search(text, min(tag.end, hour.end), max(tag.start, hour.start)):
                yield Tag("long_hours", min(tag.start, hour.start), max(tag.end, hour.end))
                break


def _times(text: str, parts: Sequence[Tag]) -> Iterator[_Time]:
    used: set[Tag] = set()
    from_sunrise = bool(_SIX_HOURS.search(text))
    for m in _TIME.finditer(text):
        hour, minutes = int(m[1]), int(m[2] or 0) / 60
        if hour > 24:
            continue
        part = _part(text, m, parts)
        name = {"a": "morning", "p": "night"}[m[3][0]] if m[3] else part.name if part else ""
        if part is not None:
            used.update(tag for tag in parts if tag.start < part.end and part.start < tag.end)
        start, end = (min(m.start(), part.start), max(m.end(), part.end)) if part else m.span()
        yield _Time(
            start,
            end,
            _hour(hour + minutes, name, (m[3] or "")[:1], from_sunrise=from_sunrise),
            "night" if name == "midnight" else name,
        )
    for tag in parts:
        if tag not in used and tag.name != "night":
            yield _Time(tag.start, tag.end, 24.0 if tag.name == "midnight" else DAWN, "night" if tag.name == "midnight" else "morning")


def _part(text: str, m: re.Match[str], parts: Sequence[Tag]) -> Tag | None:
    best: tuple[int, Tag] | None = None
    for tag in parts:
        if tag.start >= m.end() and _PARTED.search(text, m.end(), tag.start) and _HOUR_NEXT.match(text, tag.end):
            continue  # "8:00 - 12:00, afternoon 13:00", "7 to 12 and evening 5 to 8": the part of the day is that of the next time
        gap = max(tag.start - m.end(), m.start() - tag.end)
        if gap <= CLOSE and not _STOP.search(text, min(tag.end, m.end()), max(tag.start, m.start())) and (best is None or gap < best[0]):
            best = gap, tag
    return best[1] if best else None


def _hour(value: float, part: str, half: str, *, from_sunrise: bool) -> float:
    if half == "p" and value >= 12:
        return value  # 12 pm is noon
    if part in {"night", "midnight"}:
        if from_sunrise and value <= SIX * 2:
            return value + (SIX if value > SIX else SIX * 3)
        return 24.0 if value in {0.0, 12.0, 24.0} else value + 12 if value < 12 else value
    if part == "morning" and from_sunrise and value <= SIX * 2:
        return value + (SIX if value <= SIX else -SIX)
    return value


def _judged(length: float, start: int, end: int) -> Iterator[Tag]:
    if LONG < length <= 20:
        yield Tag("long_hours", start, end)
    elif 12 <= length <= LONG:
        yield Tag("long_span", start, end)
    elif 3 <= length < 12:
        yield Tag("hours", start, end)
