"""Saved views."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from review import saved
from review.listing import Filters
from tests.review.pages import get

URGENT = Filters(band="urgent", sector="care")


def names(user: User) -> list[str]:
    return [view.name for view in saved.views_for(user)]


def test_own_views_and_shared_ones_are_seen(anna: User, ben: User) -> None:
    assert saved.save(anna, name=" My  care ", filters=URGENT, shared=False)
    assert saved.save(anna, name="All urgent", filters=Filters(band="urgent"), shared=True)
    assert names(anna) == ["All urgent", "My care"]
    assert names(ben) == ["All urgent"]
    assert saved.save(anna, name="My care", filters=Filters(band="fraud"), shared=True)
    assert [view.query for view in saved.views_for(ben)] == ["band=urgent", "band=fraud"]


@pytest.mark.parametrize(("name", "filters"), [("", URGENT), ("   ", URGENT), ("all", Filters()), ("long", Filters(source="é" * 100))])
def test_what_cannot_be_saved(anna: User, name: str, filters: Filters) -> None:
    assert saved.save(anna, name=name, filters=filters, shared=True) is (name == "long" and len(filters.as_query()) <= 600)


def test_nobody_keeps_views_without_end(anna: User) -> None:
    kept = [saved.save(anna, name=f"view {number}", filters=URGENT, shared=False) for number in range(saved.MOST + 1)]
    assert kept == [True] * saved.MOST + [False]
    assert saved.save(anna, name="view 0", filters=Filters(band="fraud"), shared=False)


def test_only_the_owner_removes_a_view(anna: User, ben: User) -> None:
    saved.save(anna, name="shared", filters=URGENT, shared=True)
    (view,) = saved.views_for(ben)
    saved.drop(ben, view.pk)
    assert names(ben) == ["shared"]
    saved.drop(anna, view.pk)
    assert names(ben) == []


def test_a_view_is_saved_and_followed_on_the_queue(at_desk: Client, anna: User) -> None:
    assert "Keep these filters" not in get(at_desk, "/").text
    page = get(at_desk, "/?band=urgent&sector=care")
    answer = at_desk.post(reverse("save-view"), {"query": page.fields["query"], "name": "<b>Care"}, follow=True)
    assert "The view is saved." in answer.content.decode()
    page = get(at_desk, "/")
    assert "?band=urgent&sector=care" in page.links
    assert "<b>Care" in page.text
    (view,) = saved.views_for(anna)
    assert at_desk.post(reverse("drop-view", args=[view.pk]))["Location"] == "/"
    assert names(anna) == []
