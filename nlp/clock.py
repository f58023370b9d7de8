"""Hours, working times and ages in a folded text, as tags that situations use like concepts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nlp.lexicon import Tag

LONG_DAY = 12.5
"""Hours a day from which a day counts as excessive (catalogue: more than 12; a break of half an hour is allowed for)."""
LONG_WEEK = 60.0
"""Hours a week beyond which a week counts as excessive (catalogue, rule of thumb)."""
LONG_MONTH = 270.0
"""Hours a month: 62 a week through a whole month."""
ADULT = 18

_NUMBER = re.compile(
    r"(?<![\d.,:/])(\d{1,3})(?:[.,](\d))?(?:\s?(?:-|to|a|do|до|la|et|si|y|e|i|и|and|se|से|থেকে|देखि|dekhi|theke|sampai|den|hingga|至|到|or|o|ou)\s?(\d{1,3}))?(?![\d:]|[.,]\d)"
)
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{4,12}(?!\d|[.,]\d)")
_HOURS_STUCK = re.compile(r"(?<![\d.,:/])(\d{1,3})\s?(?:-\s?(\d{1,3})\s?)?h(?:rs?|s)?\b")
_CLOCK = r"(?:(?<!\d)(\d{1,2})(?:[:.h](\d{2}))?\s?(am|pm|a\.m\.?|p\.m\.?|uhr|h|utra|wieczorem|утра|вечера|ранку|вечора|noon|midnight)?)"
_SPAN = re.compile(
    _CLOCK
    + r"\s?(?:-|to|till|til|until|a|ate|jusqu'a|hasta(?: las)?|do|до|по|pana la|la|iki|sampai|hingga|s/d|den|toi|إلى|الى|حتى|至|到|থেকে|से|देखि|ถึง|kuhanggang|hanggang(?: alas-)?)\s?(?:las |alas-|ora |godz\.? )?"
    + _CLOCK
)
_ROUND = re.compile(r"(?<!\d)24\s?[/x×]\s?7(?!\d)|\b7\s?/\s?0\b")
_RATE = re.compile(r"(?:\bper\b|\ban?\b|\bpor\b|\bpar\b|\bpro\b|\bza\b|\bna\b|\bkada\b|\bза\b|\bв\b|/|\bpe\b|\bsaat(?:lik|te)\b)\s*$")
"""Before the word for hour: a rate ("17 per hour", "14/hour"), not a length."""
_DAYS = re.compile(
    r"(?<!\d)([67])\s?(?:days|dias|jours|days/week|дней|дни|днів|dni|zile|dienos|dienas|gun|hari|ngay|วัน|天|दिन|দিন|araw|siku|ቀን|ايام)"
)


def tags(text: str, found: Sequence[Tag], sums: Sequence[Tag]) -> Iterator[Tag]:
    """Tags ``long_hours``, ``long_week``, ``seven_days``, ``round_clock``, ``minor_age``, ``age_range``, ``number`` for ``text``.

    ``found`` are its lexicon tags: the words for hour, day, week, month and age of its language; ``sums`` are sums of money.
    """
    hours, ages = [t for t in found if t.name == "hour"], [t for t in found if t.name in {"age", "woman", "man", "young", "minor"}]
    for m in _NUMBER.finditer(text):
        yield Tag("number", *m.span())
        if any(t.start <= m.start() < t.end for t in sums):
            continue
        yield from _hours(text, m, hours, found)
        yield from _age(m, ages, found)
    for m in _LONG_NUMBER.finditer(text):
        yield Tag("number", *m.span())
    for m in _HOURS_STUCK.finditer(text):
        if any(t.start <= m.start() < t.end for t in sums):
            continue
        if _unit(m.start(), m.end(), found):  # "18 hs" alone is a time of day in Spanish
            yield from _judged(float(m[2] or m[1]), m.start(), m.end(), found)
    for m in _SPAN.finditer(text):
        yield from _working_time(m, found)
    for m in _ROUND.finditer(text):
        yield Tag("twentyfour_seven", *m.span())
    for m in _DAYS.finditer(text):
        yield Tag("seven_days" if m[1] == "7" else "six_days", *m.span())


def _hours(text: str, m: re.Match[str], hours: Sequence[Tag], found: Sequence[Tag]) -> Iterator[Tag]:
    value = float(m[3] or m[1])
    if m[3] and float(m[1]) <= 12 and value >= 15:
        return  # "9 a 18 horas" is a time of day, not a length
    for tag in hours:
        gap = text[m.end() : tag.start] if tag.start >= m.end() else ""
        follows = 0 <= tag.start - m.end() <= 12 and not re.search(r"[.;\n\d]", gap) and not _RATE.search(gap)
        leads = 0 <= m.start() - tag.end <= 3 and text[tag.start : tag.end] == "saa"  # Swahili: "saa 14"
        if follows or leads:
            yield from _judged(value, min(m.start(), tag.start), max(m.end(), tag.end), found)
            return


def _judged(value: float, start: int, end: int, found: Sequence[Tag]) -> Iterator[Tag]:
    unit = _unit(start, end, found)
    if (unit == "per_day" and LONG_DAY < value <= 23) or (unit == "" and LONG_DAY < value <= 18):
        yield Tag("long_hours", start, end)
    elif (unit == "per_week" and LONG_WEEK < value <= 168) or (unit == "month" and LONG_MONTH <= value <= 744):
        yield Tag("long_week", start, end)
    else:
        yield Tag("hours", start, end)


def _unit(start: int, end: int, found: Sequence[Tag]) -> str:
    near = [
        (min(abs(t.start - end), abs(start - t.end)), t.name)
        for t in found
        if t.name in {"per_day", "per_week", "month"} and t.start - end < 25 and start - t.end < 20
    ]
    return min(near)[1] if near else ""


def _working_time(m: re.Match[str], found: Sequence[Tag]) -> Iterator[Tag]:
    first, second = _o_clock(m[1], m[2], m[3]), _o_clock(m[4], m[5], m[6])
    plain = not (m[2] or m[3] or m[5] or m[6])
    by_words = bool(re.search(r"[^\W\d_]{1,}", m.group()))
    if first is None or second is None or (plain and not by_words):
        return
    if second <= first:
        second += 12 if second + 12 - first >= 3 and not m[6] else 24
    length = second - first
    if plain and length < 12 and not _near_work(m, found):
        return
    if any(-2 <= tag.start - m.end() <= 8 for tag in found if tag.name in {"age", "year"}):
        return  # "6 to 20 years" is an age
    if 12 <= length <= 18:
        yield Tag("long_span" if length < LONG_DAY else "long_hours", *m.span())
    elif 3 <= length < 12:
        yield Tag("hours", *m.span())


def _near_work(m: re.Match[str], found: Sequence[Tag]) -> bool:
    near = [tag for tag in found if abs(tag.start - m.end()) < 30 or abs(m.start() - tag.end) < 30]
    return any(tag.name in {"hour", "per_day", "every_day", "job", "per_week"} for tag in near)


def _o_clock(hour: str, minute: str | None, half: str | None) -> float | None:
    value = int(hour) + int(minute or 0) / 60
    if value > 24:
        return None
    return value + 12 if half and half[0] in "pвw" and value < 12 else value


def _age(m: re.Match[str], ages: Sequence[Tag], found: Sequence[Tag]) -> Iterator[Tag]:
    low, high = int(m[1]), int(m[3] or m[1])
    if not 10 <= low <= 60 or high > 70:
        return
    close = [t for t in ages if -25 < t.start - m.end() <= 14 and m.start() - t.end <= 22]
    if not close or any(
        0 <= t.start - m.end() <= 6 for t in found if t.name in {"month", "per_week", "hour", "per_day", "percent", "experience"}
    ):
        return
    place = min(m.start(), *(t.start for t in close)), max(m.end(), *(t.end for t in close))
    if low < ADULT:
        yield Tag("minor_age", *place)
    if m[3]:
        yield Tag("age_range", *place)
