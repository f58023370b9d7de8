"""What every backend must do, as ``index.base`` promises it: versions, commits, one writer. See ``test_contract.py``."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.base import BusyIndexError, MissingIndexError, SearchIndex, SearchIndexError, Writing
from index.documents import Document
from index.query import (
    KeywordField,
    SearchQuery,
    Word,
)
from tests.index.engines import BACKENDS, versions
from tests.index.making import NOW, doc_id, document, fill, found


def test_there_is_no_index_before_the_first_build(index: SearchIndex) -> None:
    for ask in (lambda: index.search(SearchQuery()), lambda: index.count(SearchQuery()), lambda: index.stamps(""), index.position):
        with pytest.raises(MissingIndexError, match="there is none yet"):
            ask()
    with pytest.raises(MissingIndexError), index.writing():
        pass
    assert "manage.py reindex" in index.health().problems[0]


def test_an_empty_index_answers(index: SearchIndex) -> None:
    fill(index, [])
    page = index.search(SearchQuery(facets=(KeywordField.BAND,)))
    assert (page.hits, page.total, page.next_cursor) == ((), 0, "")
    assert index.search(SearchQuery(Word("fee"))).total == 0


def test_nothing_is_found_before_commit(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse")], position=1)
    with index.writing() as writing:
        writing.add([document(2, "nurse")])
        writing.delete([doc_id(1)])
        assert found(index, "nurse") == {1}
        writing.commit(position=2)
        assert (found(index, "nurse"), index.position()) == ({2}, 2)


def test_what_is_not_committed_is_dropped(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse")], position=1)
    with pytest.raises(ZeroDivisionError), index.writing() as writing:
        _add_and_fail(writing, document(2, "nurse"))
    with index.writing() as writing:
        writing.commit()
    assert (found(index, "nurse"), index.position()) == ({1}, 1)


def test_add_takes_the_place_of_the_document_before(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse"), document(2, "cook")])
    with index.writing() as writing:
        writing.add([document(1, "driver", stamp="new")])
        writing.add([document(1, "sailor", stamp="newer")])
        writing.commit()
    assert (found(index, "nurse"), found(index, "driver"), found(index, "sailor")) == (set(), set(), {1})
    assert index.stamps("") == {doc_id(1): "newer", doc_id(2): "s2"}
    assert index.count(SearchQuery()) == 2


def test_an_advert_given_twice_to_a_build_is_there_once(index: SearchIndex) -> None:
    fill(index, [document(1, "nurse"), document(2), document(1, "cook")])
    assert (found(index, "nurse"), found(index, "cook"), index.count(SearchQuery())) == (set(), {1}, 2)


def test_deleted_adverts_are_found_nowhere(index: SearchIndex) -> None:
    fill(index, [document(n, "nurse", country="QA") for n in range(10)])
    with index.writing() as writing:
        writing.delete([doc_id(3), doc_id(4), doc_id(99)])
        writing.commit()
    assert found(index, "nurse") == found(index, "") == {0, 1, 2, 5, 6, 7, 8, 9}
    assert index.facets(SearchQuery(facets=(KeywordField.COUNTRY,))).values[KeywordField.COUNTRY][0].count == 8
    assert doc_id(3) not in index.stamps("")
    assert doc_id(3) not in {hit.document.doc_id for hit in index.similar(doc_id(0), size=20)}
    assert index.health().documents == 8


def test_stamps_come_in_portions(index: SearchIndex) -> None:
    fill(index, [document(n) for n in range(100)])
    portions = [index.stamps(prefix) for prefix in "0123456789abcdef"]
    assert all(key.startswith(prefix) for prefix, portion in zip("0123456789abcdef", portions, strict=True) for key in portion)
    assert {key: value for portion in portions for key, value in portion.items()} == {doc_id(n): f"s{n}" for n in range(100)}


def test_one_writer_at_a_time(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    fill(index, [document(1)])
    other = BACKENDS[backend](tmp_path / "index")
    with index.writing():
        with pytest.raises(BusyIndexError, match="another process"), other.writing():
            pass
        with pytest.raises(BusyIndexError), other.building(now=NOW):
            pass
        assert other.count(SearchQuery()) == 1
    with other.writing():
        pass


def test_a_build_is_not_seen_before_the_swap(index: SearchIndex) -> None:
    before = fill(index, [document(1)], position=1)
    with index.building(now=NOW) as build:
        build.add([document(2)])
        build.commit(position=2)
        assert (found(index, ""), index.health().version) == ({1}, before)
        after = build.swap()
    assert (found(index, ""), index.health().version, index.position()) == ({2}, after, 2)
    assert index.health().built_at == NOW


def test_a_build_that_fails_leaves_nothing(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    fill(index, [document(1)])
    there = versions(backend, tmp_path / "index")
    with pytest.raises(ZeroDivisionError), index.building(now=NOW) as build:
        _add_and_fail(build, document(2))
    with index.building(now=NOW) as build:
        build.add([document(3)])
        build.commit()
    assert found(index, "") == {1}
    assert versions(backend, tmp_path / "index") == there


def _add_and_fail(writing: Writing, made: Document) -> None:
    writing.add([made])
    raise ZeroDivisionError


def test_a_swap_needs_a_commit(index: SearchIndex) -> None:
    with index.building(now=NOW) as build:
        build.add([document(1)])
        with pytest.raises(SearchIndexError, match="commit first"):
            build.swap()


def test_another_reader_follows_commits_and_swaps(index: SearchIndex, backend: str, tmp_path: Path) -> None:
    reader = BACKENDS[backend](tmp_path / "index")
    fill(index, [document(1)])
    assert found(reader, "") == {1}
    with index.writing() as writing:
        writing.add([document(2)])
        writing.commit()
    assert found(reader, "") == {1, 2}
    fill(index, [document(3)])
    assert found(reader, "") == {3}
