"""Chats and other services by Apprise, at addresses that the operator alone writes into ``FAIRWATCH_APPRISE``.

No person types them into a page: an address may lead anywhere, into the own network too. Everybody in a chat reads along, so a chat is
told of nothing that is restricted to anybody, and gets no link that stops the subscription.
The package ``apprise`` is optional and loaded at the first message.
"""

from __future__ import annotations

import logging
import re
from importlib import import_module
from types import ModuleType
from typing import Any

from alerts.channels.base import Channel, Message, PermanentError, TemporaryError, reference
from alerts.deadline import within
from settings.env import current

LONGEST = 25.0
"""Seconds a service may take; far below the lease of a row of the outbox."""

_LOUD = str.maketrans({"@": "＠", "<": "‹", ">": "›"})
"""Signs with which services call everybody or set links: adverts are written by strangers."""
_NAME = re.compile(r"(https?://\S+)|(?<=\w)\.(?=[^\W\d_]{2})")
"""A dot inside a bare name of the web, of which chats make links. Links with http are ours: an advert's are taken out of its title."""


class Chat(Channel):
    """Opens a connection for each message."""

    def send(self, message: Message) -> None:
        """See ``Channel.send``. Apprise says no more than that a service did not take a message: every failure counts as passing."""
        apprise = _package()
        # one notification, tried once: the outbox tries again
        plugin = apprise.Apprise.instantiate(message.to, suppress_exceptions=True)
        if plugin is None:
            raise PermanentError("the address of the chat is none that Apprise can use; correct it in FAIRWATCH_APPRISE")
        plugin.overflow_mode = apprise.OverflowMode.SPLIT
        chat = apprise.Apprise()
        chat.add(plugin)

        def notify() -> Any:
            body = f"{_quiet(message.text)}\n\n[{marked(message.key)}]"
            return chat.notify(body, title=_quiet(message.subject), body_format=apprise.NotifyFormat.TEXT)

        try:
            taken = within(LONGEST, notify)
        except OSError as error:
            raise TemporaryError(f"the chat's service did not answer: {type(error).__name__}") from error
        if not taken:
            raise TemporaryError("the chat's service did not take it; try the address with the command line of Apprise")


def channel() -> Channel:
    """The channel of chats."""
    return Chat()


def address(subscription_id: int) -> str:
    """Where a subscription's chat is; empty where it has none."""
    return current().chats.get(subscription_id, "")


def marked(key: str) -> str:
    """What ends a message of this idempotency key, so that readers know a repeat when they see one."""
    return f"Fairwatch {reference(key)[:10]}"


def _package() -> ModuleType:
    try:
        made = import_module("apprise")
    except ImportError as error:
        raise TemporaryError(
            "FAIRWATCH_APPRISE is set but the package apprise is not installed; install it (pip install apprise)"
        ) from error
    # what it logs we note on the delivery; its lines can hold addresses with keys in them
    logging.getLogger("apprise").setLevel(logging.CRITICAL)
    return made


def _quiet(text: str) -> str:
    return _NAME.sub(lambda found: found[1] or ". ", text).translate(_LOUD).replace("](", "] (")
