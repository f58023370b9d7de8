"""The permission matrix for two bodies: every address with an id in it x every role x a thing of one's own body and of the other's.

``RULES`` says of each such address what its ids name. Things of a body do not exist for others (404, whatever the method, nothing is
written); shared things open for all bodies, but no page holds a word or a name of the other body. A new address without a line fails.
"""

from __future__ import annotations

import re
from enum import StrEnum

import pytest
from django.test import Client

from adverts.access import Role
from alerts.models import Subscription
from tests.review.bodies import SECRETS, Things, World, belongs, body, world
from tests.review.conftest import still as still
from tests.review.scenes import NOW, person
from tests.test_permissions import GUARDED, METHODS, Place, address, ask

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]


class Kind(StrEnum):
    """Whose the thing is that an id in an address names."""

    BODY = "one body's"
    SHARED = "shared by all bodies"
    PERSON = "one person's"
    INSTALLATION = "the installation's: accounts, people's rights"


B, S, P, I = Kind.BODY, Kind.SHARED, Kind.PERSON, Kind.INSTALLATION  # noqa: E741 (a table)

RULES: dict[str, Kind] = {
    **dict.fromkeys(("claim", "release", "decide", "undo", "referral-new", "answer-again"), B),
    **dict.fromkeys(("batch", "undo-batch", "change-note", "withdraw-note"), B),
    **dict.fromkeys(("contact", "contact-decide", "contact-show", "contact-end"), B),
    **dict.fromkeys(("referral", "referral-step", "referral-export", "hold-release"), B),
    **dict.fromkeys(("advert", "questions", "cluster", "not-the-same", "set-apart", "name-common", "put-back", "unname-common"), S),
    **dict.fromkeys(("open-case", "capsule", "capsule-make", "hold", "contact-ask"), S),
    # the desk of notices is one for all: what it writes is meant for the public
    **dict.fromkeys(("notices-reply-answer", "notices-detail", "notices-edit", "notices-approve", "notices-check-text"), S),
    **dict.fromkeys(("notices-comment", "notices-act"), S),
    **dict.fromkeys(("drop-view", "mfa_remove_webauthn", "alerts-detail", "alerts-edit", "alerts-act", "alerts-item", "alerts-card"), P),
    **dict.fromkeys(("alerts-answer", "alerts-retry", "alerts-webhook", "alerts-again", "alerts-month"), P),
    # alerts are the installation's: a restriction holds for subscribers of every body
    **dict.fromkeys(("alerts-restricted-lift",), I),
    **dict.fromkeys(("request", "request-decide", "request-extend", "tenant", "person", "person-roles", "person-act"), I),
}

SPANS: dict[str, frozenset[Role]] = {
    "contact": frozenset({Role.AUDITOR, Role.DATA_PROTECTION}),
    "referral": frozenset({Role.AUDITOR}),
    "referral-export": frozenset({Role.AUDITOR}),
    "hold-release": frozenset({Role.DATA_PROTECTION}),
}
"""Who reads things of every body (and, as data-protection officer, ends holds of every body)."""

NUMBERED = [place for place in GUARDED if "<" in place.route]

SEES_ALL: dict[Role, frozenset[str]] = {
    Role.AUDITOR: frozenset(place.name for place in GUARDED),
    Role.OPERATOR: frozenset({"people", "person", "person-roles", "person-act", "tenants", "tenant"}),
    Role.DATA_PROTECTION: frozenset({"contacts", "contact", "retention", "hold"}),
}
"""Pages on which a role is meant to read what other bodies wrote, or the names of their people."""


@pytest.fixture
def both() -> World:
    return world()


def client_of(role: Role, *, of_coast: World | None = None) -> Client:
    """A browser in which somebody new with this role is signed in: of the default body, or of the other one."""
    user = person(f"new-{role}-{'coast' if of_coast else 'default'}", role)
    if of_coast is not None:
        user = belongs(user, of_coast.bea.account.tenant)
    client = Client()
    client.force_login(user)
    return client


def of(place: Place, things: Things) -> str:
    """The address with the id of a body's thing."""
    ids = {"case_id": things.case, "view_id": things.view, "reading_id": things.reading, "batch_id": things.batch, "note_id": things.note}
    for start, number in (("/contacts/", things.request), ("/^referrals/", things.referral), ("/referrals/", things.referral)):
        ids |= {"pk": number} if place.route.startswith(start) else {}
    ids |= {"pk": things.hold} if place.route.startswith("/holds/") else {}
    return address(place, ids)


def shared(place: Place, both: World) -> str:
    """The address with ids of what all share; with others leading nowhere."""
    ids = {"advert_id": both.advert, "cluster_id": both.cluster, "contact_id": both.contact, "parting_id": both.parting}
    return address(place, {**ids, "common_id": both.common, **({"pk": both.rights} if place.route.startswith("/requests/") else {})})


def test_every_address_with_an_id_says_whose_the_thing_is() -> None:
    assert {place.name for place in NUMBERED} == RULES.keys()
    assert {name for name in SPANS if RULES[name] is not B} == set()


