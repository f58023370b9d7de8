"""What every backend must do, as ``index.base`` promises it: the same ids for the same query.

A backend that differs skips a test with the reason; today none does. ``test_engines_agree.py`` asks both the same and compares.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.base import BusyIndexError, CursorError, MissingIndexError, RefusedQueryError, SearchIndex, SearchIndexError, Writing
from index.cutting import words
from index.documents import Document
from index.query import (
    DayField,
    Histogram,
    Is,
    KeywordField,
    Not,
    Phrase,
    Prefix,
    SearchQuery,
    Sort,
    Step,
    TextField,
    Word,
)
from index.syntax import parse
from nlp.segment import terms
from tests.index.engines import BACKENDS, versions
from tests.index.making import NOW, doc_id, document, fill, found, numbers, pages

SHELF = [
    document(
        0,
        "Pay a registration fee of 500 before you fly.",
        title="Nurse in Doha",
        country="QA",
        place="Doha",
        band="urgent",
        risk=0.9,
        origins=("NP", "BD"),
        sectors=("health",),
        reach=3,
    ),
    document(
        1,
        "No fee for registration: the employer pays.",
        title="Nurse",
        country="QA",
        band="none",
        risk=0.05,
        verdict="benign",
        sectors=("health",),
        reach=0,
    ),
    document(2, "Registration is free. A fee, a refund, a visa.", title="Driver", country="AE", band="watch", risk=0.5, reach=12),
    document(
        3, "Visas and tickets given. Ask for the nurse.", title="Cook wanted", country="AE", employer="Blue Crane Manning", online=False
    ),
    document(
        4,
        "We keep your passport. f.e.e. due",
        title="Fishing",
        languages=("ne", "en"),
        origins=("NP",),
        sectors=("fishing", "domestic"),
        indicators=("document-retention", "fees"),
    ),
    document(
        5, "Part-time, 1,000.50 a month", title="Cook", languages=("zh-Hant",), indicators=("fees",), signals=("licence",), source="board-b"
    ),
    document(6, "", title="", posted_on=date(2026, 1, 31), contact_keys=("k1", "k2"), cluster="c1", source="board-a"),
    document(
        7, "Gardener", posted_on=date(2026, 2, 1), cluster="c1", seen_at=NOW + timedelta(days=30), source="board-a", band="watch", risk=0.5
    ),
]


@pytest.fixture(scope="session")
def shelf(opened: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of ``SHELF``, only to be read."""
    made = opened(tmp_path_factory.mktemp("shelf"))
    fill(made, SHELF, position=8)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # words, in any case, anywhere in title, text, employer, place
        ("fee", {0, 1, 2, 4}),
        ("FEE registration", {0, 1, 2}),
        ("doha", {0}),
        ("crane", {3}),
        ("nurse", {0, 1, 3}),
        ("fees", set()),
        ("registrati", set()),
        ("500", {0}),
        ("part-time", {5}),
        ("time-part", set()),
        # phrases: in this order, next to one another, punctuation apart
        ('"registration fee"', {0}),
        ('"fee registration"', set()),
        ('"fee for registration"', {1}),
        ('"free a fee"', {2}),
        ('"doha pay"', set()),
        # beginnings
        ("visa*", {2, 3}),
        ("regis*", {0, 1, 2}),
        ('"registration f"*', {0}),
        ('"registration x"*', set()),
        ("z*", set()),
        # not, any, groups
        ("fee -refund", {0, 1, 4}),
        ("-fee", {3, 5, 6, 7}),
        ("-fee -cook", {6, 7}),
        ("-(fee OR cook)", {6, 7}),
        ("--gardener", {7}),
        ("refund OR tickets", {2, 3}),
        ("nurse refund OR tickets", {3}),
        ("(nurse pay) OR tickets", {0, 3}),
        ("-fee OR refund", {2, 3, 5, 6, 7}),
        # fields
        ("title:nurse", {0, 1}),
        ("text:nurse", {3}),
        ("employer:blue", {3}),
        ("place:doha", {0}),
        ("place:nurse", set()),
        ("title:(cook OR driver) -title:wanted", {2, 5}),
        # filters
        ("country:QA", {0, 1}),
        ("country:qa,ae", {0, 1, 2, 3}),
        ("country:Q", set()),
        ("lang:ne", {4}),
        ("lang:zh", {5}),
        ("lang:zh-hant", {5}),
        ("lang:z", set()),
        ("indicator:fees", {4, 5}),
        ("indicator:fees indicator:document-retention", {4}),
        ("signal:licence", {5}),
        ("signal:fees", set()),
        ("band:urgent", {0}),
        ("band:watch,none", {1, 2, 7}),
        ("verdict:benign", {1}),
        ("has:verdict", {1}),
        ("-has:verdict", {0, 2, 3, 4, 5, 6, 7}),
        ("has:band", {0, 1, 2, 7}),
        ("has:posted", {6, 7}),
        ("has:contact", {6}),
        ("contact:k2", {6}),
        ("contact:k", set()),
        ("cluster:c1", {6, 7}),
        ("online:no", {3}),
        ("origin:NP", {0, 4}),
        ("origin:np,BD", {0, 4}),
        ("origin:BD country:QA", {0}),
        ("origin:N", set()),
        ("-has:origin has:band", {1, 2, 7}),
        ("sector:health", {0, 1}),
        ("sector:HEALTH -country:QA", set()),
        ("sector:fishing,domestic", {4}),
        ("has:sector", {0, 1, 4}),
        ("online:yes nurse", {0, 1}),
        ("source:board-a", {6, 7}),
        ("has:advert", set(range(8))),
        # ranges: adverts without an assessment have no risk
        ("risk:>=0.5", {0, 2, 7}),
        ("risk:>0.5", {0}),
        ("risk:<0.5", {1}),
        ("risk:0.05", {1}),
        ("risk:0.05..0.5", {1, 2, 7}),
        ("risk:>0.05..<0.9", {2, 7}),
        ("posted:2026-01", {6}),
        ("posted:>2026-01-31", {7}),
        ("posted:>=2026-01-31", {6, 7}),
        ("posted:<2026-01-31", set()),
        ("seen:>2026-03-01", {7}),
        ("first-seen:2026-03-01", set(range(8))),
        ("seen:2026", set(range(8))),
        # together
        ("fee country:QA -band:none", {0}),
        ("(band:urgent OR verdict:benign) title:nurse", {0, 1}),
        ("gardener OR country:QA", {0, 1, 7}),
    ],
)
def test_finds_exactly(shelf: SearchIndex, text: str, expected: set[int]) -> None:
    assert found(shelf, text) == expected


