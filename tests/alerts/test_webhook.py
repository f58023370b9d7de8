"""Webhooks from the page to a real receiver: signatures, change of the secret, 410, private addresses, the documented command line."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from standardwebhooks import Webhook, WebhookVerificationError

from adverts.models import AuditEntry
from alerts import hooks, outbox
from alerts.channels import load
from alerts.channels.base import Message, PermanentError
from alerts.channels.webhook import headers_of, webhook_id
from alerts.models import Delivery, Hook
from tests.alerts.receivers import Arrived, Receiver, receiver
from tests.alerts.scenes import START, advert, person, subscription

pytestmark = pytest.mark.django_db
MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)


@pytest.fixture
def kept(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_LOOPBACK, settings.WEBHOOK_TIMEOUT = True, 2
    with receiver() as running:
        yield running


def hooked(kept: Receiver, **fields: Any) -> Hook:
    mine = subscription(**{"address": "", **fields})
    return hooks.connect(mine, kept.url, by="amina", now=START)


def verified(arrived: Arrived, secret: str) -> dict[str, Any]:
    found: dict[str, Any] = Webhook(secret).verify(arrived.body, arrived.headers)
    return found


def test_a_digest_is_signed_and_says_what_the_mail_says(kept: Receiver) -> None:
    now = datetime.now(UTC)
    hook = hooked(kept, at=now - timedelta(days=3))
    row = advert(title="Packers wanted, call +44 7700 900123", country="PL", at=now - timedelta(days=2))
    row.contacts = [{"kind": "phone", "start": 0, "end": 0, "masked": "+44"}]
    outbox.run(now=now)
    (arrived,) = kept.arrived
    event = verified(arrived, hooks.secret(hook))
    assert event["type"] == "alert.digest"
    (item,) = event["data"]["items"]
    assert (item["section"], item["band"], item["countries"], item["title_checked"]) == ("new", "urgent", ["PL"], False)
    assert item["indicators"] == ["document-retention"]
    assert "900123" not in arrived.body
    assert "passport until" not in arrived.body
    delivery = Delivery.objects.get(channel="webhook")
    assert arrived.headers["webhook-id"] == webhook_id(delivery.key)
    assert delivery.state == Delivery.SENT
    with pytest.raises(WebhookVerificationError):
        Webhook(hooks.secret(hook)).verify(arrived.body + " ", arrived.headers)


def test_two_secrets_sign_while_one_is_changed(kept: Receiver) -> None:
    now = datetime.now(UTC)
    hook = hooked(kept)
    old = hooks.secret(hook)
    hooks.change_secret(hook, by="amina", now=now)
    new = hooks.secret(hook)
    assert old != new
    assert outbox.send_now(hooks.order_test(hook, by="amina", now=now), now=now) == Delivery.SENT
    for secret in (old, new):
        assert verified(kept.arrived[0], secret)["type"] == "alert.test"
    assert hooks.secrets(hook, now=now + hooks.OVERLAP) == (new,)
    hooks.change_secret(hook, by="amina", now=now)
    assert old not in hooks.secrets(hook, now=now)


def test_a_signature_holds_whatever_zone_the_sender_lives_in(kept: Receiver) -> None:
    hook = hooked(kept)
    at = datetime.now(timezone(timedelta(hours=2)))
    headers = headers_of(
        Message(key="k", to=kept.url, subject="", text="", html="", language="en", payload="{}", secrets=(hooks.secret(hook),), at=at)
    )
    Webhook(hooks.secret(hook)).verify("{}", headers)


def test_a_new_address_gets_a_new_secret_and_the_same_one_keeps_it(kept: Receiver) -> None:
    hook = hooked(kept)
    old = hooks.secret(hook)
    assert hooks.secret(hooks.connect(hook.subscription, kept.url, by="amina", now=START)) == old
    assert hooks.secret(hooks.connect(hook.subscription, "https://other.example/hook", by="amina", now=START)) != old


def test_a_first_secret_signs_alone(kept: Receiver) -> None:
    assert len(hooks.secrets(hooked(kept), now=START)) == 1


def test_410_switches_it_off_and_saving_switches_it_on(kept: Receiver, client: Client) -> None:
    hook = hooked(kept)
    kept.answers((410, {}, 0))
    advert()
    outbox.run(now=MORNING)
    hook.refresh_from_db()
    assert hook.disabled_at is not None
    assert Delivery.objects.get(channel="webhook").state == Delivery.DEAD
    assert AuditEntry.objects.filter(action="webhook.disabled").count() == 1
    advert(at=MORNING)
    outbox.run(now=MORNING + timedelta(days=1))
    assert kept.asked == 1
    assert Delivery.objects.filter(channel="webhook").count() == 1
    client.force_login(hook.subscription.owner)
    page = reverse("alerts-webhook", args=[hook.subscription_id])
    assert "Switched off" in client.get(page).content.decode()
    client.post(page, {"do": "connect", "url": kept.url})
    hook.refresh_from_db()
    assert hook.disabled_at is None
    assert "Switched off" not in client.get(page).content.decode()


def test_a_receiver_that_asks_for_a_break_gets_it(kept: Receiver) -> None:
    hooked(kept)
    kept.answers((429, {"Retry-After": "7200"}, 0))
    advert()
    outbox.run(now=MORNING)
    delivery = Delivery.objects.get(channel="webhook")
    assert delivery.state == Delivery.FAILED
    assert delivery.next_at >= MORNING + timedelta(hours=2)


@pytest.mark.parametrize("said", ["soon", "-5", "Wed, 21 Oct 2026 07:28:00 GMT", "", "٣"])
def test_a_break_that_is_no_number_is_ours(kept: Receiver, said: str) -> None:
    hooked(kept)
    kept.answers((503, {"Retry-After": said.encode().decode("latin-1")}, 0))
    advert()
    outbox.run(now=MORNING)
    assert Delivery.objects.get(channel="webhook").next_at < MORNING + timedelta(minutes=3)


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/", "http://[::1]:9/", "http://localhost:9/", "http://10.0.0.7/", "http://169.254.169.254/", "http://0x7f000001/"],
)
def test_private_addresses_are_refused(url: str, settings: Any) -> None:
    settings.WEBHOOK_LOOPBACK, settings.WEBHOOK_TIMEOUT = False, 1
    with pytest.raises(PermanentError, match="private network"):
        load("webhook").send(Message("k", url, "", "", "", "en", payload="{}", secrets=("whsec_dGVzdHRlc3Q=",)))


def test_a_redirect_is_not_followed(kept: Receiver) -> None:
    hook = hooked(kept)
    kept.answers((302, {"Location": kept.url}, 0))
    assert outbox.send_now(hooks.order_test(hook, by="amina", now=START), now=START) == Delivery.FAILED
    assert kept.asked == 1


@pytest.mark.parametrize(
    ("url", "fine"),
    [
        ("https://union.example/fairwatch", True),
        ("https://union.example:8443/x?y=1", True),
        ("http://union.example/", False),
        ("https://a:b@union.example/", False),
        ("ftp://union.example/", False),
        ("https://", False),
        ("https://union.example:99999/", False),
        ("javascript:alert(1)", False),
        ("https://[::1/", False),
    ],
)
def test_addresses(url: str, fine: bool, client: Client) -> None:
    mine = subscription(address="")
    client.force_login(mine.owner)
    page = reverse("alerts-webhook", args=[mine.pk])
    answer = client.post(page, {"do": "connect", "url": url})
    assert (answer.status_code == 302) is fine
    assert Hook.objects.filter(subscription=mine).exists() is fine


def test_the_page_does_what_its_buttons_say(kept: Receiver, client: Client) -> None:
    hook = hooked(kept)
    client.force_login(hook.subscription.owner)
    page = reverse("alerts-webhook", args=[hook.subscription_id])
    answer = client.post(page, {"do": "test"}, follow=True).content.decode()
    assert "took the test message" in answer
    kept.answers((500, {}, 0))
    assert "answered 500" in client.post(page, {"do": "test"}, follow=True).content.decode()
    client.post(page, {"do": "change-secret"})
    assert hooks.secret(Hook.objects.get()) in client.get(page).content.decode()
    assert client.post(page, {"do": "nonsense"}).status_code == 404
    client.post(page, {"do": "disconnect"})
    assert not Hook.objects.exists()
    assert client.post(page, {"do": "test"}).status_code == 404


def test_the_page_is_the_owners_alone(kept: Receiver, client: Client) -> None:
    hook = hooked(kept)
    page = reverse("alerts-webhook", args=[hook.subscription_id])
    assert client.get(page).status_code == 302
    client.force_login(person("other"))
    assert client.get(page).status_code == 404
    assert client.post(page, {"do": "change-secret"}).status_code == 404


def test_the_command_line_on_the_page_gives_the_signature(kept: Receiver, client: Client, tmp_path: Path) -> None:
    hook = hooked(kept, name="Żółć و العمل")
    outbox.send_now(hooks.order_test(hook, by="amina", now=START), now=START)
    (arrived,) = kept.arrived
    client.force_login(hook.subscription.owner)
    page = client.get(reverse("alerts-webhook", args=[hook.subscription_id])).content.decode()
    found = re.search(r"<pre[^>]*><code>(.*?)</code>", page, re.S)
    assert found is not None
    (tmp_path / "body.json").write_text(arrived.body, encoding="utf-8")
    environment = {
        "PATH": "/usr/bin:/bin",
        "SECRET": hooks.secret(hook),
        "ID": arrived.headers["webhook-id"],
        "TIMESTAMP": arrived.headers["webhook-timestamp"],
    }
    run = subprocess.run(
        ["/bin/sh", "-c", html.unescape(found[1])], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True, timeout=20
    )
    assert f"v1,{run.stdout.strip()}" == arrived.headers["webhook-signature"]
    assert json.loads(arrived.body)["data"]["subscription"] == "Żółć و العمل"
