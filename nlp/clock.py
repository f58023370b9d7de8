"""Hours, working times and ages in a folded text, as tags that situations use like concepts."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from operator import itemgetter

from nlp.lexicon import Tag

LONG_DAY = 12.5
"""Hours a day from which a day counts as excessive (catalogue: more than 12; a break of half an hour is allowed for)."""
LONG_WEEK = 60.0
"""Hours a week beyond which a week counts as excessive (catalogue, rule of thumb)."""
BREAK = 0.5
"""Hours of a working time that are taken as a break where days and hours are told apart ("8 to 19, six days")."""
LONG_MONTH = 270.0
"""Hours a month: 62 a week through a whole month."""
ADULT = 18
LONGEST = 250
"""Characters of the longest term, so that one which ends beside a number is met."""
FEW = 12
"""Tags up to which looking at each is the quickest."""
APART = 30
"""Characters between working days and working times that belong together, at most."""
_DAYS_OF = {"six_days": 6, "seven_days": 7, "every_day": 7}
_OTHER_DAYS = re.compile(r"[;!?]|\.\s")
_start = itemgetter(1)

_DIGITS = re.compile("[0-9]+")  # those of every script: folding leaves no others
"""Every pattern below begins at the first of some digits and is tried there alone."""
_NUMBER = re.compile(
    r"(?<![\d.,:/])(\d{1,3})(?:[.,](\d))?(?:\s?(?:-|to|a|do|до|la|et|si|y|e|i|и|and|se|से|থেকে|देखि|dekhi|theke|sampai|den|hingga|至|到|or|o|ou)\s?(\d{1,3}))?(?![\d:]|[.,]\d)"
)
_LONG_NUMBER = re.compile(r"(?<![\d.,])\d{4,12}(?!\d|[.,]\d)")
_HOURS_STUCK = re.compile(r"(?<![\d.,:/])(\d{1,3})\s?(?:-\s?(\d{1,3})\s?)?h(?:(?:ou)?rs?|s)?\b")
_CLOCK = r"(?:(?<!\d)(\d{1,2})(?:[:.hg]([0-5]\d))?(?:\s?(am|pm|a\.m\.?|p\.m\.?|uhr|h|utra|wieczorem|утра|вечера|ранку|вечора|noon|midnight)(?!(?<=h)[^\W\d_]))?)"
_SPAN = re.compile(
    _CLOCK
    + r"\s?(?:-|to|till|til|until|a|ate|jusqu'a|hasta(?: las)?|do|до|по|pana la|la|iki|sampai|hingga|s/d|den|toi|إلى|الى|حتى|至|到|থেকে|से|देखि|ถึง|kuhanggang|hanggang(?: alas-)?)\s?(?:las |alas-|ora |godz\.? )?"
    + _CLOCK
)
_ROUND = re.compile(r"(?<!\d)24\s?[/x×]\s?7(?!\d)|\b7\s?/\s?0\b")
_PART = r"(?:sang|trua|chieu|toi)"
_END_OF_SPAN = re.compile(
    rf"(?<!\d)(\d{{1,3}})\s?(?:h(\d{{2}})?|gio)?\s?(?:{_PART}\s)?(?:a|to|-|до|do|den|toi|hasta|ate|las?)\s{{0,2}}(?:las )?$"
)
"""Before a number with "h" stuck to it: the end of a working time ("7 a 16hrs", "8h đến 17h"), not a length."""
_GOES_ON = re.compile(rf"\s?(?:{_PART}\s)?(?:-|(?:den|toi|a|to)\s)\s?\d")
"""Behind it: the beginning of one ("14h - 18h")."""
_TIME_AFTER = re.compile(r"\b(?:truoc|sau|luc|tu|den|toi|vao|nhat|avant|apres|jusqu'a|vers)\s$")
"""Before it: a word that a time of day follows ("trước 17h"), unless a stroke makes it a rate ("đến 16h/ngày")."""
_SLASH = re.compile(r"\s?/")
_LONG_WEEK = re.compile(r"\d{2,3}[\s-]?h(?:ou)?rs?[\s-]{1,2}(?:work(?:ing)?[\s-])?weeks?\b")
_WEEK_OF = re.compile(r"\bweeks? (?:is |are )?(?:of |up to |about |over |around ){1,2}$")
_SO_MANY_HOURS = re.compile(r"\d{2,3}(?:\s?-\s?\d{2,3})?[\s-]?h(?:ou)?rs?\b")
"""Weeks told by their hours: "84-hour week", "a work week of 84 hours"."""
_BEGINS = re.compile(
    r"(?<!open )(?<!opens )(?<!open: )\b(?:from|start\w{0,3}|beg[iu]n\w{0,4}) (?:(?:work|at|around|about|daily|every day|the day) ){0,3}$"
)
_MORNING_TO_NIGHT = re.compile(
    r"(\d{1,2})(?:[:.]([0-5]\d))?\s?(?:am\b|a\.m\.?|in the morning\b)[^.;!?\n\d]{1,45}?\b(?:clos(?:e|es|ing)(?: up)?|finish(?:es)?|ends?|knock off) (?:at |around |about ){0,2}"
    r"(\d{1,2})(?:[:.]([0-5]\d))?\s?(pm\b|p\.m|at night\b|in the evening\b)"
)
"""A working time whose ends are told apart: "start at 5 in the morning and close at 10 pm"."""
_RATE = re.compile(r"(?:\bper\b|\ban?\b|\bpor\b|\bpar\b|\bpro\b|\bza\b|\bna\b|\bkada\b|\bза\b|\bв\b|/|\bpe\b|\bsaat(?:lik|te)\b)\s*$")
"""Before the word for hour: a rate ("17 per hour", "14/hour"), not a length."""
_SET = frozenset({"6", "7", "24"})
"""The numbers with which a set phrase begins."""
_DAYS = re.compile(
    r"(?<!\d)([67])\s?(?:days|dias|jours|days/week|дней|дни|днів|dni|zile|dienos|dienas|gun|hari|ngay|วัน|天|दिन|দিন|araw|siku|ቀን|ايام)"
)
_OF_THESE = re.compile(
    r"(?<!\d)[1-6]\s?(?:days?|dias|jours|giorni|dni|дн[а-яі]{1,2}|zile|hari|ngay)?\s?(?:/|over|out of|of|in|on|any|sur|de|cada|cu|z|na|из|з|dari|tren)\s?(?:the |cada |any )?$"
)
"""Before "7 days": so many of them are worked ("5 over 7 days", "5/7 days")."""


def tags(text: str, found: Sequence[Tag], sums: Sequence[Tag]) -> Iterator[Tag]:
    """Tags ``long_hours``, ``long_week``, ``seven_days``, ``round_clock``, ``minor_age``, ``age_range``, ``number`` for ``text``.

    ``found`` are its lexicon tags: the words for hour, day, week, month and age of its language; ``sums`` are sums of money.
    """
    if not _DIGITS.search(text):
        return
    near = _Near(found, sums)
    hours, people = near.holds("hour"), near.holds("person")
    days: list[Tag] = [tag for tag in found if tag.name in _DAYS_OF]
    spans: list[re.Match[str]] = []  # working times that are no long day by themselves
    number = stuck = span = 0
    for digits in _DIGITS.finditer(text):
        start, length = digits.start(), digits.end() - digits.start()
        if length > 3:
            if m := _LONG_NUMBER.match(text, start):
                yield Tag("number", *m.span())
            continue
        summed = bool(sums) and any(t.end > start for t in near.tags("sum", start, start))
        if start >= number and (m := _NUMBER.match(text, start)):
            number = m.end()
            yield Tag("number", *m.span())
            if hours and not summed:
                yield from _hours(text, m, near)
            if people and not summed:
                yield from _age(m, near)
        if start >= stuck and (m := _HOURS_STUCK.match(text, start)):
            stuck = m.end()
            ends = bool(m[2]) and _wide(m[1], m[2])
            ends = ends or (not m[2] and (_is_time(text, start, stuck, int(m[1])) or bool(_GOES_ON.match(text, stuck))))
            if not summed and not ends and _unit(m.start(), m.end(), near):  # "18 hs" alone is a time of day in Spanish
                yield from _judged(float(m[2] or m[1]), m.start(), m.end(), near)
        if length <= 2 and start >= span and (m := _SPAN.match(text, start)):
            span = m.end()
            for tag in _working_time(m, near):
                yield tag
                if tag.name != "long_hours":
                    spans.append(m)
        if 2 <= length <= 3:
            yield from _long_weeks(text, digits)
        if length <= 2:
            yield from _morning_to_night(text, start)
        for phrase in _set_phrases(text, digits) if digits.group() in _SET else ():
            yield phrase
            if phrase.name in _DAYS_OF:
                days.append(phrase)
    yield from _weeks(text, spans, days)


_GROUPS = {
    "hour": {"hour"},
    "person": {"age", "woman", "man", "young", "minor"},
    "unit": {"per_day", "per_week", "month"},
    "length": {"month", "per_week", "hour", "per_day", "percent", "experience"},
    "years": {"age", "year"},
    "day": {
        "job",
        "every_day",
        "six_days",
        "seven_days",
        "must",
        "you",
        "day_off",
        "no<",
        "no>",
        "worker",
        "night",
        "morning",
        "food",
        "round_clock",
        "pay",
        "salary",
    },
    "work": {"hour", "per_day", "every_day", "job", "per_week"},
}
"""The concepts that are looked for around a number, by what they say of it."""
_GROUPS_OF = {name: [group for group, names in _GROUPS.items() if name in names] for name in set().union(*_GROUPS.values())}


class _Near:
    """Tags by group, so that those around a place are found however many there are."""

    def __init__(self, found: Sequence[Tag], sums: Sequence[Tag]) -> None:
        self._tags: dict[str, list[Tag]] = {group: [] for group in _GROUPS}
        for tag in found:
            for group in _GROUPS_OF.get(tag.name, ()):
                self._tags[group].append(tag)
        self._tags["sum"] = sorted(sums, key=_start)

    def holds(self, group: str) -> bool:
        """Whether there is any tag of a group."""
        return bool(self._tags[group])

    def tags(self, group: str, start: int, end: int, *, before: int = LONGEST, after: int = 0) -> list[Tag]:
        """The tags of a group that begin from ``before`` characters before ``start`` until ``after`` characters after ``end``."""
        tags = self._tags[group]
        if len(tags) < FEW:
            return [tag for tag in tags if start - before <= tag.start <= end + after]
        first = bisect_left(tags, start - before, key=_start)
        return tags[first : bisect_right(tags, end + after, first, key=_start)]


def _set_phrases(text: str, digits: re.Match[str]) -> Iterator[Tag]:
    """Working times that are written one way only: "24/7", "6 days"."""
    if digits.group() in {"24", "7"} and (m := _ROUND.match(text, digits.start())):
        yield Tag("twentyfour_seven", *m.span())
    if (
        digits.group() in {"6", "7"}
        and (m := _DAYS.match(text, digits.start()))
        and not _OF_THESE.search(text, max(0, digits.start() - 20), digits.start())
    ):
        yield Tag("seven_days" if m[1] == "7" else "six_days", *m.span())


def _is_time(text: str, start: int, end: int, value: int) -> bool:
    """Whether a number with its hours from ``start`` to ``end`` is a time of day."""
    before = text[max(0, start - 22) : start]
    if span := _END_OF_SPAN.search(before):
        return bool(span[2]) or not (10 <= int(span[1]) <= LONG_DAY + BREAK and 0 < value - int(span[1]) <= 4)  # "12h đến 14h" are lengths
    return text[start:end].endswith(("h", "gio")) and bool(_TIME_AFTER.search(before)) and not _SLASH.match(text, end)


def _long_weeks(text: str, digits: re.Match[str]) -> Iterator[Tag]:
    """Weeks that are called by their hours: "84-hour week", "a work week of 84 hours"."""
    start = digits.start()
    if not LONG_WEEK < int(digits.group()) <= 168 or text[start - 1 : start] in {".", ",", ":", "/"}:
        return
    if m := _LONG_WEEK.match(text, start):
        yield Tag("long_week", *m.span())
    elif (m := _SO_MANY_HOURS.match(text, start)) and (before := _WEEK_OF.search(text, max(0, start - 40), start)):
        yield Tag("long_week", before.start(), m.end())


def _morning_to_night(text: str, start: int) -> Iterator[Tag]:
    m = _MORNING_TO_NIGHT.match(text, start)
    if m is None or not _BEGINS.search(text, max(0, start - 40), start):
        return
    first, second = int(m[1]) + int(m[2] or 0) / 60, int(m[3]) + int(m[4] or 0) / 60
    if first > 12 or second > 12 or (m[3] == "12" and m[5][0] == "p"):  # 12 pm is noon
        return
    length = second + 12 - first % 12
    if 12 <= length <= 20:
        yield Tag("long_span" if length <= LONG_DAY else "long_hours", start, m.end())


def _hours(text: str, m: re.Match[str], near: _Near) -> Iterator[Tag]:
    value = float(m[3] or m[1])
    if m[3] and _wide(m[1], m[3]):
        return
    if m[3] and float(m[1]) <= 12 and value >= 15:
        return  # "9 a 18 horas" is a time of day, not a length
    for tag in near.tags("hour", m.start(), m.end(), after=12):
        gap = text[m.end() : tag.start] if tag.start >= m.end() else ""
        follows = 0 <= tag.start - m.end() <= 12 and not re.search(r"[.;\n\d]", gap) and not _RATE.search(gap)
        if follows and not m[3] and text[tag.start : tag.end] == "gio" and _is_time(text, m.start(), tag.end, int(m[1])):
            return
        leads = 0 <= m.start() - tag.end <= 3 and text[tag.start : tag.end] == "saa"  # Swahili: "saa 14"
        if follows or leads:
            yield from _judged(value, min(m.start(), tag.start), max(m.end(), tag.end), near)
            return


def _wide(low: str, high: str) -> bool:
    """Whether a range is too wide for a working day: "overtime of 1-16 hours"."""
    return float(low) <= 4 and float(high) > LONG_DAY


def _judged(value: float, start: int, end: int, near: _Near) -> Iterator[Tag]:
    unit = _unit(start, end, near)
    if not unit and LONG_DAY < value <= 18 and not _near_day(start, end, near):
        yield Tag("hours", start, end)  # "16 hours" alone may be those of a week or of a course
    elif (unit == "per_day" and LONG_DAY < value <= 23) or (unit == "" and LONG_DAY < value <= 18):
        yield Tag("long_hours", start, end)
    elif (unit == "per_week" and LONG_WEEK < value <= 168) or (unit == "month" and LONG_MONTH <= value <= 744):
        yield Tag("long_week", start, end)
    else:
        yield Tag("hours", start, end)


def _near_day(start: int, end: int, near: _Near) -> bool:
    return any(tag.start - end < 40 and start - tag.end < 40 for tag in near.tags("day", start, end, after=40))


def _unit(start: int, end: int, near: _Near) -> str:
    units = [
        (min(abs(t.start - end), abs(start - t.end)), t.name)
        for t in near.tags("unit", start, end, after=25)
        if t.start - end < 25 and start - t.end < 20
    ]
    return min(units)[1] if units else ""


def _working_time(m: re.Match[str], near: _Near) -> Iterator[Tag]:
    first, second = _o_clock(m[1], m[2], m[3]), _o_clock(m[4], m[5], m[6])
    plain = not (m[2] or m[3] or m[5] or m[6])
    by_words = bool(re.search(r"[^\W\d_]{1,}", m.group()))
    if first is None or second is None or (plain and not by_words):
        return
    length = _length(m)
    if plain and re.match(r"\s?\d", m.string[m.end() : m.end() + 2]):
        return  # "10 to 10 0 degrees", a number broken over two lines
    if plain and length < 12 and not _near_work(m, near):
        return
    if near.tags("years", m.end(), m.end(), before=2, after=8):
        return  # "6 to 20 years" is an age
    if 12 <= length <= 18:
        yield Tag("long_span" if length <= LONG_DAY else "long_hours", *m.span())
    elif 3 <= length < 12:
        yield Tag("hours", *m.span())


def _length(m: re.Match[str]) -> float:
    """Hours between two times of the clock."""
    first, second = _o_clock(m[1], m[2], m[3]) or 0.0, _o_clock(m[4], m[5], m[6]) or 0.0
    if m[6] and m[6][0] == "p" and not m[3] and "-" in m.group() and 1 <= first < second - 12:
        first += 12  # "3:30 - 5:30 pm": the afternoon is that of both
    if second <= first:
        second += 12 if second + 12 - first >= 3 and not m[6] else 24
    return second - first


def _weeks(text: str, spans: Sequence[re.Match[str]], days: Sequence[Tag]) -> Iterator[Tag]:
    """Weeks told by their parts: "8 to 19, six days a week"."""
    for m in spans:
        for day in days:
            apart = text[min(m.end(), day.end) : max(m.start(), day.start)]
            if len(apart) <= APART and not _OTHER_DAYS.search(apart) and (_length(m) - BREAK) * _DAYS_OF[day.name] > LONG_WEEK:
                yield Tag("long_week", min(m.start(), day.start), max(m.end(), day.end))
                break


def _near_work(m: re.Match[str], near: _Near) -> bool:
    around = near.tags("work", m.start(), m.end(), after=30)
    return any(abs(tag.start - m.end()) < 30 or abs(m.start() - tag.end) < 30 for tag in around)


def _o_clock(hour: str, minute: str | None, half: str | None) -> float | None:
    value = int(hour) + int(minute or 0) / 60
    if value > 24:
        return None
    return value + 12 if half and half[0] in "pвw" and value < 12 else value


def _age(m: re.Match[str], near: _Near) -> Iterator[Tag]:
    low, high = int(m[1]), int(m[3] or m[1])
    if not 10 <= low <= 60 or high > 70:
        return
    close = [t for t in near.tags("person", m.start(), m.end(), after=14) if -25 < t.start - m.end() <= 14 and m.start() - t.end <= 22]
    if not close or near.tags("length", m.end(), m.end(), before=0, after=6):
        return
    place = min(m.start(), *(t.start for t in close)), max(m.end(), *(t.end for t in close))
    if low < ADULT:
        yield Tag("minor_age", *place)
    if m[3]:
        yield Tag("age_range", *place)
