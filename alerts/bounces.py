"""Mails that came back: reads delivery reports (RFC 3464) and stops e-mail to an address that there is no more.

Bounce mail is written by strangers. It counts only where it names a message of ours by its Message-ID, which cannot be guessed, is
never shown, and changes nothing but whether mails go to that one address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from email.parser import BytesParser, Parser
from enum import StrEnum

from django.db import transaction

from adverts.audit import record
from alerts.models import Delivery, Subscription

LARGEST = 1_000_000
"""Bytes of one mail; a larger one is passed over unread."""

CAME_BACK = "came back:"
"""Begins the note on a delivery whose mail came back."""

_STATUS = re.compile(r"\s*([245])\.(\d{1,3})\.(\d{1,3})")
_OURS = re.compile(r"<([0-9a-f]{40})@[^<>\s]{1,255}>")
_ABOUT_THE_MAIL = frozenset({"5.2.2", "5.2.3", "5.3.4"})
"""Mailbox full, message too long: says nothing of whether the address is good."""


class Outcome(StrEnum):
    """What became of one mail that was read."""

    STOPPED = "stopped"
    """A hard bounce: no more e-mail to that address."""
    NOTED = "noted"
    """A bounce that may pass: noted on the delivery."""
    KNOWN = "known"
    """Noted before, or of an address that has been changed since."""
    NOT_OURS = "not-ours"
    """No delivery report, or one that names no message of ours."""
    TOO_LARGE = "too-large"


@dataclass(frozen=True, slots=True)
class Bounce:
    """One delivery report that says that a mail was not delivered."""

    reference: str
    """What the Message-ID of the mail was made of."""
    status: str
    """Enhanced status code (RFC 3463), like 5.1.1."""

    @property
    def hard(self) -> bool:
        """Whether the address itself is no good. A refusal by policy (5.7) is about us, not about the address."""
        return self.status.startswith("5.") and not self.status.startswith("5.7.") and self.status not in _ABOUT_THE_MAIL


def read(raw: bytes) -> Bounce | None:
    """The bounce that a mail reports; None for any other mail, however broken."""
    try:
        mail = BytesParser().parsebytes(raw)
        return _bounce(mail)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError):
        # the parser of the standard library is not proof against every malformed mail
        return None


def take(raw: bytes, *, now: datetime) -> Outcome:
    """Read one mail and act on it."""
    if len(raw) > LARGEST:
        return Outcome.TOO_LARGE
    bounce = read(raw)
    return note(bounce, now=now) if bounce is not None else Outcome.NOT_OURS


@transaction.atomic
def note(bounce: Bounce, *, now: datetime) -> Outcome:
    """Write a bounce down and, where it is a hard one, stop e-mail to the address. A second report of one message changes nothing."""
    delivery = (
        Delivery.objects.select_for_update(of=("self",))
        .select_related("subscription")
        .filter(reference=bounce.reference, channel="email", state=Delivery.SENT)
        .first()
    )
    if delivery is None:
        return Outcome.NOT_OURS
    if delivery.last_error.startswith(CAME_BACK) or not _of_present_address(delivery):
        return Outcome.KNOWN
    Delivery.objects.filter(pk=delivery.pk).update(last_error=f"{CAME_BACK} {bounce.status}")
    if not bounce.hard:
        return Outcome.NOTED
    changed = Subscription.objects.filter(pk=delivery.subscription_id, bounced_at=None)
    if changed.update(bounced_at=now, bounced_why=bounce.status):
        detail = {"delivery": delivery.pk, "status": bounce.status}
        record(
            actor="system:alerts", action="subscription.bounced", subject=f"subscription:{delivery.subscription_id}", at=now, detail=detail
        )
    return Outcome.STOPPED


@transaction.atomic
def try_again(subscription: Subscription, *, by: str, now: datetime) -> None:
    """Send e-mail to the address again; the next bounce stops it again."""
    if Subscription.objects.filter(pk=subscription.pk, bounced_at__isnull=False).update(bounced_at=None, bounced_why=""):
        record(actor=by, action="subscription.email-resumed", subject=f"subscription:{subscription.pk}", at=now)


def _of_present_address(delivery: Delivery) -> bool:
    subscription = delivery.subscription
    if delivery.kind == Delivery.CONFIRM:
        return bool(subscription.address) and delivery.key == f"confirm:{subscription.pk}:{subscription.confirm_number}"
    return subscription.confirmed_at is not None and delivery.made_at >= subscription.confirmed_at


def _bounce(mail: Message) -> Bounce | None:
    if mail.get_content_type() != "multipart/report" or mail.get_param("report-type") != "delivery-status":
        return None
    # the report's own parts alone: what lies deeper is somebody's mail
    parts = [part for part in mail.get_payload() if isinstance(part, Message)] if mail.is_multipart() else []
    status = next((found for part in parts for found in _failures(part)), "")
    reference = next((found for part in parts if (found := _named(part))), "")
    return Bounce(reference, status) if status and reference else None


def _failures(part: Message) -> Iterator[str]:
    """Status codes of the recipients whom it could not be delivered to."""
    blocks = part.get_payload()
    if part.get_content_type() != "message/delivery-status" or not isinstance(blocks, list):
        return
    for block in blocks:
        if not isinstance(block, Message):
            continue
        found = _STATUS.match(str(block.get("Status", "")))
        if found is not None and found[1] != "2" and str(block.get("Action", "")).strip().lower() == "failed":
            yield ".".join(found.groups())


def _named(part: Message) -> str:
    """The reference in the Message-ID of the mail that came back, given whole or by its headers."""
    kind, payload = part.get_content_type(), part.get_payload()
    first = payload[0] if isinstance(payload, list) and payload else None
    if kind == "message/rfc822" and isinstance(first, Message):
        headers = first
    elif kind == "text/rfc822-headers":
        text = part.get_payload(decode=True)
        headers = Parser().parsestr(text.decode("ascii", "replace") if isinstance(text, bytes) else "", headersonly=True)
    else:
        return ""
    found = _OURS.search(str(headers.get("Message-ID", "")))
    return found[1] if found is not None else ""
