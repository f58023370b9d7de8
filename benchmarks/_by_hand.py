"""Tantivy used by hand: what the embedded index is measured against, and the list of queries in both forms.

By hand means: the same cutter and columns, one loop, the engine's own query objects and its own snippet generator.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from index.documents import Document
from index.query import DayField, DayRange, KeywordField, Node, Not, Phrase, Prefix, RiskRange, SearchQuery, Sort, Word, all_of
from index.query import Is as Equal
from nlp.segment import terms


class ByHand:
    """Tantivy as one would use it in a script: the opponent."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        for name in ("title", "text"):
            builder.add_text_field(name, stored=True, tokenizer_name="whitespace")
        for name in ("employer", "place"):
            builder.add_text_field(name, tokenizer_name="whitespace")
        for name in ("doc_id", "source", "language", "country", "origin", "sector", "indicator", "signal", "band", "cluster"):
            builder.add_text_field(name, fast=name not in {"doc_id", "cluster"}, tokenizer_name="raw", index_option="basic")
        builder.add_float_field("risk", fast=True)
        builder.add_integer_field("first_seen", fast=True)
        builder.add_integer_field("reach", fast=True)
        builder.add_text_field("record", stored=True, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, str(folder))

    def open(self) -> None:
        """Begin to write."""
        self.writer = self.index.writer(96_000_000, 1)

    def add(self, adverts: list[Document]) -> None:
        """Index adverts in one loop."""
        for advert in adverts:
            made = tantivy.Document()
            for name in ("title", "text", "employer", "place"):
                text = getattr(advert, name)
                made.add_text(name, " ".join(term.text for term in terms(text)))
            for name in ("doc_id", "source", "country", "band", "cluster"):
                made.add_text(name, getattr(advert, name))
            several = {"language": advert.languages, "origin": advert.origins, "sector": advert.sectors}
            several |= {"indicator": advert.indicators, "signal": advert.signals}
            for name, values in several.items():
                for value in values:
                    made.add_text(name, value)
            made.add_float("risk", advert.risk)
            made.add_integer("first_seen", advert.first_seen_at.toordinal())
            made.add_integer("reach", advert.reach)
            made.add_text(
                "record", json.dumps({"id": advert.doc_id, "title": advert.title, "text": advert.text, "employer": advert.employer})
            )
            self.writer.add_document(made)

    def finish(self) -> None:
        """Commit once."""
        self.writer.commit()
        self.writer.wait_merging_threads()
        self.index.reload()

    def search(self, query: Query, *, order: str | None, facets: dict[str, Any]) -> list[Any]:
        """One page of 20 with total, facets and snippets."""
        searcher = self.index.searcher()
        found = searcher.search(query, limit=21, count=True, order_by_field=order)
        snippets = tantivy.SnippetGenerator.create(searcher, query, self.schema, "text")
        page = []
        for _key, address in found.hits[:20]:
            stored = searcher.doc(address)
            page.append((json.loads(stored.get_first("record")), snippets.snippet_from_doc(stored).to_html()))
        if facets:
            page.append(searcher.aggregate(query, facets))
        return page

    def words(self, *found: tuple[str, ...]) -> Query:
        """All of the words, each in any of the four texts."""
        each = []
        for row in found:
            fields = ("title", "text", "employer", "place")
            made = [
                Query.term_query(self.schema, f, row[0]) if len(row) == 1 else Query.phrase_query(self.schema, f, [*row]) for f in fields
            ]
            each.append(
                (
                    Occur.Must,
                    Query.boolean_query(
                        [(Occur.Should, Query.boost_query(q, 3 if f == "title" else 1)) for q, f in zip(made, fields, strict=True)]
                    ),
                )
            )
        return Query.boolean_query(each)

    def prefix(self, start: str) -> Query:
        """Words that begin so, in any of the four texts."""
        return Query.boolean_query(
            [(Occur.Should, Query.regex_query(self.schema, f, start + ".*")) for f in ("title", "text", "employer", "place")]
        )

    def narrowed(self, query: Query, without: Query | None = None, **values: str) -> Query:
        """``query`` and these values."""
        parts = [(Occur.Must, query)]
        parts += [(Occur.Must, Query.const_score_query(Query.term_query(self.schema, name, value), 0)) for name, value in values.items()]
        return Query.boolean_query(parts + ([(Occur.MustNot, without)] if without else []))


