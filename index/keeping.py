"""Answers kept as long as the state of the index that gave them."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

MOST = 100
"""Answers kept of one state."""


class Kept(Generic[T]):
    """Answers to questions about the newest state; those about an older one are dropped. Safe in several threads."""

    def __init__(self) -> None:
        self._held: tuple[object, dict[Hashable, T]] = (None, {})

    def answer(self, state: object, question: Hashable, make: Callable[[], T]) -> T:
        """The answer to ``question`` about ``state``, made where it is not kept."""
        held = self._held
        if held[0] is not state or len(held[1]) >= MOST:
            self._held = held = (state, {})
        if question not in held[1]:
            held[1][question] = make()
        return held[1][question]

    def clear(self) -> None:
        """Keep nothing."""
        self._held = (None, {})
