"""Small numbers kept back, pure: no published figure tells a count from 1 to 10, not even by subtraction.

* A count from 1 to 10 is kept back; zero is shown.
* The cells of a ``whole`` table add up to its total. What is kept back there could be found by subtraction, so more cells are kept back,
  the smallest first, until every small one may be any number from 1 to 10 as far as the sum tells, even if it were known which are small.
  Knowing when this rule stops can rule out one or the other number; a test counts what is left.
* Where that cannot be reached with the total shown, the rows are kept back altogether and the total alone is shown.

The page says "kept back" for both, the small and those kept back for their sake.
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
    small = {place for place, number in enumerate(numbers) if 0 < number < SMALL}
    if not small or not whole:
        return frozenset(small)
    others = sorted((number, place) for place, number in enumerate(numbers) if number >= SMALL)
    for beside in range(len(others) + 1):
        hidden = small | {place for _, place in others[:beside]}
        least_shown = others[beside][0] if beside < len(others) else None
        if _safe(sum(numbers[place] for place in hidden), small=len(small), beside=beside, least_shown=least_shown):
            return frozenset(hidden)
    return None


def _safe(hidden: int, *, small: int, beside: int, least_shown: int | None) -> bool:
    """Whether each small cell may be 1 and may be 10, given the sum of all that is kept back, which can be found by subtraction.

    The other small ones are from 1 to 10, those kept back beside them from ``SMALL`` to the least that is shown.
    """
    most = SMALL - 1
    can_be_most = hidden - (small - 1) - SMALL * beside >= most
    most_of_others = most * (small - 1) + (beside * least_shown if least_shown is not None else hidden * bool(beside))
    return small + beside >= 2 and can_be_most and hidden - most_of_others <= 1


def _share(number: int, total: int, table: Table) -> float | None:
    return round(number / total, 4) if table.whole and total else None


def table(name: str, title: str, says: str, counted: Iterable[tuple[str, str, int]], *, whole: bool = True, open: bool = False) -> Table:
    """A table from (name, label, number)."""
    return Table(name, title, says, tuple(Cell(*each) for each in counted), whole, open)
