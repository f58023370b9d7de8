"""Turns a digest into a finished message: subject, plain text, HTML with its styles put inline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import css_inline
from django.template.loader import render_to_string

from alerts.channels.base import Message
from alerts.digest import Digest
from alerts.masking import one_line
from alerts.phrases import parts, subject
from alerts.wording import Wording, wording


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a message is for and the links it carries."""

    name: str
    """Name of the subscription, the subscriber's own words."""
    to: str
    language: str
    zone: str
    manage_url: str
    unsubscribe_url: str
    urls: dict[str, str]
    """Cluster id -> its page."""


def digest_message(digest: Digest, *, reader: Reader, key: str, now: datetime, again: bool = False) -> Message:
    """The message that tells a digest; ``key`` is the idempotency key of its outbox row, ``again`` marks one that is sent once more."""
    words = wording(reader.language)
    day = words.date(now.astimezone(ZoneInfo(reader.zone)).date())
    context = {
        "reader": reader,
        "words": words.texts,
        "language": words.language,
        "direction": words.direction,
        "intro": words.text("intro", name=reader.name, date=day) + (f" {words.text('again_intro')}" if again else ""),
        "parts": parts(digest, words=words, now=now, zone=reader.zone, urls=reader.urls),
        "more": words.text("more", n=digest.more) if digest.more else "",
    }
    line = subject(digest, name=reader.name, words=words)
    if again:
        line = one_line(words.text("again_subject", subject=line), longest=170)
    return _message("digest", context, line=line, reader=reader, key=key, words=words)


def confirm_message(*, reader: Reader, key: str, confirm_url: str) -> Message:
    """The message that asks the owner of an address whether the subscription is wanted (double opt-in)."""
    words = wording(reader.language)
    context = {
        "reader": reader,
        "words": words.texts,
        "language": words.language,
        "direction": words.direction,
        "intro": words.text("confirm_text", name=reader.name),
        "confirm_url": confirm_url,
    }
    return _message("confirm", context, line=words.text("confirm_subject"), reader=reader, key=key, words=words)


def idle_message(*, reader: Reader, key: str, keep_url: str) -> Message:
    """The message that asks after a year whether the subscription is still wanted."""
    words = wording(reader.language)
    context = {
        "reader": reader,
        "words": {**words.texts, "confirm_link": words.text("doors.keep_button")},
        "language": words.language,
        "direction": words.direction,
        "intro": words.text("idle_text", name=reader.name),
        "confirm_url": keep_url,
    }
    return _message("confirm", context, line=words.text("idle_subject"), reader=reader, key=key, words=words, stops=True)


def report_message(counts: Sequence[tuple[str, int]], month: date, *, reader: Reader, key: str) -> Message:
    """The monthly report: counts by their names under ``report`` in the words of messages."""
    words = wording(reader.language)
    values = {"name": reader.name, "month": words.month(month)}
    context = {
        "reader": reader,
        "words": words.texts,
        "language": words.language,
        "direction": words.direction,
        "intro": words.text("report.intro", **values),
        "lines": [(words.text(f"report.{name}"), count) for name, count in counts],
    }
    line = one_line(words.text("report.subject", **values), longest=150)
    return _message("report", context, line=line, reader=reader, key=key, words=words, stops=True)


def _message(
    template: str, context: dict[str, object], *, line: str, reader: Reader, key: str, words: Wording, stops: bool = False
) -> Message:
    html = css_inline.inline(render_to_string(f"alerts/mail/{template}.html", context), load_remote_stylesheets=False)
    text = render_to_string(f"alerts/mail/{template}.txt", context)
    unsubscribe = reader.unsubscribe_url if stops or template == "digest" else ""
    return Message(key, reader.to, line, text, html, words.language, unsubscribe)
