"""Heads of the chain in the audit log, time stamps, and the command that checks all of it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from adverts.models import AuditEntry
from adverts.sealing import seal
from crawlers.captures import CaptureWriter
from settings.env import Env, current, use
from tests.crawlers.archive import DAY_TWO, archive, page
from tests.crawlers.authority import answering, make_authority

pytestmark = pytest.mark.django_db
NOW = DAY_TWO


@pytest.fixture
def env(tmp_path: Path) -> Iterator[Env]:
    before = current()
    made = before.model_copy(update={"data_dir": tmp_path / "data"})
    use(made)
    archive(made.captures_dir)
    yield made
    use(before)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl")
    folder = tmp_path_factory.mktemp("authority")
    make_authority(folder)
    return folder


def verified(*arguments: str) -> tuple[str, str, int]:
    """What the command wrote to stdout and stderr, and the status it ends with."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("verify_captures", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), str(error), error.returncode
    except SystemExit as left:
        return out.getvalue(), err.getvalue(), int(str(left.code))
    return out.getvalue(), err.getvalue(), 0


def more(env: Env, at: datetime) -> None:
    out = CaptureWriter(env.captures_dir, source="dock", about={})
    out.add(page(9, at=at))
    out.close()


def test_heads_are_pinned_once(env: Env) -> None:
    assert seal(env.captures_dir, now=NOW).pinned == 2
    assert seal(env.captures_dir, now=NOW).pinned == 0
    more(env, NOW)
    assert seal(env.captures_dir, now=NOW).pinned == 1
    entries = AuditEntry.objects.filter(action="captures.pinned")
    assert [(entry.subject, entry.detail["lines"]) for entry in entries] == [
        ("chain:2026-05-04", 13), ("chain:2026-05-05", 3), ("chain:2026-05-05", 5),
    ]  # fmt: skip
    assert verified()[2] == 0


def test_no_captures_are_no_trouble(tmp_path: Path) -> None:
    sealed = seal(tmp_path / "none", now=NOW)
    assert (sealed.pinned, sealed.warnings) == (0, [])


def test_a_chain_written_anew_is_found(env: Env) -> None:
    seal(env.captures_dir, now=NOW)
    shutil.rmtree(env.captures_dir)
    archive(env.captures_dir)
    out, _, status = verified()
    assert status == 1
    assert "chain/2026-05-04.jsonl, line 13: its hash is another than the audit log noted it" in out


def test_an_end_cut_off_together_with_its_captures_is_found(env: Env) -> None:
    more(env, NOW)
    seal(env.captures_dir, now=NOW)
    path = env.captures_dir / "chain" / "2026-05-05.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    shutil.rmtree(env.captures_dir / "dock")
    out, _, status = verified("--day", "2026-05-05")
    assert status == 1
    assert "line 5: it is missing, though the audit log noted it" in out
    assert verified("--day", "2026-05-04")[2] == 0


def test_what_a_killed_crawl_left_is_taken_in(env: Env) -> None:
    out = CaptureWriter(env.captures_dir, source="dock", about={})
    capture = out.add(page(9, at=NOW))
    with (env.captures_dir / capture.file).open("ab") as stream:
        stream.write(b"\x1f\x8bhalf")
    out._abandon()  # as a kill leaves it: the lock is gone, the mark is there
    _, said, status = verified()
    assert (status, "not in the chain yet" in said) == (0, True)
    assert seal(env.captures_dir, now=NOW).adopted == [capture.file]
    out_, said, status = verified()
    assert (status, said) == (0, "")
    assert "All captures are as they were made." in out_


def test_heads_are_stamped_and_the_stamps_checked(env: Env, authority: Path) -> None:
    with answering(authority) as url:
        first = seal(env.captures_dir, now=NOW, timestamp_url=url)
        again = seal(env.captures_dir, now=NOW, timestamp_url=url)
    assert (first.stamped, again.stamped, first.warnings) == (2, 0, [])
    out, said, status = verified()
    assert (status, "signatures not checked" in said) == (0, True)
    use(env.model_copy(update={"timestamp_ca": str(authority / "ca.pem")}))
    out, said, status = verified()
    assert (status, said, out.count("says its time stamp")) == (0, "", 2)
    stamps = sorted((env.captures_dir / "chain").glob("*.tsr"))
    assert [path.name for path in stamps] == ["2026-05-04.13.tsr", "2026-05-05.3.tsr"]
    changed = bytearray(stamps[0].read_bytes())
    changed[-20] ^= 1
    stamps[0].write_bytes(changed)
    stamps[1].unlink()
    out, _, status = verified()
    assert status == 1
    assert "chain/2026-05-04.13.tsr, whole file: the time stamp does not hold" in out
    assert "chain/2026-05-05.3.tsr, whole file: the time stamp is missing" in out


def test_an_authority_that_fails_is_a_warning_and_asked_again(env: Env, authority: Path) -> None:
    with answering(authority, answer=b"", status=503) as url:
        sealed = seal(env.captures_dir, now=NOW, timestamp_url=url)
    assert (sealed.pinned, sealed.stamped, len(sealed.warnings)) == (2, 0, 1)
    assert "the next crawl asks again" in sealed.warnings[0]
    with answering(authority) as url:
        sealed = seal(env.captures_dir, now=NOW, timestamp_url=url)
    assert (sealed.stamped, sealed.warnings) == (2, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--day", "yesterday"), "2026-05-04"),
        (("--day", "2026-05-04", "--all"), "without --all"),
        (("--day", "2020-01-01"), "holds no captures of 2020-01-01"),
        (("--source", "nowhere"), "there is no folder"),
    ],
)
def test_a_wrong_call_ends_2(env: Env, arguments: tuple[str, ...], words: str) -> None:
    _, said, status = verified(*arguments)
    assert (status, words in said) == (2, True)


def test_one_source_and_one_hash(env: Env) -> None:
    path = next((env.captures_dir / "pier").glob("*.warc.gz"))
    content = bytearray(path.read_bytes())
    content[700] ^= 4
    path.write_bytes(content)
    assert verified("--source", "quay")[2] == 0
    out, _, status = verified("--source", "pier")
    assert (status, "https://pier.example/job/" in out) == (1, True)
    assert verified("--source", "quay", "--expect", "0" * 64)[2] == 1
