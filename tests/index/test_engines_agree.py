"""The embedded engine and Elasticsearch asked the same: same adverts, order, totals, counts, marks and pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from index.base import Page, SearchIndex
from index.query import SearchQuery, Sort
from tests.index.engines import BACKENDS, forget
from tests.index.generated import adverts, queries
from tests.index.making import doc_id, fill, pages

SEED, ADVERTS, QUERIES = 20260301, 300, 200
ASKED = list(queries(QUERIES, seed=SEED))
SLIGHT = 0.005
"""Scores this close, as a part of them, may stand either way round; ``index.base`` promises no more than 0.2 % of one engine."""


pytestmark = pytest.mark.servers


@pytest.fixture(scope="module")
def both(cluster: tuple[str, ...], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SearchIndex, SearchIndex]]:
    """The same adverts in both engines."""
    folder = tmp_path_factory.mktemp("agree")
    made = BACKENDS["embedded"](folder), BACKENDS["elastic"](folder)
    for index in made:
        fill(index, adverts(ADVERTS, seed=SEED), position=ADVERTS)
    yield made
    for index in made:
        index.close()
    forget("elastic", folder)


@pytest.mark.parametrize("number", range(QUERIES))
def test_engines_answer_alike(both: tuple[SearchIndex, SearchIndex], number: int) -> None:
    query = ASKED[number]
    one, other = (index.search(query) for index in both)
    assert one.total == other.total == both[0].count(query) == both[1].count(query)
    assert one.facets == other.facets == both[0].facets(query) == both[1].facets(query)
    if query.sort_in_force is Sort.RELEVANCE:
        _assert_alike_by_score(both, query)
        return
    assert [hit.document for hit in one.hits] == [hit.document for hit in other.hits]
    assert [(hit.title, hit.snippets, hit.score) for hit in one.hits] == [(hit.title, hit.snippets, hit.score) for hit in other.hits]
    assert bool(one.next_cursor) == bool(other.next_cursor)


def _assert_alike_by_score(both: tuple[SearchIndex, SearchIndex], query: SearchQuery) -> None:
    """The same adverts; those that one engine puts further apart than slightly stand in the same order in the other."""
    one, other = (_all(index, replace(query, size=ADVERTS)) for index in both)
    assert {hit.document.doc_id: (hit.title, hit.snippets) for hit in one.hits} == {
        hit.document.doc_id: (hit.title, hit.snippets) for hit in other.hits
    }
    place = {hit.document.doc_id: at for at, hit in enumerate(other.hits)}
    for first, second in zip(one.hits, one.hits[1:], strict=False):
        if (first.score or 0) > (second.score or 0) * (1 + SLIGHT):
            assert place[first.document.doc_id] < place[second.document.doc_id], (first.score, second.score)


def _all(index: SearchIndex, query: SearchQuery) -> Page:
    return index.search(query)


@pytest.mark.parametrize("sort", [*Sort])
def test_engines_give_the_same_pages(both: tuple[SearchIndex, SearchIndex], sort: Sort) -> None:
    query = SearchQuery(ASKED[0].where if sort is Sort.RELEVANCE else None, sort=sort, size=17)
    one, other = ([[hit.document.doc_id for hit in page.hits] for page in pages(index, query)] for index in both)
    assert [len(page) for page in one] == [len(page) for page in other]
    if query.sort_in_force is not Sort.RELEVANCE:
        assert one == other


def test_engines_find_the_same_adverts_alike(both: tuple[SearchIndex, SearchIndex]) -> None:
    for number in range(20):
        one, other = ([hit.document.doc_id for hit in index.similar(doc_id(number), size=5)] for index in both)
        assert one[:1] == other[:1]
        assert len({*one} & {*other}) >= 4 or len(one) < 5


def test_engines_know_the_same_stamps_and_position(both: tuple[SearchIndex, SearchIndex]) -> None:
    assert both[0].stamps("") == both[1].stamps("")
    assert both[0].stamps("a") == both[1].stamps("a")
    assert both[0].position() == both[1].position() == ADVERTS
    assert both[0].health().documents == both[1].health().documents == ADVERTS


def test_the_generator_asks_for_something() -> None:
    """Guards against queries that all find nothing, and against kinds that never come."""
    kinds = {type(node).__name__ for query in ASKED for node in _nodes(query.where)}
    assert kinds == {"All", "AnyOf", "Not", "Word", "Phrase", "Prefix", "Is", "Has", "RiskRange", "DayRange"}


def _nodes(node: object) -> Iterator[object]:
    yield node
    inside = getattr(node, "of", ())
    for part in inside if isinstance(inside, tuple) else (inside,):
        yield from _nodes(part)


def test_most_generated_queries_find_some_adverts_and_not_all(both: tuple[SearchIndex, SearchIndex]) -> None:
    counts = [both[0].count(query) for query in ASKED]
    assert sum(0 < count < ADVERTS for count in counts) > QUERIES * 0.6
