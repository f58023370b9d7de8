"""Counts in the order and the steps that every engine must give them in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from index.base import Column, FacetCount, Facets
from index.mapping import column_of
from index.query import SearchQuery, Step

_MOST_VALUES, _MOST_DAYS = 5_000, 65_000
_DAYS = "days"


def aggregations(query: SearchQuery) -> dict[str, Any]:
    """What to ask an engine for: all values of each facet, all days of the histogram (days are stored as ordinals).

    More values than are wanted, since engines break ties otherwise than ``facet_counts``.
    """
    wanted: dict[str, Any] = {field.value: {"terms": {"field": column_of(field), "size": _MOST_VALUES}} for field in query.facets}
    if query.histogram:
        wanted[_DAYS] = {"terms": {"field": column_of(query.histogram.field), "size": _MOST_DAYS}}
    return wanted


def facets_from(query: SearchQuery, found: Mapping[str, Any]) -> Facets:
    """The answer to ``aggregations`` as facets."""
    values = {field: facet_counts(_pairs(found[field.value]), size=query.facet_size) for field in query.facets}
    if query.histogram is None:
        return Facets(values)
    days = [(date.fromordinal(int(day)), count) for day, count in _pairs(found[_DAYS])]
    return Facets(values, columns(days, query.histogram.step))


def _pairs(result: Mapping[str, Any]) -> list[tuple[Any, int]]:
    return [(bucket["key"], int(bucket["doc_count"])) for bucket in result["buckets"]]


def facet_counts(found: Iterable[tuple[str, int]], *, size: int) -> tuple[FacetCount, ...]:
    """The ``size`` most frequent values, ties in order of the value; values that are empty or have no advert are left out."""
    present = [FacetCount(value, count) for value, count in found if value and count]
    return tuple(sorted(present, key=_most_first)[:size])


def columns(days: Iterable[tuple[date, int]], step: Step) -> tuple[Column, ...]:
    """Counts by day summed up to counts by step, in order of time."""
    sums: Counter[date] = Counter()
    for day, count in days:
        sums[_start(day, step)] += count
    return tuple(Column(start, count) for start, count in sorted(sums.items()) if count)


def _start(day: date, step: Step) -> date:
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return max(day, date.min + timedelta(days=day.weekday())) - timedelta(days=day.weekday())
        case Step.MONTH:
            return day.replace(day=1)
        case Step.YEAR:
            return day.replace(month=1, day=1)


def _most_first(found: FacetCount) -> tuple[int, str]:
    return -found.count, found.value
