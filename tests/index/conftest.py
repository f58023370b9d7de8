"""Fixtures of the index tests.

``index`` is an empty index of each backend in turn: the contract suite runs on all of them. Fill it with ``making.fill``; tests
that only read share ``shelf``, a filled one. Cutting is the real one (``nlp.segment.terms``), since what is found depends on it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex
from index.embedded import EmbeddedIndex
from nlp.segment import terms


def _embedded(folder: Path) -> SearchIndex:
    return EmbeddedIndex(folder, cut=terms)


BACKENDS: dict[str, Callable[[Path], SearchIndex]] = {"embedded": _embedded}


@pytest.fixture(params=BACKENDS, scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """Name of the backend under test."""
    return str(request.param)


@pytest.fixture
def index(backend: str, tmp_path: Path) -> Iterator[SearchIndex]:
    """An index that nothing was written to yet."""
    made = BACKENDS[backend](tmp_path / "index")
    yield made
    made.close()
