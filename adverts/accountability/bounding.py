"""How much one recruiter can weigh in counts that leave the house, pure.

A unit is a set of clusters and employers that belong together: adverts that share a cluster or an employer's name are of one unit. It is
what the noise protects: whether its adverts were there at all can hardly be told from the released numbers. A unit counts once a cell, and
in at most ``CELLS`` cells; adding or removing one changes the counts by ``CELLS`` in sum at most (the sensitivity).
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

CELLS = 3

Cell = tuple[str, str]
"""Corridor and indicator."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What one advert says for counting."""

    cluster: str
    employer: str
    """As written; empty where it names none."""
    corridors: tuple[str, ...]
    indicators: frozenset[str]


def counted(adverts: Iterable[Seen], *, cells: Collection[Cell]) -> dict[Cell, int]:
    """Units in each of ``cells``, all of them, nought included; which cells there are must not depend on the adverts."""
    wanted = frozenset(cells)
    found: Counter[Cell] = Counter()
    for name, mine in _by_unit(list(adverts)).items():
        found.update(sorted(mine & wanted, key=_Draw(name).of)[:CELLS])
    return {cell: found[cell] for cell in sorted(wanted)}


def _by_unit(adverts: Sequence[Seen]) -> dict[str, set[Cell]]:
    """Unit -> its cells."""
    leader: dict[str, str] = {}
    for one in adverts:
        keys = _keys(one)
        roots = sorted({_root(leader, key) for key in keys})
        for root in roots[1:]:
            leader[root] = roots[0]
    cells: defaultdict[str, set[Cell]] = defaultdict(set)
    for one in adverts:
        mine = {(corridor, indicator) for corridor in one.corridors for indicator in one.indicators}
        cells[_root(leader, _keys(one)[0])] |= mine
    return cells


def _keys(one: Seen) -> list[str]:
    employer = " ".join(one.employer.casefold().split())
    return [f"cluster:{one.cluster}", *([f"employer:{employer}"] if employer else [])]


def _root(leader: dict[str, str], key: str) -> str:
    leader.setdefault(key, key)
    while leader[key] != key:
        leader[key] = leader[leader[key]]
        key = leader[key]
    return key


@dataclass(frozen=True, slots=True)
class _Draw:
    """The order in which a unit's cells are taken: by chance, the same each time, and without regard to any other unit."""

    unit: str

    def of(self, cell: Cell) -> bytes:
        return hashlib.sha256("\x1f".join((self.unit, *cell)).encode()).digest()
