"""Fixtures of the index tests.

``index`` is an empty index of each backend in turn: the contract suite runs on all of them. Fill it with ``making.fill``; tests
that only read share ``shelf``, a filled one. Cutting is the real one (``nlp.segment.terms``), since what is found depends on it.
The Elasticsearch is one for the whole run (``tests.servers.elastic``); where there is none, its half of the suite is skipped.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex
from tests.index.engines import BACKENDS, forget
from tests.index.making import fill
from tests.index.shelves import SHELF, THOUSAND
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


@pytest.fixture(scope="session")
def shelf(opened: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of ``SHELF``, only to be read."""
    made = opened(tmp_path_factory.mktemp("shelf"))
    fill(made, SHELF, position=8)
    yield made
    made.close()


@pytest.fixture(scope="session")
def thousand(opened: Callable[[Path], SearchIndex], tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    """An index of 1,000 adverts with many equals in every sort, written in several commits."""
    made = opened(tmp_path_factory.mktemp("thousand"))
    shuffled = random.Random(4).sample(THOUSAND, len(THOUSAND))
    fill(made, shuffled[:400])
    with made.writing() as writing:
        for start in (400, 600, 800):
            writing.add(shuffled[start : start + 200])
            writing.commit()
    yield made
    made.close()
