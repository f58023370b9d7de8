"""What an engine is given of one advert, by kind of column; the same for every engine. See ``documents.MAPPING_VERSION``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date

from index import keys
from index.cutting import Cut, pieces, repaired
from index.documents import TEXT_LIMIT, Document, to_json
from index.query import DayField, KeywordField, Sort, normal

STORED_TEXTS = ("title", "text")
"""Texts whose pieces and their places are kept, so that the words found can be marked."""

SORT_KEYS = {Sort.RISK: "by_risk", Sort.NEWEST: "by_first_seen", Sort.REACH: "by_reach"}
"""The column of each sort that does not go by score."""

DAYS = ("posted", "first_seen", "seen")

EMPTY = "∅"
"""Stands for a text without words, which no word is: engines weigh words by how many adverts have the field, and must count alike."""


@dataclass(frozen=True, slots=True)
class Columns:
    """One advert as columns; those that are empty are left out."""

    texts: dict[str, str]
    """Pieces with a space between each, to be split at spaces and nowhere else."""
    keywords: list[tuple[str, str]]
    """Column and value, a column as often as it has values; compared as a whole."""
    days: list[tuple[str, date]]
    """In UTC."""
    risk: float | None
    """``None`` where the advert has not been assessed: then it lies in no range of risk."""
    nudge: float
    """See ``keys.nudge``."""
    numbers: list[tuple[str, int]]
    """64 bits without sign: sort keys and ``tie``."""
    blobs: list[tuple[str, bytes]]
    """Kept, not searched: the document as JSON, the places of the pieces of stored texts."""


def column_of(field: KeywordField | DayField) -> str:
    """The column that holds a property."""
    return "language" if field is KeywordField.LANGUAGE else field.value.replace("-", "_")


def columns_of(document: Document, cut: Cut) -> Columns:
    """The columns of ``document``, its words cut by ``cut``."""
    title, text = pieces(cut, document.title), pieces(cut, document.text[:TEXT_LIMIT])
    employer, place = pieces(cut, document.employer), pieces(cut, document.place)
    return Columns(
        texts={name: found.folded or EMPTY for name, found in (("title", title), ("text", text), ("employer", employer), ("place", place))},
        keywords=[(column, repaired(value)) for column, value in _keywords(document) if value],
        days=list(_days(document)),
        risk=document.risk if document.band else None,
        nudge=keys.nudge(document.doc_id),
        numbers=[
            ("tie", keys.tie(document.doc_id)),
            ("by_risk", keys.by_risk(document.risk, document.doc_id)),
            ("by_first_seen", keys.by_time(document.first_seen_at, document.doc_id)),
            ("by_reach", keys.by_count(document.reach, document.doc_id)),
        ],
        blobs=[("record", to_json(document)), ("title_offsets", title.offsets), ("text_offsets", text.offsets)],
    )


def _keywords(document: Document) -> Iterator[tuple[str, str]]:
    yield "stamp", f"{document.doc_id}:{document.stamp}"
    yield "advert", document.doc_id
    yield "source", document.source
    yield "country", normal(KeywordField.COUNTRY, document.country)
    yield from (("origin", normal(KeywordField.ORIGIN, value)) for value in document.origins)
    yield from (("sector", normal(KeywordField.SECTOR, value)) for value in document.sectors)
    yield "band", document.band
    yield "cluster", document.cluster
    yield from (("verdict", value) for value in document.verdict.split())
    yield "online", "yes" if document.online else "no"
    yield from (("language", normal(KeywordField.LANGUAGE, value)) for value in document.languages)
    yield from (("indicator", value) for value in document.indicators)
    yield from (("signal", value) for value in document.signals)
    yield from (("contact", value) for value in document.contact_keys)


def _days(document: Document) -> Iterator[tuple[str, date]]:
    if document.posted_on:
        yield "posted", document.posted_on
    yield "first_seen", document.first_seen_at.astimezone(UTC).date()
    yield "seen", document.seen_at.astimezone(UTC).date()
