"""Every address of records declares who may reach it, and only those do: generated from the URL table."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.access import REVIEWERS, Role
from adverts.records import Band
from review import queue
from review.models import Case
from review.records import referral, rights, unmasking
from review.records.models import Body, LegalHold
from review.records.urls import urlpatterns
from tests.review.records.scenes import with_phone
from tests.review.scenes import NOW, person, single, visible_id
from tests.review.test_access import patterns

REVIEW = frozenset(REVIEWERS)
DECIDE = frozenset({Role.INSPECTOR, Role.HEAD})
PUBLIC = frozenset[Role]()
DPO = frozenset({Role.DATA_PROTECTION})
RIGHTS = frozenset({Role.DATA_PROTECTION, Role.AUDITOR, Role.HEAD})
CONTACTS = frozenset({Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN, Role.AUDITOR, Role.DATA_PROTECTION})

MAY: dict[str, frozenset[Role]] = {
    "capsule": REVIEW,
    "capsule-make": DECIDE,
    "hold": frozenset({Role.DATA_PROTECTION, Role.HEAD}),
    "hold-release": frozenset({Role.DATA_PROTECTION, Role.HEAD}),
    "contact-ask": DECIDE,
    "contacts": CONTACTS,
    "contact": CONTACTS,
    "contact-decide": frozenset({Role.CUSTODIAN}),
    "contact-show": DECIDE,
    "contact-end": DECIDE | {Role.CUSTODIAN},
    "referrals": REVIEW,
    "referral-new": DECIDE,
    "referral": REVIEW,
    "referral-step": DECIDE,
    "referral-export": REVIEW,
    "bodies": REVIEW,
    "bodies-export": REVIEW,
    "bodies-import": frozenset({Role.HEAD, Role.OPERATOR}),
    "requests": RIGHTS,
    "request-new": DPO,
    "request": RIGHTS,
    "request-decide": DPO,
    "request-extend": DPO,
    "retention": RIGHTS,
    "help": PUBLIC,
    "audit-head": PUBLIC,
}
"""The whole of records: a new address without a line here fails."""

POSTED = {
    "capsule-make", "contact-decide", "contact-show", "contact-end", "referral-step", "request-decide", "request-extend", "hold-release",
}  # fmt: skip
OTHERS_HIDDEN = {"contact", "contact-show", "contact-end"}
"""Inspectors and heads see their own requests alone: for others' the page is not there (404)."""


def test_the_declarations_are_the_agreed_ones() -> None:
    assert {entry.name: frozenset(entry.callback.required_roles) for entry in patterns(list(urlpatterns))} == MAY


@pytest.fixture
def scene(db: None, still: None) -> dict[str, dict[str, Any]]:
    """Arguments of each address, all of things that exist."""
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    case = Case.objects.get()
    row = group.members.get().advert
    key = with_phone(row)
    ina, dpo = person("ina", Role.INSPECTOR), person("dpo", Role.DATA_PROTECTION)
    asked = unmasking.ask(advert_id=row.pk, contact_id=key, user=ina, reason="link", note="", now=NOW)
    body = Body.objects.create(name="Inspectorate", kind="labour-inspectorate", country="PT", address="+1 555 0100", updated_at=NOW)
    sent = referral.prepare(case=case, body=body, user=ina, reason="inspect", note="", personal=True, now=NOW)
    request = rights.enter(kind="erasure", reference="1", adverts=[row.pk], received_on=date(2026, 11, 1), user=dpo, now=NOW)
    hold = rights.hold(row.pk, reason="Court file", user=dpo, now=NOW)
    ids: dict[str, Any] = {
        "capsule": {"advert_id": row.pk}, "capsule-make": {"advert_id": row.pk}, "hold": {"advert_id": row.pk},
        "hold-release": {"pk": hold.pk}, "contact-ask": {"advert_id": row.pk, "contact_id": key}, "referral-new": {"case_id": case.pk},
        "referral-export": {"pk": sent.pk, "form": "csv"},
    }  # fmt: skip
    ids |= {name: {"pk": asked.pk} for name in MAY if name.startswith("contact") and name not in ids and name != "contacts"}
    ids |= {name: {"pk": sent.pk} for name in ("referral", "referral-step")}
    ids |= {name: {"pk": request.pk} for name in ("request", "request-decide", "request-extend")}
    return {name: ids.get(name, {}) for name in MAY}


def ask(client: Client, name: str, scene: dict[str, Any]) -> int:
    address = reverse(name, kwargs=scene[name])
    answer = client.post(address) if name in POSTED else client.get(address)
    if answer.streaming:
        b"".join(answer.streaming_content)  # the client closes the file once it is read
    return answer.status_code


@pytest.mark.parametrize("role", [*Role, None])
def test_each_role_reaches_what_it_may_and_nothing_else(
    client: Client, scene: dict[str, Any], role: Role | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("review.records.capsule._pack", _unpacked)
    client.force_login(person("somebody", *([role] if role else [])))
    for name, roles in MAY.items():
        status = ask(client, name, scene)
        allowed = roles == PUBLIC or role in roles
        assert (status != 403) is allowed, (name, role, status)
        assert status < 500, (name, role, status)
        if allowed and name in OTHERS_HIDDEN and role in DECIDE:
            assert status == 404, (name, role)


def _unpacked(folder: Any, target: Any, advert_id: str) -> dict[str, object]:
    target.write_bytes(b"PK")
    return {"sha256": "a" * 64, "fingerprint": "b" * 64, "size": 2}


def test_strangers_reach_the_public_pages_alone(client: Client, scene: dict[str, Any]) -> None:
    for name, roles in MAY.items():
        address = reverse(name, kwargs=scene[name])
        answer = client.post(address) if name in POSTED else client.get(address)
        if roles == PUBLIC:
            assert answer.status_code == 200
            assert "sessionid" not in answer.cookies
        else:
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("sign-in")), name


@pytest.mark.parametrize("name", sorted(POSTED))
def test_acts_are_posts_with_a_token(scene: dict[str, Any], name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(person("everything", *Role))
    address = reverse(name, kwargs=scene[name])
    assert client.get(address).status_code == 405
    assert client.post(address).status_code == 403
    assert LegalHold.objects.get().released_at is None


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_leads_where_one_may_go(client: Client, db: None, role: Role) -> None:
    client.force_login(person("somebody", role))
    page = client.get("/").content.decode()
    navigation = page[page.index("<nav") : page.index("</nav>")]
    for name in ("referrals", "contacts", "requests"):
        address = reverse(name)
        assert (f'href="{address}"' in navigation) is (client.get(address).status_code == 200), name


def test_users_of_two_kinds_at_once_have_both(client: Client, scene: dict[str, Any], anna: User) -> None:
    client.force_login(person("both", Role.UNION, Role.CUSTODIAN))
    assert client.get(reverse("contact", kwargs=scene["contact"])).status_code == 200
