"""Fixtures of the index tests.

``index`` is an empty index of each backend in turn: the contract suite runs on all of them. Fill it with ``making.fill``; tests
that only read share ``shelf``, a filled one. Cutting is the real one (``nlp.segment.terms``), since what is found depends on it.
The Elasticsearch is one for the whole run (``tests.servers.elastic``); where there is none, its half of the suite is skipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex
from tests.index.engines import BACKENDS, forget
from tests.servers import elastic


@pytest.fixture(params=["embedded", pytest.param("elastic", marks=pytest.mark.servers)], scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    """Name of the backend under test."""
    if request.param == "elastic":
        request.getfixturevalue("cluster")
    return str(request.param)


@pytest.fixture(scope="session")
def cluster() -> tuple[str, ...]:
    """The addresses of an Elasticsearch for this run."""
    try:
        return elastic.shared()
    except elastic.UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def opened(backend: str) -> Iterator[Callable[[Path], SearchIndex]]:
    """Opens the index that belongs to a folder; two for the same folder are the same index seen by two processes."""
    folders: list[Path] = []

    def make(folder: Path) -> SearchIndex:
        folders.append(folder)
        return BACKENDS[backend](folder)

    yield make
    for folder in folders:
        forget(backend, folder)


@pytest.fixture
def index(backend: str, tmp_path: Path) -> Iterator[SearchIndex]:
    """An index that nothing was written to yet."""
    made = BACKENDS[backend](tmp_path / "index")
    yield made
    made.close()
    forget(backend, tmp_path / "index")