def _dated(raw: ByHand) -> Query:
    since = date(2026, 1, 1).toordinal()
    return Query.boolean_query(
        [
            (Occur.Must, raw.words(("visa",))),
            (Occur.Must, Query.range_query(raw.schema, "first_seen", FieldType.Integer, since)),
            (Occur.Must, Query.range_query(raw.schema, "risk", FieldType.Float, 0.2)),
        ]
    )


Pair = tuple[str, SearchQuery, Callable[[ByHand], Callable[[], list[Any]]]]


def queries() -> list[Pair]:
    """The mixed list, each query in both forms."""
    facets = (KeywordField.COUNTRY, KeywordField.BAND, KeywordField.INDICATOR, KeywordField.SOURCE)
    by_hand = {name: {"terms": {"field": name, "size": 20}} for name in ("country", "band", "indicator", "source")}

    def pair(name: str, where: Node | None, hand: Callable[[ByHand], Query], *, sort: Sort = Sort.RELEVANCE, counted: bool = False) -> Pair:
        order = {Sort.RISK: "risk", Sort.NEWEST: "first_seen", Sort.REACH: "reach"}.get(sort)

        def prepared(raw: ByHand) -> Callable[[], list[Any]]:
            return lambda: raw.search(hand(raw), order=order, facets=by_hand if counted else {})

        return name, SearchQuery(where, sort=sort, facets=facets if counted else ()), prepared

    urgent, qatar = Equal(KeywordField.BAND, "urgent"), Equal(KeywordField.COUNTRY, "QA")
    return [
        pair("word", Word("fee"), lambda raw: raw.words(("fee",))),
        pair("two words", all_of(Word("fee"), Word("visa")), lambda raw: raw.words(("fee",), ("visa",))),
        pair("phrase", Phrase("registration fee"), lambda raw: raw.words(("registration", "fee"))),
        pair("word, by risk", Word("nurse"), lambda raw: raw.words(("nurse",)), sort=Sort.RISK),
        pair("prefix, by risk", Prefix("pass"), lambda raw: raw.prefix("pass"), sort=Sort.RISK),
        pair(
            "word, not word",
            all_of(Word("driver"), Not(Word("fee"))),
            lambda raw: raw.narrowed(raw.words(("driver",)), raw.words(("fee",))),
        ),
        pair(
            "word, two filters",
            all_of(Word("visa"), urgent, qatar),
            lambda raw: raw.narrowed(raw.words(("visa",)), band="urgent", country="QA"),
        ),
        pair(
            "word, filter, facets",
            all_of(Word("salary"), qatar),
            lambda raw: raw.narrowed(raw.words(("salary",)), country="QA"),
            counted=True,
        ),
        pair(
            "filters by risk, facets",
            all_of(urgent, qatar),
            lambda raw: raw.narrowed(Query.term_query(raw.schema, "band", "urgent"), country="QA"),
            sort=Sort.RISK,
            counted=True,
        ),
        pair("all, by risk", None, lambda raw: Query.all_query(), sort=Sort.RISK),
        pair("all, newest, facets", None, lambda raw: Query.all_query(), sort=Sort.NEWEST, counted=True),
        pair(
            "word, dates, by newest",
            all_of(Word("visa"), DayRange(DayField.FIRST_SEEN, since=date(2026, 1, 1)), RiskRange(low=0.2)),
            _dated,
            sort=Sort.NEWEST,
        ),
        pair(
            "sector and origin, by reach",
            all_of(Equal(KeywordField.SECTOR, "care"), Equal(KeywordField.ORIGIN, "NP")),
            lambda raw: raw.narrowed(Query.term_query(raw.schema, "sector", "care"), origin="NP"),
            sort=Sort.REACH,
        ),
        pair(
            "phrase, filter, facets",
            all_of(Phrase("registration fee"), Equal(KeywordField.BAND, "none")),
            lambda raw: raw.narrowed(raw.words(("registration", "fee")), band="none"),
            counted=True,
        ),
    ]
