"""Answers to questions about short texts, kept for when the same words come again: pages of one board repeat theirs on every page."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar, cast

LONGEST = 200
"""Characters of a text up to which its answer is kept: a page must not be able to fill the memory."""
KEPT = 8_192
"""Answers kept for each question."""

Question = TypeVar("Question", bound=Callable[..., Any])


def remembered(question: Question) -> Question:
    """``question`` with its answers kept for short texts.

    It must be pure, take the text first and further hashable values by name, and give what nobody changes.
    """
    kept = lru_cache(maxsize=KEPT)(question)

    @wraps(question)
    def answered(text: str, **named: Any) -> Any:
        return kept(text, **named) if len(text) <= LONGEST else question(text, **named)

    return cast("Question", answered)
