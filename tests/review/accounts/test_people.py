"""Giving out accounts: each act is logged, nobody acts on themselves, others are refused."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.models import AuditEntry
from review.accounts.models import Tenant
from tests.review.accounts.signing import code, sign_in, with_app
from tests.review.pages import get
from tests.review.scenes import person

LINES = ("off", "on", "forget", "again")


@pytest.fixture
def desk(client: Client, otto: User) -> Client:
    """The operator's browser, second factor shown."""
    secret = with_app(otto)
    sign_in(client, "otto")
    client.post(reverse("mfa_authenticate"), {"code": code(secret)})
    return client


def last() -> AuditEntry:
    return AuditEntry.objects.order_by("-number")[0]


def test_an_invited_person_sets_a_password_and_is_in(desk: Client, django_capture_on_commit_callbacks: Any) -> None:
    tenant = Tenant.objects.create(name="Labour inspectorate, north")
    form = {
        "name": "nina",
        "full_name": "Nina North",
        "email": "nina@office.example",
        "roles": ["inspector"],
        "tenant": tenant.pk,
        "language": "en",
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(reverse("person-new"), form)["Location"] == reverse("people")
    made = User.objects.get(username="nina")
    assert (last().action, last().actor, last().subject) == ("account.invited", "otto", "user:nina")
    assert not made.has_usable_password()
    body = mail.outbox[-1].body
    link = next(line for line in body.splitlines() if line.startswith("http://testserver/"))
    visitor = Client()
    page = visitor.get(link.removeprefix("http://testserver"), follow=True)
    words = {"password1": "amber lamp 72 river", "password2": "amber lamp 72 river"}
    visitor.post(page.request["PATH_INFO"], words)
    assert sign_in(visitor, "nina", "amber lamp 72 river")["Location"] == "/"
    assert visitor.get("/").status_code == 200
    again = Client().get(link.removeprefix("http://testserver"), follow=True)
    assert "used already" in again.content.decode()


@pytest.mark.parametrize("change", [{"name": "OTTO"}, {"email": "no address"}, {"roles": ["king"]}, {"roles": []}, {"name": "a b"}])
def test_a_wrong_invitation_makes_nothing(desk: Client, change: dict[str, Any]) -> None:
    form = {"name": "nina", "full_name": "Nina", "email": "nina@office.example", "roles": ["inspector"], "language": "en", **change}
    assert desk.post(reverse("person-new"), form).status_code == 400
    assert User.objects.count() == 1
    assert mail.outbox == []


def test_roles_are_given_and_taken(desk: Client, ina: User) -> None:
    desk.post(reverse("person-roles", args=[ina.pk]), {"roles": ["head", "auditor"]})
    assert set(ina.groups.values_list("name", flat=True)) == {"head", "auditor"}
    assert last().detail == {"roles": ["auditor", "head"], "before": ["inspector"], "tenant": None}


def test_switching_off_ends_the_sessions_and_on_lets_in_again(desk: Client, ina: User) -> None:
    other = Client()
    sign_in(other, "ina")
    desk.post(reverse("person-act", args=[ina.pk, "off"]))
    assert other.get("/").status_code == 302
    assert last().action == "account.off"
    desk.post(reverse("person-act", args=[ina.pk, "on"]))
    assert sign_in(other, "ina")["Location"] == "/"


def test_lost_factors_are_removed(desk: Client, cora: User) -> None:
    with_app(cora)
    desk.post(reverse("person-act", args=[cora.pk, "forget"]))
    assert not Authenticator.objects.filter(user=cora).exists()
    assert (last().action, last().detail) == ("account.factors-forgotten", {"kinds": ["recovery_codes", "totp"]})


@pytest.mark.parametrize("what", ["off", "forget"])
def test_nobody_acts_on_their_own_account(desk: Client, otto: User, what: str) -> None:
    before = AuditEntry.objects.count()
    desk.post(reverse("person-act", args=[otto.pk, what]))
    desk.post(reverse("person-roles", args=[otto.pk]), {"roles": ["custodian"]})
    otto.refresh_from_db()
    assert otto.is_active
    assert set(otto.groups.values_list("name", flat=True)) == {"operator"}
    assert Authenticator.objects.filter(user=otto).exists()
    assert AuditEntry.objects.count() == before


def test_an_auditor_reads_and_changes_nothing(client: Client, ina: User) -> None:
    client.force_login(person("aud", Role.AUDITOR))
    get(client, reverse("people"))
    get(client, reverse("person", args=[ina.pk]))
    assert client.get(reverse("person-new")).status_code == 403
    assert client.post(reverse("person-roles", args=[ina.pk]), {"roles": ["head"]}).status_code == 403
    assert {client.post(reverse("person-act", args=[ina.pk, what])).status_code for what in LINES} == {403}


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OPERATOR, Role.AUDITOR, Role.CUSTODIAN)])
def test_others_do_not_see_accounts(client: Client, ina: User, role: Role) -> None:
    client.force_login(person("somebody", role))
    for name, args in (("people", []), ("person-new", []), ("person", [ina.pk])):
        assert client.get(reverse(name, args=args)).status_code == 403


def test_pages_are_whole_and_unknown_accounts_are_not_there(desk: Client, ina: User) -> None:
    for name, args in (("people", []), ("person-new", []), ("person", [ina.pk])):
        get(desk, reverse(name, args=args))
    assert desk.get(reverse("person", args=[10**9])).status_code == 404
    assert desk.post(reverse("person-act", args=[ina.pk, "promote"]))["Location"] == reverse("person", args=[ina.pk])
