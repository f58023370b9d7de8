"""What every backend must do, as ``index.base`` promises it: the same ids for the same query.

A backend that differs skips a test with the reason; today none does. ``test_engines_agree.py`` asks both the same and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex
from index.cutting import words
from index.query import (
    SearchQuery,
    Sort,
    Word,
)
from index.syntax import parse
from nlp.segment import terms
from tests.index.making import doc_id, document, fill, found, numbers
from tests.index.shelves import SHELF


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


def test_finds_similar_adverts(index: SearchIndex) -> None:
    kitchen = "Cook needed for a hotel kitchen in the old town, rooms and meals are given"
    others = [document(n, f"Driver for long routes, licence class {n}, start now") for n in range(3, 9)]
    fill(index, [document(1, kitchen), document(2, kitchen + ", call today"), *others])
    assert index.similar(doc_id(1))[0].document.position == 2
    assert doc_id(1) not in {hit.document.doc_id for hit in index.similar(doc_id(1))}
    assert len(index.similar(doc_id(3), size=4)) == 4
    assert index.similar(doc_id(77)) == ()
    assert index.similar("\ud800") == ()
