"""Marking the words found in the original text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cutting import pieces
from index.query import TextField
from index.snippets import MOST, WIDTH, Pattern, Span, merged, parts, snippets, spans
from tests.index.test_cutting import by_space


def pattern(*row: str, prefix: bool = False) -> Pattern:
    return Pattern(row, prefix, (TextField.TEXT,))


@pytest.mark.parametrize(
    ("text", "patterns", "found"),
    [
        ("pay a fee", [pattern("fee")], ["fee"]),
        ("pay a fee", [pattern("pa")], []),
        ("pay a fee", [pattern("pa", prefix=True)], ["pay"]),
        ("pay a fee", [pattern("a", "fee")], ["a fee"]),
        ("pay a fee", [pattern("pay", "fee")], []),
        ("pay a fee", [pattern("pay"), pattern("fee")], ["pay", "fee"]),
        ("fee  fee Fee", [pattern("fee")], ["fee", "fee", "Fee"]),
        ("a a a", [pattern("a", "a")], ["a a a"]),
        ("出国手续费和手续", [pattern("手", "续")], ["手续", "手续"]),
        ("", [pattern("a")], []),
    ],
)
def test_finds_patterns(text: str, patterns: list[Pattern], found: list[str]) -> None:
    assert [text[start:end] for start, end in spans(pieces(by_space, text), patterns)] == found


def test_looks_at_a_limited_number_of_places() -> None:
    assert len(spans(pieces(by_space, "fee " * 5_000), [pattern("fee")])) <= 100


spans_of_text = st.lists(st.tuples(st.integers(0, 600), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1])), max_size=30)


@given(spans_of_text)
def test_merged_spans_lie_apart_and_cover_the_same(found: list[Span]) -> None:
    apart = merged(found)
    assert all(one[1] < other[0] for one, other in pairwise(apart))
    assert {place for span in apart for place in range(*span)} == {place for span in found for place in range(*span)}


@given(st.text("ab \n手", min_size=0, max_size=700), spans_of_text)
def test_parts_are_the_text(text: str, found: list[Span]) -> None:
    kept = [(start, min(end, len(text))) for start, end in merged(found) if start < len(text)]
    cut = parts(text, kept)
    assert "".join(part for part, _found in cut) == text
    assert [part for part, is_hit in cut if is_hit] == [text[start:end] for start, end in kept]
    assert all(part for part, _found in cut)


@given(st.text("ab \n手", min_size=0, max_size=700), spans_of_text)
def test_snippets_are_stretches_of_the_text_with_words_found(text: str, found: list[Span]) -> None:
    kept = [(start, min(end, len(text))) for start, end in merged(found) if start < len(text)]
    cut = snippets(text, kept)
    assert len(cut) <= MOST
    at = 0
    for snippet in cut:
        joined = "".join(part for part, _found in snippet)
        at = text.index(joined, at) + len(joined)
        assert any(is_hit for _part, is_hit in snippet) or not kept
        assert len(joined) <= WIDTH + 40
    assert bool(cut) == bool(text)


def test_without_words_found_the_beginning_is_shown() -> None:
    text = "word " * 100
    assert snippets(text, []) == ((("word " * 39 + "word", False),),)
    assert snippets("", []) == ()


def test_the_stretches_with_the_most_words_are_shown_in_order() -> None:
    text = "".join(f"{number:04} " for number in range(1000))
    dense = [(2500, 2504), (2510, 2514), (2520, 2524)]
    lone = [(start, start + 4) for start in (0, 1000, 1500, 4000, 4900)]
    cut = snippets(text, sorted(dense + lone))
    assert [[part for part, is_hit in snippet if is_hit] for snippet in cut] == [["0000"], ["0200"], ["0500", "0502", "0504"]]
    assert all("".join(part for part, _ in snippet).strip().split(" ")[0].isdecimal() for snippet in cut)
