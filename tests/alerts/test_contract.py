"""What every channel must do, tried on each one there is with a real other side."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
from aiosmtpd.controller import Controller
from django.test import override_settings

from alerts.channels import load, names
from alerts.channels.base import Channel, DeliveryError, Message, PermanentError, TemporaryError
from tests.alerts.receivers import Receiver, receiver
from tests.alerts.test_channels import _free_port

# a plugin of Apprise imports a module of Python that is to go
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated:DeprecationWarning")

AT = datetime(2026, 11, 3, 7, 5, tzinfo=UTC)


class OtherSide(Protocol):
    """Whoever takes what a channel hands over."""

    to: str

    def say(self, what: str) -> None:
        """Answer the next hand-over with ``busy``, ``slow``, ``broken`` or ``never``."""

    def ids(self) -> list[str]:
        """Ids of the messages taken, in order."""

    def asked(self) -> int:
        """How often it was asked."""


@dataclass
class Mails:
    """An SMTP server."""

    to: str = "amina@union.example"
    _ids: list[str] = field(default_factory=list)
    _asked: int = 0
    _next: str = ""

    def say(self, what: str) -> None:
        self._next = what

    def ids(self) -> list[str]:
        return self._ids

    def asked(self) -> int:
        return self._asked

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        self._asked += 1
        if self._next == "never":
            self._next = ""
            return "550 no such address"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        said, self._next = self._next, ""
        if said in {"busy", "slow"}:
            return "451 later"
        if said == "broken":
            session.transport = None
            server.transport.abort()
            return "421 gone"
        text = envelope.original_content.decode()
        self._ids.append(next(line for line in text.splitlines() if line.lower().startswith("message-id")))
        return "250 taken"


@dataclass
class Hooks:
    """A webhook's receiver."""

    kept: Receiver

    @property
    def to(self) -> str:
        return self.kept.url

    def say(self, what: str) -> None:
        answers = {"busy": (429, {"Retry-After": "7"}, 0), "slow": (200, {}, 1.5), "broken": (0, {}, 0), "never": (410, {}, 0)}
        self.kept.answers(answers[what])

    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.kept.arrived]

    def asked(self) -> int:
        return self.kept.asked


@dataclass
class Chats:
    """A service that Apprise posts JSON to."""

    kept: Receiver

    @property
    def to(self) -> str:
        return self.kept.url.replace("http://", "json://") + "?rto=0.4&cto=0.4"

    def say(self, what: str) -> None:
        answers = {"busy": (429, {"Retry-After": "7"}, 0), "slow": (200, {}, 1.5), "broken": (0, {}, 0)}
        self.kept.answers(answers[what])

    def ids(self) -> list[str]:
        return [json.loads(each.body)["message"].splitlines()[-1] for each in self.kept.arrived]

    def asked(self) -> int:
        return self.kept.asked


@dataclass
class Nobody:
    """The feed hands nothing over."""

    to: str = ""
    count: int = 0

    def say(self, what: str) -> None:
        raise NotImplementedError

    def ids(self) -> list[str]:
        return []

    def asked(self) -> int:
        return 0


@pytest.fixture(params=names())
def side(request: pytest.FixtureRequest) -> Iterator[tuple[Channel, OtherSide]]:
    name = request.param
    if name == "apprise":
        pytest.importorskip("apprise", reason="the optional package apprise is not installed (pip install apprise)")
    with receiver() as kept:
        mails, port = Mails(), _free_port()
        controller = Controller(mails, hostname="127.0.0.1", port=port, ready_timeout=30)
        controller.start()
        sides: dict[str, OtherSide] = {"email": mails, "webhook": Hooks(kept), "feed": Nobody(), "apprise": Chats(kept)}
        backend = "django.core.mail.backends.smtp.EmailBackend"
        with override_settings(
            EMAIL_BACKEND=backend,
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=port,
            DEFAULT_FROM_EMAIL="Fairwatch <alerts@fairwatch.example>",
            WEBHOOK_LOOPBACK=True,
            WEBHOOK_TIMEOUT=0.4,
        ):
            channel = load(name)
            yield channel, sides[name]  # a channel without another side here fails: it needs one
            channel.close()
        controller.stop()


def message(side: OtherSide, key: str = "digest:1:x:2026-11-03", **fields: Any) -> Message:
    given = {"payload": '{"type":"alert.test"}', "secrets": ("whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0",), "at": AT}
    return Message(key, side.to, "Subject", "Text", "<p>Text</p>", "en", **{**given, **fields})


def test_what_is_taken_returns_and_a_repeat_is_recognisable(side: tuple[Channel, OtherSide]) -> None:
    channel, other = side
    for key in ("a", "a", "b"):
        channel.send(message(other, key))
    if not isinstance(other, Nobody):
        first, again, second = other.ids()
        assert first == again != second


@pytest.mark.parametrize("how", ["busy", "slow", "broken"])
def test_a_passing_fault_is_temporary_told_once_and_over(side: tuple[Channel, OtherSide], how: str) -> None:
    channel, other = side
    if isinstance(other, Nobody):
        pytest.skip("the feed asks nobody")
    other.say(how)
    with pytest.raises(TemporaryError) as caught:
        channel.send(message(other))
    assert len(str(caught.value)) > 10
    assert other.asked() == 1  # the outbox tries again, no channel does
    time.sleep(0.01)
    channel.send(message(other, "next"))
    assert other.asked() == 2


def test_a_lasting_refusal_is_permanent(side: tuple[Channel, OtherSide]) -> None:
    channel, other = side
    if isinstance(other, Nobody):
        pytest.skip("the feed asks nobody")
    if isinstance(other, Chats):
        pytest.skip("Apprise does not say whether a refusal lasts")
    other.say("never")
    with pytest.raises(PermanentError):
        channel.send(message(other))
    channel.send(message(other, "next"))
    assert len(other.ids()) == 1


def test_nobody_there_is_temporary(side: tuple[Channel, OtherSide]) -> None:
    channel, other = side
    if isinstance(other, Nobody):
        pytest.skip("the feed asks nobody")
    closed = f"http://127.0.0.1:{_free_port()}/"
    with override_settings(EMAIL_PORT=_free_port()):
        fresh = load("email") if isinstance(other, Mails) else channel
        with pytest.raises(TemporaryError):
            fresh.send(message(Mails() if isinstance(other, Mails) else type(other)(Receiver(url=closed))))


@pytest.mark.parametrize("text", ["", "\u202eevil\u200b", "a\r\nBcc: x@union.example", "x" * 20_000, "نص 🙂"])
def test_hostile_words_raise_nothing_but_delivery_errors(side: tuple[Channel, OtherSide], text: str) -> None:
    channel, other = side
    hostile = Message("k", other.to, text.replace("\r\n", " "), text, text, "en", payload=text, secrets=message(other).secrets, at=AT)
    try:
        channel.send(hostile)
    except DeliveryError:
        return
    if isinstance(other, Hooks):
        assert other.kept.arrived[0].body == text


def test_closing_twice_is_no_fault(side: tuple[Channel, OtherSide]) -> None:
    channel, other = side
    channel.send(message(other))
    channel.close()
    channel.close()
