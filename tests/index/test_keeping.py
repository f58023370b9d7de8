from __future__ import annotations

from index.keeping import MOST, Kept


def test_asks_once_for_each_question_and_state() -> None:
    kept, made = Kept[int](), list[str]()

    def make(name: str) -> int:
        made.append(name)
        return len(made)

    one, other = object(), object()
    assert [kept.answer(one, "a", lambda: make("a")) for _ in range(3)] == [1, 1, 1]
    assert kept.answer(one, "b", lambda: make("b")) == 2
    assert kept.answer(other, "a", lambda: make("a")) == 3
    assert kept.answer(one, "a", lambda: make("a")) == 4
    kept.clear()
    assert kept.answer(one, "a", lambda: make("a")) == 5
    assert made == ["a", "b", "a", "a", "a"]


def test_does_not_grow_without_bound() -> None:
    kept, state = Kept[int](), object()
    for number in range(10 * MOST):
        assert kept.answer(state, number, lambda number=number: number) == number
        assert len(kept._held[1]) <= MOST
