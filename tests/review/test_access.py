"""Every address declares who may reach it, and only those do: generated from the URL table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from adverts.access import REVIEWERS, Role
from adverts.records import Band
from review import queue
from review.models import Case
from review.urls import urlpatterns
from tests.review.scenes import NOW, person, single, visible_id

EVERYBODY = frozenset(Role)
REVIEW = frozenset(REVIEWERS)
DECIDE = frozenset({Role.INSPECTOR, Role.HEAD})
LEARN = frozenset({Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN, Role.UNION, Role.CAMPAIGNER})
LEARN_CASES = frozenset({Role.INSPECTOR, Role.HEAD, Role.CUSTODIAN})
PUBLIC = frozenset[Role]()

MAY: dict[str, frozenset[Role]] = {
    "home": EVERYBODY,
    "keys": REVIEW,
    "save-view": DECIDE,
    "drop-view": DECIDE,
    "sign-in": PUBLIC,
    "sign-out": PUBLIC,
    "change-password": EVERYBODY,
    "advert": REVIEW,
    "questions": REVIEW,
    "cluster": REVIEW,
    "not-the-same": DECIDE,
    "set-apart": DECIDE,
    "name-common": DECIDE,
    "put-back": DECIDE,
    "common-contacts": REVIEW,
    "unname-common": DECIDE,
    "search": REVIEW,
    "corridors": REVIEW,
    "note-corridor": DECIDE,
    "change-note": DECIDE,
    "withdraw-note": DECIDE,
    "together": DECIDE,
    "decide-together": DECIDE,
    "batch": DECIDE,
    "undo-batch": DECIDE,
    "second-opinion": DECIDE,
    "answer-again": DECIDE,
    "differing": REVIEW,
    "training": LEARN,
    "practise": LEARN,
    "training-cases": LEARN_CASES,
    "practise-case": LEARN_CASES,
    "open-case": DECIDE,
    "claim": DECIDE,
    "release": DECIDE,
    "decide": DECIDE,
    "undo": DECIDE,
    "head": frozenset({Role.HEAD, Role.AUDITOR}),
    "operator": frozenset({Role.OPERATOR, Role.AUDITOR}),
    "audit": frozenset({Role.AUDITOR}),
    "sources": frozenset({Role.OPERATOR, Role.AUDITOR}),
    "metrics": PUBLIC,
}
"""The whole of review: a new address without a line here fails."""

POSTED = {
    "decide-together",
    "undo-batch",
    "note-corridor",
    "change-note",
    "withdraw-note",
    "answer-again",
    "practise",
    "practise-case",
    "save-view",
    "drop-view",
    "set-apart",
    "name-common",
    "put-back",
    "unname-common",
    "sign-out",
    "open-case",
    "claim",
    "release",
    "decide",
    "undo",
}


def patterns(entries: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for entry in entries:
        if isinstance(entry, URLResolver):
            yield from patterns(entry.url_patterns)
        else:
            yield entry


def test_every_address_declares_who_may_reach_it() -> None:
    undeclared = [str(entry.pattern) for entry in patterns(get_resolver().url_patterns) if not hasattr(entry.callback, "required_roles")]
    assert undeclared == []


def test_the_declarations_of_review_are_the_agreed_ones() -> None:
    declared = {entry.name: frozenset(entry.callback.required_roles) for entry in patterns(list(urlpatterns))}
    assert declared == MAY


@pytest.fixture
def scene(db: None, still: None) -> dict[str, Any]:
    """Arguments of each address, all of things that exist."""
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    case = Case.objects.get()
    ids = {
        "advert_id": case.advert_id,
        "cluster_id": group.pk,
        "case_id": case.pk,
        "view_id": 1,
        "parting_id": 1,
        "common_id": 1,
        "reading_id": 1,
        "batch_id": 1,
        "note_id": 1,
    }
    wants = {"advert": ["advert_id"], "questions": ["advert_id"], "cluster": ["cluster_id"], "open-case": ["cluster_id"]}
    wants |= {name: ["advert_id"] for name in ("not-the-same", "set-apart", "name-common")}
    wants |= {"drop-view": ["view_id"], "put-back": ["parting_id"], "answer-again": ["reading_id"], "unname-common": ["common_id"]}
    wants |= {name: ["note_id"] for name in ("change-note", "withdraw-note")}
    wants |= {name: ["batch_id"] for name in ("batch", "undo-batch")}
    wants |= {name: ["case_id"] for name in ("claim", "release", "decide", "undo")}
    return {name: {key: ids[key] for key in wants.get(name, [])} for name in MAY}


def ask(client: Client, name: str, scene: dict[str, Any]) -> int:
    address = reverse(name, kwargs=scene[name])
    return client.post(address).status_code if name in POSTED else client.get(address).status_code


@pytest.mark.parametrize("role", [*Role, None])
def test_each_role_reaches_what_it_may_and_nothing_else(client: Client, scene: dict[str, Any], role: Role | None) -> None:
    client.force_login(person("somebody", *([role] if role else [])))
    for name, roles in MAY.items():
        if name == "sign-out":
            continue
        status = ask(client, name, scene)
        allowed = roles == PUBLIC or role in roles
        assert (status != 403) is allowed, (name, role, status)
        assert status < 500, (name, role, status)


def test_strangers_reach_the_sign_in_page_alone(client: Client, scene: dict[str, Any]) -> None:
    for name, roles in MAY.items():
        address = reverse(name, kwargs=scene[name])
        answer = client.post(address) if name in POSTED else client.get(address)
        if roles == PUBLIC:
            assert answer.status_code in (200, 302)
        else:
            assert (answer.status_code, answer["Location"].split("?")[0]) == (302, reverse("sign-in")), name


@pytest.mark.parametrize("name", sorted(MAY))
def test_acts_are_posts_and_pages_are_not(client: Client, scene: dict[str, Any], name: str) -> None:
    client.force_login(person("everything", *Role))
    address = reverse(name, kwargs=scene[name])
    if name in POSTED:
        assert client.get(address).status_code == 405
    elif name not in {"sign-in", "change-password"}:
        assert client.post(address).status_code == 405


@pytest.mark.parametrize("name", sorted(POSTED))
def test_acts_need_a_token(scene: dict[str, Any], name: str, hedda: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(hedda)
    answer = client.post(reverse(name, kwargs=scene[name]))
    assert answer.status_code == 403
    assert b"Please send the form again" in answer.content


def test_somebody_without_a_role_is_told_what_to_do(client: Client, db: None) -> None:
    client.force_login(person("new"))
    answer = client.get("/")
    assert answer.status_code == 403
    assert b"ask the person who manages accounts" in answer.content


@pytest.mark.parametrize("role", list(Role))
def test_the_navigation_leads_where_one_may_go_and_nowhere_else(client: Client, db: None, role: Role) -> None:
    client.force_login(person("somebody", role))
    page = client.get("/").content.decode()
    navigation = page[page.index("<nav") : page.index("</nav>")]
    for name in ("home", "search", "head", "operator", "audit", "subscriptions", "notices"):
        address = reverse(name)
        assert (f'href="{address}"' in navigation) is (client.get(address).status_code == 200), name
