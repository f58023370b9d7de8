"""Text in pieces: what is indexed, and the way back to the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.cutting import LONGEST_PIECE, Pieces, fingerprint, pieces, repaired, words


@dataclass(frozen=True)
class Cut:
    """A word as a cutter gives it."""

    text: str
    start: int
    end: int


def by_space(text: str) -> Sequence[Cut]:
    """Cuts at spaces, folds to small letters."""
    found, at = [], 0
    for word in text.split(" "):
        if word:
            found.append(Cut(word.lower(), at, at + len(word)))
        at += len(word) + 1
    return found


def stood(found: Pieces, text: str) -> list[tuple[str, str]]:
    """Each piece with the original it stands for."""
    split = found.folded.split(" ") if found.folded else []
    return [(piece, text[slice(*found.where(at, at))]) for at, piece in enumerate(split)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("Pay Fee", [("pay", "Pay"), ("fee", "Fee")]),
        ("паспорт ФИРМА", [("паспорт", "паспорт"), ("фирма", "ФИРМА")]),
        ("पासपोर्ट ክፍያ رسوم", [("पासपोर्ट", "पासपोर्ट"), ("ክፍያ", "ክፍያ"), ("رسوم", "رسوم")]),
        ("手续费 a", [("手", "手"), ("续", "续"), ("费", "费"), ("a", "a")]),
        ("여권을", [("여", "여"), ("권", "권"), ("을", "을")]),
        ("ค่าวีซ่า", [("ค่", "ค่"), ("า", "า"), ("วี", "วี"), ("ซ่", "ซ่"), ("า", "า")]),
        ("ត្រូវ", [("ត្រូ", "ត្រូ"), ("វ", "វ")]),
        ("သိမ်း", [("သိ", "သိ"), ("မ်း", "မ်း")]),
        ("a手b", [("a", "a"), ("手", "手"), ("b", "b")]),
    ],
)
def test_cuts(text: str, expected: list[tuple[str, str]]) -> None:
    found = pieces(by_space, text)
    assert stood(found, text) == expected
    assert list(words(by_space, text)) == [piece for piece, _original in expected]


def test_a_word_whose_length_folding_changed_keeps_its_place() -> None:
    def shortens(text: str) -> Sequence[Cut]:
        return [Cut("手费", 2, 7)]

    text = "a 手.续.费"
    assert stood(pieces(shortens, text), text) == [("手", "手.续.费"), ("费", "手.续.费")]


def test_pieces_are_of_limited_length() -> None:
    assert words(by_space, "x" * 10_000) == ("x" * LONGEST_PIECE,)
    assert pieces(by_space, "я" * 10_000).folded == "я" * LONGEST_PIECE


def test_places_far_apart_are_kept() -> None:
    text = "a" + " " * 100_000 + "b"
    assert stood(pieces(by_space, text), text) == [("a", "a"), ("b", "b")]


def test_halves_of_pairs_are_replaced() -> None:
    assert repaired("a\ud800b手") == "a\ufffdb手"
    assert repaired("a😀") == "a😀"
    assert words(by_space, "\ud800") == ("\ufffd",)


@given(st.lists(st.text(st.sampled_from("aбж手续ค่าวี여권ត្រ\u17d2\u1039"), min_size=1, max_size=6), max_size=8))
def test_every_piece_stands_where_it_says(parts: list[str]) -> None:
    text = " ".join(parts)
    found = pieces(by_space, text)
    assert all(piece == original for piece, original in stood(found, text))
    assert "".join(piece for piece, _original in stood(found, text)) == "".join(parts)


def test_the_fingerprint_tells_cutters_apart() -> None:
    def by_comma(text: str) -> Sequence[Cut]:
        return [Cut(word, 0, 1) for word in text.split(",")]

    assert fingerprint(by_space) == fingerprint(by_space)
    assert fingerprint(by_space) != fingerprint(by_comma)
