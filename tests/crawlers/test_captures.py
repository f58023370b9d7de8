"""Captures: whole, provable, never overwritten."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator
from warcio.cli import main as warcio

from adverts.records import Capture
from crawlers.captures import CaptureError, CaptureWriter, Exchange, Saved, answers, read_capture

AT = datetime(2026, 5, 4, 12, 0, 1, tzinfo=UTC)
PAGE = Exchange(
    url="https://quay.example/job/7?a=1",
    at=AT,
    status=200,
    body="<h1>Kran­führer gesucht</h1>".encode(),
    request_headers=[("User-Agent", "Fairwatch/0.1")],
    response_headers=[("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked"), ("ETag", '"x"')],
    ip_address="192.0.2.7",
)


def writer(root: Path, **options: int) -> CaptureWriter:
    return CaptureWriter(root, source="quay", about={"purpose": "tests\nof captures"}, **options)


def checked(path: Path) -> int:
    """Exit status of ``warcio check``."""
    with contextlib.redirect_stdout(None), pytest.raises(SystemExit) as left:
        warcio(["check", str(path)])
    return int(left.value.code or 0)


def records(path: Path) -> list[tuple[str, dict[str, str], bytes]]:
    with path.open("rb") as stream:
        return [(r.rec_type, dict(r.rec_headers.headers), r.content_stream().read()) for r in ArchiveIterator(stream)]


def test_a_page_is_read_back_as_it_was(tmp_path: Path) -> None:
    out = writer(tmp_path)
    captures = [out.add(replace(PAGE, body=PAGE.body * n, url=f"{PAGE.url}&n={n}")) for n in range(1, 6)]
    for n, capture in enumerate(captures, 1):
        kept = read_capture(tmp_path, capture)
        assert (kept.body, kept.url, kept.status) == (PAGE.body * n, f"{PAGE.url}&n={n}", 200)
    out.close()
    assert [capture.file for capture in captures] == [captures[0].file] * 5


def test_request_and_response_are_kept_with_digests_and_checked_by_warcio(tmp_path: Path) -> None:
    out = writer(tmp_path)
    capture = out.add(PAGE)
    out.add(replace(PAGE, status=404, body=b""))
    out.close()
    path = tmp_path / capture.file
    assert checked(path) == 0
    kinds = [kind for kind, _, _ in records(path)]
    assert kinds == ["warcinfo", "response", "request", "response", "request"]
    _, head, _ = records(path)[1]
    assert head["Fairwatch-Payload-SHA256"] == capture.sha256
    assert head["WARC-Payload-Digest"] == f"sha256:{capture.sha256}"
    assert head["WARC-Date"] == "2026-05-04T12:00:01.000000Z"
    assert head["WARC-IP-Address"] == "192.0.2.7"
    _, request_head, _ = records(path)[2]
    assert request_head["WARC-Concurrent-To"] == head["WARC-Record-ID"]
    assert list(answers(path)) == [(PAGE.url, 200), (PAGE.url, 404)]


def test_packing_headers_are_set_aside(tmp_path: Path) -> None:
    out = writer(tmp_path)
    kept = read_capture(tmp_path, out.add(PAGE))
    out.close()
    names = dict(kept.headers)
    assert names["X-Archive-Orig-Content-Encoding"] == "gzip"
    assert names["Content-Length"] == str(len(PAGE.body))
    assert not {"Content-Encoding", "Transfer-Encoding"} & set(names)


def test_a_page_kept_before_becomes_a_revisit(tmp_path: Path) -> None:
    out = writer(tmp_path)
    first = out.add(PAGE)
    again = out.add(PAGE, known_sha256=first.sha256)
    other = out.add(replace(PAGE, body=b"changed"), known_sha256=first.sha256)
    out.close()
    assert checked(tmp_path / first.file) == 0
    assert [kind for kind, _, _ in records(tmp_path / first.file)][1::2] == ["response", "revisit", "response"]
    assert again.sha256 == first.sha256 != other.sha256
    with pytest.raises(CaptureError, match="no response record"):
        read_capture(tmp_path, again)


def test_files_rotate_and_are_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = writer(tmp_path, rotate_at=3000)
    captures = [out.add(replace(PAGE, body=os.urandom(900), at=AT + timedelta(seconds=n))) for n in range(6)]
    out.close()
    assert len({capture.file for capture in captures}) == len(out.files) == 3
    assert all(checked(tmp_path / name) == 0 for name in out.files)
    assert out.bytes == sum(path.stat().st_size for path in tmp_path.rglob("*.warc.gz"))
    monkeypatch.setattr("crawlers.captures.secrets.token_hex", lambda n: "0" * 2 * n)
    first, second = writer(tmp_path), writer(tmp_path)
    taken = first.add(PAGE)
    with pytest.raises(CaptureError, match="free the disk"):
        second.add(PAGE)
    assert read_capture(tmp_path, taken).body == PAGE.body


def test_a_new_day_begins_a_new_file(tmp_path: Path) -> None:
    out = writer(tmp_path)
    captures = [out.add(replace(PAGE, at=AT + timedelta(hours=hours))) for hours in (0, 11, 12, 13, 36)]
    out.close()
    assert [out.files.index(capture.file) for capture in captures] == [0, 0, 1, 1, 2]
    assert [name.split("/")[1][:8] for name in out.files] == ["20260504", "20260505", "20260506"]


def test_what_is_known_of_the_fetch_is_kept_beside_it(tmp_path: Path) -> None:
    out = writer(tmp_path)
    capture = out.add(replace(PAGE, facts=[("fetchTimeMs", "12"), ("robots", "allowed"), ("Böse: name", "a\r\nWARC-Type: response")]))
    out.close()
    path = tmp_path / capture.file
    assert checked(path) == 0
    kind, head, content = records(path)[3]
    assert (kind, head["WARC-Target-URI"], head["Content-Type"]) == ("metadata", PAGE.url, "application/warc-fields")
    assert head["WARC-Concurrent-To"] == records(path)[1][1]["WARC-Record-ID"]
    assert content.decode().splitlines() == ["fetchTimeMs: 12", "robots: allowed", "B-se-name: a WARC-Type: response", ""]


def test_a_saved_file_is_kept_as_a_resource(tmp_path: Path) -> None:
    out = writer(tmp_path)
    saved = Saved(url="https://quay.example/saved page", at=AT, body=b"<h1>Cook</h1>", content_type="text/html", facts=[("from", "a.html")])
    capture = out.add_saved(saved)
    out.close()
    assert checked(tmp_path / capture.file) == 0
    assert [kind for kind, _, _ in records(tmp_path / capture.file)] == ["warcinfo", "resource", "metadata"]
    kept = read_capture(tmp_path, capture)
    assert (kept.body, kept.status, kept.headers, kept.url) == (saved.body, 0, (), "https://quay.example/saved%20page")


@pytest.mark.parametrize("size", [0, 1, 3_000, 4_096, 5_000, 300_000])
def test_every_size_passes_warcio(tmp_path: Path, size: int) -> None:
    out = writer(tmp_path)
    capture = out.add(replace(PAGE, body=os.urandom(size), facts=[("fetchTimeMs", "1")]))
    out.add(replace(PAGE, body=b"ab" * size), known_sha256="0" * 64)
    out.close()
    assert checked(tmp_path / capture.file) == 0


def test_every_record_is_on_its_way_to_the_disk_when_add_returns(tmp_path: Path) -> None:
    out = writer(tmp_path)
    for n in range(5):
        capture = out.add(replace(PAGE, body=b"x" * n))
        # read through another descriptor, the writer still open
        assert read_capture(tmp_path, capture).body == b"x" * n
    out.close()
    out.close()


def flip(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut": lambda content: content[: len(content) // 2],
    "empty": lambda content: b"",
    "zeros": lambda content: b"\0" * len(content),
    "no warc": lambda content: b"hello" * 100,
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_found(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    out = writer(tmp_path)
    capture = out.add(replace(PAGE, body=os.urandom(5000)))
    out.close()
    path = tmp_path / capture.file
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(CaptureError, match=r"restore|offset is wrong"):
        read_capture(tmp_path, capture)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(place=st.floats(0, 1, exclude_max=True))
def test_one_flipped_bit_in_a_page_never_passes_for_the_page(tmp_path: Path, place: float) -> None:
    folder = tmp_path / os.urandom(4).hex()
    out = CaptureWriter(folder, source="quay", about={})
    capture = out.add(PAGE)
    size = (folder / capture.file).stat().st_size
    out.close()
    path = folder / capture.file
    spot = capture.offset + int(place * (size - capture.offset))
    path.write_bytes(flip(path.read_bytes(), spot))
    try:
        kept = read_capture(folder, capture)
    except CaptureError:
        return
    assert kept.body == PAGE.body, "only a header or the request record may differ unnoticed"


@pytest.mark.parametrize(
    "capture",
    [
        Capture("../secret.warc.gz", 0, "0" * 64),
        Capture("/etc/passwd", 0, "0" * 64),
        Capture("quay/none.warc.gz", 0, "0" * 64),
        Capture("quay", 0, "0" * 64),
    ],
    ids=lambda capture: capture.file,
)
def test_what_is_no_capture_of_ours_is_refused(tmp_path: Path, capture: Capture) -> None:
    (tmp_path / "quay").mkdir()
    with pytest.raises(CaptureError):
        read_capture(tmp_path, capture)


def test_a_capture_outside_the_folder_is_refused_though_it_is_whole(tmp_path: Path) -> None:
    out = writer(tmp_path / "outside")
    capture = out.add(PAGE)
    out.close()
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "link").symlink_to(tmp_path / "outside")
    for name in (f"../outside/{capture.file}", str(tmp_path / "outside" / capture.file), f"link/{capture.file}"):
        with pytest.raises(CaptureError, match="outside the captures folder"):
            read_capture(tmp_path / "inside", replace(capture, file=name))


def test_a_wrong_offset_or_digest_is_refused(tmp_path: Path) -> None:
    out = writer(tmp_path)
    first, second = out.add(PAGE), out.add(replace(PAGE, body=b"other"))
    out.close()
    for wrong in (replace(first, offset=second.offset), replace(first, sha256="0" * 64), replace(first, offset=first.offset + 1)):
        with pytest.raises(CaptureError):
            read_capture(tmp_path, wrong)


HOSTILE = [("X-Ünï", "ü"), ("X: Y", "z"), ("", ""), ("A", "b\r\nInjected: yes"), ("Content-Length", "999999"), ("C", "\x00\xff")]


@pytest.mark.parametrize("header", HOSTILE, ids=[repr(name) for name, _ in HOSTILE])
def test_hostile_headers_break_nothing(tmp_path: Path, header: tuple[str, str]) -> None:
    out = writer(tmp_path)
    capture = out.add(replace(PAGE, response_headers=[header]))
    out.close()
    kept = read_capture(tmp_path, capture)
    assert kept.body == PAGE.body
    assert "Injected" not in dict(kept.headers)
    assert checked(tmp_path / capture.file) == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(bodies=st.lists(st.binary(max_size=3000), min_size=1, max_size=5), status=st.sampled_from([200, 304, 404, 410, 999]))
def test_any_bytes_come_back(tmp_path: Path, bodies: list[bytes], status: int) -> None:
    out = writer(tmp_path)
    captures = [out.add(replace(PAGE, body=body, status=status)) for body in bodies]
    out.close()
    assert [read_capture(tmp_path, capture).body for capture in captures] == bodies
    assert checked(tmp_path / captures[0].file) == 0


def test_a_full_disk_is_said_and_nothing_follows_a_torn_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = writer(tmp_path)
    whole = out.add(PAGE)
    real = os.write

    def short(fd: int, data: bytes) -> int:
        real(fd, bytes(data)[:20])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("crawlers.captures.os.write", short)
    with pytest.raises(CaptureError, match="No space left on device; free the disk"):
        out.add(PAGE)
    monkeypatch.setattr("crawlers.captures.os.write", real)
    after = out.add(PAGE)
    out.close()
    assert after.file != whole.file
    assert read_capture(tmp_path, whole).body == read_capture(tmp_path, after).body == PAGE.body


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from crawlers.captures import CaptureWriter, Exchange
out = CaptureWriter(Path(sys.argv[1]), source="quay", about={})
n = 0
while True:
    n += 1
    c = out.add(Exchange(url="https://quay.example/", at=datetime.now(UTC), status=200, body=b"%d" % n * 500))
    print(c.file, c.offset, c.sha256, flush=True)
"""


def test_after_a_kill_every_capture_that_was_announced_is_there(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=Path.cwd())
    assert child.stdout is not None
    told = [child.stdout.readline() for _ in range(200)]
    child.kill()
    rest, _ = child.communicate()
    told += [line for line in rest.splitlines(keepends=True) if line.endswith("\n")]
    for line in told:
        name, offset, sha256 = line.split()
        read_capture(tmp_path, Capture(name, int(offset), sha256))
