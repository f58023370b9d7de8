"""Small numbers: no published table tells a count from 1 to 10, tried against a reader who subtracts."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.accountability.cells import SMALL, Shown, kept_back, shown, table


def told(*numbers: int, whole: bool = True, open: bool = False) -> Shown:
    return shown(table("t", "T", "s", [(f"c{place}", f"C{place}", number) for place, number in enumerate(numbers)], whole=whole, open=open))


@pytest.mark.parametrize(
    ("numbers", "rows", "total"),
    [
        ((), (), 0),
        ((0, 0), (0, 0), 0),
        ((11, 400), (11, 400), 411),
        ((0, 11, 400), (0, 11, 400), 411),
        # one small cell could be found by subtraction: the smallest other goes too
        ((5, 30, 400), (None, None, 400), 435),
        ((10, 0, 11), (None, 0, None), 21),
        # two small ones whose sum says too much: 1 + 1
        ((1, 1, 30, 400), (None, None, None, 400), 432),
        # the one beside them must leave room below what is shown: at most 30, so that 5 could not be less than 5
        ((5, 30, 30, 400), (None, None, None, 400), 465),
        # three whose sum leaves each of them all of 1 to 10
        ((6, 6, 5, 30), (None, None, None, 30), 47),
        # two whose sum is 18: each is 8 at least
        ((9, 9, 30, 40), (None, None, None, 40), 88),
        # one cell alone is the total
        ((40,), (40,), 40),
    ],
)
def test_the_table_of_cases(numbers: tuple[int, ...], rows: tuple[int | None, ...], total: int) -> None:
    found = told(*numbers)
    assert tuple(row.number for row in found.rows) == rows
    assert (found.total, found.withheld) == (total, False)


@pytest.mark.parametrize(
    ("numbers", "total"),
    [((7,), None), ((3, 0), None), ((5, 5), None), ((1,) * 11, 11), ((2,) * 6, 12)],
)
def test_rows_are_kept_back_altogether(numbers: tuple[int, ...], total: int | None) -> None:
    found = told(*numbers)
    assert (found.rows, found.total, found.withheld) == ((), total, True)


def test_public_acts_and_tables_without_a_total() -> None:
    assert [row.number for row in told(1, 2, open=True).rows] == [1, 2]
    loose = told(3, 40, whole=False)
    assert [row.number for row in loose.rows] == [None, 40]
    assert loose.total is None
    assert all(row.share is None for row in loose.rows)


@given(st.lists(st.one_of(st.integers(0, 15), st.integers(0, 300)), max_size=14))
def test_what_is_shown_is_right_and_not_small(numbers: list[int]) -> None:
    found = told(*numbers)
    assert all(row.number is None or row.number == 0 or row.number >= SMALL for row in found.rows)
    assert all(row.number in (None, number) for row, number in zip(found.rows, numbers, strict=not found.withheld))
    assert found.total in (None, sum(numbers))
    assert found.total is None or found.total == 0 or found.total >= SMALL
    assert all(row.share is None for row in found.rows if row.number is None)


def test_nobody_can_find_a_small_count_even_knowing_the_rule() -> None:
    """Every table of three cells with a total under 45: those that are told alike leave each cell kept back ten values or more."""
    alike: dict[tuple[Any, ...], list[tuple[int, ...]]] = {}
    for numbers in product(range(45), repeat=3):
        if sum(numbers) < 45 and (hidden := kept_back(numbers, whole=True)):
            shown_ones = tuple(None if place in hidden else number for place, number in enumerate(numbers))
            alike.setdefault((shown_ones, sum(numbers)), []).append(numbers)
    assert len(alike) > 50
    for (shown_ones, _), tables in alike.items():
        for place, number in enumerate(shown_ones):
            possible = {numbers[place] for numbers in tables}
            assert number is not None or len(possible) >= SMALL - 1, (shown_ones, tables)


@given(st.lists(st.integers(0, 60), max_size=10))
def test_no_more_is_kept_back_than_is_needed(numbers: list[int]) -> None:
    hidden = kept_back(numbers, whole=True)
    if hidden is not None and all(number == 0 or number >= SMALL for number in numbers):
        assert hidden == frozenset()
