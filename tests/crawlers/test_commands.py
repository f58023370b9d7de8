"""``manage.py crawl`` and ``manage.py check_source``, against a board on loopback."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from adverts.management.commands import crawl as crawl_command
from adverts.models import Advert, Run
from crawlers import landing, process
from settings.env import Env, current, use
from tests.crawlers.site import ROOT, WORKER, Bench, Reply, Site, running

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        yield made


@pytest.fixture
def env(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Env]:
    """Settings with a data folder and a contact of their own; the spider runs with the simple reader."""
    plain = process.Job.command
    monkeypatch.setattr(process.Job, "command", lambda job: [*plain(job), *(f"-s{name}={value}" for name, value in WORKER.items())])
    before = current()
    made = before.model_copy(update={"data_dir": tmp_path / "data", "operator_contact": "https://watch.example/contact"})
    use(made)
    yield made
    use(before)


@pytest.fixture
def bench(site: Site, tmp_path: Path) -> Bench:
    for n in (1, 2):
        site.job(n, etag=f'"e{n}"')
    site.sitemap([1, 2])
    return Bench(tmp_path, start=[{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}])


def advert(number: int, site: Site, **fields: Any) -> None:
    Advert.objects.create(
        advert_id=f"{number:032}", position=number, source=fields.pop("source", "board"), url=f"{site.url}/job/{number}", text="x",
        text_hash="0" * 64, first_seen_at=NOW, seen_at=NOW, **fields,
    )  # fmt: skip


def called(command: str, *arguments: str) -> tuple[str, str, int]:
    """What a command wrote to stdout and stderr, and the status it ends with."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}", error.returncode
    return out.getvalue(), err.getvalue(), 0


def lines(env: Env) -> list[dict[str, Any]]:
    return [line for path in sorted(env.landing_dir.glob("*/*.jsonl")) for line in landing.read_lines(path)]


@pytest.mark.django_db
def test_a_crawl_uses_what_the_ledger_knows_and_records_its_run(site: Site, env: Env, bench: Bench) -> None:
    advert(1, site, etag='"e1"', capture_sha256="a" * 64)
    advert(3, site, source_id="three")
    advert(4, site, closed_at=NOW)
    advert(5, site, source="other-board")
    out, _, status = called("crawl", str(bench.source))
    assert status == 0
    assert sorted((line["event"], line["url"].rsplit("/", 1)[1], line["source_id"]) for line in lines(env)) == [
        ("gone", "3", "three"), ("seen", "2", ""), ("unchanged", "1", ""),
    ]  # fmt: skip
    assert {asked.path: asked.headers.get("If-None-Match") for asked in site.asked}["/job/1"] == '"e1"'
    assert not {"/job/4", "/job/5"} & set(site.paths())
    run = Run.objects.get()
    assert (run.stage, run.ok, run.counts["unchanged"], run.counts["ended"]) == ("crawl:board", True, 1, "finished")
    assert run.ended_at is not None
    head, row = out.splitlines()
    assert head.split() == ["source", *crawl_command.COLUMNS, "ended"]
    assert row.split() == ["board", "2", "1", "1", "1", "1", "0", "0", "finished"]
    assert list(env.captures_dir.glob("board/*.warc.gz"))
    assert site.asked[-1].headers["User-Agent"] == "Fairwatch/0.1 (+https://watch.example/contact)"


@pytest.mark.django_db
def test_a_crawl_that_did_not_go_well_ends_1_and_says_so(site: Site, env: Env, bench: Bench) -> None:
    site.pages["/sitemap.xml"] = Reply(b"", 403)
    out, err, status = called("crawl", str(bench.source))
    assert status == 1
    assert "1 of 1 crawls did not go well" in err
    assert "lists in part" in out
    assert Run.objects.get().ok is False


@pytest.mark.django_db
def test_two_at_a_time_and_another_base(site: Site, env: Env, tmp_path: Path, bench: Bench) -> None:
    paths = []
    for name in ("one", "two"):
        content = {**json.loads(bench.source.read_text()), "name": name}
        content["start"] = [{"kind": "sitemap", "url": "http://127.0.0.1:1/sitemap.xml"}]
        paths.append(tmp_path / f"{name}.yml")
        paths[-1].write_text(json.dumps(content))
    _, _, status = called("crawl", *map(str, paths), "--jobs", "2", "--base", site.url)
    assert status == 0
    assert sorted(line["source"] for line in lines(env)) == ["one", "one", "two", "two"]
    assert sorted(Run.objects.values_list("stage", flat=True)) == ["crawl:one", "crawl:two"]


