"""The permission matrix: every address of the URL table, asked and posted to by every role and by a stranger.

Who may come in is declared at each view (``adverts.access``) and agreed in the ``MAY`` tables of the apps' own tests. Here the two promises
that hold for all of them: an address that declares nothing fails, and nobody else gets in or changes anything. Addresses are asked with
ids that lead nowhere: whether somebody may come in is settled before a thing is looked for. What holds between two bodies is in
``test_permissions_bodies``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve

from adverts.access import Role
from tests.review.scenes import person

METHODS = ("get", "post", "put", "patch", "delete")


class Place(NamedTuple):
    """One line of the URL table."""

    route: str
    view: Any
    roles: frozenset[Role] | None
    """Empty: open to everybody; None: nothing declared."""
    name: str


def places() -> Iterator[Place]:
    """Every line of the URL table of the whole installation."""

    def walk(entries: list[URLPattern | URLResolver], before: str) -> Iterator[Place]:
        for entry in entries:
            route = before + str(entry.pattern)
            if isinstance(entry, URLResolver):
                yield from walk(entry.url_patterns, route)
            else:
                declared = getattr(entry.callback, "required_roles", None)
                yield Place(route, entry.callback, None if declared is None else frozenset(declared), entry.name or "")

    yield from walk(get_resolver().url_patterns, "/")


def address(place: Place, ids: Mapping[str, object] = MappingProxyType({})) -> str:
    """An address of the place: the ids named are put in, all others lead nowhere."""

    def value(match: re.Match[str]) -> str:
        if match["name"] in ids:
            return str(ids[match["name"]])
        return {"int": "987654321", "uuid": "00000000-0000-4000-8000-000000000000"}.get(match["kind"] or "", "nowhere")

    def group(match: re.Match[str]) -> str:
        if match["name"] in ids:
            return str(ids[match["name"]])
        if re.fullmatch(r"[\w|]+", match["like"]):
            return match["like"].split("|")[0]
        return "987654321" if "0-9" in match["like"] and "a-" not in match["like"] else "nowhere"

    plain = re.sub(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>", value, re.sub(r"\(\?P<(?P<name>\w+)>(?P<like>[^()]*)\)", group, place.route))
    return plain.replace("^", "").replace("$", "").replace("\\.", ".")


TABLE = list(places())
GUARDED = [place for place in TABLE if place.roles]


def ask(client: Client, method: str, path: str) -> tuple[int, str, list[str]]:
    """Ask once: status, where it leads, what was written into the ledger; and undo it."""
    wrote: list[str] = []
    cookies = client.cookies.copy()

    def listen(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE")) and "session" not in sql:
            wrote.append(sql)
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(listen):
        answer = getattr(client, method)(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer.status_code, answer.headers.get("Location", ""), wrote


@pytest.fixture
def signed_in(db: None) -> Any:
    def make(role: Role) -> Client:
        client = Client()
        client.force_login(person("somebody", role))
        return client

    return make


@pytest.mark.parametrize("place", TABLE, ids=lambda place: place.route)
def test_addresses_lead_to_their_place(place: Place) -> None:
    assert resolve(address(place)).func is place.view


def test_every_address_says_who_may_reach_it() -> None:
    assert [place.route for place in TABLE if place.roles is None] == []
    assert len(GUARDED) > 60


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_comes_in_or_changes_anything(signed_in: Any, role: Role) -> None:
    client = signed_in(role)
    others = [place for place in GUARDED if role not in (place.roles or ())]
    assert others
    for place in others:
        for method in METHODS:
            status, _, wrote = ask(client, method, address(place))
            assert (status, wrote) == (403, []), (place.route, method)


@pytest.mark.parametrize("role", list(Role))
def test_those_who_may_come_in(signed_in: Any, role: Role) -> None:
    client = signed_in(role)
    for place in TABLE:
        if place.roles and role not in place.roles:
            continue
        for method in ("get", "post"):
            status, to, _ = ask(client, method, address(place))
            assert status < 500, (place.route, method)
            assert not place.roles or (status != 403 and not to.startswith("/sign-in/")), (place.route, method, status, to)


@pytest.mark.django_db
def test_strangers_are_sent_to_the_sign_in_page_and_change_nothing() -> None:
    for place in GUARDED:
        for method in METHODS:
            status, to, wrote = ask(Client(), method, address(place))
            assert (status, to.split("?")[0], wrote) == (302, "/sign-in/", []), (place.route, method)


@pytest.mark.django_db
def test_open_addresses_break_for_nobody() -> None:
    for place in TABLE:
        if not place.roles:
            for method in ("get", "post"):
                status, _, _ = ask(Client(), method, address(place))
                assert status < 500, (place.route, method)


def test_the_auditor_changes_nothing(signed_in: Any) -> None:
    client = signed_in(Role.AUDITOR)
    read = 0
    for place in GUARDED:
        if place.roles == frozenset(Role):
            continue  # one's own account
        read += ask(client, "get", address(place))[0] == 200
        for method in METHODS[1:]:
            status, _, wrote = ask(client, method, address(place))
            assert (status in (403, 404, 405), wrote) == (True, []), (place.route, method, status)
    assert read >= 10, "the auditor reads nearly everything"
