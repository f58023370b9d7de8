"""Webhooks as Standard Webhooks describe them: a signed POST of JSON, never to a private address, never following a redirect."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta

import requests
from django.conf import settings
from requests_hardened import Config, Manager
from requests_hardened.ip_filter import InvalidIPAddress
from standardwebhooks import Webhook

from alerts.channels.base import Channel, GoneError, Message, PermanentError, TemporaryError, reference
from alerts.deadline import within

GONE = 410
LONGEST_WAIT = timedelta(hours=12)
"""A receiver that asks for a longer break is asked again after this."""

# a refused address is one of the answers that the outbox notes; the library would log it a second time, as an error
logging.getLogger("requests_hardened").setLevel(logging.CRITICAL)


class WebhookChannel(Channel):
    """A connection of its own for each message: receivers are many and each gets few."""

    def __init__(self, *, timeout: float, loopback: bool) -> None:
        self._timeout = timeout
        self._manager = Manager(
            Config(
                ip_filter_enable=True,
                ip_filter_allow_loopback_ips=loopback,
                never_redirect=True,
                default_timeout=(timeout, timeout),
                user_agent_override="Fairwatch-Webhook/1",
            )
        )

    def send(self, message: Message) -> None:
        """See ``Channel.send``. 2xx is taken, 410 ends the webhook, everything else is temporary (a receiver may be mended)."""
        headers, body = headers_of(message), message.payload.encode()

        def post() -> tuple[int, str]:
            with self._manager.send_request("POST", message.to, data=body, headers=headers, stream=True) as response:
                return response.status_code, response.headers.get("Retry-After", "")

        try:
            # the library's limit counts anew with each byte; this one does not
            status, retry_after = within(2.5 * self._timeout, post)
        except InvalidIPAddress as error:
            raise PermanentError("the address leads to a private network, which no webhook may; change it") from error
        except requests.exceptions.InvalidURL as error:
            raise PermanentError("the address cannot be read; change it") from error
        except (requests.exceptions.RequestException, OSError) as error:
            raise TemporaryError(f"the receiver did not answer: {type(error).__name__}") from error
        if status == GONE:
            raise GoneError("the receiver answered 410: it wants no more; the webhook was switched off")
        if not 200 <= status < 300:
            raise TemporaryError(f"the receiver answered {status}", wait=_wait(retry_after))


def channel() -> Channel:
    """The webhook channel."""
    return WebhookChannel(timeout=settings.WEBHOOK_TIMEOUT, loopback=settings.WEBHOOK_LOOPBACK)


def webhook_id(key: str) -> str:
    """The ``webhook-id`` of an idempotency key: a repeat carries the same one, a receiver that keeps ids drops it."""
    return f"msg_{reference(key)}"


def headers_of(message: Message) -> dict[str, str]:
    """What Standard Webhooks ask for: id, time of this attempt, one signature a secret."""
    # the library takes whatever zone it gets for UTC
    at, identity = (message.at or datetime.now(UTC)).astimezone(UTC), webhook_id(message.key)
    signatures = [Webhook(each).sign(msg_id=identity, timestamp=at, data=message.payload) for each in message.secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": identity,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _wait(retry_after: str) -> timedelta | None:
    """The break that a receiver asks for in seconds; a date is not read, our own waiting times are long enough."""
    if not retry_after.isascii() or not retry_after.isdecimal():
        return None
    return min(timedelta(seconds=int(retry_after[:9])), LONGEST_WAIT)
