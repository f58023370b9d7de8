"""The pages: who sees what, forms with their errors, the preview, answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from adverts.access import Role
from adverts.models import AuditEntry
from alerts import links, outbox, subscriptions
from alerts.models import Answer, Delivery, Subscription
from tests.alerts.scenes import START, advert, person, subscription

pytestmark = pytest.mark.django_db

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)
ALLOWED = {Role.UNION, Role.INSPECTOR, Role.HEAD}
FORM = {
    "name": "Farm work",
    "query": "country:PL",
    "band": "urgent",
    "period": "weekly",
    "weekday": "2",
    "hour": "6",
    "time_zone": "Asia/Kathmandu",
    "language": "es",
    "address": "new@union.example",
}


def signed_in(client: Client, *roles: Role, name: str = "amina") -> Any:
    user = person(name, *roles)
    client.force_login(user)
    return user


def test_every_view_says_who_may_see_it() -> None:
    patterns = [pattern for each in get_resolver().url_patterns if str(each.pattern) == "alerts/" for pattern in each.url_patterns]
    assert patterns
    assert all(hasattr(pattern.callback, "required_roles") for pattern in patterns)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", ["alerts-list", "alerts-new"])
def test_roles(client: Client, role: Role, name: str) -> None:
    signed_in(client, role)
    assert client.get(reverse(name)).status_code == (200 if role in ALLOWED else 403)


@pytest.mark.parametrize("name", ["alerts-list", "alerts-new"])
def test_nobody_gets_in_without_signing_in(client: Client, name: str) -> None:
    answer = client.get(reverse(name))
    assert (answer.status_code, answer["Location"].startswith("/sign-in")) == (302, True) or answer.status_code == 302


@pytest.mark.parametrize(
    ("name", "method"),
    [
        ("alerts-detail", "get"),
        ("alerts-edit", "get"),
        ("alerts-edit", "post"),
        ("alerts-act", "post"),
        ("alerts-item", "get"),
        ("alerts-answer", "post"),
    ],
)
def test_nobody_sees_the_subscriptions_of_others(client: Client, name: str, method: str) -> None:
    theirs = subscription(person("bela"))
    advert(cluster="c" * 32)
    outbox.run(now=MORNING)
    more = {"alerts-act": ["pause"], "alerts-item": ["c" * 32], "alerts-answer": ["c" * 32]}.get(name, [])
    address = reverse(name, args=[theirs.pk, *more])
    signed_in(client, Role.UNION)
    assert getattr(client, method)(address).status_code == 404
    client.force_login(theirs.owner)
    assert getattr(client, method)(address, {"said": "acknowledged"}).status_code in {200, 302}


def test_a_subscription_is_saved_and_asks_for_consent(client: Client) -> None:
    signed_in(client, Role.UNION)
    assert client.post(reverse("alerts-new"), FORM).status_code == 302
    made = Subscription.objects.get()
    assert (made.query, made.band, made.period, made.weekday, made.hour) == ("country:PL", "urgent", "weekly", 2, 6)
    assert (made.time_zone, made.language, made.address, made.confirmed_at) == ("Asia/Kathmandu", "es", "new@union.example", None)
    assert [row.kind for row in Delivery.objects.all()] == [Delivery.CONFIRM]
    assert AuditEntry.objects.get().action == "subscription.created"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "required"),
        ("query", "country:", ""),
        ("query", "verdict:act", "leave it out"),
        ("time_zone", "Middle/Earth", "Region/City"),
        ("time_zone", "../../etc/passwd", "Region/City"),
        ("hour", "24", "valid choice"),
        ("band", "none", "valid choice"),
        ("language", "xx", "valid choice"),
        ("address", "no address", "valid email"),
    ],
)
def test_wrong_answers_are_named_and_nothing_is_saved(client: Client, field: str, value: str, words: str) -> None:
    signed_in(client, Role.UNION)
    page = client.post(reverse("alerts-new"), {**FORM, field: value})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {field}
    assert words in page.content.decode()
    assert f'href="#id_{field}' in page.content.decode()
    assert not Subscription.objects.exists()


def test_the_preview_counts_clusters_and_saves_nothing(client: Client) -> None:
    signed_in(client, Role.UNION)
    now = timezone.now()
    for day in (40, 9, 9, 3):
        advert(at=now - timedelta(days=day), cluster=f"{day:032}", country="PL", title="<b>Packers</b>")
    advert(at=now - timedelta(days=2), country="DE")
    page = client.post(reverse("alerts-new"), {**FORM, "preview": ""})
    made = page.context["preview"]
    assert (made.items, made.beyond) == (2, 0)
    assert made.messages in {1, 2}
    assert "<b>Packers</b>" not in page.content.decode()
    assert "&lt;b&gt;Packers&lt;/b&gt;" in page.content.decode()
    assert not Subscription.objects.exists()


def test_editing_keeps_consent_unless_the_address_changes(client: Client) -> None:
    user = signed_in(client, Role.UNION)
    mine = subscription(user)
    client.post(reverse("alerts-edit", args=[mine.pk]), {**FORM, "address": mine.address})
    mine.refresh_from_db()
    assert (mine.name, mine.confirmed_at is None) == ("Farm work", False)
    old = links.confirm_url(mine)
    client.post(reverse("alerts-edit", args=[mine.pk]), FORM)
    mine.refresh_from_db()
    assert mine.confirmed_at is None
    assert links.confirm_url(mine) != old
    assert client.post(old.removeprefix("http://testserver")).status_code == 404


def test_pause_and_resume(client: Client) -> None:
    user = signed_in(client, Role.UNION)
    mine = subscription(user)
    address = reverse("alerts-act", args=[mine.pk, "pause"])
    assert client.get(address).status_code == 405
    client.post(address)
    advert()
    assert outbox.run(now=MORNING) == outbox.Counts()
    client.post(reverse("alerts-act", args=[mine.pk, "resume"]))
    mine.refresh_from_db()
    assert mine.paused_at is None
    assert client.post(reverse("alerts-act", args=[mine.pk, "explode"])).status_code == 404
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert actions == ["subscription.created", "subscription.paused", "subscription.resumed"]


def test_an_item_and_the_answers_to_it(client: Client) -> None:
    user = signed_in(client, Role.UNION)
    mine = subscription(user)
    advert(title="Nurse <i>now</i> call +44 7700 900123", cluster="c" * 32, country="PL", employer="Acme Crew Ltd")
    outbox.run(now=MORNING)
    address = reverse("alerts-item", args=[mine.pk, "c" * 32])
    page = client.get(address).content.decode()
    assert "Nurse &lt;i&gt;now&lt;/i&gt;" in page
    assert "7700" not in page
    assert "Acme" not in page
    answer = reverse("alerts-answer", args=[mine.pk, "c" * 32])
    client.post(answer, {"said": "not-relevant"})
    assert not Answer.objects.exists()
    client.post(answer, {"said": "not-relevant", "reason": "sector"})
    assert "not relevant" in client.get(address).content.decode()
    client.post(answer, {"said": "acknowledged"})
    assert [row.answer for row in Answer.objects.all()] == ["not-relevant", "acknowledged"]
    assert client.post(answer, {"said": "nonsense"}).status_code == 404
    assert AuditEntry.objects.filter(action__startswith="alert.").count() == 2


def test_a_cluster_never_told_has_no_page(client: Client) -> None:
    user = signed_in(client, Role.UNION)
    mine = subscription(user, query="country:DE")
    advert(cluster="c" * 32, country="PL")
    outbox.run(now=MORNING)
    assert client.get(reverse("alerts-item", args=[mine.pk, "c" * 32])).status_code == 404


@pytest.mark.parametrize("language", ["en", "es", "ar"])
@pytest.mark.parametrize("what", ["confirm", "unsubscribe"])
def test_doors_speak_the_subscribers_language(client: Client, language: str, what: str) -> None:
    mine = subscription(language=language, name="<b>x</b>")
    address = {"confirm": links.confirm_url, "unsubscribe": links.unsubscribe_url}[what](mine).removeprefix("http://testserver")
    page = client.get(address)
    assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page.content.decode()
    assert "<b>x</b>" not in page.content.decode()
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("what", ["confirm", "unsubscribe"])
@pytest.mark.parametrize("token", ["x", "0" * 43, "%F0%9F%98%80"])
def test_made_up_links_do_nothing(client: Client, what: str, token: str) -> None:
    mine = subscription(confirmed=False)
    for method in (client.get, client.post):
        assert method(f"/alerts/{what}/{token}/").status_code == 404
    mine.refresh_from_db()
    assert (mine.confirmed_at, mine.ended_at) == (None, None)


def test_the_ledger_holds_no_token() -> None:
    mine = subscription()
    whole = str(Subscription.objects.values().get())
    for url in (links.confirm_url(mine), links.unsubscribe_url(mine), links.feed_url(mine)):
        assert url.rstrip("/").rpartition("/")[2].removesuffix(".atom") not in whole


def test_ending_twice_is_one_act() -> None:
    mine = subscription()
    for _ in range(2):
        subscriptions.end(mine, by="amina", now=START)
    assert AuditEntry.objects.filter(action="subscription.ended").count() == 1
