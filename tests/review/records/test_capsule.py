"""A capsule is whole, the same for the same moment, readable, and says what it lacks; hostile adverts stay words in it."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import bagit
import pytest
from django.contrib.auth.models import User
from django.db import connection
from warcio.archiveiterator import ArchiveIterator

from adverts.models import Advert, AuditEntry
from review.records import capsule, unmasking
from review.records.models import CapsuleExport
from settings.env import ROOT, current
from tests.review.records.scenes import MASKED, PHONE, captured, with_phone
from tests.review.scenes import NOW, TEXT, advert, assess
from tests.review.test_pages_hostile import HOSTILE

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=1)


@contextmanager
def made(row: Advert, user: User, *, language: str = "en", **more: Any) -> Iterator[capsule.Capsule]:
    with capsule.spool() as folder:
        yield capsule.make(row, folder=folder, user=user, language=language, made_at=more.pop("made_at", LATER), **more)


def contents(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name.partition("/")[2]: archive.read(name) for name in archive.namelist()}


def verify(path: Path, *args: str) -> tuple[int, str]:
    """The shipped script in a process of its own, with nothing but the standard library."""
    script = ROOT / "review/records/verify.py"
    done = subprocess.run([sys.executable, "-I", "-S", str(script), str(path), *args], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_a_capsule_holds_everything_and_verifies(anna: User, tmp_path: Path) -> None:
    row = captured()
    with made(row, anna) as one:
        found = contents(one.path)
        status, said = verify(one.path, "--expect", one.fingerprint)
        assert (status, said.splitlines()[-1]) == (0, "All is as it was and as expected.")
        with zipfile.ZipFile(one.path) as archive:
            archive.extractall(tmp_path / "unpacked")
        assert hashlib.sha256(one.path.read_bytes()).hexdigest() == one.sha256
    (folder,) = (tmp_path / "unpacked").iterdir()
    assert bagit.Bag(str(folder)).validate()
    inside = subprocess.run([sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False)
    assert inside.returncode == 0, inside.stdout
    assert {name for name in found if name.startswith("data/")} == {
        "data/advert.json", "data/audit.jsonl", "data/capture-chain.jsonl", "data/captures.warc.gz", "data/collection-log.jsonl",
        "data/findings.json", "data/sheet.html", "data/sheet.pdf", "data/sheet.txt",
    }  # fmt: skip
    with (folder / "data/captures.warc.gz").open("rb") as stream:
        assert [record.rec_type for record in ArchiveIterator(stream)] == ["response", "request"]
    assert json.loads(found["data/findings.json"])["indicators"][0]["quote"] == "deposit of 300 EUR"
    assert found["data/capture-chain.jsonl"].count(b"\n") == 1
    assert "Indicators seen" in found["data/sheet.txt"].decode()


def test_copied_records_are_the_bytes_of_the_capture_file(anna: User) -> None:
    row = captured()
    with made(row, anna) as one:
        copied = contents(one.path)["data/captures.warc.gz"]
    original = (current().captures_dir / row.capture_file).read_bytes()
    assert original[row.capture_offset :] == copied


def test_the_same_moment_gives_the_same_bytes_and_another_one_says_so(anna: User) -> None:
    row = captured()
    with made(row, anna) as one, made(row, anna) as two, made(row, anna, made_at=LATER + timedelta(hours=1)) as three:
        first, second, third = (contents(path.path) for path in (one, two, three))
        assert one.path.read_bytes() == two.path.read_bytes()
    differing = {name for name in first if first[name] != third[name]}
    own = {"data/advert.json", "data/audit.jsonl", "data/sheet.html", "data/sheet.pdf", "data/sheet.txt"}
    assert differing - {"bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt"} == own
    assert first == second


def test_each_export_is_written_down_with_what_it_was(anna: User) -> None:
    with made(captured(), anna) as one:
        entry = AuditEntry.objects.get(action="capsule.exported")
    row = CapsuleExport.objects.get()
    assert (entry.actor, entry.detail["fingerprint"], row.fingerprint) == ("anna", one.fingerprint, one.fingerprint)


def test_without_a_capture_it_says_so(anna: User) -> None:
    row = advert(at=NOW - timedelta(days=1))
    assess(row)
    with made(row, anna) as one:
        found = contents(one.path)
        assert verify(one.path)[0] == 0
    assert "There is no capture of the page in this capsule" in found["data/sheet.txt"].decode()
    assert json.loads(found["data/collection-log.jsonl"])["missing"] == "cannot be read: FileNotFoundError"
    assert found["data/captures.warc.gz"] == b""


def test_contacts_are_masked_unless_granted(anna: User, client: Any) -> None:
    from adverts.access import Role
    from tests.review.scenes import person

    row = captured(f"{TEXT} Call {MASKED}", body=b"<p>no number here</p>")
    key = with_phone(row)
    with made(row, anna) as one:
        for name, content in contents(one.path).items():
            assert PHONE.encode() not in content, name
    asked = unmasking.ask(advert_id=row.pk, contact_id=key, user=anna, reason="identify", note="", now=NOW)
    unmasking.decide(asked.pk, user=person("cust", Role.CUSTODIAN), minutes=30, answer="", now=NOW)
    with made(row, anna, requests=unmasking.granted(user=anna, advert_id=row.pk, now=LATER)) as one:
        found = contents(one.path)
    assert PHONE in found["data/sheet.txt"].decode()
    assert PHONE in found["data/sheet.html"].decode()
    assert AuditEntry.objects.filter(action="contact.shown").count() == 1
    assert PHONE not in json.dumps(list(AuditEntry.objects.values("detail")))


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_sheet_is_in_the_readers_language_with_titles_of_the_catalogue(anna: User, language: str) -> None:
    with made(captured(), anna, language=language) as one:
        html = contents(one.path)["data/sheet.html"].decode()
    title = {"en": "Deposit, guarantee or bond asked from the worker", "ar": "طلب وديعة أو ضمان مالي من العامل"}[language]
    assert title in html
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html


@pytest.mark.skipif(shutil.which("pdffonts") is None, reason="needs poppler-utils (apt install poppler-utils)")
def test_the_pdf_is_tagged_and_embeds_every_script(anna: User, tmp_path: Path) -> None:
    text = "Pay a deposit. نحتفظ بجواز السفر. पासपोर्ट जमा करें। আমরা পাসপোর্ট রাখি। 我们保留护照。 ጊዜ"
    with made(captured(text), anna) as one:
        pdf = contents(one.path)["data/sheet.pdf"]
    assert pdf.startswith(b"%PDF-")
    file = tmp_path / "sheet.pdf"
    file.write_bytes(pdf)
    about = subprocess.run(["pdfinfo", str(file)], capture_output=True, text=True, check=True).stdout
    assert "pdfuaid:part" in subprocess.run(["pdfinfo", "-meta", str(file)], capture_output=True, text=True, check=True).stdout
    assert re.search(r"Tagged:\s+yes", about)
    assert re.search(r"Title:\s+Evidence sheet: Packers wanted", about)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert all(re.search(r"yes\s+yes\s+yes\s+\d+", line) for line in fonts), fonts
    # shaped letters come out of a PDF in another order, so the fonts that drew them are asked for
    for script in ("Arabic", "Devanagari", "Bengali", "CJK", "Ethiopic"):
        assert any(script in line for line in fonts), (script, fonts)
    words = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    for word in ("deposit", "我们保留护照", "ጊዜ"):
        assert word in words, (word, words)


@pytest.mark.parametrize("kind", [*HOSTILE, "long line", "fetch"])
def test_hostile_adverts_are_exported_harmlessly(anna: User, kind: str) -> None:
    more = {
        "long line": "A" * 190_000,
        "fetch": "<img src=file:///etc/passwd><link rel=attachment href=file:///etc/hostname><style>@import url(http://127.0.0.1:1/)</style>",
    }
    words = (HOSTILE | more)[kind]
    if connection.vendor == "postgresql":
        words = words.replace("\x00", "")  # intake replaces it, and this ledger refuses it
    row = captured(f"{words}\nPay a deposit of 300 EUR\n{words}"[:200_000], title=words[:300], employer=words[:300], place=words[:300])
    with made(row, anna) as one:
        found = contents(one.path)
        status, said = verify(one.path)
    assert status == 0, said
    html = found["data/sheet.html"].decode()
    assert not re.search(r"<(script|img|form|input|link|iframe)\b", html)
    assert html.count("<style>") == 1
    hidden = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    assert not re.search(hidden, html)
    assert not re.search(hidden, found["data/sheet.txt"].decode())
    assert b"root:x:0" not in found["data/sheet.pdf"]