def test_filters_by_advert(shelf: SearchIndex) -> None:
    assert found(shelf, f"advert:{doc_id(3)}") == {3}
    assert found(shelf, f"advert:{doc_id(99)}") == set()


SCRIPTS: dict[str, tuple[str, list[str], list[str]]] = {
    # code: text, found by, not found by
    "zh": (
        "出国务工需要先交手续费和押金，护照由公司保管。",
        ["手续费", "护照", "手续费和押金", "押金", '"护照 由 公司"', "护*"],
        ["费手续", "签证", '"公司 护照"'],
    ),
    "ja": ("パスポートは会社が預かります。手数料は不要です。", ["パスポート", "手数料", "会社"], ["料手数", "ビザ"]),
    "ko": ("여권을 회사가 보관합니다. 수수료 없음", ["여권", "여권을", "보관", "수수료"], ["권여", "비자"]),
    "th": (
        "ต้องจ่ายค่าธรรมเนียมวีซ่าก่อนเดินทาง",
        ["ค่าธรรมเนียม", "วีซ่า", "ค่าธรรมเนียมวีซ่า", "เดินทาง", "ค่าธรรม*"],
        ["หนังสือเดินทาง", "วีซ่าค่าธรรมเนียม"],
    ),
    "lo": ("ຕ້ອງຈ່າຍຄ່າທຳນຽມວີຊາກ່ອນ", ["ວີຊາ", "ຄ່າທຳນຽມ"], ["ໜັງສືຜ່ານແດນ"]),
    "my": ("ပတ်စပို့ကို ကုမ္ပဏီက သိမ်းထားမည်။ ဝန်ဆောင်ခ ပေးရမည်။", ["ပတ်စပို့", "ကုမ္ပဏီ", "ဝန်ဆောင်ခ"], ["ဗီဇာ", "ခဝန်ဆောင်"]),
    "km": ("ត្រូវបង់ថ្លៃសេវាមុនពេលចេញដំណើរ លិខិតឆ្លងដែន", ["ថ្លៃសេវា", "លិខិតឆ្លងដែន", "ចេញដំណើរ"], ["ទិដ្ឋាការ", "សេវាថ្លៃ"]),
    "ar": (
        "يجب دفع رُسُوم التأشيرة قبل السفر، والجواز لدى الشركة",
        ["رسوم", "التأشيرة", "التاشيره", '"رسوم التأشيرة"', "والجواز", "التأش*"],
        ["جوازات", '"التأشيرة رسوم"'],
    ),
    "am": ("የቪዛ ክፍያ ከጉዞ በፊት ይከፈላል፤ ፓስፖርት ይያዛል", ["ክፍያ", "ፓስፖርት", '"የቪዛ ክፍያ"', "የቪ*"], ["ፍያ", '"ክፍያ የቪዛ"']),
    "hi": ("वीज़ा शुल्क पहले देना होगा, पासपोर्ट कंपनी रखेगी", ["शुल्क", "पासपोर्ट", '"पासपोर्ट कंपनी"', "पास*"], ["पोर्ट", "टिकट"]),
    "bn": ("পাসপোর্ট কোম্পানি রাখবে, ভিসা ফি আগে দিতে হবে", ["পাসপোর্ট", '"ভিসা ফি"'], ["টিকিট"]),
    "ru": ("Оплата за визу до выезда, паспорт хранится у фирмы", ["паспорт", "ОПЛАТА", '"за визу"', "оплат*"], ["спорт", "билет"]),
    "vi": ("Phải nộp lệ phí hộ chiếu trước khi đi", ["hộ chiếu", "ho chieu", '"lệ phí hộ chiếu"', "Hộ"], ["thị thực"]),
    "en": (
        "Pay the рlасеmеnt fee, p a s s p o r t kept, visa\u200b fee, ＦＲＥＥ",
        ["placement", "passport", '"visa fee"', "free"],
        ["place", "ticket"],
    ),
    "mixed": (
        "招聘 nurse ค่าวีซ่า free, 护照 passport الجواز",
        ["招聘 nurse", '"nurse ค่าวีซ่า"', '"护照 passport الجواز"'],
        ['"passport 护照"'],
    ),
    "emoji": ("🔥🔥 招聘 nurse ✅ 免 fee 😀 护照", ["nurse", "招聘", "fee", "护照", '"免 fee"'], ["urse", "ee", "费"]),
}


