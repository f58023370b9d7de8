"""Search for people, in front of a made-up index."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from adverts.records import Band
from index.base import (
    BusyIndexError,
    CursorError,
    DamagedIndexError,
    Facets,
    Hit,
    MissingIndexError,
    OutdatedIndexError,
    Page,
    RefusedQueryError,
)
from index.documents import Document
from index.query import SearchQuery
from review import queue
from review.finding import Trouble, find
from tests.review.scenes import NOW, single, visible_id

pytestmark = pytest.mark.django_db


class MadeUpIndex:
    """Answers every query with the same hits, or the same error, and keeps the last query."""

    def __init__(self, *hits: Hit, error: Exception | None = None, next_cursor: str = "") -> None:
        self.hits, self.error, self.next_cursor = hits, error, next_cursor
        self.asked: SearchQuery | None = None

    def search(self, query: SearchQuery) -> Page:
        self.asked = query
        if self.error:
            raise self.error
        return Page(self.hits, len(self.hits), self.next_cursor, Facets(), "v1")


def hit(advert_id: str, *, cluster: str = "", band: str = Band.PRIORITY, words: str = "deposit") -> Hit:
    document = Document(
        doc_id=advert_id,
        cluster=cluster,
        band=band,
        source="board-a",
        languages=("es",),
        first_seen_at=datetime(2026, 11, 1, tzinfo=UTC),
        seen_at=NOW,
    )
    return Hit(document, 1.0, (("Packers ", False), (words, True)), (((f"pay a {words}", True), (" first", False)),))


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> MadeUpIndex:
    made = MadeUpIndex(hit("a" * 32), next_cursor="further")
    monkeypatch.setattr("index.open_index", lambda: made)
    return made


@pytest.mark.parametrize(
    ("error", "trouble"),
    [
        (MissingIndexError("none"), Trouble.NO_INDEX),
        (OutdatedIndexError("old"), Trouble.UNREADY),
        (DamagedIndexError("broken"), Trouble.UNREADY),
        (BusyIndexError("busy"), Trouble.UNREADY),
        (CursorError("no cursor"), Trouble.TOO_FAR),
        (RefusedQueryError("too deep"), Trouble.TOO_FAR),
        (None, None),
    ],
)
def test_every_trouble_has_a_word(index: MadeUpIndex, error: Exception | None, trouble: Trouble | None) -> None:
    index.error = error
    assert find("deposit", blind=True, tenant=0).trouble == trouble


def test_what_could_not_be_read_is_told_and_the_rest_searched(index: MadeUpIndex) -> None:
    found = find("deposit band:guilty", blind=True, tenant=0)
    assert len(found.problems) == 1
    assert "guilty" in found.problems[0]
    assert [one.advert_id for one in found.hits] == ["a" * 32]
    assert find("deposit", blind=True, tenant=0).problems == ()


def test_bands_of_cases_read_blind_are_kept_from_those_who_decide(index: MadeUpIndex) -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("a", blind=True))
    other = single(Band.PRIORITY, cluster_id=visible_id("b"))
    queue.refresh(now=NOW)
    index.hits = (hit("a" * 32, cluster=group.pk), hit("b" * 32, cluster=other.pk))
    assert [one.band for one in find("deposit", blind=True, tenant=0).hits] == ["read", "priority"]
    assert [one.band for one in find("deposit", blind=False, tenant=0).hits] == ["priority", "priority"]


def test_the_page_shows_results_safely_and_leads_on(at_desk: Client, index: MadeUpIndex) -> None:
    index.hits = (hit("a" * 32, words="<script>\u202e"),)
    html = at_desk.get("/search/", {"q": "deposit"}).content.decode()
    assert "<mark>&lt;script&gt;␣</mark>" in html
    assert "?q=deposit&amp;cursor=further" in html
    assert f"/adverts/{'a' * 32}/" in html
    at_desk.get("/search/", {"q": "deposit", "cursor": "further"})
    assert index.asked.cursor == "further"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (MissingIndexError("none"), "There is no index yet"),
        (DamagedIndexError("segment 3 broken"), "segment 3 broken"),
        (RefusedQueryError("ask for less"), "This cannot be searched"),
    ],
)
def test_the_page_without_an_answer_says_why(at_desk: Client, index: MadeUpIndex, error: Exception, words: str) -> None:
    index.error = error
    answer = at_desk.get("/search/", {"q": "deposit"})
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_the_page_without_a_query_explains_the_syntax_and_asks_nothing(at_desk: Client, index: MadeUpIndex) -> None:
    assert "band:urgent online:yes" in at_desk.get("/search/").content.decode()
    assert index.asked is None


def test_nothing_found(at_desk: Client, index: MadeUpIndex) -> None:
    index.hits = ()
    assert "Nothing found" in at_desk.get("/search/", {"q": "deposit"}).content.decode()


def test_the_examples_can_all_be_read() -> None:
    from index.syntax import parse
    from review.views.search import EXAMPLES

    assert [parse(example).problems for example, _ in EXAMPLES] == [()] * len(EXAMPLES)
