"""Matching in memory answers what the index answers, and one pass serves all subscriptions."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adverts.records import Band, FairwatchError, advert_id
from alerts import matching
from alerts.facts import AdvertFacts
from alerts.matching import Matcher, Subject, Wanted, anchors, day, holds, values, wants
from alerts.wanting import cutter, planned
from index import documents
from index.base import SearchIndex
from index.embedded import EmbeddedIndex
from index.plan import AllOf, Has, Is, NoneOf, Nothing, OneOf, Plan
from index.query import DayField, KeywordField, RiskRange, TextField
from index.snippets import Pattern
from index.syntax import parse
from nlp.segment import terms

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def facts(name: str, title: str, text: str, **given: Any) -> AdvertFacts:
    base: dict[str, Any] = {
        "advert_id": advert_id(source="board-a", own_id=name),
        "assessment_id": 1,
        "made_at": NOW,
        "cluster_id": "",
        "title": title,
        "raw_title": title,
        "text": f"{title}\n{text}",
        "employer": "",
        "place": "",
        "country": "",
        "source": "board-a",
        "languages": ("en",),
        "band": Band.URGENT,
        "risk": 0.5,
        "indicators": frozenset(),
        "signals": frozenset(),
        "first_seen_at": NOW,
        "seen_at": NOW,
        "posted_on": None,
        "online": True,
    }
    return AdvertFacts(**{**base, **given})


ADVERTS = [
    facts(
        "1",
        "Packers wanted",
        "We keep your passport. Registration fee 300 EUR.",
        country="PL",
        indicators=frozenset({"document-retention"}),
    ),
    facts(
        "2", "Nurse", "No fees. Your passport stays with you.", country="DE", signals=frozenset({"employer-pays"}), risk=0.1, band=Band.NONE
    ),
    facts("3", "Recolectores", "Se cobra tasa de inscripción.", languages=("es-mx",), employer="Huerta Buena", posted_on=date(2026, 11, 1)),
    facts("4", "招聘工人", "护照由公司保管，需要手续费。", languages=("zh-hant",), country="AE", online=False),
    facts("5", "คนงานโรงงาน", "ต้องจ่ายค่าธรรมเนียมก่อน บริษัทเก็บหนังสือเดินทาง", languages=("th",), place="Bangkok"),
    facts("6", "عمال مزارع", "نحتفظ بجواز السفر حتى نهاية الموسم", languages=("ar",), risk=0.9, source="board-b"),
    facts("7", "", "", languages=()),
    facts("8", "PASSPORT p a s s p o r t", "Pаsspоrt kept", band=Band.WATCH),
]
QUERIES = [
    "passport", "PASSPORT", '"keep your passport"', '"passport keep"', "pass*", "regist*", "fee OR nurse",
    "passport -nurse", "NOT passport", "title:nurse", "title:passport", "employer:huerta", "place:bangkok",
    "inscripcion", "país", "手续费", "护照", "ค่าธรรมเนียม", "หนังสือ", "جواز", "السفر", "country:PL", "country:pl",
    "country:PL,DE", "-country:PL", "lang:es", "lang:zh", "lang:zh-hant", "lang:es-es", "lang:th OR lang:ar",
    "indicator:document-retention", "has:indicator", "-has:country", "signal:employer-pays", "band:urgent",
    "band:watch,none", "source:board-b", "risk:>=0.5", "risk:>0.5", "risk:0.1..0.5", "risk:<0.2", "posted:2026-11",
    "posted:>2026-11-01", "has:posted", "first-seen:2026-11-20", "online:no", "(passport OR fee) country:PL",
    "passport (country:PL OR lang:zh)", "...", '""', "-(passport OR fee)",
    "pass", "regist", "packer", "-pass", "NOT regist", "risk:<0.5", "risk:<=0.5", "risk:<0.9", "posted:<2026-10-01",
    "posted:<2026-11-02", "first-seen:<2026-11-20", "seen:2026-11-20", "seen:<2026-11-20", "online:yes",
]  # fmt: skip


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    made = EmbeddedIndex(tmp_path_factory.mktemp("index"), cut=terms)
    with made.building(now=NOW) as build:
        build.add(document(each) for each in ADVERTS)
        build.commit(position=1)
        build.swap()
    return made


def document(each: AdvertFacts) -> documents.Document:
    return documents.Document(
        doc_id=each.advert_id,
        title=each.raw_title,
        text=each.text,
        employer=each.employer,
        place=each.place,
        source=each.source,
        languages=each.languages,
        country=each.country,
        indicators=tuple(sorted(each.indicators)),
        signals=tuple(sorted(each.signals)),
        band=each.band.value,
        risk=each.risk,
        online=each.online,
        posted_on=each.posted_on,
        first_seen_at=each.first_seen_at,
        seen_at=each.seen_at,
    )


@pytest.mark.parametrize("query", QUERIES)
def test_the_matcher_answers_as_the_index(index: SearchIndex, query: str) -> None:
    parsed = parse(query)
    if parsed.problems:
        with pytest.raises(FairwatchError):
            planned(query)
        return
    found = {hit.document.doc_id for hit in index.search(parsed.query).hits}
    matcher = Matcher([Wanted(1, planned(query), Band.NONE)], cutter=cutter())
    assert {each.advert_id for each in ADVERTS if matcher.matches(each)} == found


def test_the_queries_tell_adverts_apart(index: SearchIndex) -> None:
    """The test above would pass on an index that finds nothing: it does find, and not always all."""
    sizes = {len(index.search(parse(query).query).hits) for query in QUERIES if not parse(query).problems}
    assert {0, 1, len(ADVERTS)} <= sizes or {0, 1, 2, 3} <= sizes


@given(st.lists(st.sampled_from(QUERIES), min_size=1, max_size=4), st.sampled_from([" ", " OR "]), st.sampled_from(list(Band)))
@settings(max_examples=80, deadline=None)
def test_anchors_lose_nothing(parts: list[str], joint: str, band: Band) -> None:
    """Found through anchors among many others, or compared one by one: the same."""
    query = joint.join(f"({part})" for part in parts)
    if parse(query).problems:
        return
    wanted = Wanted(99, planned(query), band)
    others = [Wanted(number, planned(each), Band.NONE) for number, each in enumerate(QUERIES) if not parse(each).problems]
    crowd, alone = Matcher([*others, wanted], cutter=cutter()), Matcher([wanted], cutter=cutter())
    for each in ADVERTS:
        assert (99 in crowd.matches(each)) == (99 in alone.matches(each))


@pytest.mark.parametrize(
    ("query", "kind"),
    [("passport country:PL", "piece"), ("country:PL band:urgent", "country"), ("indicator:x country:PL", "indicator"), ("a b*", "piece")],
)
def test_the_rarest_anchor_is_used(query: str, kind: str) -> None:
    plan = planned(query)
    assert plan is not None
    found = anchors(plan)
    assert found is not None
    assert {each for each, _ in found[1]} == {kind}


def piece(*pieces: str, prefix: bool = False) -> Pattern:
    return Pattern(pieces, prefix, tuple(TextField))


POLAND, GERMANY = Is(KeywordField.COUNTRY, "PL"), Is(KeywordField.COUNTRY, "DE")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (Nothing(), (0, set())),
        (piece("keep", "your", "passport"), (1, {("piece", "passport")})),
        (piece("zzz", "documents", "kept"), (1, {("piece", "documents")})),
        (piece("a", "recruitment", "of", prefix=True), (1, {("piece", "recruitment")})),
        (piece("fee", "pass", prefix=True), (1, {("piece", "fee")})),
        (piece("pass", prefix=True), None),
        (Is(KeywordField.CLUSTER, "c1"), (0, {("cluster", "c1")})),
        (POLAND, (3, {("country", "PL")})),
        (Is(KeywordField.ONLINE, "yes"), None),
        (AllOf((POLAND, piece("fee"))), (1, {("piece", "fee")})),
        (AllOf((piece("fee"), Nothing())), (0, set())),
        (AllOf((piece("fee"), Is(KeywordField.INDICATOR, "x"))), (1, {("piece", "fee")})),
        (AllOf((OneOf((POLAND, GERMANY)), Is(KeywordField.SOURCE, "s"))), (3, {("source", "s")})),
        (AllOf((Is(KeywordField.SOURCE, "s"), OneOf((POLAND, GERMANY)))), (3, {("source", "s")})),
        (AllOf((NoneOf(POLAND), Has(KeywordField.COUNTRY))), None),
        (OneOf((POLAND, piece("fee"))), (3, {("country", "PL"), ("piece", "fee")})),
        (OneOf((POLAND, GERMANY)), (3, {("country", "PL"), ("country", "DE")})),
        (OneOf((POLAND, NoneOf(GERMANY))), None),
        (NoneOf(POLAND), None),
        (RiskRange(low=0.5), None),
    ],
)
def test_anchors_of_plans(plan: Plan, expected: tuple[int, set[tuple[str, str]]] | None) -> None:
    assert anchors(plan) == (None if expected is None else (expected[0], frozenset(expected[1])))


WHOLE = facts(
    "9",
    "",
    "",
    cluster_id="c1",
    country="pl",
    languages=("zh-Hant-TW", "EN"),
    origins=("NP",),
    sectors=("construction", "farm-work"),
    indicators=frozenset({"recruitment-fee"}),
    signals=frozenset({"employer-pays"}),
)
BARE = facts("7", "", "", languages=(), online=False)


@pytest.mark.parametrize(
    ("field", "whole", "bare"),
    [
        (KeywordField.ADVERT, {WHOLE.advert_id}, {BARE.advert_id}),
        (KeywordField.CLUSTER, {"c1"}, set()),
        (KeywordField.SOURCE, {"board-a"}, {"board-a"}),
        (KeywordField.LANGUAGE, {"zh", "zh-hant", "zh-hant-tw", "en"}, set()),
        (KeywordField.COUNTRY, {"PL"}, set()),
        (KeywordField.ORIGIN, {"NP"}, set()),
        (KeywordField.SECTOR, {"construction", "farm-work"}, set()),
        (KeywordField.INDICATOR, {"recruitment-fee"}, set()),
        (KeywordField.SIGNAL, {"employer-pays"}, set()),
        (KeywordField.BAND, {"urgent"}, {"urgent"}),
        (KeywordField.ONLINE, {"yes"}, {"no"}),
        (KeywordField.VERDICT, set(), set()),
        (KeywordField.CONTACT, set(), set()),
    ],
)
def test_values_of_an_advert(field: KeywordField, whole: set[str], bare: set[str]) -> None:
    assert (set(values(WHOLE, field)), set(values(BARE, field))) == (whole, bare)


@pytest.fixture
def _in_tokyo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_in_tokyo")
def test_days_are_those_of_utc_wherever_the_machine_stands() -> None:
    late, early = datetime(2026, 11, 20, 23, 30, tzinfo=UTC), datetime(2026, 11, 21, 1, 0, tzinfo=timezone(timedelta(hours=9)))
    found = facts("1", "", "", first_seen_at=late, seen_at=early, posted_on=date(2026, 11, 3))
    assert [day(found, field) for field in DayField] == [date(2026, 11, 3), date(2026, 11, 20), date(2026, 11, 20)]
    assert day(BARE, DayField.POSTED) is None


@pytest.mark.parametrize("plan", [Nothing(), NoneOf(Has(KeywordField.SOURCE)), Is(KeywordField.VERDICT, "act"), piece("wanted")])
def test_holds_says_no_in_so_many_words(plan: Plan) -> None:
    assert holds(plan, Subject(WHOLE, cutter())) is False


def test_an_advert_is_compared_only_with_those_who_could_want_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """What makes one pass over ten thousand subscriptions cheap: the others are not even asked."""
    asked: list[int] = []
    monkeypatch.setattr(matching, "wants", lambda wanted, subject: bool(asked.append(wanted.key)) or wants(wanted, subject))
    queries = ["country:PL", "country:DE", "passport", "-fee", "indicator:x"]
    wanted = [Wanted(key, planned(query), Band.PRIORITY) for key, query in enumerate(queries)]
    matcher = Matcher([*wanted, Wanted(8, Nothing(), Band.PRIORITY), Wanted(9, None, Band.PRIORITY)], cutter=cutter())
    assert matcher.matches(ADVERTS[0]) == {0, 2, 9}  # it speaks of a fee
    assert set(asked) == {0, 2, 3, 9}
    asked.clear()
    assert matcher.matches(replace(ADVERTS[0], band=Band.LABOUR_LAW)) == set()
    assert asked == []


@pytest.mark.parametrize(
    ("wanted", "band", "expected"),
    [
        (Band.URGENT, Band.URGENT, True),
        (Band.URGENT, Band.PRIORITY, False),
        (Band.NONE, Band.NONE, True),
        (Band.WATCH, Band.NONE, False),
        (Band.FRAUD, Band.URGENT, True),
    ],
)
def test_bands(monkeypatch: pytest.MonkeyPatch, wanted: Band, band: Band, expected: bool) -> None:
    asked: list[int] = []
    monkeypatch.setattr(matching, "wants", lambda wanted, subject: bool(asked.append(wanted.key)) or wants(wanted, subject))
    assert (Matcher([Wanted(1, None, wanted)], cutter=cutter()).matches(replace(WHOLE, band=band)) == {1}) is expected
    assert bool(asked) is expected


@pytest.mark.parametrize("query", ["-passport", "b*", "risk:>0.5", "passport OR -fee"])
def test_queries_without_an_anchor_are_asked_of_every_advert(query: str) -> None:
    plan = planned(query)
    assert plan is not None
    assert anchors(plan) is None


@pytest.mark.parametrize("query", ["verdict:act", "contact:ab12", "passport OR -has:verdict", "(a (b contact:c))"])
def test_what_is_withheld_cannot_be_asked(query: str) -> None:
    with pytest.raises(FairwatchError):
        planned(query)
