"""An erased capture is gone from its file, its neighbours are not touched, and the chain over all captures still holds."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from adverts.records import Capture
from crawlers import erasing
from crawlers.captures import CaptureWriter, read_capture
from crawlers.erasing import EraseError, Extent
from crawlers.evidence_check import Check
from crawlers.members import members
from crawlers.warc import Exchange
from settings.env import ROOT

AT = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORDS = b"call Anna, the cook of the harbour kitchen"


def captured(root: Path, *bodies: bytes) -> list[Capture]:
    writer = CaptureWriter(root, source="board-a", about={"operator": "Test"})
    found = [
        writer.add(Exchange(url=f"https://board-a.example/{number}", at=AT, status=200, body=body, facts=[("fetchTimeMs", "12")]))
        for number, body in enumerate(bodies)
    ]
    writer.close()
    return found


def test_the_words_are_gone_and_all_else_is_as_it_was(tmp_path: Path) -> None:
    one, two, three = captured(tmp_path, b"<p>first</p>", b"<p>%s</p>" % WORDS, b"<p>third</p>")
    before = (tmp_path / two.file).read_bytes()
    extent = erasing.extent_at(tmp_path, two.file, two.offset)
    assert extent is not None
    assert erasing.erase(tmp_path, extent, reason="benign", at=AT)
    after = (tmp_path / two.file).read_bytes()
    assert len(after) == len(before)
    assert after[: two.offset] == before[: two.offset]
    assert after[three.offset :] == before[three.offset :]
    with (tmp_path / two.file).open("rb") as stream:
        records = [(record.rec_type, record.content_stream().read()) for record in ArchiveIterator(stream)]
    assert not any(WORDS in body for _, body in records)
    assert read_capture(tmp_path, one).body == b"<p>first</p>"
    assert read_capture(tmp_path, three).body == b"<p>third</p>"
    assert [kind for kind, _ in records].count("response") == 2
    assert any(b"erased: benign" in body and extent.sha256.encode() in body for _, body in records)


def test_the_chain_holds_after_erasing_and_says_so(tmp_path: Path) -> None:
    _, two = captured(tmp_path, b"<p>first</p>", WORDS * 40)
    extent = erasing.extent_at(tmp_path, two.file, two.offset)
    assert extent is not None
    erasing.erase(tmp_path, extent, reason="request", at=AT)
    found = Check(tmp_path).run()
    assert found.faults == []
    assert [note for note in found.notes if "erased by rule (request)" in note]
    script = [sys.executable, "-I", "-S", str(ROOT / "crawlers/evidence_check.py"), str(tmp_path)]
    assert subprocess.run(script, capture_output=True, check=False).returncode == 0


def test_a_repeat_changes_nothing(tmp_path: Path) -> None:
    (one,) = captured(tmp_path, WORDS)
    extent = erasing.extent_at(tmp_path, one.file, one.offset)
    assert extent is not None
    assert erasing.erase(tmp_path, extent, reason="benign", at=AT)
    files = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert not erasing.erase(tmp_path, extent, reason="benign", at=AT)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == files
    assert erasing.extent_at(tmp_path, one.file, one.offset) is None
    assert list(erasing.captures(tmp_path, source="board-a")) == []


@pytest.mark.parametrize("stage", ["half the tombstone", "tombstone without its line"])
def test_a_killed_erasure_is_finished_by_the_next(tmp_path: Path, stage: str) -> None:
    (one,) = captured(tmp_path, WORDS * 200)
    extent = erasing.extent_at(tmp_path, one.file, one.offset)
    assert extent is not None
    stone = erasing.tombstone(extent, reason="benign", at=AT)
    with (tmp_path / one.file).open("r+b") as stream:
        stream.seek(one.offset)
        stream.write(stone[: len(stone) // 2] if stage == "half the tombstone" else stone)
    assert Check(tmp_path).run().faults != []
    assert erasing.erase(tmp_path, extent, reason="benign", at=AT)
    assert Check(tmp_path).run().faults == []


def test_a_tombstone_nobody_noted_is_a_fault(tmp_path: Path) -> None:
    (one,) = captured(tmp_path, WORDS)
    extent = erasing.extent_at(tmp_path, one.file, one.offset)
    assert extent is not None
    with (tmp_path / one.file).open("r+b") as stream:
        stream.seek(one.offset)
        stream.write(erasing.tombstone(extent, reason="forged", at=AT))
    (fault,) = Check(tmp_path).run().faults
    assert "no line of the chain says it was erased" in fault.what


def test_another_tombstone_than_the_noted_one_is_a_fault(tmp_path: Path) -> None:
    (one,) = captured(tmp_path, WORDS)
    extent = erasing.extent_at(tmp_path, one.file, one.offset)
    assert extent is not None
    erasing.erase(tmp_path, extent, reason="benign", at=AT)
    with (tmp_path / one.file).open("r+b") as stream:
        stream.seek(one.offset)
        stream.write(erasing.tombstone(extent, reason="forged", at=AT))
    assert [fault for fault in Check(tmp_path).run().faults if "no line of the chain says it was erased" in fault.what]


@given(length=st.integers(60, 3_000), reason=st.sampled_from(["benign", "request"]))
def test_a_tombstone_is_exactly_as_long_as_what_it_replaces_and_one_gzip_member(length: int, reason: str) -> None:
    from io import BytesIO

    extent = Extent("board-a/x.warc.gz", 12, length, "ab" * 32, "<urn:uuid:1>", "")
    stone = erasing.tombstone(extent, reason=reason, at=AT)
    assert len(stone) == length
    assert [(one.offset, one.length) for one in members(BytesIO(stone))] == [(0, length)]
    assert erasing.is_tombstone(stone)


def test_too_few_bytes_and_foreign_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(EraseError, match="too few"):
        erasing.tombstone(Extent("a", 0, 20, "", "", ""), reason="benign", at=AT)
    with pytest.raises(EraseError, match="outside the captures folder"):
        erasing.extent_at(tmp_path, "../../etc/passwd", 0)
    assert erasing.extent_at(tmp_path, "board-a/none.warc.gz", 0) is None
