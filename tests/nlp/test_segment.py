from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.segment import sentences, terms


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't pay a visa-fee!", ["don't", "pay", "a", "visa", "fee"]),
        ("护照由公司保管", ["护照", "由", "公司", "保管"]),
        ("कोई सर्विस चार्ज नहीं", ["कोई", "सर्विस", "चार्ज", "नहीं"]),
        ("የምዝገባ ክፍያ", ["የምዝገባ", "ክፍያ"]),
        ("জামানত টাকা", ["জামানত", "টাকা"]),
        ("... !!! 🔥", []),
        ("", []),
    ],
)
def test_words_of_every_script(text: str, words: list[str]) -> None:
    assert [term.text for term in terms(text)] == words


@pytest.mark.parametrize("text", ["ค่าบริการและค่าหัว", "ការងារនៅបរទេស", "မြန်မာနိုင်ငံသားအလုပ်", "手续费"])
def test_scripts_without_spaces_are_cut(text: str) -> None:
    assert len(terms(text)) > 1 or text == "手续费"
    assert "".join(text[term.start : term.end] for term in terms(text)) == text


@given(st.text(max_size=300))
def test_terms_lie_in_order_and_inside(text: str) -> None:
    found = terms(text)
    assert all(0 <= term.start < term.end <= len(text) for term in found)
    assert [term.start for term in found] == sorted(term.start for term in found)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("We pay approx. 300. Call No. 5 today!", 2),
        ("one\ntwo\n\nthree", 3),
        ("• tea • coffee", 2),
        ("✔ ticket ✔ room", 2),
        ("नमस्ते। दूसरा वाक्य", 2),
        ("包吃住。月薪五千！", 2),
        ("Mr. Naveed at 06 500 0000", 1),
        ("   ", 0),
    ],
)
def test_sentences(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(max_size=300))
def test_sentences_are_apart_and_cover_all_words(text: str) -> None:
    found = sentences(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
    inside = sum(text[s.start : s.end].count("x") for s in found)
    assert inside == text.count("x")
