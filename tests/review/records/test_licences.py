"""Numbers of licences: how they are compared, and what is said of a row of a register."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.records.licences import Standing, normalise, numbers, standing

TODAY = date(2026, 11, 20)
CANCELLED, ENDED, VALID = Standing.CANCELLED, Standing.ENDED, Standing.VALID


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("481/079", "४८१/०७९"),
        ("481/079", "481 / 079"),
        ("481/079", "481-079"),
        ("ABCD0001", "abcd 0001"),
        ("ABCD0001", "ＡＢＣＤ-0001"),
        ("20931", "٢٠٩٣١"),
        ("№ 20931", "20931"),
    ],
)
def test_written_otherwise_and_the_same_number(one: str, other: str) -> None:
    assert normalise(one) == normalise(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("481/079", "481/79"), ("481/079", "48/1079"), ("481/079", "481079"), ("481", "481/079"), ("A-481", "B-481"), ("A-481", "481")],
)
def test_numbers_that_differ(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)


@pytest.mark.parametrize("text", ["", "licensed", "-/-", "ABC"])
def test_without_a_digit_there_is_no_number(text: str) -> None:
    assert normalise(text) == ""


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        # the finder marks the beginning of a number: the rest belongs to it
        ("Licensed agency, licence no. 481/079. Call now.", "licence no. 481", "481/079"),
        ("Licence no. 481 / 079 of the ministry", "Licence no. 481", "481/079"),
        ("License No. XQZ-123-LB-010120-R valid", "License No. XQZ-123", "XQZ-123-LB-010120-R"),
        ("Licence B-0123/MUM/PART/1000+/5/1234/2005 held", "Licence B-0123", "B-0123/MUM/PART/1000+/5/1234/2005"),
        ("licence no.481/079", "licence no.481", "481/079"),
        ("licence n°481", "licence n°481", "481"),
        ("licence №481", "licence №481", "481"),
        ("licence number ABCD0001, phone", "licence number ABCD0001", "ABCD0001"),
        ("licence ABCD 0001, phone", "licence ABCD 0001", "ABCD 0001"),
        ("numer KRAZ 20931.", "numer KRAZ", "20931"),
        ("लाइसेंस नंबर ४८१/०७९।", "लाइसेंस नंबर ४८१", "481/079"),
        ("licence no 12.345.678 B", "licence no 12", "12.345.678"),
        ("licences no. 481/079 and no. 482/079", "licences no. 481/079 and no. 482", "482/079"),
    ],
)
def test_an_advert_may_mean_this_number(text: str, words: str, number: str) -> None:
    start = text.index(words)
    assert normalise(number) in numbers(text, start, start + len(words))


@pytest.mark.parametrize(
    ("text", "words", "number"),
    [
        ("licence no. 481/079", "licence no. 481", "481"),
        ("licence no. 481/079", "licence no. 481", "079"),
        ("licence no. 481-A", "licence no. 481", "481"),
        ("licence no. 481. 079 people work here", "licence no. 481", "481/079"),
        ("licence no. 481\n079 112 233", "licence no. 481", "079"),
        ("licence no. 481, phone 555 0100", "licence no. 481", "555"),
        ("we are licensed, and have been so for 20 years", "licensed", "20"),
        ("we are licensed\n481/079", "licensed", "481/079"),
        (f"licence no. 481/{'1' * 60}", "licence no. 481", f"481/{'1' * 36}"),
        ("phone 555 0100, licence no. 481", "licence no. 481", "0100"),
    ],
)
def test_an_advert_does_not_mean_this_number(text: str, words: str, number: str) -> None:
    start = text.index(words)
    assert normalise(number) not in numbers(text, start, start + len(words))


@given(text=st.text(max_size=200), start=st.integers(-5, 220), end=st.integers(-5, 220))
def test_any_words_give_few_numbers_each_with_a_digit(text: str, start: int, end: int) -> None:
    found = numbers(text, start, end)
    assert len(found) <= 3 * len(text)
    assert all(any(sign.isdecimal() for sign in name) for name in found)


@given(number=st.from_regex(r"[A-Z]{0,4}[0-9]{1,5}([/-][0-9]{1,4}){0,3}", fullmatch=True))
def test_a_number_shown_is_the_number_looked_for(number: str) -> None:
    text = f"Agency, licence {number} of the ministry"
    assert normalise(number) in numbers(text, 8, 16 + len(number))


@pytest.mark.parametrize(
    ("written", "until", "said"),
    [
        (VALID, None, VALID),
        (VALID, TODAY, VALID),
        (VALID, date(2026, 11, 19), ENDED),
        (ENDED, date(2027, 1, 1), ENDED),
        (CANCELLED, date(2027, 1, 1), CANCELLED),
        (CANCELLED, date(2020, 1, 1), CANCELLED),
    ],
)
def test_what_is_said_of_a_row(written: Standing, until: date | None, said: Standing) -> None:
    assert standing(written, until, today=TODAY) is said