@pytest.mark.django_db
def test_a_source_that_is_being_crawled_is_left_to_that_crawler(site: Site, env: Env, bench: Bench) -> None:
    with landing.lock(env.landing_dir, source="board"):
        _, err, status = called("crawl", str(bench.source))
    assert status == 1
    assert "being crawled by another process" in err
    assert site.asked == []
    assert not Run.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["no-such-board"], "no source 'no-such-board'"),
        ([], "no source is given"),
        (["{source}", "--all-enabled"], "not both"),
        (["{source}", "--base", "nowhere"], "is no http(s) address"),
        (["{broken}"], "rate: is missing"),
        (["{public}"], "set FAIRWATCH_OPERATOR_CONTACT"),
    ],
)
def test_a_bad_call_ends_2_before_anything_is_fetched(
    site: Site, env: Env, bench: Bench, tmp_path: Path, arguments: list[str], said: str
) -> None:
    content = json.loads(bench.source.read_text())
    broken, public = tmp_path / "broken" / "board.yml", tmp_path / "public" / "board.yml"
    for path, text in (
        (broken, {k: v for k, v in content.items() if k != "rate"}),
        (public, {**content, "allow_private": False, "rate": 1}),
    ):
        path.parent.mkdir()
        path.write_text(json.dumps(text))
    use(env.model_copy(update={"operator_contact": ""}))
    _, err, status = called("crawl", *(word.format(source=bench.source, broken=broken, public=public) for word in arguments))
    assert status == 2
    assert said in err
    assert site.asked == []
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_all_enabled_means_those_alone(env: Env, bench: Bench, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    monkeypatch.setattr("crawlers.source.enabled", lambda: [bench.source])
    assert called("crawl", "--all-enabled")[2] == 0
    assert len(lines(env)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_crawls_gently_and_begins_no_others(site: Site, bench: Bench, tmp_path: Path, number: int) -> None:
    for n in range(100):
        site.job(n)
    site.sitemap(list(range(100)))
    bench.write(start=[{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}], rate=10)
    other = tmp_path / "other.yml"
    other.write_text(bench.source.read_text().replace('"board"', '"other"'))
    keys = {
        "SECRET_KEY": "s" * 48,
        "CONTACT_KEY": "c" * 48,
        "VAULT_KEYS": "dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
        "DATA_DIR": tmp_path,
    }
    environment = {
        **os.environ,
        **{f"FAIRWATCH_{name}": str(value) for name, value in keys.items()},
        "DJANGO_SETTINGS_MODULE": "settings.web",
    }
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    with subprocess.Popen(
        [*manage, "crawl", str(bench.source), str(other)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as command:
        give_up = time.monotonic() + 60
        while len(site.asked) < 15 and time.monotonic() < give_up:
            time.sleep(0.02)
        command.send_signal(number)
        out, _ = command.communicate(timeout=30)
    assert command.returncode == 1
    assert [line.split()[0] + " " + line.split()[-1] for line in out.splitlines()[1:]] == ["board shutdown", "other start"]
    (report,) = tmp_path.glob("landing/board/*.report.json")
    assert landing.read_report(report)["ended"] == "shutdown"


def test_check_source_shows_a_source_and_keeps_nothing(site: Site, env: Env, bench: Bench) -> None:
    for n in range(20):
        site.job(n, employer=f"Firm {n}")
    site.sitemap(list(range(20)))
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /job/0\nCrawl-delay: 0.01\n")
    out, err, status = called("check_source", str(bench.source))
    assert status == 0
    assert "Fairwatch/0.1 (+https://watch.example/contact)" in out
    assert f"robots.txt of {site.url.removeprefix('http://')}: read, and kept to, Crawl-delay 0.01 s" in out
    assert f"robots.txt forbids 1 of the pages asked for: {site.url}/job/0" in out
    assert f"200 {site.url}/sitemap.xml" in out
    assert sorted(line for line in out.splitlines() if line.startswith("Job ")) == [f"Job {n}" for n in range(1, 6)]
    assert "employer      Firm 3" in out
    assert len(site.paths()) < 20
    assert not env.data_dir.exists()
    assert "alarm" not in err


def test_check_source_says_why_nothing_was_read(site: Site, env: Env, bench: Bench) -> None:
    site.pages["/sitemap.xml"] = Reply(b"<html>moved</html>")
    out, err, status = called("check_source", str(bench.source))
    assert status == 1
    assert "is no whole sitemap" in out
    assert "no advert was read" in err


def test_check_source_refuses_a_wrong_file(env: Env, tmp_path: Path) -> None:
    path = tmp_path / "board.yml"
    path.write_text("name: board\n")
    _, err, status = called("check_source", str(path))
    assert status == 2
    assert f"{path}:1: rate: is missing" in err
