"""The page on which heads restrict a cluster and lift it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.models import AuditEntry
from alerts import permission
from alerts.models import Restriction
from tests.alerts.scenes import START, advert, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(client: Client) -> Client:
    client.force_login(person("head", Role.HEAD))
    return client


@pytest.mark.parametrize("role", list(Role))
def test_heads_alone(client: Client, role: Role) -> None:
    client.force_login(person("somebody", role))
    row = advert()
    held = permission.restrict(row.pk, roles=[], reason="x", by=person("other", Role.HEAD), now=row.first_seen_at)
    allowed = role is Role.HEAD
    assert client.get(reverse("alerts-restricted")).status_code == (200 if allowed else 403)
    assert client.post(reverse("alerts-restricted-lift", args=[held.pk])).status_code == (302 if allowed else 403)
    held.refresh_from_db()
    assert (held.lifted_at is not None) is allowed


def test_restricted_shown_and_lifted(head: Client) -> None:
    page, union = reverse("alerts-restricted"), person("union")
    row = advert(cluster="c" * 32)
    advert(cluster="c" * 32, at=START + timedelta(minutes=1))
    assert 'value="cccc"' in head.get(page, {"cluster": "cccc"}).content.decode()
    given = {"cluster": "c" * 32, "roles": ["head", "inspector"], "reason": "an open <b>case</b>"}
    shown = head.post(page, given, follow=True).content.decode()
    assert "an open &lt;b&gt;case&lt;/b&gt;" in shown
    assert permission.hidden(union) == {"c" * 32}
    held = Restriction.objects.get()
    assert (held.advert_id, held.roles, held.by.get_username()) == (row.pk, ["head", "inspector"], "head")
    assert "already" in head.post(page, given, follow=True).content.decode()
    lift = reverse("alerts-restricted-lift", args=[held.pk])
    assert head.get(lift).status_code == 405
    assert "Lifted" in head.post(lift, follow=True).content.decode()
    head.post(lift)
    assert permission.hidden(union) == set()
    actions = list(AuditEntry.objects.order_by("number").values_list("action", "actor"))
    assert actions[-2:] == [("alert.restricted", "head"), ("alert.restriction-lifted", "head")]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"cluster": "f" * 32}, "no cluster or advert"),
        ({"cluster": ""}, "required"),
        ({"reason": " "}, "required"),
        ({"reason": "x" * 201}, "at most 200"),
        ({"roles": ["auditor"]}, "not one of the available"),
    ],
)
def test_what_is_refused(head: Client, change: dict[str, object], words: str) -> None:
    row = advert()
    given = {"cluster": row.pk, "roles": ["head"], "reason": "an open case", **change}
    assert words in head.post(reverse("alerts-restricted"), given).content.decode()
    assert not Restriction.objects.exists()


def test_an_advert_stands_for_its_cluster_and_nobody_may_be_told(head: Client) -> None:
    advert(cluster="d" * 32)
    row = advert(cluster="d" * 32)
    head.post(reverse("alerts-restricted"), {"cluster": row.pk, "reason": "an open case"})
    assert Restriction.objects.get().advert_id == row.pk
    assert "nobody" in head.get(reverse("alerts-restricted")).content.decode()
    assert permission.hidden(person("boss", Role.HEAD)) == {"d" * 32}