@pytest.fixture(scope="session")
def scripts(opened: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index with one advert in each script."""
    made = opened(tmp_path_factory.mktemp("scripts"))
    fill(made, [document(number, SCRIPTS[code][0], title="", languages=(code,)) for number, code in enumerate(SCRIPTS)])
    yield made
    made.close()


@pytest.mark.parametrize("code", SCRIPTS)
def test_finds_words_of_every_script(scripts: SearchIndex, code: str) -> None:
    number, (_text, there, not_there) = [*SCRIPTS].index(code), SCRIPTS[code]
    assert {text: found(scripts, f"({text}) lang:{code}") for text in there} == {text: {number} for text in there}
    assert {text: found(scripts, f"({text}) lang:{code}") for text in not_there} == {text: set() for text in not_there}


@pytest.mark.parametrize("code", SCRIPTS)
def test_marks_the_words_it_found_in_the_original(scripts: SearchIndex, code: str) -> None:
    text, there, _not_there = SCRIPTS[code]
    hit = scripts.search(parse(f"{there[0]} lang:{code}").query).hits[0]
    assert "".join(part for part, _found in hit.snippets[0]) == text
    marked = [part for part, is_hit in hit.snippets[0] if is_hit]
    assert words(terms, " ".join(marked)) == words(terms, there[0])


def test_marks_exactly_the_words(shelf: SearchIndex) -> None:
    hit = shelf.search(parse('"registration fee" title:nurse -refund').query).hits[0]
    assert hit.title == (("Nurse", True), (" in Doha", False))
    assert hit.snippets == ((("Pay a ", False), ("registration fee", True), (" of 500 before you fly.", False)),)


def test_gives_no_snippets_where_none_are_wanted(shelf: SearchIndex) -> None:
    hit = shelf.search(SearchQuery(Word("doha"), snippets=False)).hits[0]
    assert (hit.title, hit.snippets) == ((("Nurse in Doha", False),), ())


def test_gives_documents_back_as_they_were(shelf: SearchIndex) -> None:
    page = shelf.search(SearchQuery(size=100))
    assert sorted((hit.document for hit in page.hits), key=lambda made: made.position) == SHELF


def test_by_relevance_the_title_weighs_more(index: SearchIndex) -> None:
    fill(
        index,
        [document(1, "a nurse and a nurse, long text about other things"), document(2, "other words here", title="Nurse"), document(3)],
    )
    page = index.search(SearchQuery(Word("nurse")))
    assert numbers(page) == [2, 1]
    assert page.hits[0].score is not None
    assert page.hits[0].score > (page.hits[1].score or 0) > 0


def test_filters_and_beginnings_do_not_count_for_relevance(index: SearchIndex) -> None:
    fill(index, [document(n, "nurse visa", title="", country="QA" if n < 5 else "AE") for n in range(50)])
    plain = {hit.document.doc_id: hit.score for hit in index.search(SearchQuery(Word("nurse"), size=50)).hits}
    for text in ("nurse country:QA", "nurse vis*", "nurse has:country -risk:>0.5"):
        hits = index.search(parse(text).query).hits
        assert {hit.document.doc_id: hit.score for hit in hits} == {hit.document.doc_id: plain[hit.document.doc_id] for hit in hits}
        assert len(hits) >= 5


@pytest.mark.parametrize(
    ("sort", "expected"),
    [(Sort.RISK, [0, 2, 7, 1]), (Sort.NEWEST, [7, 2, 1, 0]), (Sort.RELEVANCE, [0, 2, 7, 1]), (Sort.REACH, [2, 0, 7, 1])],
)
def test_sorts(shelf: SearchIndex, sort: Sort, expected: list[int]) -> None:
    page = shelf.search(SearchQuery(parse("has:band").query.where, sort=sort))
    equal_risk = sorted([2, 7], key=doc_id)
    ordered = [equal_risk.pop(0) if number in {2, 7} and sort not in (Sort.NEWEST, Sort.REACH) else number for number in expected]
    assert numbers(page) == ordered
    assert [hit.score for hit in page.hits] == [None] * 4


THOUSAND = [
    document(
        n,
        "nurse " * (n % 7 + 1) + ("cook" if n % 3 else "driver"),
        title="",
        band="watch",
        risk=(n % 5) / 10,
        reach=n % 9,
        country=("QA", "AE", "SA")[n % 3],
        first_seen_at=NOW + timedelta(seconds=n // 10),
    )
    for n in range(1000)
]


@pytest.fixture(scope="session")
def thousand(opened: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of 1,000 adverts with many equals in every sort, written in several commits."""
    made = opened(tmp_path_factory.mktemp("thousand"))
    shuffled = random.Random(4).sample(THOUSAND, len(THOUSAND))
    fill(made, shuffled[:400])
    with made.writing() as writing:
        for start in (400, 600, 800):
            writing.add(shuffled[start : start + 200])
            writing.commit()
    yield made
    made.close()


def _expected(sort: Sort) -> list[int]:
    def key(made: Document) -> tuple[float, str]:
        return -{Sort.RISK: made.risk, Sort.NEWEST: made.first_seen_at.timestamp(), Sort.REACH: made.reach}[sort], made.doc_id

    return [made.position for made in sorted(THOUSAND, key=key)]


@pytest.mark.parametrize("size", [1, 7, 100, 333, 1000])
@pytest.mark.parametrize("sort", [Sort.RISK, Sort.NEWEST, Sort.REACH])
def test_pages_through_all_in_order(thousand: SearchIndex, sort: Sort, size: int) -> None:
    if size == 1:
        where, expected = parse("risk:0.4").query.where, [n for n in _expected(sort) if n % 5 == 4]
    else:
        where, expected = None, _expected(sort)
    seen = [number for page in pages(thousand, SearchQuery(where, sort=sort, size=size, snippets=False)) for number in numbers(page)]
    assert seen == expected


@pytest.mark.parametrize("size", [9, 100, 999])
def test_pages_through_all_by_relevance(thousand: SearchIndex, size: int) -> None:
    hits = [hit for page in pages(thousand, SearchQuery(Word("nurse"), size=size, snippets=False)) for hit in page.hits]
    assert sorted(hit.document.position for hit in hits) == list(range(1000))
    order = [(-(hit.score or 0), hit.document.doc_id) for hit in hits]
    assert order == sorted(order)


def test_pages_say_the_total_of_all_pages(thousand: SearchIndex) -> None:
    query = SearchQuery(Word("driver"), sort=Sort.RISK, size=100, snippets=False)
    found_pages = list(pages(thousand, query))
    assert [page.total for page in found_pages] == [334] * 4
    assert [len(page.hits) for page in found_pages] == [100, 100, 100, 34]
    assert [page.total for page in pages(thousand, replace(query, total=False))] == [None] * 4


def test_pages_stay_in_order_while_adverts_come_and_go(index: SearchIndex) -> None:
    fill(index, [document(n, risk=n / 100, band="watch") for n in range(0, 60, 2)])
    query = SearchQuery(sort=Sort.RISK, size=10)
    first = index.search(query)
    with index.writing() as writing:
        writing.add([document(59, risk=0.99, band="watch"), document(1, risk=0.01, band="watch")])
        writing.delete([doc_id(40), doc_id(38)])
        writing.commit()
    rest = [number for page in pages(index, replace(query, cursor=first.next_cursor)) for number in numbers(page)]
    assert numbers(first) == list(range(58, 38, -2))
    assert rest == [*range(36, 0, -2), 1, 0]


@pytest.mark.parametrize("cursor", ["x", "!", "e30", "W10", "\x00", "a" * 10_000, "bnVsbA"])
def test_refuses_what_is_no_cursor(shelf: SearchIndex, cursor: str) -> None:
    with pytest.raises(CursorError, match="start again without a cursor"):
        shelf.search(SearchQuery(cursor=cursor))


def test_refuses_the_cursor_of_another_query(thousand: SearchIndex) -> None:
    cursor = thousand.search(SearchQuery(Word("nurse"))).next_cursor
    for other in (SearchQuery(Word("cook"), cursor=cursor), SearchQuery(Word("nurse"), sort=Sort.RISK, cursor=cursor)):
        with pytest.raises(CursorError, match="another query"):
            thousand.search(other)


def test_refuses_to_page_deep_by_relevance(thousand: SearchIndex) -> None:
    query = SearchQuery(Word("nurse"), size=1000)
    deep = replace(query, cursor=_deep_cursor(query, seen=9_500))
    with pytest.raises(RefusedQueryError, match="sort by risk or newest"):
        thousand.search(deep)


def _deep_cursor(query: SearchQuery, *, seen: int) -> str:
    from index import cursors

    return cursors.write(query, cursors.Place(0.5, doc_id(1), seen))


def test_counts_facets_over_the_whole_result(shelf: SearchIndex) -> None:
    query = SearchQuery(
        parse("-band:none").query.where,
        size=1,
        facets=(KeywordField.COUNTRY, KeywordField.INDICATOR, KeywordField.ONLINE, KeywordField.ORIGIN, KeywordField.SECTOR),
    )
    values = shelf.search(query).facets.values
    counted = {field: [(count.value, count.count) for count in counts] for field, counts in values.items()}
    assert counted == {
        KeywordField.COUNTRY: [("AE", 2), ("QA", 1)],
        KeywordField.INDICATOR: [("fees", 2), ("document-retention", 1)],
        KeywordField.ONLINE: [("yes", 6), ("no", 1)],
        KeywordField.ORIGIN: [("NP", 2), ("BD", 1)],
        KeywordField.SECTOR: [("domestic", 1), ("fishing", 1), ("health", 1)],
    }
    assert shelf.facets(query) == shelf.search(query).facets


def test_gives_the_most_frequent_values_of_a_facet(index: SearchIndex) -> None:
    fill(index, [document(n, source=f"board-{n % 300:03}") for n in range(900 + 7)])
    values = index.facets(SearchQuery(facets=(KeywordField.SOURCE,), facet_size=10)).values[KeywordField.SOURCE]
    assert [(count.value, count.count) for count in values] == [(f"board-{n:03}", 4) for n in range(7)] + [
        (f"board-{n:03}", 3) for n in (7, 8, 9)
    ]


def test_facets_of_nothing_are_empty(shelf: SearchIndex) -> None:
    facets = shelf.facets(SearchQuery(Word("nowhere"), facets=(KeywordField.BAND,), histogram=Histogram(DayField.SEEN)))
    assert (dict(facets.values), facets.histogram) == ({KeywordField.BAND: ()}, ())


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step.DAY, [("2025-12-31", 1), ("2026-01-01", 2), ("2026-02-28", 1)]),
        (Step.WEEK, [("2025-12-29", 3), ("2026-02-23", 1)]),
        (Step.MONTH, [("2025-12-01", 1), ("2026-01-01", 2), ("2026-02-01", 1)]),
        (Step.YEAR, [("2025-01-01", 1), ("2026-01-01", 3)]),
    ],
)
def test_counts_by_time(index: SearchIndex, step: Step, expected: list[tuple[str, int]]) -> None:
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 28), None]
    fill(index, [document(n, posted_on=day) for n, day in enumerate(days)])
    histogram = index.facets(SearchQuery(histogram=Histogram(DayField.POSTED, step))).histogram
    assert [(column.start.isoformat(), column.count) for column in histogram] == expected


