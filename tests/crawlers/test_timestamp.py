"""Time stamps from a real authority: openssl's responder, on loopback."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.timestamp import TimestampError, check, read_roots, stamp
from tests.crawlers.authority import answering, make_authority, run

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
LINK, OTHER = "a1" * 32, "b2" * 32


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)
    return folder


@pytest.fixture(scope="module")
def stamped(authority: Path) -> bytes:
    with answering(authority) as url:
        return stamp(url, LINK)


def test_a_stamp_holds_for_its_link(authority: Path, stamped: bytes) -> None:
    at = check(stamped, LINK, roots=read_roots(authority / "ca.pem"))
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=5)
    assert check(stamped, LINK, roots=[]) == at


def test_openssl_alone_can_check_it(authority: Path, stamped: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.tsr").write_bytes(stamped)
    (tmp_path / "a.txt").write_text(LINK)
    words = ["openssl", "ts", "-verify", "-in", "a.tsr", "-data", "a.txt", "-CAfile", str(authority / "ca.pem")]
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 0
    (tmp_path / "a.txt").write_text(OTHER)
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=False).returncode == 1


def test_it_holds_for_nothing_else(authority: Path, stamped: bytes) -> None:
    with pytest.raises(TimestampError, match="about something else"):
        check(stamped, OTHER, roots=read_roots(authority / "ca.pem"))


def test_another_authority_does_not_vouch_for_it(stamped: bytes, tmp_path: Path) -> None:
    with pytest.raises(TimestampError, match="signature does not hold"):
        check(stamped, LINK, roots=read_roots(make_authority(tmp_path)))


def test_a_changed_stamp_does_not_hold(authority: Path, stamped: bytes) -> None:
    roots = read_roots(authority / "ca.pem")
    for place in range(len(stamped) - 200, len(stamped)):  # the signature
        changed = stamped[:place] + bytes([stamped[place] ^ 1]) + stamped[place + 1 :]
        with pytest.raises(TimestampError):
            check(changed, LINK, roots=roots)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [(b"hello", 200, "is no RFC 3161 answer"), (b"", 200, "is no RFC 3161 answer"), (b"", 503, "the next crawl asks again")],
)
def test_an_answer_that_is_none_says_what_to_do(authority: Path, answer: bytes, status: int, words: str) -> None:
    with answering(authority, answer=answer, status=status) as url, pytest.raises(TimestampError, match=words):
        stamp(url, LINK)


def test_a_stamp_of_something_else_is_refused(authority: Path, stamped: bytes) -> None:
    with answering(authority, answer=stamped) as url, pytest.raises(TimestampError, match="something else"):
        stamp(url, OTHER)


def test_a_replayed_stamp_is_refused(authority: Path, stamped: bytes) -> None:
    with answering(authority, answer=stamped) as url, pytest.raises(TimestampError, match="something else"):
        stamp(url, LINK)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "tsa.example", "", "http://127.0.0.1:1/tsr", "http://[broken"])
def test_an_address_that_cannot_be_asked_says_so(url: str) -> None:
    with pytest.raises(TimestampError, match="FAIRWATCH_TIMESTAMP_URL"):
        stamp(url, LINK)


def test_a_refusal_is_said(authority: Path, tmp_path: Path) -> None:
    run("ts", "-query", "-data", "/dev/null", "-sha1", "-out", f"{tmp_path}/q.tsq")
    run("ts", "-reply", "-config", f"{authority}/tsa.cnf", "-queryfile", f"{tmp_path}/q.tsq", "-out", f"{tmp_path}/r.tsr")
    refused = (tmp_path / "r.tsr").read_bytes()
    with answering(authority, answer=refused) as url, pytest.raises(TimestampError, match="refused to stamp"):
        stamp(url, LINK)


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_root_that_is_none_says_so(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "root.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TimestampError, match="FAIRWATCH_TIMESTAMP_CA"):
        read_roots(path)
