"""No text, however hostile, takes long: what is read is bounded, and what is done for each character is too."""

from __future__ import annotations

import time
from collections import Counter

import pytest

from nlp import catalogue, contacts, find, money

MILLION = 1_000_000
MOST_SECONDS = 2.0
"""Processor time for one text (issue 4); what is measured is a quarter of it at most, so that a busy machine fails no test."""

REPEATED = [
    "a", " ", "\n", "\r\n", ".", "!? ", "7", "1 ", "1-", "(1)", "1,000,", "@", "a@", "a@b.", "_", "\0", "\ud800",
    "\U0001f44d", "\ufe0f", "\u200b", "\u0301", "e\u0301", "\u093e", "f.e.e ", "f e ", "a-\n", "раypаl ", "аa",
    "fee ", "fee. ", "no not never ", "don't ", "fee_", "de y a ", "con x y z anos ", "hand in the very ", "no. ", "• ",
    "pay passport fee deposit keep we you no ", "we keep your passport and you must pay a fee of 500 usd per month to us ",
    "12 hours ", "18 years age 18 ", "woman 18-25 ", "10 a 20 ", "24/7 ", "5 % ", "$1 ", "rs. ", "usd", "+1 ", "tel: 0",
    "http://", "www.a.", "t.me/", "tg: ", ":", "«a", "Foo ", "En Foo Foo ", "Foo is ", "s.a. ", "s. de r. l ",
    "का", "पासपोर्ट ", "টাকা", "หนังสือเดินทาง", "护照费用", "押", "جواز السفر رسوم ", "و", "ፓስፖርት", "паспорт залог ",
    "fee 护照 паспорт पासपोर्ट หนังสือ ",
]  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """Language files and automata are read before the clock runs."""
    for text in ("hello passport", "hola", "паспорт", "护照", "หนังสือ", "पासपोर्ट", "جواز", "টাকা", "ፓስፖርት"):
        find.find(text)


@pytest.mark.slow
@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("languages", [(), ("hi", "es")])
def test_a_million_characters(piece: str, languages: tuple[str, ...]) -> None:
    text = piece * (MILLION // len(piece))
    started = time.process_time()
    found = find.find(text, languages=languages)
    assert time.process_time() - started < MOST_SECONDS
    assert f"only the first {find.LONGEST} characters were read" in found.notes
    assert all(match.end <= find.LONGEST for match in (*found.indicators, *found.signals))
    assert max(Counter(match.id for match in (*found.indicators, *found.signals)).values(), default=0) <= find.MOST_PLACES


@pytest.mark.parametrize(
    ("text", "most"),
    [("x@y.example " * 9_000, contacts.MOST), ("+1 555 0100 200, " * 6_000, contacts.MOST), ("hello " * 15_000, 0)],
)
def test_a_hundred_thousand_candidates_for_contacts(text: str, most: int) -> None:
    assert len(contacts.find(text)) <= most


@pytest.mark.parametrize(("text", "most"), [("500 usd " * 12_500, money.MOST), ("500 " * 25_000, 0)])
def test_a_hundred_thousand_candidates_for_sums(text: str, most: int) -> None:
    assert len(money.find(text)) == most


def test_nested_near_matches_give_one_place_each() -> None:
    nearly = "we keep your passport " * 50 + "we will not keep your pass port and no fee fee fee is paid. " * 50
    found = find.find(nearly, languages=("en",))
    assert len(found.indicators) <= find.MOST_PLACES * len(catalogue.indicators())
    assert max(Counter(match.id for match in found.indicators).values(), default=0) <= find.MOST_PLACES
