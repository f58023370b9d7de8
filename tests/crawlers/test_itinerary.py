"""The plan of a crawl: each page once, lists first, honest about what was not read."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.itinerary import Itinerary, Role, Visit, turned
from crawlers.known import Known, KnownAdvert
from crawlers.source import Paging, Source, Start

HOME = "https://quay.example"


def source(*starts: Start, **more: Any) -> Source:
    return Source(
        name="quay", title="Quay", legal_basis="test", purpose="test", contact_page=HOME, start=starts, rate=1.0, enabled=True, **more
    )


LISTING = Start(kind="listing", urls=(f"{HOME}/list?page=1",), max_pages=3)
PAGED = replace(LISTING, paging=Paging("page"))


def first(plan: Itinerary) -> Visit:
    visit = plan.next()
    assert visit is not None
    return visit


def test_start_points_come_first_then_other_lists_then_pages() -> None:
    plan = Itinerary(source(Start(kind="urls", urls=(f"{HOME}/job/1",)), LISTING, Start(kind="sitemap", urls=(f"{HOME}/s.xml",))), Known())
    assert [(visit.role, visit.url) for visit in iter(plan.next, None)] == [
        (Role.LIST, f"{HOME}/list?page=1"),
        (Role.SITEMAP, f"{HOME}/s.xml"),
        (Role.DETAIL, f"{HOME}/job/1"),
    ]
    assert len(plan) == 0


@pytest.mark.parametrize("again", [f"{HOME}/job/1", f"{HOME}/job/1#top", "HTTPS://QUAY.example/job/1?utm_source=feed"])
def test_a_page_is_planned_once(again: str) -> None:
    plan = Itinerary(source(LISTING), Known())
    assert plan.add(Visit(url=f"{HOME}/job/1", role=Role.DETAIL, start=LISTING))
    assert not plan.add(Visit(url=again, role=Role.ASK, start=LISTING))
    assert len(plan) == 2


def test_next_links_are_followed_to_the_end() -> None:
    plan = Itinerary(source(LISTING), Known())
    plan.list_page(first(plan), ["a", "b"], [f"{HOME}/list?page=2"])
    second = first(plan)
    assert (second.url, second.number, second.role) == (f"{HOME}/list?page=2", 2, Role.LIST)
    plan.list_page(second, ["b", "c"], [f"{HOME}/list?page=1"])
    assert plan.next() is None
    assert (plan.whole, plan.listed) == (True, 3)


def test_counted_pages_go_on_until_one_shows_nothing_new() -> None:
    plan = Itinerary(source(PAGED), Known())
    plan.list_page(first(plan), ["a"], [])
    plan.list_page(first(plan), ["b"], [])
    third = first(plan)
    assert third.url == f"{HOME}/list?page=3"
    plan.list_page(third, ["a", "b"], [])
    assert (plan.next(), plan.whole) == (None, True)


@pytest.mark.parametrize("start", [LISTING, PAGED])
def test_a_list_longer_than_allowed_is_not_whole(start: Start) -> None:
    plan = Itinerary(source(start), Known())
    for number in range(1, 4):
        plan.list_page(first(plan), [str(number)], [f"{HOME}/list?page={number + 1}"])
    assert plan.next() is None
    assert not plan.whole
    assert "raise max_pages" in plan.unread[0]


@pytest.mark.parametrize(("role", "whole"), [(Role.LIST, False), (Role.SITEMAP, False), (Role.DETAIL, True), (Role.ASK, True)])
def test_only_failing_lists_make_the_lists_less_than_whole(role: Role, whole: bool) -> None:
    plan = Itinerary(source(LISTING), Known())
    plan.fail(Visit(url=f"{HOME}/x", role=role, start=LISTING), "timeout")
    assert plan.whole is whole


def test_missing_adverts_are_asked_for_at_their_page_once() -> None:
    rows = [
        KnownAdvert(url=f"{HOME}/job/1"),
        KnownAdvert(url=f"{HOME}/job/2", source_id="2", page_url=f"{HOME}/two"),
        KnownAdvert(url=f"{HOME}/job/3", closed=True),
        KnownAdvert(url=f"{HOME}/job/4"),
        KnownAdvert(url=f"{HOME}/job/5"),
    ]
    known = Known(rows)
    plan = Itinerary(source(LISTING), known)
    plan.add(Visit(url=f"{HOME}/job/5", role=Role.DETAIL, start=LISTING))
    known.meet(f"{HOME}/job/4")
    assert plan.ask_for_missing() == 2
    asked = [(visit.url, visit.known) for visit in iter(plan.next, None) if visit.role is Role.ASK]
    assert asked == [(f"{HOME}/job/1", rows[0]), (f"{HOME}/two", rows[1])]


def test_clear_leaves_nothing_waiting() -> None:
    plan = Itinerary(source(LISTING), Known())
    plan.clear()
    assert plan.next() is None


@pytest.mark.parametrize(
    ("url", "paging", "following"),
    [
        ("/list?page=1", Paging("page"), "/list?page=2"),
        ("/list", Paging("page"), "/list?page=2"),
        ("/list", Paging("page", first=0), "/list?page=1"),
        ("/list?page=", Paging("page"), "/list?page=2"),
        ("/list?page=x", Paging("page"), "/list?page=2"),
        ("/list?page=٣", Paging("page"), "/list?page=2"),
        ("/list?offset=0&limit=50", Paging("offset", first=0, step=50), "/list?limit=50&offset=50"),
        ("/list?q=a%20b&empty=&page=9", Paging("page"), "/list?q=a+b&empty=&page=10"),
    ],
)
def test_turning_the_page(url: str, paging: Paging, following: str) -> None:
    assert turned(HOME + url, paging) == HOME + following


@given(first_page=st.integers(0, 5), step=st.integers(1, 100), turns=st.integers(1, 20))
def test_turning_goes_up_by_the_step_each_time(first_page: int, step: int, turns: int) -> None:
    url = f"{HOME}/list?page={first_page}"
    for _ in range(turns):
        url = turned(url, Paging("page", first=first_page, step=step))
    assert url == f"{HOME}/list?page={first_page + turns * step}"
