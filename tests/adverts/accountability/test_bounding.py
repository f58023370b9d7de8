"""What one recruiter can weigh: a unit changes the counts by ``CELLS`` in sum at most, whatever else is counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.accountability.bounding import CELLS, Cell, Seen, counted

CORRIDORS = ("NP-QA", "PH-SA")
INDICATORS = ("a", "b", "c", "d")
GRID: list[Cell] = [(corridor, indicator) for corridor in CORRIDORS for indicator in INDICATORS]


def seen(cluster: str, employer: str = "", corridors: tuple[str, ...] = ("NP-QA",), indicators: tuple[str, ...] = ("a",)) -> Seen:
    return Seen(cluster, employer, corridors, frozenset(indicators))


@pytest.mark.parametrize(
    ("adverts", "number"),
    [
        ([], 0),
        ([seen("1")], 1),
        ([seen("1"), seen("2")], 2),
        ([seen("1"), seen("1")], 1),
        ([seen("1", "Amber Ltd"), seen("2", " amber  LTD")], 1),
        ([seen("1", "Amber"), seen("2", "Birch")], 2),
        # joined over two steps, whatever the order
        ([seen("1", "Amber"), seen("2", "Birch"), seen("1", "Birch")], 1),
        ([seen("1", corridors=("XX-YY",))], 0),
        ([seen("1", indicators=("not-agreed",))], 0),
        ([seen("1", corridors=())], 0),
    ],
)
def test_units(adverts: list[Seen], number: int) -> None:
    found = counted(adverts, cells=GRID)
    assert sorted(found) == sorted(GRID)
    assert found["NP-QA", "a"] == number
    assert sum(found.values()) == number


def test_a_unit_counts_in_few_cells() -> None:
    found = counted([seen("1", corridors=CORRIDORS, indicators=INDICATORS)], cells=GRID)
    assert sum(found.values()) == CELLS
    assert max(found.values()) == 1


def adverts(prefix: str) -> st.SearchStrategy[list[Seen]]:
    return st.lists(
        st.builds(
            Seen,
            st.sampled_from([f"{prefix}1", f"{prefix}2", f"{prefix}3"]),
            st.sampled_from(["", f"{prefix} Amber", f"{prefix} Birch"]),
            st.lists(st.sampled_from(CORRIDORS), unique=True, max_size=2).map(tuple),
            st.frozensets(st.sampled_from(INDICATORS), max_size=4),
        ),
        max_size=12,
    )


@given(adverts("x"), adverts("y"))
def test_the_sensitivity(others: list[Seen], mine: list[Seen]) -> None:
    """``mine`` made one unit by a shared employer: with and without it the counts differ by ``CELLS`` in sum at most."""
    unit = [Seen(one.cluster, "y Amber", one.corridors, one.indicators) for one in mine]
    without, with_it = counted(others, cells=GRID), counted([*unit, *others], cells=GRID)
    assert sum(abs(with_it[cell] - without[cell]) for cell in GRID) <= CELLS
    assert all(with_it[cell] >= without[cell] for cell in GRID)


@given(adverts("x"))
def test_the_order_does_not_matter(found: list[Seen]) -> None:
    assert counted(found, cells=GRID) == counted(found[::-1], cells=GRID)
