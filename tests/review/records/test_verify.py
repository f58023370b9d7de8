"""``verify.py`` passes every capsule, and finds and names each kind of tampering; the table below is the list."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import random
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from adverts import audit
from crawlers.warc import Exchange, exchange_records
from review.records import capsule, verify
from settings.env import ROOT
from tests.review.records.scenes import captured
from tests.review.scenes import NOW, TEXT

pytestmark = pytest.mark.django_db

Files = dict[str, bytes]
LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def whole(anna: User, tmp_path: Path) -> tuple[Path, str]:
    """A capsule with captures and audit entries, and its fingerprint."""
    row = captured()
    with transaction.atomic():
        for number in range(4):
            audit.record(actor="anna", action="viewed", subject=f"advert:{row.pk}", at=NOW, detail={"n": number})
    target = tmp_path / "whole.zip"
    with capsule.spool() as folder:
        made = capsule.make(row, folder=folder, user=anna, language="en", made_at=LATER)
        capsule.hand_out(made, target)
    return target, made.fingerprint


def run(path: Path, *args: str) -> tuple[int, str]:
    script = [sys.executable, "-I", "-S", str(ROOT / "review/records/verify.py"), str(path), *args]
    done = subprocess.run(script, capture_output=True, text=True, check=False)
    assert done.stderr == "" or done.returncode == 2, done.stderr
    return done.returncode, done.stdout


def unpack(path: Path) -> tuple[str, Files]:
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        return names[0].split("/")[0], {name.partition("/")[2]: archive.read(name) for name in names}


def entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    made.external_attr = 0o644 << 16
    return made


def pack(path: Path, folder: str, files: Files) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            archive.writestr(entry(f"{folder}/{name}"), files[name])


def renumbered(files: Files) -> Files:
    """All manifests made anew, as a careful forger would."""
    files = {name: content for name, content in files.items() if "manifest" not in name}
    data = sorted(name for name in files if name.startswith("data/"))
    files["manifest-sha256.txt"] = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in data).encode()
    oxum = f"{sum(len(files[name]) for name in data)}.{len(data)}"
    info = [f"Payload-Oxum: {oxum}" if line.startswith("Payload-Oxum") else line for line in files["bag-info.txt"].decode().splitlines()]
    files["bag-info.txt"] = ("\n".join(info) + "\n").encode()
    tags = sorted(name for name in files if not name.startswith("data/"))
    files["tagmanifest-sha256.txt"] = "".join(f"{hashlib.sha256(files[name]).hexdigest()} {name}\n" for name in tags).encode()
    return files


def flipped(content: bytes, place: int = -40) -> bytes:
    at = place % len(content)
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def edited(files: Files, name: str, change: Callable[[dict[str, object]], None]) -> bytes:
    data = json.loads(files[name])
    change(data)
    return json.dumps(data, ensure_ascii=False).encode()


def lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


def flip(name: str) -> Callable[[Files], Files]:
    return lambda files: {**files, name: flipped(files[name])}


def other_page(files: Files) -> Files:
    page = exchange_records(Exchange(url="https://board-a.example/jobs/1", at=NOW, status=200, body=b"<p>harmless</p>")).content
    return renumbered({**files, "data/captures.warc.gz": page})


def same_length_audit(files: Files) -> Files:
    return renumbered({**files, "data/audit.jsonl": files["data/audit.jsonl"].replace(b'"viewed"', b'"opened"', 1)})


def without_audit_entry(files: Files) -> Files:
    kept = lines(files["data/audit.jsonl"])
    return renumbered({**files, "data/audit.jsonl": b"".join([*kept[:2], *kept[3:]])})


def swapped_audit(files: Files) -> Files:
    kept = lines(files["data/audit.jsonl"])
    return renumbered({**files, "data/audit.jsonl": b"".join([kept[0], kept[2], kept[1], *kept[3:]])})


def other_text(files: Files) -> Files:
    def change(data: dict[str, object]) -> None:
        data["text"] = str(data["text"]).replace("300", "900")

    return renumbered({**files, "data/advert.json": edited(files, "data/advert.json", change)})


def other_text_with_hash(files: Files) -> Files:
    def change(data: dict[str, object]) -> None:
        data["text"] = str(data["text"]).replace("Packers", "Bakers")
        data["text_sha256"] = hashlib.sha256(str(data["text"]).encode()).hexdigest()

    return renumbered({**files, "data/advert.json": edited(files, "data/advert.json", change)})


def other_quote(files: Files) -> Files:
    def change(data: dict[str, object]) -> None:
        data["indicators"][0]["quote"] = "deposit of 900 EUR"  # type: ignore[index]

    return renumbered({**files, "data/findings.json": edited(files, "data/findings.json", change)})


def swapped(files: Files) -> Files:
    return {**files, "data/sheet.txt": files["data/sheet.html"], "data/sheet.html": files["data/sheet.txt"]}


def renamed(files: Files) -> Files:
    return {("data/sheet2.pdf" if name == "data/sheet.pdf" else name): content for name, content in files.items()}


def without_line(files: Files) -> Files:
    kept = [line for line in lines(files["manifest-sha256.txt"]) if b"sheet.txt" not in line]
    return {**files, "manifest-sha256.txt": b"".join(kept)}


def other_digest(files: Files) -> Files:
    return {**files, "manifest-sha256.txt": files["manifest-sha256.txt"].replace(b"a", b"b", 1)}


def without(name: str) -> Callable[[Files], Files]:
    return lambda files: {key: content for key, content in files.items() if key != name}


def without_captures_renumbered(files: Files) -> Files:
    return renumbered({**files, "data/captures.warc.gz": b""})


def log_without_line(files: Files) -> Files:
    return renumbered({**files, "data/collection-log.jsonl": b""})


def chain_line_changed(files: Files) -> Files:
    return renumbered(
        {**files, "data/capture-chain.jsonl": files["data/capture-chain.jsonl"].replace(b'"kind":"capture"', b'"kind":"picture"')}
    )


TAMPERED: dict[str, tuple[Callable[[Files], Files], str]] = {
    "a bit of the sheet": (flip("data/sheet.html"), "data/sheet.html: was changed"),
    "a bit of the PDF": (flip("data/sheet.pdf"), "data/sheet.pdf: was changed"),
    "a bit of a capture": (flip("data/captures.warc.gz"), "data/captures.warc.gz: was changed"),
    "a bit of the script": (flip("verify.py"), "verify.py: was changed"),
    "a bit of the bag's version": (flip("bagit.txt"), "bagit.txt: "),
    "a bit of the bag's tags": (flip("bag-info.txt"), "bag-info.txt: was changed"),
    "a file taken out": (without("data/sheet.txt"), "data/sheet.txt: is missing"),
    "a file put in": (lambda files: {**files, "data/more.txt": b"x"}, "data/more.txt: was added"),
    "a tag file put in": (lambda files: {**files, "readme.txt": b"x"}, "readme.txt: was added"),
    "a file renamed": (renamed, "data/sheet.pdf: is missing"),
    "two files swapped": (swapped, "data/sheet.html: was changed"),
    "a file cut short": (
        lambda files: {**files, "data/findings.json": files["data/findings.json"][:-9]},
        "data/findings.json: was changed",
    ),
    "a file emptied": (lambda files: {**files, "data/audit.jsonl": b""}, "data/audit.jsonl: was changed"),
    "a line of the manifest taken out": (without_line, "data/sheet.txt: was added, or its line in the manifest was removed"),
    "a digest of the manifest": (other_digest, "manifest-sha256.txt: was changed"),
    "the tag manifest taken out": (without("tagmanifest-sha256.txt"), "tagmanifest-sha256.txt: is missing"),
    "the script taken out": (without("verify.py"), "verify.py: is missing"),
    "the page, numbered anew": (other_page, "is another than the log says"),
    "the captures, numbered anew": (without_captures_renumbered, "data/captures.warc.gz: holds 0 bytes"),
    "the log, numbered anew": (log_without_line, "data/captures.warc.gz: holds"),
    "the chain's line, numbered anew": (chain_line_changed, "data/capture-chain.jsonl, line 1: was changed"),
    "the text, numbered anew": (other_text, "the text is another than its SHA-256 says"),
    "text and hash, numbered anew": (other_text_with_hash, "data/findings.json: belong to another text"),
    "a finding, numbered anew": (other_quote, "the words of deposit-or-bond do not stand where it says"),
    "an audit entry, numbered anew": (same_length_audit, "data/audit.jsonl: entry 1 was changed"),
    "an audit entry out, numbered anew": (without_audit_entry, "holds 3 entries, its first line says 4"),
    "audit entries swapped, numbered anew": (swapped_audit, "is out of order"),
}


@pytest.mark.parametrize("kind", TAMPERED)
def test_each_kind_of_tampering_is_found_and_named(whole: tuple[Path, str], tmp_path: Path, kind: str) -> None:
    path, fingerprint = whole
    assert run(path)[0] == 0
    folder, files = unpack(path)
    change, named = TAMPERED[kind]
    forged = tmp_path / "forged.zip"
    pack(forged, folder, change(files))
    status, said = run(forged)
    assert status == 1
    assert named in said, said
    assert run(forged, "--expect", fingerprint)[0] == 1
    for name, content in change(files).items():
        place = tmp_path / "unpacked" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    assert run(tmp_path / "unpacked")[0] == 1


def test_what_agrees_with_itself_is_found_by_the_fingerprint(whole: tuple[Path, str], tmp_path: Path) -> None:
    path, fingerprint = whole
    folder, files = unpack(path)
    forged = tmp_path / "forged.zip"
    info = files["bag-info.txt"].replace(b"2026-11-20T12:01", b"2026-11-19T12:01")
    sheet = files["data/sheet.txt"].replace(b"300", b"900")
    for change in ({"bag-info.txt": info}, {"data/sheet.txt": sheet}):
        pack(forged, folder, renumbered({**files, **change}))
        assert run(forged)[0] == 0
        status, said = run(forged, "--expect", fingerprint)
        assert (status, "fingerprint" in said) == (1, True)


def doubled(path: Path, target: Path) -> None:
    folder, files = unpack(path)
    pack(target, folder, files)
    with zipfile.ZipFile(target, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(entry(f"{folder}/data/sheet.txt"), files["data/sheet.txt"])


def outside(path: Path, target: Path) -> None:
    folder, files = unpack(path)
    pack(target, folder, files)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(entry(f"{folder}/../../home/x"), b"x")


def appended(path: Path, target: Path) -> None:
    target.write_bytes(path.read_bytes() + b"PK-more")


def prepended(path: Path, target: Path) -> None:
    target.write_bytes(b"#!/bin/sh\n" + path.read_bytes())


def commented(path: Path, target: Path) -> None:
    folder, files = unpack(path)
    pack(target, folder, files)
    with zipfile.ZipFile(target, "a") as archive:
        archive.comment = b"hello"


def packed_again(path: Path, target: Path) -> None:
    folder, files = unpack(path)
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            archive.writestr(f"{folder}/{name}", files[name])


def cut(path: Path, target: Path) -> None:
    target.write_bytes(path.read_bytes()[:-300])


def no_zip(path: Path, target: Path) -> None:
    target.write_bytes(b"nothing of the kind")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (doubled, "stands twice"),
        (outside, "points outside"),
        (appended, "bytes were added"),
        (prepended, "bytes were added"),
        (commented, "a comment was added"),
        (packed_again, "was packed again"),
        (cut, "is no whole ZIP"),
        (no_zip, "is no whole ZIP"),
    ],
)
def test_tampering_with_the_zip_itself(whole: tuple[Path, str], tmp_path: Path, change: Callable[[Path, Path], None], named: str) -> None:
    target = tmp_path / "forged.zip"
    change(whole[0], target)
    status, said = run(target)
    assert status == 1
    assert named in said, said


def test_one_flipped_bit_anywhere_is_found(whole: tuple[Path, str], tmp_path: Path) -> None:
    content = whole[0].read_bytes()
    chance = random.Random(7)
    for _ in range(150):
        at = chance.randrange(len(content))
        forged = tmp_path / "forged.zip"
        forged.write_bytes(content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :])
        assert verify.check(forged)[0], at


def test_there_is_nothing_to_check(tmp_path: Path) -> None:
    assert run(tmp_path / "none.zip")[0] == 2
    assert run(tmp_path)[0] == 2


def test_the_script_needs_the_standard_library_alone() -> None:
    source = (ROOT / "review/records/verify.py").read_text()
    spec = importlib.util.spec_from_loader("alone", loader=None)
    assert spec is not None
    imported = [line.split()[1] for line in source.splitlines() if line.startswith(("import ", "from "))]
    assert {name.split(".")[0] for name in imported} <= sys.stdlib_module_names | {"__future__"}


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_capsules_verify(anna: User, tmp_path: Path) -> None:
    for number in range(100):
        row = captured(f"{TEXT} {number} " + "long. " * (number % 7 * 50), source=f"board-{number % 5}", title=f"Packers {number}")
        target = tmp_path / f"{number}.zip"
        with capsule.spool() as folder:
            made = capsule.make(row, folder=folder, user=anna, language=("en", "ar")[number % 2], made_at=LATER)
            capsule.hand_out(made, target)
        faults, found = verify.check(target, made.fingerprint)
        assert faults == []
        assert found == made.fingerprint
