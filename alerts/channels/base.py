"""The port of all channels: what a channel is given, what it must do, how it fails."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from adverts.records import FairwatchError


class DeliveryError(FairwatchError):
    """A message was not taken."""


class TemporaryError(DeliveryError):
    """Worth another try later: refused for now, timed out, busy."""


class PermanentError(DeliveryError):
    """Will never work as it is: no such address, no such channel."""


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
