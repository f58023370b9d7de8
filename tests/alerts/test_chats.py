"""Chats by Apprise: who is told, what never is, and what happens without the package. Sending itself is in the contract of channels."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from adverts.access import Role
from alerts import outbox, permission
from alerts.channels import apprise, load
from alerts.channels.base import Channel, Message, PermanentError, TemporaryError
from alerts.models import Delivery
from settings.env import Env, current
from tests.alerts.receivers import Receiver, receiver
from tests.alerts.scenes import START, advert, person, subscription

# a plugin of Apprise imports a module of Python that is to go
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)


class Kept(Channel):
    """Keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    def send(self, message: Message) -> None:
        self.messages.append(message)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Kept:
    made = Kept()
    monkeypatch.setattr(apprise, "channel", lambda: made)
    return made


def chat(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setattr(current(), "apprise", SecretStr(value))


@pytest.mark.django_db
def test_a_subscription_with_a_chat_is_told_there_too(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    mine, other = subscription(), subscription(person("bela"))
    chat(monkeypatch, f"{mine.pk}=json://chat.example/key")
    advert(title="Packers @everyone [wanted](now)")
    assert outbox.run(now=MORNING).sent == 5
    (told,) = kept.messages
    assert (told.to, told.html, told.unsubscribe_url) == ("json://chat.example/key", "", "")
    assert "Packers" in told.text
    assert "unsubscribe" not in told.text
    assert "Stop these messages" not in told.text
    assert not Delivery.objects.filter(channel="apprise", subscription=other).exists()
    assert outbox.run(now=MORNING + timedelta(hours=1)).sent == 0
    chat(monkeypatch, "")
    advert(at=MORNING)
    outbox.run(now=MORNING + timedelta(days=1))
    assert len(kept.messages) == 1


@pytest.mark.django_db
def test_nothing_restricted_goes_to_a_chat_whatever_its_owner_may_see(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    head = person("head", Role.HEAD)
    mine = subscription(head)
    chat(monkeypatch, f"{mine.pk}=json://chat.example/key")
    closed, _ = advert(title="Restricted one"), advert(title="Open one")
    permission.restrict(closed.pk, roles=[Role.HEAD], reason="x", by=head, now=START)
    outbox.run(now=MORNING)
    (told,) = kept.messages
    assert "Open one" in told.text
    assert "Restricted one" not in told.text
    assert "1 new" in told.subject
    assert Delivery.objects.get(channel="feed").items == 2


@pytest.mark.django_db
def test_a_restriction_between_two_tries_is_kept_to(monkeypatch: pytest.MonkeyPatch, kept: Kept) -> None:
    head = person("head", Role.HEAD)
    mine = subscription(head)
    chat(monkeypatch, f"{mine.pk}=json://chat.example/key")
    closed, _ = advert(title="Restricted one"), advert(title="Open one")
    failing = Kept()
    monkeypatch.setattr(failing, "send", lambda message: (_ for _ in ()).throw(TemporaryError("busy")))
    monkeypatch.setattr(apprise, "channel", lambda: failing)
    outbox.run(now=MORNING)
    permission.restrict(closed.pk, roles=[Role.HEAD], reason="x", by=head, now=MORNING)
    monkeypatch.setattr(apprise, "channel", lambda: kept)
    outbox.run(now=Delivery.objects.get(channel="apprise").next_at)
    (told,) = kept.messages
    assert "Restricted one" not in told.text


@pytest.mark.django_db
def test_a_chat_that_is_taken_out_is_told_nothing_more(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = subscription()
    chat(monkeypatch, f"{mine.pk}=json://chat.example/key")
    advert()
    outbox.match_new()
    outbox.queue_due(now=MORNING)
    chat(monkeypatch, "")
    outbox.send_due(now=MORNING)
    assert kept.messages == []
    assert Delivery.objects.get(channel="apprise").state == Delivery.DROPPED


KEYS: dict[str, Any] = {"secret_key": "s" * 40, "contact_key": "c" * 40, "vault_keys": "k" * 44}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", {}),
        ("12=mmosts://chat.example/key", {12: "mmosts://chat.example/key"}),
        (" 1=json://a.example/?x=y\n2=json://b.example ", {1: "json://a.example/?x=y", 2: "json://b.example"}),
        ("mmosts://chat.example/key", None),
        ("12=", None),
        ("x=json://a.example", None),
        ("12 = json://a.example", None),
    ],
)
def test_the_setting(value: str, expected: dict[int, str] | None) -> None:
    if expected is None:
        with pytest.raises(ValidationError, match="NUMBER=ADDRESS"):
            Env(_env_file=None, apprise=value, **KEYS)
    else:
        made = Env(_env_file=None, apprise=value, **KEYS)
        assert made.chats == expected
        assert "example" not in repr(made)


def message(to: str, **given: str) -> Message:
    return Message("k", to, given.get("subject", "S"), given.get("text", "T"), "", "en")


def test_without_the_package_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(apprise, "import_module", missing)
    with pytest.raises(TemporaryError, match="pip install apprise"):
        load("apprise").send(message("json://chat.example"))


@pytest.fixture
def service() -> Iterator[Receiver]:
    pytest.importorskip("apprise", reason="the optional package apprise is not installed (pip install apprise)")
    with receiver() as kept:
        yield kept


@pytest.mark.parametrize("to", ["", "nosuch://x", "http://x.example", "json://", "file:///etc/passwd"])
def test_an_address_that_is_none_is_a_lasting_fault(to: str, service: Receiver) -> None:
    with pytest.raises(PermanentError, match="FAIRWATCH_APPRISE"):
        load("apprise").send(message(to))


def test_no_advert_can_call_everybody_or_set_a_link(service: Receiver) -> None:
    to = service.url.replace("http://", "json://")
    load("apprise").send(message(to, subject="@here <!channel>", text="@everyone [Pay here](https://evil.example) <b>"))
    said = json.loads(service.arrived[0].body)
    assert not set("@<>") & set(said["title"] + said["message"])
    assert "](" not in said["message"]
    assert said["message"].endswith(f"[{apprise.marked('k')}]")


def test_a_service_that_never_ends_is_not_waited_for(service: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apprise, "LONGEST", 0.3)
    service.answers((200, {}, 2.0))
    with pytest.raises(TemporaryError, match="did not answer"):
        load("apprise").send(message(service.url.replace("http://", "json://") + "?rto=9"))


@pytest.mark.parametrize(
    ("text", "quiet"),
    [
        ("@everyone <!channel> [x](y)", "＠everyone ‹!channel› [x] (y)"),
        # chats make links of bare names; ours are whole
        ("Apply at evil-jobs.example/now", "Apply at evil-jobs. example/now"),
        ("EVIL.EXAMPLE and a.b.example", "EVIL. EXAMPLE and a.b. example"),
        ("ftp://evil.example tg://x.example", "ftp://evil. example tg://x. example"),
        ("работа.example и работа.рф", "работа. example и работа. рф"),
        ("https://fairwatch.example/a.b?c=d.e", "https://fairwatch.example/a.b?c=d.e"),
        ("Pay 1.500. Ask. No. 7, e.g. 3.5 h", "Pay 1.500. Ask. No. 7, e.g. 3.5 h"),
    ],
)
def test_words_of_strangers_call_nobody_and_link_nowhere(text: str, quiet: str) -> None:
    assert apprise._quiet(text) == quiet
