"""Whatever is done to captures or chain afterwards is found and named."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers import evidence_check
from crawlers.captures import CaptureWriter
from crawlers.chain import Chain, Row, withdraw
from crawlers.evidence_check import Check
from crawlers.members import fields, members
from tests.crawlers.archive import DAY_ONE, DAY_TWO, archive, page


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive nobody touches."""
    root = tmp_path_factory.mktemp("whole")
    archive(root)
    return root


@pytest.fixture
def root(whole: Path, tmp_path: Path) -> Path:
    """A copy to do things to."""
    return Path(shutil.copytree(whole, tmp_path / "captures"))


def first_day(root: Path) -> Path:
    return root / "chain" / "2026-05-04.jsonl"


def second_day(root: Path) -> Path:
    return root / "chain" / "2026-05-05.jsonl"


def warc(root: Path, source: str = "quay", number: int = 0) -> Path:
    return sorted((root / source).glob("*.warc.gz"), key=lambda path: said_of(root, path)[0]["at"])[number]


def said_of(root: Path, path: Path) -> list[dict[str, object]]:
    name = path.relative_to(root).as_posix()
    lines = [json.loads(line) for chain in sorted((root / "chain").glob("*.jsonl")) for line in chain.read_text().splitlines()]
    return [line for line in lines if line["file"] == name]


def flip(path: Path, place: int, bit: int = 0) -> None:
    content = bytearray(path.read_bytes())
    content[place] ^= 1 << bit
    path.write_bytes(content)


