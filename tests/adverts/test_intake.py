from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adverts import intake, vault
from adverts.models import Advert, AdvertVersion, Contact, LandingFile, Reject, VaultEntry
from nlp import contacts

pytestmark = pytest.mark.django_db

Write = Callable[..., Path]
Line = Callable[..., dict[str, Any]]


def take(folder: Path, now: datetime) -> intake.Counts:
    return intake.ingest(folder, contacts=contacts, now=now)


def test_a_new_advert_is_taken_once(landing: Write, line: Line, now: datetime) -> None:
    folder = landing(line())
    assert take(folder, now).new == 1
    assert take(folder, now).lines == 0
    assert AdvertVersion.objects.get().event == "created"


def test_good_lines_go_on_beside_bad_ones(landing: Write, line: Line, now: datetime) -> None:
    folder = landing(line(), b"{broken", line(url="https://board.example/jobs/2", text=""), line(url="https://board.example/jobs/3"))
    counts = take(folder, now)
    assert (counts.new, counts.rejected) == (2, 2)
    second, third = Reject.objects.order_by("line")
    assert (second.line, second.field, third.line, third.field) == (2, "line", 3, "text")
    assert second.file.endswith("a.jsonl")
    assert all(reject.remedy and reject.reason for reject in (second, third))


def test_an_unfinished_line_waits(landing: Write, line: Line, now: datetime) -> None:
    folder = landing(line())
    target = next(folder.rglob("*.jsonl"))
    with target.open("ab") as out:
        out.write(b'{"source": "test-board", "url"')
    assert take(folder, now).new == 1
    assert take(folder, now).lines == 0
    with target.open("ab") as out:
        out.write(b': "https://board.example/jobs/9", "text": "Waiter in Riga", "seen_at": "2026-05-01T08:00:00+00:00"}\n')
    assert take(folder, now).new == 1
    assert LandingFile.objects.get().offset == target.stat().st_size


def test_a_change_makes_a_version_that_says_what(landing: Write, line: Line, now: datetime) -> None:
    later = (now + timedelta(days=1)).isoformat()
    landing(line(pay={"raw": "900 EUR"}))
    counts = take(landing(line(pay={"raw": "700 EUR"}, place="Liepaja", seen_at=later)), now)
    assert (counts.new, counts.changed) == (1, 1)
    version = AdvertVersion.objects.get(event="changed")
    assert version.changes == {"place": ["Riga", "Liepaja"], "pay_raw": ["900 EUR", "700 EUR"]}


def test_an_unchanged_advert_makes_none(landing: Write, line: Line, now: datetime) -> None:
    later = now + timedelta(days=1)
    counts = take(landing(line(), line(seen_at=later.isoformat()), line(event="unchanged", text=None, seen_at=later.isoformat())), now)
    assert (counts.new, counts.changed, counts.unchanged) == (1, 0, 2)
    assert AdvertVersion.objects.count() == 1
    assert Advert.objects.get().seen_at == later


def test_vanished_and_returned(landing: Write, line: Line, now: datetime) -> None:
    gone, back = now + timedelta(days=1), now + timedelta(days=2)
    lines = (
        line(),
        line(event="gone", status=410, reason="Gone", seen_at=gone.isoformat()),
        line(event="gone", status=404, seen_at=gone.isoformat()),
    )
    assert take(landing(*lines), now).closed == 1
    assert Advert.objects.get().closed_at == gone
    assert take(landing(line(seen_at=back.isoformat())), now).returned == 1
    assert Advert.objects.get().closed_at is None
    assert [version.event for version in AdvertVersion.objects.order_by("number")] == ["created", "closed", "returned"]


def test_an_old_line_does_not_undo_a_newer_one(landing: Write, line: Line, now: datetime) -> None:
    newer = line(text="Cook\nNew words of this advert", seen_at=(now + timedelta(days=1)).isoformat())
    counts = take(landing(newer, line(), line(event="gone", seen_at=(now - timedelta(days=1)).isoformat())), now)
    assert (counts.new, counts.changed, counts.closed) == (1, 0, 0)
    assert Advert.objects.get().text.endswith("New words of this advert")


def test_contacts_are_masked_everywhere_and_clear_in_the_vault_alone(landing: Write, line: Line, now: datetime) -> None:
    number, address = "+44 7700 900123", "boss@amber.example"
    text = f"Cook\nCall {number} or write to {address}."
    take(landing(line(text=text, title=f"Cook {number}", employer=f"Amber {address}", pay={"raw": f"ask {number}"})), now)
    advert = Advert.objects.get()
    stored = repr([list(Advert.objects.values()), list(AdvertVersion.objects.values()), list(Contact.objects.values())])
    assert "900123" not in stored.replace(" ", "")
    assert address not in stored
    assert len(advert.text) == len(text)
    assert {vault.reveal(entry.contact_id) for entry in VaultEntry.objects.all()} >= {"boss@amber.example"}
    assert [advert.text[c["start"] : c["end"]] for c in advert.contacts] == [c["masked"] for c in advert.contacts]


def test_the_same_contact_has_one_key(landing: Write, line: Line, now: datetime) -> None:
    take(
        landing(line(text="Cook, call +48 512 000 000"), line(url="https://board.example/jobs/2", text="Maid, call +48 (512) 000-000")), now
    )
    assert Contact.objects.count() == 1
    assert Contact.objects.get().advert_links.count() == 2


def test_files_are_taken_in_order_of_time(landing: Write, line: Line, now: datetime) -> None:
    landing(line(text="Cook\nsecond state", seen_at=(now + timedelta(days=1)).isoformat()), name="20260502T080000Z-b.jsonl")
    counts = take(landing(line(), name="20260501T080000Z-z.jsonl"), now)
    assert (counts.new, counts.changed) == (1, 1)
