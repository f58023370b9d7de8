"""A plan as a query of Elasticsearch, with the scores that the embedded engine gives: words count, filters and beginnings do not."""

from __future__ import annotations

from typing import Any

from index.base import RefusedQueryError
from index.cutting import repaired
from index.mapping import column_of
from index.plan import WEIGHTS, AllOf, NoneOf, Nothing, OneOf, Plan
from index.query import DayRange, Has, Is, KeywordField, RiskRange, TextField
from index.snippets import Pattern

Query = dict[str, Any]

ADVERTS: Query = {"term": {"kind": "advert"}}
"""All adverts: the index also holds its own state."""
DEEPEST = 30
"""Queries within one another that the server takes (``indices.query.bool.max_nested_depth``)."""
MOST_ENDINGS = 100_000
"""Different words that the last word of a phrase may go on to."""


def compiled(found: Plan | None) -> Query:
    """The plan as a query. Raises ``RefusedQueryError`` where it is nested deeper than the server takes."""
    made = _compiled(found)
    if (depth := _depth(made)) > DEEPEST:
        raise RefusedQueryError(f"query of {depth} conditions within one another: {DEEPEST} is the most; write it with fewer brackets")
    return made


def _compiled(found: Plan | None) -> Query:
    match found:
        case None:
            return _uncounted(ADVERTS)
        case Nothing():
            return {"match_none": {}}
        case Pattern():
            return _pattern(found)
        case AllOf(of):
            return _all(of)
        case OneOf(of):
            return {"bool": {"should": [_compiled(part) for part in of], "minimum_should_match": 1}}
        case NoneOf(of):
            return {"bool": {"filter": [ADVERTS], "must_not": [_compiled(of)]}}
        case _:
            return _uncounted(_filter(found))


def _all(of: tuple[Plan, ...]) -> Query:
    parts: dict[str, list[Query]] = {"must": [], "filter": [], "must_not": []}
    for part in of:
        if isinstance(part, NoneOf):
            parts["must_not"].append(_compiled(part.of))
        elif isinstance(part, Is | Has | RiskRange | DayRange):
            parts["filter"].append(_filter(part))
        else:
            parts["must"].append(_compiled(part))
    if not parts["must"] and not parts["filter"]:
        parts["filter"].append(ADVERTS)
    return {"bool": {name: queries for name, queries in parts.items() if queries}}


def _uncounted(query: Query) -> Query:
    return {"constant_score": {"filter": query, "boost": 0}}


def _pattern(pattern: Pattern) -> Query:
    fields = [_in_field(pattern, field) for field in pattern.fields]
    scoped = fields[0] if len(fields) == 1 else {"bool": {"should": fields, "minimum_should_match": 1}}
    return _uncounted(scoped) if pattern.prefix else scoped


def _in_field(pattern: Pattern, field: TextField) -> Query:
    name, row, boost = field.value, pattern.pieces, WEIGHTS[field]
    if len(row) == 1:
        return {"prefix": {name: {"value": row[0]}}} if pattern.prefix else {"term": {name: {"value": row[0], "boost": boost}}}
    phrase: dict[str, Any] = {"query": " ".join(row), "analyzer": "whitespace"}
    if pattern.prefix:
        return {"match_phrase_prefix": {name: {**phrase, "max_expansions": MOST_ENDINGS}}}
    return {"match_phrase": {name: {**phrase, "boost": boost}}}


def _filter(node: Is | Has | RiskRange | DayRange) -> Query:
    match node:
        case Is(KeywordField.LANGUAGE, value):
            code = repaired(value)
            return {"bool": {"should": [{"term": {"language": code}}, {"prefix": {"language": code + "-"}}], "minimum_should_match": 1}}
        case Is(field, value):
            return {"term": {column_of(field): repaired(value)}}
        case Has(KeywordField.ADVERT):
            return ADVERTS
        case Has(field):
            return {"exists": {"field": column_of(field)}}
        case RiskRange(low, high, low_open, high_open):
            bounds = {"gt" if low_open else "gte": low, "lt" if high_open else "lte": high}
            return {"range": {"risk": {sign: bound for sign, bound in bounds.items() if bound is not None}}}
        case DayRange(field, since, until):
            days = {"gte": since, "lte": until}
            return {"range": {column_of(field): {sign: day.toordinal() for sign, day in days.items() if day is not None}}}


def _depth(query: object) -> int:
    if isinstance(query, list):
        return max(map(_depth, query), default=0)
    if not isinstance(query, dict):
        return 0
    return max((_depth_of(kind, inside) for kind, inside in query.items()), default=0)


def _depth_of(kind: str, inside: Any) -> int:
    """One for the query itself and those of the queries in it."""
    match kind:
        case "bool":
            return 1 + max(_depth(parts) for name, parts in inside.items() if name != "minimum_should_match")
        case "constant_score":
            return 1 + _depth(inside["filter"])
        case _:
            return 1
