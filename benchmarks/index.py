"""Measure the embedded index against tantivy used by hand on the same documents in the same run.

    python -m benchmarks.index [SIZE]        SIZE synthetic adverts, 20,000 where none is given

By hand means: the same cutter and columns, one loop, the engine's own query objects and its own snippet generator.
A ratio says more than a rate: both sides run on the same machine at the same time.
"""

from __future__ import annotations

import hashlib
import json
import random
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from index.documents import Document
from index.embedded import EmbeddedIndex
from index.query import DayField, DayRange, KeywordField, Node, Not, Phrase, Prefix, RiskRange, SearchQuery, Sort, Word, all_of
from index.query import Is as Equal
from nlp.segment import terms

NOW = datetime(2026, 6, 1, tzinfo=UTC)
ROUNDS = 5
WORDS_A_TEXT = 180
PORTION = 1_000

_SCRIPTS = {"en": 0.7, "th": 0.06, "zh": 0.06, "ar": 0.06, "hi": 0.06, "am": 0.06}
_LETTERS = {
    "en": "abcdefghilmnoprstuvw", "th": "กขคงจชตทนบปผพมยรลวสหอ", "zh": "".join(map(chr, range(0x4E00, 0x4E00 + 900))),
    "ar": "ابتجحدرسشصطعفقكلمنهوي", "hi": "कखगघचजटडतदनपबमयरलवसह", "am": "ሀለመረሰቀበተነአከወዘየደገጠጸፈ",
}  # fmt: skip
_FIXED = ["registration", "fee", "visa", "passport", "nurse", "driver", "salary"]
_COUNTRIES = ("QA", "AE", "SA", "KW", "OM", "MY", "TH", "RO", "PL", "JO")
_BANDS = ("urgent", "priority", "labour-law", "fraud", "watch", "none")


def documents(size: int) -> Iterator[Document]:
    """Synthetic adverts, the same for the same ``size``: word frequencies as in language, six scripts, filters of every kind."""
    chance = random.Random(size)  # noqa: S311
    lexicons = {script: _lexicon(script, chance) for script in _SCRIPTS}
    for number in range(size):
        script = chance.choices([*_SCRIPTS], [*_SCRIPTS.values()])[0]
        lexicon, weights = lexicons[script]
        joint = "" if script in {"th", "zh"} else " "
        body = chance.choices(lexicon, cum_weights=weights, k=WORDS_A_TEXT)
        lines = [joint.join(body[at : at + 12]) for at in range(0, len(body), 12)]
        title = joint.join(body[:4])
        seen = NOW - timedelta(minutes=chance.randrange(400 * 24 * 60))
        yield Document(
            doc_id=hashlib.sha256(str(number).encode()).hexdigest()[:32],
            stamp=str(number),
            position=number,
            title=title,
            text=title + "\n" + "\n".join(lines),
            employer=" ".join(chance.choices(lexicon, cum_weights=weights, k=2)),
            place=chance.choice(lexicon),
            source=f"board-{chance.randrange(40)}",
            languages=(script,),
            country=chance.choice(_COUNTRIES),
            indicators=tuple({f"indicator-{chance.randrange(41)}" for _ in range(chance.randrange(4))}),
            signals=tuple({f"signal-{chance.randrange(13)}" for _ in range(chance.randrange(3))}),
            band=chance.choices(_BANDS, (1, 3, 6, 4, 20, 66))[0],
            risk=round(chance.random() ** 3, 6),
            cluster=hashlib.sha256(f"c{number // 3}".encode()).hexdigest()[:32],
            posted_on=seen.date(),
            first_seen_at=seen,
            seen_at=seen + timedelta(days=3),
        )


def _lexicon(script: str, chance: random.Random) -> tuple[list[str], list[float]]:
    words = {"".join(chance.choices(_LETTERS[script], k=chance.randrange(2, 9 if script != "zh" else 4))) for _ in range(20_000)}
    ordered = _FIXED + sorted(words) if script == "en" else sorted(words)
    total, sums = 0.0, []
    for rank in range(len(ordered)):
        total += 1 / (rank + 20)
        sums.append(total)
    return ordered, sums


