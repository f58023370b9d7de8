"""How a source fares, from the runs of its crawls."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from adverts import doctor
from adverts.models import Run
from adverts.sources import ALARMS, SILENT_AFTER, all_sources, health_of
from crawlers import source

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def run(hours: float, *, ok: bool | None = True, name: str = "quay", **counts: Any) -> Run:
    ended = None if ok is None else NOW - timedelta(hours=hours) + timedelta(minutes=5)
    whole = {"ended": "finished", "pages": 50, "alarms": [], **counts}
    return Run(stage=f"crawl:{name}", started_at=NOW - timedelta(hours=hours), ended_at=ended, ok=ok, counts=whole)


def kinds(*runs: Run) -> list[str]:
    return sorted(health_of("quay", runs, now=NOW).kinds())


HISTORY = [run(12, adverts=100), run(24, adverts=90, unchanged=20), run(36, adverts=95)]


@pytest.mark.parametrize(
    ("newest", "earlier", "expected"),
    [
        (run(1, adverts=100), HISTORY, []),
        (run(1, adverts=0, unchanged=100), HISTORY, []),
        (run(1, adverts=51), HISTORY, []),
        (run(1, adverts=49), HISTORY, ["shrinking"]),
        (run(1, adverts=199), HISTORY, []),
        (run(1, adverts=201), HISTORY, ["exploding"]),
        (run(1, adverts=49), [], []),
        (run(1, adverts=1), [run(12, adverts=9), run(24, adverts=9)], []),
        (run(1, adverts=5, alarms=["shrinking: 5 adverts were met, 50 or more are expected"]), HISTORY, ["shrinking"]),
        (run(1, ok=False, pages=9, adverts=0, alarms=["reader: 9 pages were fetched and no advert was read"]), HISTORY, ["reader"]),
        (run(1, ok=False, pages=0, alarms=["silent: nothing could be fetched", "part: not whole"]), HISTORY, ["part", "silent"]),
        (run(1, adverts=100, alarms=["<script>: a board's own words", "blocked: 9 of 10 pages"]), HISTORY, ["blocked"]),
        (run(72, adverts=100), [], ["silent"]),
        (run(1, ok=False, ended=None), [], ["failed", "silent"]),
        (run(0, ok=None), [run(1, adverts=100)], []),
        (run(0, ok=None), [], []),
    ],
)
def test_alarms(newest: Run, earlier: list[Run], expected: list[str]) -> None:
    assert kinds(newest, *earlier) == expected


def test_what_is_shown_is_the_newest_ended_crawl() -> None:
    newest = run(1, ok=False, pages=7, adverts=3, unchanged=2, fill={"title": 1.0, "pay": 0.25}, by_kind={"timeout": 4})
    found = health_of("quay", [run(0, ok=None), newest, *HISTORY], now=NOW)
    assert (found.pages, found.adverts, found.usual, found.running) == (7, 5, 100, True)
    assert (dict(found.fill), dict(found.errors)) == ({"title": 1.0, "pay": 0.25}, {"timeout": 4})
    assert found.last_success == HISTORY[0].ended_at
    assert found.last_run == NOW


@pytest.mark.parametrize("junk", [None, [], "x", {"title": "much"}, 7])
def test_counts_of_another_making_do_no_harm(junk: Any) -> None:
    found = health_of("quay", [run(1, pages=junk, adverts=junk, fill=junk, by_kind=junk, alarms=None)], now=NOW)
    assert (found.pages, dict(found.fill), found.errors.get("timeout")) == (7 if junk == 7 else 0, {}, None)


@pytest.mark.django_db
def test_every_source_with_its_own_runs() -> None:
    for one in (run(1, adverts=30), run(50, adverts=9, name="cove"), run(2, ok=False, name="cove", adverts=0, pages=0)):
        one.save()
    Run.objects.create(stage="assess", started_at=NOW, ended_at=NOW, ok=True, counts={})
    cove, quay = all_sources(now=NOW)
    assert (cove.name, quay.name) == ("cove", "quay")
    assert (cove.last_success, quay.adverts) == (NOW - timedelta(hours=50) + timedelta(minutes=5), 30)
    assert cove.kinds() == {"silent"}
    assert timedelta(hours=50) > SILENT_AFTER
    assert cove.kinds() <= set(ALARMS)


@pytest.mark.django_db
def test_the_doctor_names_sources_in_trouble_and_those_never_crawled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "enabled", lambda: [Path("cove.yml"), Path("quay.yml")])
    run(1, adverts=30).save()
    run(1, name="pier", ok=False, adverts=0, alarms=["reader: 9 pages were fetched"]).save()
    found = {finding.what: finding for finding in doctor._sources(NOW)}
    assert (found["source quay"].ok, found["source pier"].ok, found["source cove"].ok) == (True, False, False)
    assert found["source pier"].said.startswith("reader: 9 pages")
    assert "manage.py crawl cove" in found["source cove"].said
