"""Values of the filters people type or choose, read into the query and written back.

``country:QA``, ``origin:NP``, ``sector:care``, ``band:urgent``, ``online:yes``, ``risk:>=0.5``, ``risk:0.3..0.7``,
``seen:>2026-01-01``, ``posted:2026-05``, ``has:verdict``, ``sort:newest``.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeVar

from adverts.records import Band
from index import sectors
from index.query import DayField, DayRange, Has, Is, KeywordField, QueryError, RiskRange, Sort, TextField

RISK, HAS, SORT = "risk", "has", "sort"
FIELDS: tuple[str, ...] = (*TextField, *KeywordField, *DayField, RISK, HAS, SORT)
"""Every name that may stand before a colon."""

_CHOICES: dict[KeywordField, tuple[str, ...]] = {KeywordField.BAND: tuple(Band), KeywordField.ONLINE: ("yes", "no")}
_COMPARED = re.compile(r"(>=|<=|>|<)(.*)", re.S)
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.A)

Filter = Is | Has | RiskRange | DayRange
T = TypeVar("T")


def filter_of(name: str, value: str) -> Filter:
    """The filter ``name:value``. Raises ``QueryError`` that names the value and what is allowed."""
    if name in tuple(KeywordField):
        return _keyword(KeywordField(name), value)
    if name in tuple(DayField):
        return _days(DayField(name), value)
    if name == RISK:
        return _risk(value)
    if name == HAS:
        return _has(value)
    filters = [field for field in FIELDS if field not in tuple(TextField) and field != SORT]
    raise QueryError(f"filter {name!r}: is none. Filters are {', '.join(filters)}")


def sort_of(value: str) -> Sort:
    """The sort named ``value``. Raises ``QueryError``."""
    try:
        return Sort(value)
    except ValueError as error:
        raise QueryError(f"sort {value!r}: is none of {', '.join(Sort)}") from error


def written(node: Filter) -> tuple[str, str]:
    """Name and value that ``filter_of`` reads back into ``node``."""
    match node:
        case Is(field, value):
            return field.value, value
        case Has(field):
            return HAS, field.value
        case RiskRange(low, high, low_open, high_open):
            return RISK, _range(low, high, low_open=low_open, high_open=high_open, shown=repr)
        case DayRange(day, since, until):
            return day.value, _range(since, until, low_open=False, high_open=False, shown=date.isoformat)


def _keyword(field: KeywordField, value: str) -> Is:
    allowed = sectors.names() if field is KeywordField.SECTOR else _CHOICES.get(field)
    if allowed and value.lower() not in allowed:
        raise QueryError(f"{field} {value!r}: is none of {', '.join(allowed)}")
    return Is(field, value.lower() if allowed else value)


def _has(value: str) -> Has:
    if value in tuple(KeywordField):
        return Has(KeywordField(value))
    if value in tuple(DayField):
        return Has(DayField(value))
    raise QueryError(f"has {value!r}: give one of {', '.join((*KeywordField, *DayField))}")


def _risk(value: str) -> RiskRange:
    low, dots, high = value.partition("..")
    if dots:
        return RiskRange(_fraction(low.removeprefix(">")), _fraction(high.removeprefix("<")), low.startswith(">"), high.startswith("<"))
    sign, rest = _compared(value)
    bound = _fraction(rest)
    if ">" in sign:
        return RiskRange(low=bound, low_open=sign == ">")
    return RiskRange(high=bound, high_open=sign == "<") if sign else RiskRange(low=bound, high=bound)


def _fraction(value: str) -> float:
    try:
        number = float(value.replace(",", ".")) if value.isascii() else math.nan
    except ValueError:
        number = math.nan
    if not 0 <= number <= 1:
        raise QueryError(f"risk {value!r}: give a number from 0 to 1, as in risk:>=0.5 or risk:0.3..0.7")
    return number


def _days(field: DayField, value: str) -> DayRange:
    low, dots, high = value.partition("..")
    if dots:
        return DayRange(field, _period(field, low)[0], _period(field, high)[1])
    sign, rest = _compared(value)
    first, last = _period(field, rest)
    try:
        match sign:
            case ">":
                return DayRange(field, since=last + timedelta(days=1))
            case "<":
                return DayRange(field, until=first - timedelta(days=1))
            case ">=":
                return DayRange(field, since=first)
            case "<=":
                return DayRange(field, until=last)
            case _:
                return DayRange(field, first, last)
    except OverflowError as error:
        raise QueryError(f"{field} {value!r}: there is no such day") from error


def _period(field: DayField, value: str) -> tuple[date, date]:
    """First and last day of a day, month or year as written."""
    found = _DAY.fullmatch(value)
    try:
        if found is None:
            raise ValueError(value)
        year, month, day = int(found[1]), int(found[2] or 1), int(found[3] or 1)
        first = date(year, month, day)
        if found[3]:
            return first, first
        month = 12 if found[2] is None else month
        return first, date(year, month, calendar.monthrange(year, month)[1])
    except ValueError as error:
        raise QueryError(
            f"{field} {value!r}: give a day as in {field}:2026-01-31, {field}:>2026-01-31 or {field}:2026-01..2026-03"
        ) from error


def _compared(value: str) -> tuple[str, str]:
    found = _COMPARED.fullmatch(value)
    return (found[1], found[2]) if found else ("", value)


def _range(low: T | None, high: T | None, *, low_open: bool, high_open: bool, shown: Callable[[T], str]) -> str:
    if low is None:
        return "" if high is None else ("<" if high_open else "<=") + shown(high)
    if high is None:
        return (">" if low_open else ">=") + shown(low)
    return f"{'>' if low_open else ''}{shown(low)}..{'<' if high_open else ''}{shown(high)}"