@pytest.mark.parametrize("role", list(Role))
def test_things_of_another_body_do_not_exist(both: World, role: Role) -> None:
    client = client_of(role)
    for place in NUMBERED:
        if RULES[place.name] is B and role in (place.roles or ()) and role not in SPANS.get(place.name, ()):
            said = {method: ask(client, method, of(place, both.coast)) for method in METHODS}
            # 405: the address does not know the method, whatever the id
            assert {status for status, _, _ in said.values()} <= {404, 405}, (place.route, said)
            assert [wrote for _, _, wrote in said.values() if wrote] == [], place.route
            assert 404 in {status for status, _, _ in said.values()}, place.route


@pytest.mark.parametrize("role", list(Role))
def test_things_of_ones_own_body_do(both: World, role: Role) -> None:
    """The control: with the right body the same addresses answer (but for what is another person's own)."""
    for client, things in ((client_of(role), both.default), (client_of(role, of_coast=both), both.coast)):
        for place in NUMBERED:
            if RULES[place.name] is not B or role not in (place.roles or ()):
                continue
            if place.route.startswith("/contacts/") and role in (Role.INSPECTOR, Role.HEAD):
                continue  # requests are their own person's
            statuses = {ask(client, method, of(place, things))[0] for method in ("get", "post")}
            assert statuses & {200, 302, 400, 409, 422} or place.name == "referral-step", (place.route, statuses)


@pytest.mark.parametrize("role", list(Role))
def test_those_who_span_bodies_read_and_nobody_acts_across(both: World, role: Role) -> None:
    client = client_of(role)
    spanned = [place for place in NUMBERED if role in SPANS.get(place.name, ())]
    assert bool(spanned) is (role in (Role.AUDITOR, Role.DATA_PROTECTION))
    for place in spanned:
        status, _, wrote = ask(client, "post" if place.name == "hold-release" else "get", of(place, both.coast))
        assert status in (200, 302), place.route
        assert all("audit" in sql for sql in wrote) or place.name == "hold-release", (place.route, wrote)


@pytest.mark.parametrize("role", list(Role))
def test_things_of_another_person_are_left_alone(both: World, role: Role) -> None:
    subscription = Subscription.objects.create(owner=both.bea, name="coastsecret", band="urgent", created_at=NOW, last_slot_at=NOW)
    client, before = client_of(role), Subscription.objects.filter(pk=subscription.pk).values().get()
    for place in NUMBERED:
        if RULES[place.name] is P and role in (place.roles or ()):
            ids = {"pk": subscription.pk, "view_id": both.coast.view, "cluster_id": both.cluster}
            for method in METHODS:
                status = getattr(client, method)(address(place, ids)).status_code
                assert status in (302, 403, 404, 405), (place.route, method, status)
    assert both.bea.saved_views.filter(pk=both.coast.view).exists()
    assert Subscription.objects.filter(pk=subscription.pk).values().get() == before


@pytest.mark.parametrize("role", list(Role))
def test_no_page_holds_a_word_or_a_name_of_the_other_body(both: World, role: Role) -> None:
    client, read = client_of(role), 0
    for place in GUARDED:
        if role not in (place.roles or ()) or place.name in SEES_ALL.get(role, ()):
            continue
        for query in ("", "?view=decided", f"?body={both.coast_case.tenant}"):
            answer = client.get(shared(place, both) + query)
            if answer.status_code != 200 or answer.streaming:
                continue
            page = answer.content.decode()
            read += 1
            assert [word for word in SECRETS if re.search(word, page, re.I)] == [], (place.route, query)
    assert read or role is Role.AUDITOR


def test_the_control_the_other_body_sees_its_words(both: World) -> None:
    """The secrets do stand on pages: of those they belong to, so that the test above can fail."""
    head, custodian = client_of(Role.HEAD, of_coast=both), client_of(Role.CUSTODIAN, of_coast=both)
    for client, path in (
        (head, f"/adverts/{both.advert}/"), (head, f"/clusters/{both.cluster}/"), (head, "/?view=decided"), (head, "/head/"),
        (head, "/differing/"), (head, "/referrals/"), (head, f"/referrals/{both.coast.referral}/"), (head, "/retention/"),
        (head, "/corridors/"), (head, "/common-contacts/"), (head, f"/adverts/{both.advert}/capsule/"), (custodian, "/contacts/"),
        (custodian, f"/contacts/{both.coast.request}/"),
    ):  # fmt: skip
        page = client.get(path).content.decode()
        assert any(re.search(word, page, re.I) for word in SECRETS), path


@pytest.mark.parametrize("role", list(Role))
def test_acts_on_shared_things_show_nothing_of_the_other_body(both: World, role: Role) -> None:
    client = client_of(role)
    for place in NUMBERED:
        if RULES[place.name] is S and role in (place.roles or ()) and place.name != "capsule-make":
            answer = client.post(shared(place, both))
            assert answer.status_code < 500, place.route
            assert not any(re.search(word, answer.content.decode(), re.I) for word in SECRETS) or role is Role.AUDITOR, place.route


def test_with_one_body_no_page_names_any(client: Client) -> None:
    body("Only Office", is_default=True)
    one = belongs(person("one", Role.HEAD), None)
    client.force_login(one)
    for place in GUARDED:
        if place.roles and Role.HEAD in place.roles and place.name not in ("second-factor", "mfa_index"):
            answer = client.get(address(place))
            assert answer.streaming or "Only Office" not in answer.content.decode(), place.route
