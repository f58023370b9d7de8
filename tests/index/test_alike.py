"""The words by which similar adverts are looked for."""

from __future__ import annotations

from index.alike import LOOKED_FOR, rarest


def test_frequent_here_and_rare_elsewhere_comes_first() -> None:
    having = {"the": 100, "fee": 10, "passport": 3, "typo": 1}

    def count(_field: str, piece: str) -> int:
        return having[piece]

    words = rarest({"title": "the passport", "text": "the the fee typo passport"}, documents=100, having=count)
    assert words[:2] == [("title", "passport"), ("text", "passport")]
    assert ("text", "typo") not in words
    assert words[-1] == ("title", "the")


def test_looks_for_a_limited_number_of_words() -> None:
    text = " ".join(f"w{number}" for number in range(5_000))
    assert len(rarest({"text": text}, documents=10, having=lambda _field, _piece: 2)) == LOOKED_FOR
    assert rarest({"text": "", "title": "  "}, documents=10, having=lambda _field, _piece: 2) == []
