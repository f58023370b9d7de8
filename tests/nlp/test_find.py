from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adverts.records import ContactSpan
from nlp import catalogue
from nlp.find import find

WORDS = [
    "passport",
    "fee",
    "deposit",
    "pay",
    "company",
    "keep",
    "office",
    "salary",
    "deducted",
    "until",
    "not",
    "never",
    "you",
    "visa",
    "ticket",
    "...",
    ",",
    ".",
    "!",
    "\n",
    "500",
    "$",
    "@x_job",
    "p.a.y",
    "ф",
    "дeposit",
]


def examples(*, matches: bool) -> list[object]:
    rules = catalogue.indicators()
    return [pytest.param(e.text, e.language, rule.id) for rule in rules for e in rule.examples if e.matches is matches]


def found_in(text: str, language: str) -> set[str]:
    found = find(text, languages=(language,) if language else ())
    return {match.id for match in (*found.indicators, *found.signals)}


@pytest.mark.parametrize(("text", "language", "rule"), examples(matches=True))
def test_examples_that_must_match(text: str, language: str, rule: str) -> None:
    assert rule in found_in(text, language)


@pytest.mark.parametrize(("text", "language", "rule"), examples(matches=False))
def test_examples_that_must_not_match(text: str, language: str, rule: str) -> None:
    assert rule not in found_in(text, language)


@given(st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join))
def test_quotes_are_the_text_of_their_span(text: str) -> None:
    found = find(text)
    for match in (*found.indicators, *found.signals):
        assert text[match.start : match.end] == match.quote
        assert match.quote.strip()


@given(st.text(max_size=400))
def test_quotes_are_the_text_of_their_span_for_any_text(text: str) -> None:
    found = find(text)
    assert all(text[match.start : match.end] == match.quote for match in (*found.indicators, *found.signals))


def test_a_protective_sentence_suppresses_only_itself() -> None:
    found = find("No placement fee is charged. Your passport will be kept by the company.")
    assert [match.id for match in found.indicators] == ["document-retention"]
    assert "no-fee-statement" in {match.id for match in found.signals}


def test_contradictory_claims_are_noted() -> None:
    assert "contradictory-claims" in find("No fee. Refundable deposit of $500 before joining.").notes


def test_masked_contacts_are_known_by_their_places() -> None:
    text = "Details on Telegram only: @jo**********"
    assert any(m.id == "anonymous-contact" for m in find(text, spans=(ContactSpan("handle", 26, 39, "@jo**********", "k"),)).indicators)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "passport kept by office " * 5_000,
        "fee. " * 100_000,
        "p.a." * 50_000,
        "\u200b" * 200_000,
        "(" * 100_000,
        "no no no " * 30_000 + "fee",
        "@a" * 100_000,
        "1 " * 200_000,
        "$1-" * 100_000,
        "护照公司保管" * 20_000,
    ],
    ids=["letters", "matches", "sentences", "dots", "zero-width", "brackets", "negations", "handles", "digits", "sums", "chinese"],
)
@pytest.mark.slow
def test_hostile_text_is_read_in_two_seconds(text: str) -> None:
    find("warm up")
    started = time.process_time()
    found = find(text)
    assert time.process_time() - started < 2.0
    assert found.language


@settings(max_examples=30)
@given(st.text(alphabet="\ud800\udfff\x00ab ", max_size=50))
def test_broken_characters_are_survived(text: str) -> None:
    assert find(text).language