def test_days_are_those_of_utc(index: SearchIndex) -> None:
    late = datetime.fromisoformat("2026-01-01T01:00:00+03:00")
    fill(index, [document(1, first_seen_at=late, seen_at=late)])
    assert found(index, "seen:2025-12-31") == {1}
    assert found(index, "seen:2026-01-01") == set()


def test_finds_similar_adverts(index: SearchIndex) -> None:
    kitchen = "Cook needed for a hotel kitchen in the old town, rooms and meals are given"
    others = [document(n, f"Driver for long routes, licence class {n}, start now") for n in range(3, 9)]
    fill(index, [document(1, kitchen), document(2, kitchen + ", call today"), *others])
    assert index.similar(doc_id(1))[0].document.position == 2
    assert doc_id(1) not in {hit.document.doc_id for hit in index.similar(doc_id(1))}
    assert len(index.similar(doc_id(3), size=4)) == 4
    assert index.similar(doc_id(77)) == ()
    assert index.similar("\ud800") == ()


# writing


def test_there_is_no_index_before_the_first_build(index: SearchIndex) -> None:
    for ask in (lambda: index.search(SearchQuery()), lambda: index.count(SearchQuery()), lambda: index.stamps(""), index.position):
        with pytest.raises(MissingIndexError, match="there is none yet"):
            ask()
    with pytest.raises(MissingIndexError), index.writing():
        pass
    assert "manage.py reindex" in index.health().problems[0]


