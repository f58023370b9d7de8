from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.normalise import fold, fold_term


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Registration FEE", "registration fee"),
        ("Ｆｅｅ ５００", "fee 500"),
        ("f.e.e", "fee"),
        ("p a s s p o r t required", "passport required"),
        ("р а с х о д ы", "расходы"),
        ("p🔥a🔥s🔥s", "pass"),
        ("pass\u200bport", "passport"),
        ("pass\u00adport", "passport"),
        ("pass-\nport", "passport"),
        ("dépôt", "depot"),
        ("de\u0301po\u0302t", "depot"),
        ("рlасеmеnt fее", "placement fee"),
        ("паcпoрт", "паспорт"),
        ("جـــواز السَّفر", "جواز السفر"),
        ("إقامة", "اقامه"),
        ("रु. १०,०००", "रु. 10,000"),
        ("৫০০ টাকা", "500 টাকা"),
        ("İSTANBUL ığdır", "istanbul igdir"),
        ("ጽሕፈት ቤት", "ጽህፈት ቤት"),
        ("płatne szkolenie", "platne szkolenie"),
    ],
)
def test_hidden_and_varied_letters_are_undone(written: str, folded: str) -> None:
    assert fold(written).text == folded


@pytest.mark.parametrize(
    "honest",
    ["Паспорт остаётся у вас", "a b c", "A/C and TV", "e.g. on site", "कोई सर्विस चार्ज नहीं", "ที่พักฟรี", "1 - 2 - 3", "self-\nemployed B&B"],
)
def test_honest_text_keeps_its_letters(honest: str) -> None:
    found = fold(honest).text
    assert len(found) >= len(honest) - 3
    assert not set(found) - set(honest.lower()) - set("еiinд") or found.isascii()


def test_a_cyrillic_word_is_not_made_latin() -> None:
    assert fold("сор").text == "сор"


@given(st.text(max_size=300))
def test_every_folded_span_leads_back_into_the_text(text: str) -> None:
    found = fold(text)
    for start in range(0, len(found.text), 7):
        first, last = found.original(start, min(start + 3, len(found.text)))
        assert 0 <= first < last <= len(text)
    if found.kept is not None:
        assert list(found.kept) == sorted(set(found.kept))
        assert len(found.kept) == len(found.text)


@given(st.text(max_size=200))
def test_folding_twice_changes_no_length(text: str) -> None:
    once = fold_term(text)
    assert len(fold(once).text) <= len(once)


@given(st.text(alphabet="ab .-\u200b🔥é", max_size=120), st.integers(0, 119), st.integers(0, 119))
def test_original_and_folded_spans_agree(text: str, a: int, b: int) -> None:
    found = fold(text)
    start, end = sorted((a % (len(found.text) + 1), b % (len(found.text) + 1)))
    if start < end:
        assert found.folded(*found.original(start, end)) == (start, end)
