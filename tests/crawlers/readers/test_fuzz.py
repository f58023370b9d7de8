"""A few hundred mutated pages of each kind; `python -m benchmarks.fuzz` reads as many as you like."""

from __future__ import annotations

import pytest

from benchmarks._mutations import DAMAGE, mutated
from benchmarks.fuzz import MEMORY, PATIENCE, good_pages, run

PAGES = good_pages()
FEW = {"huge": 20, "many": 60, "nested": 150, "stuttered": 150, "repeated": 150}


def test_every_kind_of_damage_does_some_and_always_the_same() -> None:
    for kind in DAMAGE:
        made = [mutated(PAGES, seed=3, number=number, kind=kind) for number in range(5)]
        assert made == [mutated(PAGES, seed=3, number=number, kind=kind) for number in range(5)]
        assert {name for name, _ in made} == {kind}
        assert any(body not in PAGES for _, body in made), kind


@pytest.mark.slow
@pytest.mark.parametrize("kind", DAMAGE)
def test_no_page_crashes_hangs_or_fills(kind: str) -> None:
    count = FEW.get(kind, 300)
    tally = run(PAGES, count=count, seed=11, kind=kind)
    assert tally.faults == []
    assert tally.done[kind] == count
    assert tally.slowest < PATIENCE
    assert 0 < tally.memory < MEMORY
