"""Small numbers kept back, pure: no published figure tells a count from 1 to 10, not even by subtraction.

* A count from 1 to 10 is kept back; zero is shown.
* The cells of a ``whole`` table add up to its total. What is kept back there could be found by subtraction, so more cells are kept back,
  the smallest first, until at least two are, and their sum leaves each of them at least ``SMALL`` values that it may have.
* Where that cannot be reached with the total shown, the rows are kept back altogether and the total alone is shown.

A reader is not told which cells were small and which were kept back for another's sake.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

SMALL = 11
"""Counts under this are kept back; zero is not."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One count with its name."""

    name: str
    label: str
    number: int


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of one kind, before anything is kept back."""

    name: str
    title: str
    says: str
    """What is counted, in a sentence or two."""
    cells: tuple[Cell, ...]
    whole: bool = True
    """Whether its cells add up to a total that is told. False: one thing may count in several cells, and there is no total."""
    open: bool = False
    """Acts that were public when they were done (notices): counted in full."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it is told."""

    name: str
    label: str
    number: int | None
    """None: kept back."""
    share: float | None = None
    """Of the total; None where either is kept back."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it is told."""

    name: str
    title: str
    says: str
    rows: tuple[Row, ...]
    total: int | None
    """None: kept back, or there is none."""
    whole: bool
    withheld: bool
    """The rows are kept back altogether."""


def shown(table: Table) -> Shown:
    """What may be told of a table."""
    total = sum(cell.number for cell in table.cells)
    hidden = frozenset() if table.open else kept_back([cell.number for cell in table.cells], whole=table.whole)
    small = 0 < total < SMALL and not table.open
    if hidden is None or (small and table.whole):
        return Shown(table.name, table.title, table.says, (), None if small else total, table.whole, True)
    rows = tuple(
        Row(cell.name, cell.label, None) if place in hidden else Row(cell.name, cell.label, cell.number, _share(cell.number, total, table))
        for place, cell in enumerate(table.cells)
    )
    return Shown(table.name, table.title, table.says, rows, total if table.whole else None, table.whole, False)


def kept_back(numbers: Sequence[int], *, whole: bool) -> frozenset[int] | None:
    """Places of the counts that are kept back; None where the rows must be kept back altogether."""
    hidden = {place for place, number in enumerate(numbers) if 0 < number < SMALL}
    if not hidden or not whole:
        return frozenset(hidden)
    others = sorted((number, place) for place, number in enumerate(numbers) if number >= SMALL)
    while not _safe([numbers[place] for place in hidden]):
        if not others:
            return None
        hidden.add(others.pop(0)[1])
    return frozenset(hidden)


def _safe(hidden: Sequence[int]) -> bool:
    """Whether their sum, which can be found by subtraction, leaves each at least ``SMALL`` values: each is 1 or more."""
    return len(hidden) >= 2 and sum(hidden) - len(hidden) + 1 >= SMALL


def _share(number: int, total: int, table: Table) -> float | None:
    return round(number / total, 4) if table.whole and total else None


def table(name: str, title: str, says: str, counted: Iterable[tuple[str, str, int]], *, whole: bool = True, open: bool = False) -> Table:
    """A table from (name, label, number)."""
    return Table(name, title, says, tuple(Cell(*each) for each in counted), whole, open)
