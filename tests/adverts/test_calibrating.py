"""What a reader judged right in ordinary adverts, and the bounds of the sentence model."""

from __future__ import annotations

from pathlib import Path

from adverts import calibrating
from nlp import catalogue


def test_texts_are_named_by_their_hash_and_read_back(tmp_path: Path) -> None:
    text = "Night porter\nYou sell the bank account and keep ten per cent."
    path = tmp_path / "right.txt"
    path.write_text(
        f"# a remark\nmoney-mule-or-parcel {calibrating.named(text)} 0123456789abcdef\nno-rest-day {calibrating.named(text)}\n\n"
    )
    right = calibrating.read_right(path)
    assert right[calibrating.named(text)] == {"money-mule-or-parcel", "no-rest-day"}
    assert right["0123456789abcdef"] == {"money-mule-or-parcel"}
    assert calibrating.named(text + " ") not in right


def test_no_file_means_that_nothing_was_judged_right(tmp_path: Path) -> None:
    assert calibrating.read_right(tmp_path / "none.txt") == {}


def test_our_own_file_names_indicators_of_the_catalogue() -> None:
    right = calibrating.read_right()
    assert right
    assert {name for names in right.values() for name in names} <= set(catalogue.by_id())
