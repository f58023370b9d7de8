"""``/api/v1`` through Django's client: tokens and scopes, pages, problems, and that no contact leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client

from adverts.access import Role
from adverts.api import routes, tokens
from adverts.api.problems import TYPE
from adverts.api.tokens import Scope, TokenError
from adverts.management.commands import reindex
from adverts.models import Advert, AuditEntry
from index import default_cut
from index.embedded import EmbeddedIndex
from tests.review.scenes import NOW, advert, assess, cluster, match, person

pytestmark = pytest.mark.django_db

TEXT = "Pay a deposit of 300 EUR to +44 7700 900123 first. We keep your passport in the office."
PHONE = "7700 900123"


@pytest.fixture(autouse=True)
def still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[None]:
    """The clock stands, the index lies in a folder of its own, requests are counted from none."""
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}}
    made = EmbeddedIndex(tmp_path / "index", cut=default_cut())
    for module in (routes, reindex):
        monkeypatch.setattr(module, "open_index", lambda: made)
    with time_machine.travel(NOW, tick=False):
        yield
    made.close()


def bearer(*scopes: Scope, name: str = "union", days: int = 30) -> dict[str, str]:
    token = tokens.make(name=name, scopes=scopes, days=days, by="system:test", now=NOW)
    return {"HTTP_AUTHORIZATION": f"Bearer {token}"}


def filled(number: int = 1) -> list[Advert]:
    start = TEXT.index("+44")
    contacts = [{"start": start, "end": start + len("+44 7700 900123"), "kind": "phone", "key": "k", "masked": "+44 …"}]
    rows = [advert(TEXT, title=f"Packers {n} call +44 {PHONE}", contacts=contacts) for n in range(number)]
    for row in rows:
        words = "deposit of 300 EUR to +44 7700 900123"
        assess(row, indicators=[match(TEXT, words, "deposit-or-bond")])
    cluster(rows)
    call_command("reindex", full=True, verbosity=0)
    return rows


def test_without_a_token_nothing_opens(client: Client) -> None:
    for headers in ({}, {"HTTP_AUTHORIZATION": "Bearer fw_no"}, {"HTTP_AUTHORIZATION": "Bearer other"}):
        answer = client.get("/api/v1/adverts", **headers)  # type: ignore[arg-type]
        assert (answer.status_code, answer["Content-Type"], answer["WWW-Authenticate"]) == (401, TYPE, "Bearer")
        assert "api_token make" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        (Scope.ADVERTS, "get", "/api/v1/adverts/" + "0" * 32, 404),
        (Scope.CHECK, "get", "/api/v1/adverts/" + "0" * 32, 403),
        (Scope.CHECK, "post", "/api/v1/check", 200),
        (Scope.ADVERTS, "post", "/api/v1/check", 403),
        (Scope.CHECK, "get", "/api/v1/adverts", 403),
        (Scope.ADVERTS, "get", "/api/v1/indicators", 200),
    ],
)
def test_a_scope_opens_its_own(client: Client, scope: Scope, method: str, path: str, status: int) -> None:
    body = {"data": {"text": "Packers wanted."}, "content_type": "application/json"} if method == "post" else {}
    answer = getattr(client, method)(path, **body, **bearer(scope))
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"].startswith(TYPE if status >= 400 else "application/json")


def test_a_token_ends_when_it_was_said_and_when_it_is_revoked(client: Client) -> None:
    headers = bearer(Scope.ADVERTS, days=2)
    path = "/api/v1/adverts/" + "0" * 32
    assert client.get(path, **headers).status_code == 404  # type: ignore[arg-type]
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        assert client.get(path, **headers).status_code == 401  # type: ignore[arg-type]
    tokens.revoke("union", by="system:test", now=NOW)
    tokens.revoke("union", by="system:test", now=NOW)
    assert client.get(path, **headers).status_code == 401  # type: ignore[arg-type]
    assert list(AuditEntry.objects.values_list("action", flat=True)) == ["api-token.made", "api-token.revoked"]


def test_a_token_ends_with_its_owner(client: Client) -> None:
    owner = person("ulla", Role.UNION)
    token = tokens.make(name="u", scopes=[Scope.ADVERTS], days=9, by="system:test", now=NOW, owner=owner)
    assert tokens.find(token, now=NOW) is not None
    owner.is_active = False
    owner.save()
    assert tokens.find(token, now=NOW) is None


@pytest.mark.parametrize(("name", "days", "said"), [("union", 5, "exists"), ("b", 0, "1 to 366"), ("b", 367, "1 to 366")])
def test_tokens_that_cannot_be_made(name: str, days: int, said: str) -> None:
    bearer(Scope.CHECK)
    with pytest.raises(TokenError, match=said):
        tokens.make(name=name, scopes=[Scope.CHECK], days=days, by="system:test", now=NOW)


def test_adverts_come_in_pages_without_contacts(client: Client) -> None:
    rows, headers = filled(5), bearer(Scope.ADVERTS)
    seen, cursor = [], ""
    while True:
        page = client.get("/api/v1/adverts", {"size": 2, "cursor": cursor, "q": "band:urgent"}, **headers)  # type: ignore[arg-type]
        assert PHONE.encode() not in page.content
        assert page.json()["total"] == 5
        seen += [item["id"] for item in page.json()["items"]]
        cursor = page.json()["next_cursor"]
        if not cursor:
            break
    assert sorted(seen) == sorted(row.pk for row in rows)


def test_an_advert_has_its_findings_without_contacts_and_no_verdict(client: Client) -> None:
    (row,) = filled()
    answer = client.get(f"/api/v1/adverts/{row.pk}", **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    said = answer.json()
    assert PHONE not in answer.content.decode()
    assert said["findings"][0]["quote"].startswith("deposit of 300 EUR to …")
    assert said["findings"][0]["title"] != "deposit-or-bond"
    assert not {"verdict", "case", "contacts", "text", "risk"} & set(said)


@pytest.mark.parametrize("query", ["verdict:act", "has:verdict", "-has:verdict", "deposit (band:urgent OR verdict:fraud)", "contact:abc"])
def test_decisions_and_contacts_cannot_be_asked_for(client: Client, query: str) -> None:
    filled()
    answer = client.get("/api/v1/adverts", {"q": query}, **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "leave it out" in answer.json()["detail"]


def test_an_erased_advert_is_gone(client: Client) -> None:
    (row,) = filled()
    Advert.objects.filter(pk=row.pk).update(reader="erased")
    headers = bearer(Scope.ADVERTS)
    assert client.get(f"/api/v1/adverts/{row.pk}", **headers).status_code == 404  # type: ignore[arg-type]
    assert client.get("/api/v1/adverts", **headers).json()["items"] == []  # type: ignore[arg-type]


def test_a_text_is_checked_and_not_kept(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    body = {"text": "Your passport stays in our office until the season ends."}
    answer = client.post("/api/v1/check", body, "application/json", **bearer(Scope.CHECK))
    said = answer.json()
    assert [one["indicator"] for one in said["findings"]] == ["document-retention"]
    one = said["findings"][0]
    assert body["text"][one["start"] : one["end"]] == one["quote"]
    assert "passport" not in caplog.text
    assert not Advert.objects.exists()


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/api/v1/adverts?size=0", 422, "size"),
        ("/api/v1/adverts?size=x", 422, "size"),
        ("/api/v1/adverts?cursor=nonsense", 400, "cursor"),
        ("/api/v1/adverts/short", 422, "advert_id"),
    ],
)
def test_wrong_values_are_named(client: Client, path: str, status: int, said: str) -> None:
    filled()
    answer = client.get(path, **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    assert (answer.status_code, answer["Content-Type"]) == (status, TYPE)
    assert said in answer.json()["detail"]
    assert answer.json()["status"] == status


def test_a_query_half_understood_says_so(client: Client) -> None:
    filled()
    answer = client.get("/api/v1/adverts", {"q": "packers colour:red"}, **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    assert "colour" in answer.json()["problems"][0]


def test_without_an_index_it_says_not_ready(client: Client) -> None:
    answer = client.get("/api/v1/adverts", **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    assert answer.status_code == 503
    assert "reindex" in answer.json()["detail"]


def test_too_many_requests_wait(client: Client) -> None:
    headers = bearer(Scope.CHECK)
    answers = [client.post("/api/v1/check", {"text": "a"}, "application/json", **headers) for _ in range(31)]
    assert [answer.status_code for answer in answers[-2:]] == [200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_tokens_from_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("api_token", "make", "radio", "--scope", "check", "--days", "7")
    token = capsys.readouterr().out.strip()
    assert tokens.find(token, now=NOW) is not None
    call_command("api_token", "list")
    assert capsys.readouterr().out == f"radio: check; until {NOW + timedelta(days=7):%Y-%m-%d}\n"
    call_command("api_token", "revoke", "radio")
    assert tokens.find(token, now=NOW) is None
    assert token not in str(list(AuditEntry.objects.values()))


def test_a_misspelt_name_is_refused(client: Client) -> None:
    filled()
    answer = client.get("/api/v1/adverts", {"sise": 3}, **bearer(Scope.ADVERTS))  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert "sise" in answer.json()["detail"]