class ByHand:
    """Tantivy as one would use it in a script: the opponent."""

    def __init__(self, folder: Path) -> None:
        builder = tantivy.SchemaBuilder()
        for name in ("title", "text"):
            builder.add_text_field(name, stored=True, tokenizer_name="whitespace")
        for name in ("employer", "place"):
            builder.add_text_field(name, tokenizer_name="whitespace")
        for name in ("doc_id", "source", "language", "country", "indicator", "signal", "band", "cluster"):
            builder.add_text_field(name, fast=name not in {"doc_id", "cluster"}, tokenizer_name="raw", index_option="basic")
        builder.add_float_field("risk", fast=True)
        builder.add_integer_field("first_seen", fast=True)
        builder.add_text_field("record", stored=True, tokenizer_name="raw", index_option="basic")
        self.schema = builder.build()
        self.index = tantivy.Index(self.schema, str(folder))
        self.plain = False

    def open(self) -> None:
        """Begin to write."""
        self.writer = self.index.writer(96_000_000, 1)

    def add(self, adverts: list[Document]) -> None:
        """Index adverts in one loop."""
        for advert in adverts:
            made = tantivy.Document()
            for name in ("title", "text", "employer", "place"):
                text = getattr(advert, name)
                made.add_text(name, text if self.plain else " ".join(term.text for term in terms(text)))
            for name in ("doc_id", "source", "country", "band", "cluster"):
                made.add_text(name, getattr(advert, name))
            for name, values in (("language", advert.languages), ("indicator", advert.indicators), ("signal", advert.signals)):
                for value in values:
                    made.add_text(name, value)
            made.add_float("risk", advert.risk)
            made.add_integer("first_seen", advert.first_seen_at.toordinal())
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
        order = {Sort.RISK: "risk", Sort.NEWEST: "first_seen"}.get(sort)

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
    ]


def _seconds(act: Callable[[], object]) -> float:
    """Processor time of this process: what else the machine does at the moment does not count."""
    start = time.process_time()
    act()
    return time.process_time() - start


def _p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


def main(size: int) -> None:
    """Print build rates, query times, sizes and their ratios."""
    folder = Path(tempfile.mkdtemp(prefix="fairwatch-bench-"))
    try:
        _measure(size, folder)
    finally:
        shutil.rmtree(folder)


def _measure(size: int, folder: Path) -> None:
    print(f"{size:,} synthetic adverts of {WORDS_A_TEXT} words, six scripts")
    ours, hand = _measure_build(size, folder)
    by_hand = sum(path.stat().st_size for path in (folder / "hand").iterdir())
    health = ours.health()
    print(f"size: {health.size / 1e6:,.0f} MB, {health.size / by_hand:.2f}x by hand")
    _measure_queries(ours, hand)
    print(f"memory of this process at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def _measure_build(size: int, folder: Path) -> tuple[EmbeddedIndex, ByHand]:
    """Feed all three in turn, portion by portion, so that whatever else the machine does strikes all alike."""
    for name in ("hand", "plain"):
        (folder / name).mkdir()
    ours, hand, plain = EmbeddedIndex(folder / "ours", cut=terms), ByHand(folder / "hand"), ByHand(folder / "plain")
    plain.plain = True
    hand.open()
    plain.open()
    spent = [0.0, 0.0, 0.0]
    with ours.building(now=NOW) as build:
        adverts = documents(size)
        while portion := list(islice(adverts, PORTION)):
            for number, add in enumerate((build.add, hand.add, plain.add)):
                spent[number] += _seconds(partial(add, portion))
        spent[0] += _seconds(partial(build.commit, position=size)) + _seconds(build.swap)
    spent[1] += _seconds(hand.finish)
    spent[2] += _seconds(plain.finish)
    rates = [size / seconds for seconds in spent]
    print(f"build: {rates[0]:,.0f} adverts/s; {rates[0] / rates[1]:.2f}x by hand with the same cutter ({rates[1]:,.0f}/s)")
    print(f"       {rates[0] / rates[2]:.2f}x by hand without cutting, where scripts without spaces cannot be searched ({rates[2]:,.0f}/s)")
    return ours, hand


def _measure_queries(ours: EmbeddedIndex, hand: ByHand) -> None:
    times: tuple[list[float], list[float]] = ([], [])
    print(f"{'query':<26}{'ours ms':>9}{'hand ms':>9}{'ratio':>7}")
    for name, query, prepared in queries():
        asked = prepared(hand)
        one: list[float] = []
        other: list[float] = []
        for _round in range(ROUNDS + 1):
            one.append(_seconds(lambda query=query: ours.search(query)))
            other.append(_seconds(asked))
        times[0].extend(one[1:])
        times[1].extend(other[1:])
        first, second = statistics.median(one[1:]), statistics.median(other[1:])
        print(f"{name:<26}{first * 1e3:>9.2f}{second * 1e3:>9.2f}{first / second:>7.2f}")
    ours95, hand95 = _p95(times[0]), _p95(times[1])
    print(f"{'p95 of all':<26}{ours95 * 1e3:>9.2f}{hand95 * 1e3:>9.2f}{ours95 / hand95:>7.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