def lines(path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def swapped(rows: list[bytes]) -> list[bytes]:
    rows[2], rows[3] = rows[3], rows[2]
    return rows


def edited(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert content.count(old) >= 1
    path.write_bytes(content.replace(old, new, 1))


def relinked(rows: list[bytes]) -> list[bytes]:
    """A line edited by somebody who knows how links are made, but not the ones that follow."""
    head, _, _ = rows[3].partition(b',"link":"')
    head = head.replace(b"/job/", b"/jab/")
    return [*rows[:3], head + b',"link":"' + hashlib.sha256(head).hexdigest().encode() + b'"}\n', *rows[4:]]


def spliced(root: Path) -> None:
    """A piece of one file laid over the same place of another."""
    one, two = warc(root).read_bytes(), warc(root, "pier").read_bytes()
    place = next(n for n in range(600, len(two)) if one[n] != two[n])
    warc(root, "pier").write_bytes(two[:place] + one[place : place + 100] + two[place + 100 :])


def without_newline(root: Path) -> None:
    second_day(root).write_bytes(second_day(root).read_bytes()[:-1])


TAMPERING: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a bit of a page": (lambda r: flip(warc(r), int(str(said_of(r, warc(r))[1]["offset"])) + 400), "quay/", "bytes were changed"),
    "a bit of a request": (lambda r: flip(warc(r), int(str(said_of(r, warc(r))[2]["offset"])) - 300), "quay/", "bytes were changed"),
    "a bit of the first record": (lambda r: flip(warc(r), 40), "quay/", "bytes were changed"),
    "a gzip header's spare byte": (lambda r: flip(warc(r), 9), "quay/", "header or packing"),
    "a gzip time stamp": (lambda r: flip(warc(r, "pier"), 4), "pier/", "header or packing"),
    "the last bit of a file": (lambda r: flip(warc(r), warc(r).stat().st_size - 1, 7), "quay/", "bytes were changed"),
    "a piece of another file": (spliced, "pier/", "bytes were changed"),
    "a truncated file": (lambda r: warc(r).write_bytes(warc(r).read_bytes()[:-5]), "quay/", "it was truncated"),
    "an emptied file": (lambda r: warc(r).write_bytes(b""), "quay/", "it was truncated"),
    "a missing file": (lambda r: warc(r).unlink(), "quay/", "is missing"),
    "a renamed file": (lambda r: warc(r).rename(r / "quay" / "other.warc.gz"), "quay/", "is missing"),
    "bytes added to a file": (lambda r: warc(r).write_bytes(warc(r).read_bytes() + b"more"), "quay/", "in no line of the chain"),
    "a file slipped in": (lambda r: shutil.copy(warc(r), r / "pier" / "20260504T000000Z-0.warc.gz"), "pier/", "in no line of the chain"),
    "a removed line": (lambda r: lines(first_day(r), lambda rows: rows[:2] + rows[3:]), "chain/", "a line before it was removed"),
    "the first line removed": (lambda r: lines(first_day(r), lambda rows: rows[1:]), "chain/", "a line before it was removed"),
    "the last line removed": (lambda r: lines(second_day(r), lambda rows: rows[:-1]), "quay/", "in no line of the chain"),
    "a day's last line removed": (lambda r: lines(first_day(r), lambda rows: rows[:-1]), "chain/2026-05-05", "does not follow"),
    "swapped lines": (lambda r: lines(first_day(r), swapped), "chain/", "it was moved"),
    "a repeated line": (lambda r: lines(first_day(r), lambda rows: rows[:3] + rows[2:]), "chain/", "was put in before it"),
    "an edited address": (lambda r: edited(first_day(r), b"/job/2", b"/job/9"), "chain/", "was changed: its hash is another"),
    "an edited time": (lambda r: edited(first_day(r), b"12:00:01", b"11:00:01"), "chain/", "was changed: its hash is another"),
    "an edited digest": (lambda r: edited(first_day(r), b'"bytes":"', b'"bytes":"0'), "chain/", "was changed: its hash is another"),
    "an edited line with a fresh link": (lambda r: lines(first_day(r), relinked), "chain/", "does not follow the line before it"),
    "a line that is no JSON": (lambda r: edited(first_day(r), b'{"n":3,', b'["n":3,'), "chain/", "is no line of a chain"),
    "a chain cut short": (without_newline, "chain/", "is cut short"),
    "a missing day": (lambda r: first_day(r).unlink(), "chain/2026-05-05", "does not follow"),
    "an emptied chain": (lambda r: second_day(r).write_bytes(b""), "quay/", "in no line of the chain"),
    "a chain of nothing": (lambda r: shutil.rmtree(r / "chain"), "pier/", "in no line of the chain"),
}


def test_an_untouched_archive_has_no_fault(root: Path) -> None:
    result = Check(root).run()
    assert (result.faults, result.notes) == ([], [])
    assert (result.lines, result.captures) == (16, 12)


@pytest.mark.parametrize("name", TAMPERING)
def test_tampering_is_found_and_named(root: Path, name: str) -> None:
    tamper, file, what = TAMPERING[name]
    tamper(root)
    faults = Check(root).run().faults
    assert [str(fault) for fault in faults if fault.file.startswith(file) and what in fault.what], [str(fault) for fault in faults]


def test_a_flipped_bit_names_file_record_and_address(root: Path) -> None:
    path = warc(root, "pier")
    row = said_of(root, path)[2]
    flip(path, int(str(row["offset"])) + 500)
    (fault,) = Check(root).run().faults
    assert (fault.file, fault.place) == (f"pier/{path.name}", f"byte {row['offset']}")
    assert (fault.url, fault.record) == (row["url"], row["id"])
    assert "the first record is damaged" in fault.what


@pytest.mark.parametrize(
    ("kind", "words"),
    [("response", "the first record is damaged"), ("request", "after the response record"), ("metadata", "after the request record")],
)
def test_the_record_that_was_changed_is_told(tmp_path: Path, kind: str, words: str) -> None:
    out = CaptureWriter(tmp_path, source="quay", about={})
    capture = out.add(page(1))
    out.close()
    path = tmp_path / capture.file
    with path.open("rb") as stream:
        found = {fields(m.content)["warc-type"]: m for m in members(stream)}
    target = found[kind]
    flip(path, target.offset + target.length // 2)
    (fault,) = Check(tmp_path).run().faults
    assert words in fault.what


@settings(max_examples=300)
@given(seed=st.integers(0, 2**40), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_found(whole: Path, seed: int, bit: int) -> None:
    files = sorted(path for path in whole.rglob("*") if path.suffix in {".gz", ".jsonl"})
    path = files[seed % len(files)]
    before = path.read_bytes()
    flip(path, random.Random(seed).randrange(len(before)), bit)
    try:
        assert Check(whole).run().faults
    finally:
        path.write_bytes(before)


def test_a_day_alone_is_checked_by_itself(root: Path) -> None:
    flip(warc(root, "pier"), 500)
    assert Check(root, day="2026-05-05").run().faults == []
    assert len(Check(root, day="2026-05-04").run().faults) == 1
    warc(root, "quay", -1).unlink()
    (fault,) = Check(root, day="2026-05-05").run().faults
    assert "is missing" in fault.what


def test_a_day_alone_follows_the_day_before(root: Path) -> None:
    lines(first_day(root), lambda rows: rows[:-1])
    (fault,) = Check(root, day="2026-05-05").run().faults
    assert "does not follow" in fault.what


def test_a_source_alone_is_checked_with_the_whole_chain(root: Path) -> None:
    flip(warc(root, "pier"), 500)
    assert Check(root, source="quay").run().faults == []
    assert len(Check(root, source="pier").run().faults) == 1
    edited(first_day(root), b"/job/2", b"/job/9")
    assert len(Check(root, source="quay").run().faults) == 1


def test_a_file_deleted_by_rule_is_no_fault(root: Path) -> None:
    gone = warc(root).relative_to(root).as_posix()
    withdraw(root, gone, why="kept for twelve months", at=DAY_TWO)
    (root / gone).unlink()
    for day in ("", "2026-05-04"):
        result = Check(root, day=day).run()
        assert result.faults == []
        assert result.notes == [f"{gone}: deleted by rule, as the chain says"]


def test_what_is_being_written_is_a_note(tmp_path: Path) -> None:
    out = CaptureWriter(tmp_path, source="quay", about={})
    capture = out.add(page(1))
    with (tmp_path / capture.file).open("ab") as stream:
        stream.write(b"\x1f\x8bhalf a record")
    result = Check(tmp_path).run()
    assert result.faults == []
    assert "not in the chain yet" in result.notes[0]
    out.close()
    assert "in no line of the chain" in Check(tmp_path).run().faults[0].what


def test_a_head_noted_earlier_must_be_there(root: Path) -> None:
    result = Check(root).run()
    head = result.links["2026-05-04", 13]
    assert Check(root, expected=[head]).run().faults == []
    # the whole chain written anew, all its links right
    shutil.rmtree(root)
    archive(root)
    (fault,) = Check(root, expected=[head]).run().faults
    assert head in fault.what


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "quay/../../x"])
def test_a_line_that_leads_outside_is_not_followed(tmp_path: Path, name: str) -> None:
    chain = Chain(tmp_path)
    chain.append([Row(kind="capture", file=name, offset=0, length=5, sha256="0" * 64)], at=DAY_ONE)
    chain.close()
    (fault,) = Check(tmp_path).run().faults
    assert "is no capture" in fault.what


def test_an_address_cannot_write_into_the_terminal(tmp_path: Path) -> None:
    out = CaptureWriter(tmp_path, source="quay", about={})
    capture = out.add(replace(page(1), url="https://quay.example/\x1b[31m\n"))
    out.close()
    flip(tmp_path / capture.file, capture.offset + 300)
    (fault,) = Check(tmp_path).run().faults
    assert "\x1b" not in str(fault)
    assert "\n" not in str(fault)


# by itself, as somebody outside would run it


def outside(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    script = shutil.copy(evidence_check.__file__, cwd / "evidence_check.py")
    return subprocess.run([sys.executable, "-I", "-S", str(script), *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def test_outsiders_need_one_file_and_python(root: Path, tmp_path: Path) -> None:
    done = outside(str(root), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    counts, head = done.stdout.splitlines()
    assert counts == "16 lines of the chain, 12 captures, 0 faults"
    link = head.split()[1]
    assert outside(str(root), "--head", link, cwd=tmp_path).returncode == 0
    done = outside(str(root), "--head", "0" * 64, cwd=tmp_path)
    assert (done.returncode, "NOT AS IT WAS" in done.stdout) == (1, True)
    flip(warc(root), 200)
    assert outside(str(root), cwd=tmp_path).returncode == 1


@pytest.mark.parametrize("arguments", [(), ("nowhere",), ("a", "b")])
def test_a_wrong_call_says_how(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = outside(*arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.startswith("usage")) == (2, True)
