"""A limit on calls that have none of their own: other sides can answer a byte a second for as long as they like."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def within(seconds: float, call: Callable[[], T]) -> T:
    """What ``call`` returns, or the ``OSError`` it raises, or a ``TimeoutError``: then it goes on by itself and its answer is forgotten."""
    answers: queue.SimpleQueue[tuple[T, None] | tuple[None, OSError]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((call(), None))
        except OSError as error:  # every error of requests is one
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        made, error = answers.get(timeout=seconds)
    except queue.Empty as late:
        raise TimeoutError(f"no answer within {seconds:g} s") from late
    if error is not None:
        raise error
    return made  # type: ignore[return-value]
