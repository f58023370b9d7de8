"""Differences by words."""

from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.compare import MOST_WORDS, Piece, around_changes, changes, common_text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("€2,400 a month", "€1,900 a month", "€[-2,400-]{+1,900+} a month"),
        ("The office keeps it", "We keep it", "[-The office keeps-]{+We keep+} it"),
        ("", "new", "{+new+}"),
        ("old", "", "[-old-]"),
        ("same", "same", "same"),
        ("", "", ""),
    ],
)
def test_changes(before: str, after: str, told: str) -> None:
    forms = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    assert "".join(forms[piece.kind].format(piece.text) for piece in changes(before, after)) == told


@given(st.text(max_size=80), st.text(max_size=80))
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    pieces = changes(before, after)
    kept = "".join(piece.text for piece in pieces if piece.kind != "added")
    come = "".join(piece.text for piece in pieces if piece.kind != "removed")
    # a space between two changed words counts as gone and come
    assert (kept, come) == (before, after)


def test_far_from_changes_text_is_left_out() -> None:
    pieces = [Piece("same", "a" * 500), Piece("added", "new"), Piece("same", "b" * 500), Piece("removed", "old"), Piece("same", "short")]
    texts = [piece.text for piece in around_changes(pieces, context=10)]
    assert texts == [" … aaaaaaaaaa", "new", "bbbbbbbbbb … bbbbbbbbbb", "old", "short"]


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["Pay 300 to Marta", "Pay 300 to Irina"], "Pay 300 to [Marta]"),
        (["Ask Anna Nowak now", "Ask Ben Smith now"], "Ask [Anna Nowak] now"),
        (["a b c", "a b c", "a x c"], "a [b] c"),
        (["alone"], ""),
        ([], ""),
        (["one", "two"], "[one]"),
    ],
)
def test_common_text(texts: list[str], told: str) -> None:
    pieces = common_text(texts)
    assert "".join(f"[{piece.text}]" if piece.kind == "slot" else piece.text for piece in pieces) == told


@pytest.mark.parametrize("words", ["a", "ab", "abcdefghijklmnop"])
def test_hostile_texts_take_no_time(words: str) -> None:
    dice = random.Random(7)
    before, after = (" ".join(dice.choice(words) for _ in range(5_000)) for _ in range(2))
    began = time.perf_counter()
    changes(before, after)
    common_text([before, after, before, after, before, after])
    assert time.perf_counter() - began < 5


def test_an_endless_word_is_cut() -> None:
    pieces = changes("x" * 1_000_000, "y " * 1_000_000)
    assert sum(len(piece.text) for piece in pieces) < MOST_WORDS * 20
