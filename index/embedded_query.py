"""What tantivy is told of the columns, and a plan as a query of it."""

from __future__ import annotations

import re

import tantivy
from tantivy import FieldType, Occur, Query

from index.cutting import repaired
from index.mapping import DAYS, SORT_KEYS, STORED_TEXTS, Columns, column_of
from index.plan import WEIGHTS, AllOf, NoneOf, Nothing, OneOf, Plan
from index.query import DayRange, Has, Is, KeywordField, RiskRange, TextField
from index.snippets import Pattern

NUDGE = "nudge"
"""The column of ``keys.nudge``."""
_REGEX_SIGNS = re.compile(r"([\\.+*?()|\[\]{}^$])")


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("kind", "stamp"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for field in TextField:
        builder.add_text_field(field.value, stored=field.value in STORED_TEXTS, tokenizer_name="whitespace")
    for keyword in KeywordField:
        builder.add_text_field(column_of(keyword), fast=keyword is not KeywordField.ADVERT, tokenizer_name="raw", index_option="basic")
    for day in DAYS:
        builder.add_integer_field(day, fast=True)
    for number in ("risk", NUDGE):
        builder.add_float_field(number, fast=True)
    for key in ("tie", *SORT_KEYS.values()):
        builder.add_unsigned_field(key, fast=True)
    for blob in ("record", *(f"{name}_offsets" for name in STORED_TEXTS)):
        builder.add_bytes_field(blob, stored=True)
    return builder.build()


SCHEMA = _schema()


def engine_document(columns: Columns) -> tantivy.Document:
    made = tantivy.Document()
    made.add_text("kind", "advert")
    for name, text in columns.texts.items():
        made.add_text(name, text)
    for name, value in columns.keywords:
        made.add_text(name, value)
    for name, day in columns.days:
        made.add_integer(name, day.toordinal())
    for name, number in columns.numbers:
        made.add_unsigned(name, number)
    for name, blob in columns.blobs:
        made.add_bytes(name, blob)
    if columns.risk is not None:
        made.add_float("risk", columns.risk)
    made.add_float(NUDGE, columns.nudge)
    return made


def compiled(found: Plan | None) -> Query:
    """The plan as a query of tantivy; filters do not count for the score."""
    match found:
        case None:
            return uncounted(Query.term_query(SCHEMA, "kind", "advert"))
        case Nothing():
            return Query.empty_query()
        case Pattern():
            scoped = Query.boolean_query(
                [(Occur.Should, Query.boost_query(_in_field(found, field), WEIGHTS[field])) for field in found.fields]
            )
            return uncounted(scoped) if found.prefix else scoped
        case AllOf(of):
            required = [_required(part) for part in of]
            if all(occur == Occur.MustNot for occur, _query in required):
                required.append((Occur.Must, compiled(None)))
            return Query.boolean_query(required)
        case OneOf(of):
            return Query.boolean_query([(Occur.Should, compiled(part)) for part in of])
        case NoneOf(of):
            return Query.boolean_query([(Occur.Must, compiled(None)), (Occur.MustNot, compiled(of))])
        case _:
            return uncounted(_filter(found))


def _required(part: Plan) -> tuple[Occur, Query]:
    return (Occur.MustNot, compiled(part.of)) if isinstance(part, NoneOf) else (Occur.Must, compiled(part))


def uncounted(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)


def _in_field(pattern: Pattern, field: TextField) -> Query:
    name, row = field.value, pattern.pieces
    if pattern.prefix:
        signs = [_REGEX_SIGNS.sub(r"\\\1", piece) for piece in row]
        signs[-1] += ".*"
        return Query.regex_query(SCHEMA, name, signs[0]) if len(signs) == 1 else Query.regex_phrase_query(SCHEMA, name, [*signs])
    return Query.term_query(SCHEMA, name, row[0]) if len(row) == 1 else Query.phrase_query(SCHEMA, name, [*row])


def _filter(node: Is | Has | RiskRange | DayRange) -> Query:
    match node:
        case Is(KeywordField.LANGUAGE, value):
            narrower = Query.regex_query(SCHEMA, "language", _REGEX_SIGNS.sub(r"\\\1", repaired(value)) + "-.*")
            return Query.boolean_query([(Occur.Should, Query.term_query(SCHEMA, "language", repaired(value))), (Occur.Should, narrower)])
        case Is(field, value):
            return Query.term_query(SCHEMA, column_of(field), repaired(value))
        case Has(KeywordField.ADVERT):
            return compiled(None)
        case Has(field):
            return Query.exists_query(column_of(field))
        case RiskRange(low, high, low_open, high_open):
            return Query.range_query(SCHEMA, "risk", FieldType.Float, low, high, not low_open, not high_open)
        case DayRange(field, since, until):
            first, last = (day.toordinal() if day else None for day in (since, until))
            return Query.range_query(SCHEMA, column_of(field), FieldType.Integer, first, last)
