"""What every backend must do, as ``index.base`` promises it: order and pages. See ``test_contract.py``."""

from __future__ import annotations

from dataclasses import replace

import pytest

from index.base import CursorError, RefusedQueryError, SearchIndex
from index.documents import Document
from index.query import (
    SearchQuery,
    Sort,
    Word,
)
from index.syntax import parse
from tests.index.making import doc_id, document, fill, numbers, pages
from tests.index.shelves import THOUSAND


def _expected(sort: Sort) -> list[int]:
    def key(made: Document) -> tuple[float, str]:
        return -{Sort.RISK: made.risk, Sort.NEWEST: made.first_seen_at.timestamp(), Sort.REACH: made.reach}[sort], made.doc_id

    return [made.position for made in sorted(THOUSAND, key=key)]


@pytest.mark.parametrize("size", [1, 7, 100, 333, 1000])
@pytest.mark.parametrize("sort", [Sort.RISK, Sort.NEWEST, Sort.REACH])
def test_pages_through_all_in_order(thousand: SearchIndex, sort: Sort, size: int) -> None:
    if size == 1:
        where, expected = parse("risk:0.4").query.where, [n for n in _expected(sort) if n % 5 == 4]
    else:
        where, expected = None, _expected(sort)
    seen = [number for page in pages(thousand, SearchQuery(where, sort=sort, size=size, snippets=False)) for number in numbers(page)]
    assert seen == expected


@pytest.mark.parametrize("size", [9, 100, 999])
def test_pages_through_all_by_relevance(thousand: SearchIndex, size: int) -> None:
    hits = [hit for page in pages(thousand, SearchQuery(Word("nurse"), size=size, snippets=False)) for hit in page.hits]
    assert sorted(hit.document.position for hit in hits) == list(range(1000))
    order = [(-(hit.score or 0), hit.document.doc_id) for hit in hits]
    assert order == sorted(order)


def test_pages_say_the_total_of_all_pages(thousand: SearchIndex) -> None:
    query = SearchQuery(Word("driver"), sort=Sort.RISK, size=100, snippets=False)
    found_pages = list(pages(thousand, query))
    assert [page.total for page in found_pages] == [334] * 4
    assert [len(page.hits) for page in found_pages] == [100, 100, 100, 34]
    assert [page.total for page in pages(thousand, replace(query, total=False))] == [None] * 4


def test_pages_stay_in_order_while_adverts_come_and_go(index: SearchIndex) -> None:
    fill(index, [document(n, risk=n / 100, band="watch") for n in range(0, 60, 2)])
    query = SearchQuery(sort=Sort.RISK, size=10)
    first = index.search(query)
    with index.writing() as writing:
        writing.add([document(59, risk=0.99, band="watch"), document(1, risk=0.01, band="watch")])
        writing.delete([doc_id(40), doc_id(38)])
        writing.commit()
    rest = [number for page in pages(index, replace(query, cursor=first.next_cursor)) for number in numbers(page)]
    assert numbers(first) == list(range(58, 38, -2))
    assert rest == [*range(36, 0, -2), 1, 0]


@pytest.mark.parametrize("cursor", ["x", "!", "e30", "W10", "\x00", "a" * 10_000, "bnVsbA"])
def test_refuses_what_is_no_cursor(shelf: SearchIndex, cursor: str) -> None:
    with pytest.raises(CursorError, match="start again without a cursor"):
        shelf.search(SearchQuery(cursor=cursor))


def test_refuses_the_cursor_of_another_query(thousand: SearchIndex) -> None:
    cursor = thousand.search(SearchQuery(Word("nurse"))).next_cursor
    for other in (SearchQuery(Word("cook"), cursor=cursor), SearchQuery(Word("nurse"), sort=Sort.RISK, cursor=cursor)):
        with pytest.raises(CursorError, match="another query"):
            thousand.search(other)


def test_refuses_to_page_deep_by_relevance(thousand: SearchIndex) -> None:
    query = SearchQuery(Word("nurse"), size=1000)
    deep = replace(query, cursor=_deep_cursor(query, seen=9_500))
    with pytest.raises(RefusedQueryError, match="sort by risk or newest"):
        thousand.search(deep)


def _deep_cursor(query: SearchQuery, *, seen: int) -> str:
    from index import cursors

    return cursors.write(query, cursors.Place(0.5, doc_id(1), seen))
