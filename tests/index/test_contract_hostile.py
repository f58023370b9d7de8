"""What every backend must do, as ``index.base`` promises it: any text is answered and taken. See ``test_contract.py``."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.base import SearchIndex
from index.cutting import words
from index.query import (
    DayField,
    Histogram,
    Is,
    KeywordField,
    Not,
    Phrase,
    Prefix,
    SearchQuery,
    TextField,
)
from index.syntax import parse
from nlp.segment import terms
from tests.index.making import doc_id, document, fill, found


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
