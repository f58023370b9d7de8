"""The port of all channels: what a channel is given, what it must do, how it fails."""

from __future__ import annotations

import hashlib
import hmac
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from adverts.records import FairwatchError


class DeliveryError(FairwatchError):
    """A message was not taken."""


class TemporaryError(DeliveryError):
    """Worth another try later: refused for now, timed out, busy. ``wait`` is the break the other side asks for, if it does."""

    def __init__(self, message: str, *, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.wait = wait


class PermanentError(DeliveryError):
    """Will never work as it is: no such address, no such channel."""


class GoneError(PermanentError):
    """The other side wants nothing any more: this way is closed for later messages too."""


@dataclass(frozen=True, slots=True)
class Message:
    """One finished message to one subscriber."""

    key: str
    """Idempotency key of the outbox row."""
    to: str
    subject: str
    text: str
    html: str
    language: str
    unsubscribe_url: str = ""
    """One-click address; empty for messages that are no subscription (the confirmation)."""
    payload: str = ""
    """The message as JSON, for channels that programs read."""
    secrets: tuple[str, ...] = ()
    """What signs ``payload``, the present secret first."""
    at: datetime | None = None
    """When this attempt is made; stands in what is signed."""


def reference(key: str) -> str:
    """What the message ids of an idempotency key are made of: 40 hexadecimal digits that nobody else can guess.

    Whoever could guess them could write mails that look like bounces of it.
    """
    return hmac.new(settings.SECRET_KEY.encode(), f"alerts:message:{key}".encode(), hashlib.sha256).hexdigest()[:40]


class Channel(ABC):
    """A way to hand a message over.

    ``send`` returns once the other side has taken responsibility for the message, and only then. It is called one message at a
    time by one thread, again with an equal ``key`` after a crash, and must make such a repeat recognisable to the receiver
    by deriving its message id from ``key``. It keeps no copy and never retries by itself: the outbox does.
    """

    @abstractmethod
    def send(self, message: Message) -> None:
        """Hand one message over.

        Raises ``TemporaryError`` or ``PermanentError`` with what the other side said; nothing else for any answer of the other side.
        """

    def close(self) -> None:
        """Let go of connections; the channel is not used afterwards."""
        return None
