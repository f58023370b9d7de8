"""The columns an engine is given of one advert."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime

from index.documents import MAPPING_VERSION, TEXT_LIMIT, Document, from_json
from index.mapping import DAYS, SORT_KEYS, column_of, columns_of
from index.query import DayField, KeywordField
from nlp.segment import terms
from tests.index.making import document


def test_columns() -> None:
    made = document(
        1,
        "Registration FEE",
        title="护照",
        source="board",
        languages=("zh-Hant", "en"),
        country="qa",
        indicators=("fees",),
        band="watch",
        risk=0.25,
        posted_on=date(2026, 1, 2),
        first_seen_at=datetime(2026, 1, 1, 23, 30, tzinfo=UTC),
        contact_keys=("k1", "k2"),
        online=False,
    )
    columns = columns_of(made, terms)
    assert columns.texts == {"title": "护 照", "text": "registration fee", "employer": "∅", "place": "∅"}
    assert sorted(columns.keywords) == [
        ("advert", made.doc_id),
        ("band", "watch"),
        ("contact", "k1"),
        ("contact", "k2"),
        ("country", "QA"),
        ("indicator", "fees"),
        ("language", "en"),
        ("language", "zh-hant"),
        ("online", "no"),
        ("source", "board"),
        ("stamp", f"{made.doc_id}:s1"),
    ]
    assert dict(columns.days) == {"posted": date(2026, 1, 2), "first_seen": date(2026, 1, 1), "seen": date(2026, 3, 1)}
    assert columns.risk == 0.25
    assert from_json(dict(columns.blobs)["record"]) == made


def test_an_advert_without_assessment_lies_in_no_range_of_risk() -> None:
    assert columns_of(document(1, risk=0.0), terms).risk is None
    assert columns_of(document(1, band="none", risk=0.0), terms).risk == 0.0


def test_texts_are_searched_up_to_a_limit() -> None:
    columns = columns_of(document(1, "a " * TEXT_LIMIT + "end"), terms)
    assert len(columns.texts["text"]) < TEXT_LIMIT
    assert "end" not in columns.texts["text"]


def test_every_field_of_the_query_has_a_column() -> None:
    columns = columns_of(
        document(
            1,
            source="a",
            languages=("a",),
            origins=("a",),
            sectors=("a",),
            country="a",
            indicators=("a",),
            signals=("a",),
            band="a",
            cluster="a",
            verdict="a",
            contact_keys=("a",),
        ),
        terms,
    )
    assert {column_of(field) for field in KeywordField} == {name for name, _value in columns.keywords} - {"stamp"}
    assert {column_of(field) for field in DayField} == set(DAYS)
    assert set(SORT_KEYS.values()) == {name for name, _number in columns.numbers} - {"tie"}


def test_a_change_of_the_fields_needs_another_mapping_version() -> None:
    """Fails when a field comes or goes: raise MAPPING_VERSION, then write the new pair here."""
    assert (MAPPING_VERSION, len(fields(Document))) == (2, 24)
