"""The pages of alerts in a real browser."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from adverts.access import Role
from adverts.records import Band
from alerts import hooks, links, outbox, permission, subscriptions
from alerts.models import Hook, Subscription
from tests.alerts.browser import faults, needs_chromium
from tests.alerts.scenes import advert, person, subscription

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_pages(live_server: Any, client: Client, dark: bool) -> None:
    now = timezone.now()
    user = person("amina", Role.UNION, Role.OPERATOR, Role.HEAD, email="amina@union.example")
    client.force_login(user)
    mine = subscription(user, at=now - timedelta(days=2), name="Farm and packing work, Nepal to Poland", query="country:PL", language="en")
    arabic = subscription(user, at=now - timedelta(days=2), name="العمل الزراعي", language="ar", address="")
    waiting = subscription(user, at=now - timedelta(days=2), name="A" * 120, confirmed=False)
    subscriptions.pause(subscription(user, name="Paused one"), by="amina", now=now)
    indicators = ["document-retention", "deposit-or-bond", "no-rest-day"]
    advert(title="Packers wanted, free flight", at=now - timedelta(hours=30), cluster="c" * 32, country="PL", indicators=indicators)
    bounced = subscription(user, at=now - timedelta(days=2), name="Came back", query="country:XX", monthly=True)
    Subscription.objects.filter(pk=bounced.pk).update(bounced_at=now, bounced_why="no-such-address")
    advert(title="عمال تعبئة", at=now - timedelta(hours=30), cluster="d" * 32, country="PL", band=Band.PRIORITY)
    held = advert(title="Pickers", at=now - timedelta(hours=30), cluster="e" * 32, country="PL")
    lifted = permission.restrict(held.pk, roles=[], reason="A mistake", by=user, now=now)
    permission.lift(lifted, by="amina", now=now)
    permission.restrict(held.pk, roles=[Role.UNION], reason="Under enquiry", by=user, now=now)
    outbox.run(now=now)
    hooks.connect(mine, "https://union.example/fairwatch", by="amina", now=now)
    hooks.change_secret(Hook.objects.get(), by="amina", now=now)
    mine.deliveries.update(state="dead", last_error="the mail server refused the recipient with 550; check the address")
    for week in range(1, 12):
        for _ in range(12 if week > 1 else 40):
            advert(at=now - timedelta(days=7 * week), title="Warehouse packers", country="PL", languages=["ne"])
    newer = [
        reverse("alerts-again", args=[mine.pk]),
        reverse("alerts-again", args=[mine.pk]) + f"?first={(now - timedelta(days=2)).date()}&last={now.date()}",
        reverse("alerts-again", args=[mine.pk]) + "?first=never&last=",
        reverse("alerts-month", args=[mine.pk]),
        reverse("alerts-month", args=[bounced.pk]) + f"?month={now:%Y-%m}",
        reverse("alerts-restricted") + f"?cluster={'c' * 32}",
        reverse("alerts-detail", args=[bounced.pk]),
    ]
    assert [client.get(each).status_code for each in newer] == [200] * len(newer)
    assert "E-mail stopped" in client.get(newer[-1]).content.decode()
    addresses = [
        reverse("alerts-trends") + "?by=country",
        reverse("alerts-webhook", args=[mine.pk]),
        reverse("alerts-dead"),
        *newer,
        reverse("alerts-card", args=[mine.pk, "c" * 32]) + "?language=hi",
        reverse("alerts-card", args=[arabic.pk, "d" * 32]),
        links.keep_url(mine).removeprefix("http://testserver"),
        reverse("alerts-list"),
        reverse("alerts-new"),
        reverse("alerts-edit", args=[mine.pk]),
        *(reverse("alerts-detail", args=[each.pk]) for each in (mine, arabic, waiting)),
        reverse("alerts-item", args=[mine.pk, "c" * 32]),
        reverse("alerts-item", args=[arabic.pk, "d" * 32]),
        links.unsubscribe_url(arabic).removeprefix("http://testserver"),
        links.confirm_url(waiting).removeprefix("http://testserver"),
        "/alerts/confirm/made-up/",
    ]
    found = faults(live_server.url, addresses, client=client, dark=dark)
    assert [fault for fault in found if "404 (Not Found)" not in fault] == []
