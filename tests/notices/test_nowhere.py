"""The property of properties: whatever is done in whatever order, words that are not approved leave nowhere."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from notices import reading, reminders, rules, sheets, spoken, workflow
from notices.content import Text
from notices.models import Notice, NoticeText
from tests.notices.scenes import ARABIC, ENGLISH, NOW, content, somebody

pytestmark = pytest.mark.django_db

PEOPLE = ("ana", "ben", "eva")
STATES = ("draft", "machine-draft", "human-checked", "native-approved")


def everything(client: Client) -> str:
    """All that somebody outside can get of notices, in one text."""
    addresses = [
        "/notices/",
        "/notices/?lang=ar",
        "/notices/?to=QA&in=ar",
        "/notices/corrections/",
        "/notices/fair-offer/",
        "/notices/check/",
    ]
    addresses += ["/notices/feed.atom", "/notices/feed.json", "/notices/sitemap.xml"]
    for slug in Notice.objects.values_list("slug", flat=True):
        addresses += [f"/notices/{slug}/cap.xml"]
        for code in ("en", "ar"):
            addresses += [f"/notices/{slug}/{code}/", f"/notices/{slug}/{code}/reply/"]
            addresses += [f"/notices/{slug}/{code}/spoken.{form}" for form in ("txt", "ssml")]
    pages = [client.get(address).content.decode() for address in addresses]
    sent = [f"{message.subject} {message.body}" for message in mail.outbox]
    return "\n".join([*pages, *sent])


class History:
    """A few notices and people who do things to them; each wording has a word of its own."""

    def __init__(self, seed: int) -> None:
        self.random, self.count, self.now = random.Random(seed), 0, NOW

    def text(self, base: Text, **given: Any) -> Text:
        self.count += 1
        word = f"secretword{self.count:04}x"
        fields = {"title": f"T {word}", "body": f"B {word}", "short": f"S {word}", "help_lines": f"H {word} | +1 555 010 0199"}
        return replace(base, **fields, **given)

    def act(self) -> None:
        self.now += timedelta(hours=self.random.choice((1, 5, 40)))
        by = somebody(self.random.choice(PEOPLE))
        rows = list(Notice.objects.all())
        try:
            if not rows or (len(rows) < 4 and self.random.random() < 0.2):
                self.create(by)
            else:
                self.touch(self.random.choice(rows), by)
        except workflow.RefusedError:
            pass

    def create(self, by: Any) -> None:
        texts = tuple(self.text(base, state=self.random.choice(STATES)) for base in (ENGLISH, ARABIC))
        slug = f"notice-{self.count}"
        until = self.now.date() + timedelta(days=self.random.choice((3, 20, 90)))
        source = self.random.choice(("en", ""))
        workflow.create(content(slug=slug, texts=texts, valid_until=until, source_language=source, to_country="QA"), by=by, now=self.now)

    def touch(self, row: Notice, by: Any) -> None:
        found, today = reading.content(row), self.now.date()
        kind = self.random.choice(
            ("change", "check", "check", "approve", "approve", "publish", "publish", "withdraw", "update", "alter", "remind")
        )
        if kind == "change":
            texts = tuple(self.text(text) if self.random.random() < 0.5 else text for text in found.texts)
            workflow.change(row, replace(found, texts=texts), by=by, now=self.now)
        elif kind == "check":
            text = self.random.choice(found.texts)
            to = self.random.choice(STATES[2:])
            workflow.check_text(row, text.language, to=to, by=by, seen=text.words, now=self.now)
        elif kind == "approve":
            workflow.approve(row, by=by, seen=found.digest(), now=self.now, today=today)
        elif kind == "publish":
            workflow.publish(row, by=by, now=self.now, today=today)
        elif kind == "withdraw" and self.random.random() < 0.3:
            workflow.withdraw(row, by=by, reason="taken back", now=self.now)
        elif kind == "update":
            workflow.start_update(row, type="correction", slug=f"{row.slug[:40]}-{self.count}", by=by, now=self.now)
        elif kind == "alter" and self.random.random() < 0.2:
            self.count += 1
            NoticeText.objects.filter(notice=row, language="en").update(body=f"secretword{self.count:04}x")
        elif kind == "remind":
            reminders.run(now=self.now, today=today)


def may_be_seen(today: Any) -> set[str]:
    """The words of texts that are approved, published, checked, not stale and not taken back, straight from the rows."""
    seen = set()
    for row in Notice.objects.all():
        found = reading.content(row)
        if row.withdrawn_at is None and row.published_at is not None and row.approved_hash == found.digest():
            assert rules.is_public(reading.standing(row), found, today=today)
            for text in found.texts:
                source = next((each for each in found.texts if each.language == found.source_language), None)
                stale = source is not None and text is not source and text.made_from not in {"", source.words}
                if text.state in {"human-checked", "native-approved"} and not stale:
                    seen |= words(f"{text.title} {text.body} {text.short} {text.help_lines}")
    return seen


def words(text: str) -> set[str]:
    return {piece for piece in text.replace("<", " ").replace(",", " ").replace("\n", " ").split() if piece.startswith("secretword")}


@pytest.mark.parametrize("seed", range(25))
def test_what_is_not_approved_leaves_nowhere(client: Client, seed: int) -> None:
    history = History(seed)
    for _ in range(5):
        for _ in range(8):
            history.act()
        with time_machine.travel(history.now, tick=False):
            whole = everything(client)
            allowed = may_be_seen(history.now.date())
        found = {f"secretword{piece[:5]}" for piece in whole.split("secretword")[1:]}
        assert found == allowed


def test_the_histories_are_worth_their_name(client: Client) -> None:
    """Some of them publish, some take back: else the property above would say nothing."""
    fates = set()
    for seed in range(8):
        history = History(seed)
        for _ in range(40):
            history.act()
        for row in Notice.objects.all():
            fates.add(rules.state(reading.standing(row), reading.content(row), today=history.now.date()))
        Notice.objects.all().update(supersedes=None)
        Notice.objects.all().delete()
    assert {rules.State.DRAFT, rules.State.PUBLISHED, rules.State.WITHDRAWN} <= fates


def test_no_print_of_what_is_not_out(client: Client) -> None:
    workflow.create(content(), by=somebody("ana"), now=NOW)
    for form in sheets.FORMS:
        assert client.get(f"/notices/farm-work/en/{form}.pdf").status_code == 404
    for form in spoken.FORMS:
        assert client.get(f"/notices/farm-work/en/spoken.{form}").status_code == 404
    assert client.post("/notices/farm-work/en/answers/", {"q0": "0"}).status_code == 404