def test_an_empty_index_answers(index: SearchIndex) -> None:
    fill(index, [])
    page = index.search(SearchQuery(facets=(KeywordField.BAND,)))
    assert (page.hits, page.total, page.next_cursor) == ((), 0, "")
    assert index.search(SearchQuery(Word("fee"))).total == 0


def test_nothing_is_found_before_commit(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse")], position=1)
    with index.writing() as writing:
        writing.add([document(2, "nurse")])
        writing.delete([doc_id(1)])
        assert found(index, "nurse") == {1}
        writing.commit(position=2)
        assert (found(index, "nurse"), index.position()) == ({2}, 2)


def test_what_is_not_committed_is_dropped(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse")], position=1)
    with pytest.raises(ZeroDivisionError), index.writing() as writing:
        _add_and_fail(writing, document(2, "nurse"))
    with index.writing() as writing:
        writing.commit()
    assert (found(index, "nurse"), index.position()) == ({1}, 1)


def test_add_takes_the_place_of_the_document_before(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse"), document(2, "cook")])
    with index.writing() as writing:
        writing.add([document(1, "driver", stamp="new")])
        writing.add([document(1, "sailor", stamp="newer")])
        writing.commit()
    assert (found(index, "nurse"), found(index, "driver"), found(index, "sailor")) == (set(), set(), {1})
    assert index.stamps("") == {doc_id(1): "newer", doc_id(2): "s2"}
    assert index.count(SearchQuery()) == 2


def test_an_advert_given_twice_to_a_build_is_there_once(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse"), document(2), document(1, "cook")])
    assert (found(index, "nurse"), found(index, "cook"), index.count(SearchQuery())) == (set(), {1}, 2)


def test_deleted_adverts_are_found_nowhere(index: SearchIndex) -> None:
    fill(index, [document(n, "nurse", country="QA") for n in range(10)])
    with index.writing() as writing:
        writing.delete([doc_id(3), doc_id(4), doc_id(99)])
        writing.commit()
    assert found(index, "nurse") == found(index, "") == {0, 1, 2, 5, 6, 7, 8, 9}
    assert index.facets(SearchQuery(facets=(KeywordField.COUNTRY,))).values[KeywordField.COUNTRY][0].count == 8
    assert doc_id(3) not in index.stamps("")
    assert doc_id(3) not in {hit.document.doc_id for hit in index.similar(doc_id(0), size=20)}
    assert index.health().documents == 8


def test_stamps_come_in_portions(index: SearchIndex) -> None:
    fill(index, [document(n) for n in range(100)])
    portions = [index.stamps(prefix) for prefix in "0123456789abcdef"]
    assert all(key.startswith(prefix) for prefix, portion in zip("0123456789abcdef", portions, strict=True) for key in portion)
    assert {key: value for portion in portions for key, value in portion.items()} == {doc_id(n): f"s{n}" for n in range(100)}


def test_one_writer_at_a_time(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    fill(index, [document(1)])
    other = BACKENDS[backend](tmp_path / "index")
    with index.writing():
        with pytest.raises(BusyIndexError, match="another process"), other.writing():
            pass
        with pytest.raises(BusyIndexError), other.building(now=NOW):
            pass
        assert other.count(SearchQuery()) == 1
    with other.writing():
        pass


def test_a_build_is_not_seen_before_the_swap(index: SearchIndex) -> None:
    before = fill(index, [document(1)], position=1)
    with index.building(now=NOW) as build:
        build.add([document(2)])
        build.commit(position=2)
        assert (found(index, ""), index.health().version) == ({1}, before)
        after = build.swap()
    assert (found(index, ""), index.health().version, index.position()) == ({2}, after, 2)
    assert index.health().built_at == NOW


def test_a_build_that_fails_leaves_nothing(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    fill(index, [document(1)])
    there = versions(backend, tmp_path / "index")
    with pytest.raises(ZeroDivisionError), index.building(now=NOW) as build:
        _add_and_fail(build, document(2))
    with index.building(now=NOW) as build:
        build.add([document(3)])
        build.commit()
    assert found(index, "") == {1}
    assert versions(backend, tmp_path / "index") == there


def _add_and_fail(writing: Writing, made: Document) -> None:
    writing.add([made])
    raise ZeroDivisionError


def test_a_swap_needs_a_commit(index: SearchIndex) -> None:
    with index.building(now=NOW) as build:
        build.add([document(1)])
        with pytest.raises(SearchIndexError, match="commit first"):
            build.swap()


def test_another_reader_follows_commits_and_swaps(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    reader = BACKENDS[backend](tmp_path / "index")
    fill(index, [document(1)])
    assert found(reader, "") == {1}
    with index.writing() as writing:
        writing.add([document(2)])
        writing.commit()
    assert found(reader, "") == {1, 2}
    fill(index, [document(3)])
    assert found(reader, "") == {3}


def test_swaps_under_constant_searching(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    """50 swaps: no error, no empty answer, no mixed versions, in two threads with one reader and one with its own."""
    generations = 50
    fill(index, _generation(0))
    reader = BACKENDS[backend](tmp_path / "index")
    stop, faults, seen = threading.Event(), list[str](), set[int]()

    def search(asked: SearchIndex) -> None:
        query = SearchQuery(Word("nurse"), size=30, facets=(KeywordField.SOURCE,))
        while not stop.is_set():
            try:
                page = asked.search(query)
            except SearchIndexError as error:
                faults.append(str(error))
                return
            sources = {hit.document.source for hit in page.hits} | {count.value for count in page.facets.values[KeywordField.SOURCE]}
            if len(page.hits) != 30 or len(sources) != 1 or page.total != 30:
                faults.append(f"{len(page.hits)} hits of {sources}")
            seen.update(int(source) for source in sources)

    threads = [threading.Thread(target=search, args=(asked,)) for asked in (index, reader)]
    for thread in threads:
        thread.start()
    for number in range(1, generations + 1):
        fill(index, _generation(number))
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(seen) > 5


def _generation(number: int) -> Iterator[Document]:
    return (document(n, "nurse", source=str(number)) for n in range(30))


def test_commits_under_constant_searching(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    """Each answer shows all or none of what one commit changed: here the numbers of two kinds of adverts stay equal."""
    fill(index, [])
    reader = BACKENDS[backend](tmp_path / "index")
    stop, faults = threading.Event(), list[str]()

    def search() -> None:
        while not stop.is_set():
            counts = reader.facets(SearchQuery(facets=(KeywordField.COUNTRY,))).values[KeywordField.COUNTRY]
            if len({count.count for count in counts}) > 1:
                faults.append(str(counts))

    thread = threading.Thread(target=search)
    thread.start()
    with index.writing() as writing:
        for number in range(0, 120, 2):
            writing.add([document(number, country="QA"), document(number + 1, country="AE")])
            writing.commit(position=number)
    stop.set()
    thread.join()
    assert faults == []
    assert reader.count(SearchQuery()) == 120


# hostile input


def _short(text: str) -> str:
    return f"{text[:12]!a}x{len(text)}"


@pytest.mark.parametrize(
    "text",
    [
        "x" * 10_000,
        "nurse " * 10_000,
        '"' * 999,
        '"registration',
        "(" * 10_000,
        ")" * 10_000,
        "-" * 10_000,
        "a OR " * 5_000,
        "\x00",
        "a\x00b",
        "\x00" * 10_000,
        "\\" * 9_999,
        ":" * 1_000,
        "title:" * 1_000,
        "*" * 1_000,
        "\ud800 \udfff",
        "\ud800*",
        "\u202e\u200b\ufeff",
        "🔥" * 3_000,
        "a\u0301" * 3_000,
        "ก" * 3_000,
        "手" * 3_000,
        "[.*+?^${}|\\]",
        "(.*)+$*",
        "source:[.*] lang:.* country:\x00",
        "risk:1e309 risk:nan risk:-1 seen:9999-12-31 seen:>9999-12-31 seen:0000-01-01",
        "advert:" + "f" * 5_000,
        "'; DROP TABLE adverts; --",
    ],
    ids=_short,
)
def test_answers_hostile_queries(shelf: SearchIndex, text: str) -> None:
    query = parse(text).query
    page = shelf.search(replace(query, facets=(KeywordField.BAND,), histogram=Histogram(DayField.SEEN)))
    assert page.total == shelf.count(query)


HOSTILE_TEXTS = [
    "\x00",
    "a\x00b",
    "\ud800x",
    "x" * 300_000,
    "手" * 2_000,
    "\u202e" * 1_000,
    "a\u0301" * 2_000,
    " " * 1_000,
    "[.*]",
    "\n\r\u2028" * 99,
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS, ids=_short)
def test_takes_hostile_adverts(index: SearchIndex, text: str) -> None:
    made = document(1, text + " nurse ", title=text, employer=text, place=text, source=text[:100], verdict=text[:50], cluster=text[:50])
    fill(index, [made, document(2, "nurse")])
    assert found(index, "title:advert") == {2}
    page = index.search(SearchQuery(Is(KeywordField.ADVERT, doc_id(1))))
    assert page.hits[0].document == made
    assert "".join(words for words, _found in page.hits[0].title) == text


text_in_any_script = st.text(
    st.characters(codec="utf-8") | st.sampled_from("aefr手费护照ค่าธรรมว\u0e48ត្រូវបပတ်စአማर्कابتвизуe\u0301\u200b 	\n\"'()-.*:\\"),
    max_size=40,
)


@given(texts=st.lists(text_in_any_script, min_size=1, max_size=5), query=text_in_any_script)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_advert_is_found_by_its_own_words(written: SearchIndex, texts: list[str], query: str) -> None:
    """Any text with letters or digits is found by itself, as a phrase and as a beginning; marks are words of the text."""
    with written.writing() as writing:
        writing.delete(written.stamps(""))
        writing.add(document(number, text, title="") for number, text in enumerate(texts))
        writing.commit()
    for number, text in enumerate(texts):
        for node in (Phrase(text), Prefix(text), Phrase(text, TextField.TEXT)) if text else ():
            hits = written.search(SearchQuery(node, size=100)).hits
            assert (number in {hit.document.position for hit in hits}) == bool(words(terms, text))
            assert all("".join(part for part, _found in snippet) in hit.document.text for hit in hits for snippet in hit.snippets)
            assert written.count(SearchQuery(Not(node))) == len(texts) - len(hits) if hits else True
    assert written.search(parse(query).query).total is not None


@pytest.fixture
def written(index: SearchIndex) -> SearchIndex:
    """An index that is there, without adverts."""
    fill(index, [])
    return index
