"""What every backend must do, as ``index.base`` promises it: swaps and commits while others search. See ``test_contract.py``."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.base import SearchIndex, SearchIndexError
from index.documents import Document
from index.query import (
    KeywordField,
    SearchQuery,
    Word,
)
from tests.index.engines import BACKENDS
from tests.index.making import document, fill


@pytest.mark.parametrize("generations", [8, pytest.param(50, marks=pytest.mark.slow)])
def test_swaps_under_constant_searching(index: SearchIndex, backend: str, tmp_path: Path, generations: int) -> None:
    """No error, no empty answer, no mixed versions, in two threads with one reader and one with its own."""
    fill(index, _generation(0))
    reader = BACKENDS[backend](tmp_path / "index")
    stop, faults, seen = threading.Event(), list[str](), set[int]()

    def search(asked: SearchIndex) -> None:
        query = SearchQuery(Word("nurse"), size=30, facets=(KeywordField.SOURCE,))
        while not stop.is_set():
            try:
                page = asked.search(query)
            except SearchIndexError as error:
                faults.append(str(error))
                return
            sources = {hit.document.source for hit in page.hits} | {count.value for count in page.facets.values[KeywordField.SOURCE]}
            if len(page.hits) != 30 or len(sources) != 1 or page.total != 30:
                faults.append(f"{len(page.hits)} hits of {sources}")
            seen.update(int(source) for source in sources)

    threads = [threading.Thread(target=search, args=(asked,)) for asked in (index, reader)]
    for thread in threads:
        thread.start()
    for number in range(1, generations + 1):
        fill(index, _generation(number))
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(seen) > min(5, generations // 3)


def _generation(number: int) -> Iterator[Document]:
    return (document(n, "nurse", source=str(number)) for n in range(30))


def test_commits_under_constant_searching(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    """Each answer shows all or none of what one commit changed: here the numbers of two kinds of adverts stay equal."""
    fill(index, [])
    reader = BACKENDS[backend](tmp_path / "index")
    stop, faults = threading.Event(), list[str]()

    def search() -> None:
        while not stop.is_set():
            counts = reader.facets(SearchQuery(facets=(KeywordField.COUNTRY,))).values[KeywordField.COUNTRY]
            if len({count.count for count in counts}) > 1:
                faults.append(str(counts))

    thread = threading.Thread(target=search)
    thread.start()
    with index.writing() as writing:
        for number in range(0, 120, 2):
            writing.add([document(number, country="QA"), document(number + 1, country="AE")])
            writing.commit(position=number)
    stop.set()
    thread.join()
    assert faults == []
    assert reader.count(SearchQuery()) == 120
