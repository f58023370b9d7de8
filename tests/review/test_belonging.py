"""What belongs together on the cluster page, and what people say against it."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts import store
from adverts.models import Advert, AdvertContact, AuditEntry, ClusterLink, Contact
from adverts.records import Band
from linking import link as linking
from review import belonging, queue
from review.models import Case
from review.rules import State
from tests.review.pages import Page, get
from tests.review.scenes import NOW, TEXT, advert, assess, cluster, join, visible_id
from tests.review.test_pages_hostile import weight

pytestmark = pytest.mark.django_db


@pytest.fixture
def linked(still: None) -> list[Advert]:
    """Three adverts of one template, linked and in the queue."""
    rows = [advert(TEXT, title=f"Packers, shift {number}", source=f"board-{number}") for number in range(3)]
    for row in rows:
        assess(row, Band.URGENT)
    linking.link()
    queue.refresh(now=NOW)
    return rows


def test_each_advert_stands_once_with_its_strongest_link() -> None:
    rows = [advert(source=f"board-{number}") for number in range(4)]
    group = cluster(rows, cluster_id=visible_id("a"))
    outside = advert(source="elsewhere")
    ClusterLink.objects.create(a=rows[0], b=outside, kind="phone", strength=1.0, reason="set apart", value="k")
    ClusterLink.objects.create(a=rows[0], b=rows[3], kind="phone", strength=0.99, reason="the same phone number", value="k")
    found = {one.advert.pk: one for one in belonging.members(group.pk, most=10)}
    assert len(found) == 4
    reasons = {pk: (one.link.reason, one.other.pk) for pk, one in found.items()}
    assert reasons[rows[0].pk] == ("the same phone number", rows[3].pk)
    assert reasons[rows[3].pk] == ("the same phone number", rows[0].pk)
    assert reasons[rows[1].pk][0] == "Nearly the same text"


def test_a_large_cluster_comes_in_pages_of_bounded_weight(at_desk: Client) -> None:
    rows = [advert(title="Packers wanted " * 8, source=f"board-{number}") for number in range(57)]
    for row in rows:
        assess(row, Band.URGENT)
    group = cluster(rows[:12], cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    address = reverse("cluster", args=[group.pk])

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            at_desk.get(address)
        return len(asked)

    few = queries()
    for row in rows[12:]:
        join(group, row)
        group.refresh_from_db()
        ClusterLink.objects.bulk_create(
            ClusterLink(a=row, b=other, kind="phone", strength=0.9, reason="the same phone number +48 5**", value="k")
            for other in rows[:12]
        )
    assert queries() == few
    seen: list[str] = []
    for number in range(1, 6):
        page = get(at_desk, f"{address}?list={number}")
        assert weight(page) < 60_000
        seen += [link for link in page.links if link.endswith("/not-the-same/")]
    assert len(seen) == len(set(seen)) == 57
    assert "page 5 of 5" in get(at_desk, f"{address}?list=99").text


def test_not_the_same_splits_and_is_taken_back(at_desk: Client, linked: list[Advert]) -> None:
    page = get(at_desk, reverse("not-the-same", args=[linked[2].pk]))
    assert "of the wording is the same" in page.text
    answer = at_desk.post(reverse("set-apart", args=[linked[2].pk]), {"why": "another firm <b>"}, follow=True)
    page = Page(answer.content.decode())
    assert "2 adverts that belong together" in page.text
    assert "another firm <b>" in page.text
    assert Case.objects.filter(state=State.OPEN).count() == 2
    parting = next(link for link in page.html.split('"') if link.endswith("/put-back/"))
    page = Page(at_desk.post(parting, follow=True).content.decode())
    assert "3 adverts that belong together" in page.text
    assert "Set apart by hand" not in page.text
    assert Case.objects.exclude(state=State.MERGED).count() == 1
    at_desk.post(reverse("set-apart", args=[linked[2].pk]), {"why": "another firm after all"})
    assert Case.objects.exclude(state=State.MERGED).count() == 2
    said = AuditEntry.objects.filter(action__in=("set-apart", "put-back")).values_list("actor", "action")
    assert list(said) == [("anna", "set-apart"), ("anna", "put-back"), ("anna", "set-apart")]


def test_a_reason_is_asked_for(at_desk: Client, linked: list[Advert]) -> None:
    answer = at_desk.post(reverse("set-apart", args=[linked[2].pk]), {"why": "  "}, follow=True)
    assert "Say in a few words why" in answer.content.decode()
    assert store.cluster_of(linked[2].pk) == store.cluster_of(linked[0].pk)


def test_what_stands_alone_cannot_be_set_apart(at_desk: Client) -> None:
    row = advert()
    cluster([row])
    assert "It has no link to another advert." in get(at_desk, reverse("not-the-same", args=[row.pk])).text
    answer = at_desk.post(reverse("set-apart", args=[row.pk]), {"why": "x"}, follow=True)
    assert "stands on its own already" in answer.content.decode()
    get(at_desk, reverse("not-the-same", args=[advert().pk]), status=404)


def test_a_switchboard_is_named_and_links_again(at_desk: Client, anna: User, still: None) -> None:
    rows = [advert(text, source=f"board-{number}") for number, text in enumerate((TEXT, "Nurse in Riga, ring in the evening"))]
    contact = Contact.objects.create(key="k" * 64, kind="phone", masked="+48 5** *** *01")
    for row in rows:
        AdvertContact.objects.create(advert=row, contact=contact)
        assess(row, Band.PRIORITY)
    linking.link()
    assert "The contact belongs to many" in get(at_desk, reverse("not-the-same", args=[rows[1].pk])).text
    answer = at_desk.post(reverse("name-common", args=[rows[1].pk]), {"why": "job centre"}, follow=True)
    page = Page(answer.content.decode())
    assert "+48 5** *** *01" in page.text
    assert store.cluster_of(rows[0].pk) != store.cluster_of(rows[1].pk)
    assert at_desk.post(reverse("name-common", args=[rows[1].pk]), {"why": "job centre"}).status_code == 404
    undo = next(link for link in page.html.split('"') if link.endswith("/unname/"))
    assert "Nobody has named one yet." in Page(at_desk.post(undo, follow=True).content.decode()).text
    assert store.cluster_of(rows[0].pk) == store.cluster_of(rows[1].pk)
