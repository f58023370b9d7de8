"""Counts, fill rates and alarms."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers.health import EXAMPLES, MAX_REASONS, Health, alarms
from crawlers.source import Expected

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def health(*, errors: dict[str, int] | None = None, **counts: int) -> Health:
    made = Health(source="quay", started_at=NOW)
    made.counts.update(counts)
    for kind, number in (errors or {}).items():
        for n in range(number):
            made.error(kind, f"https://quay.example/{kind}/{n}")
    return made


def kinds(made: Health, *, whole: bool = True, **expected: Any) -> list[str]:
    return [alarm.split(":")[0] for alarm in alarms(made, expected=Expected(**expected), whole=whole)]


@pytest.mark.parametrize(
    ("made", "expected", "raised"),
    [
        (health(pages=10, adverts=9), {}, []),
        (health(pages=1, unchanged=9), {"adverts_min": 9}, []),
        (health(pages=10, adverts=9), {"adverts_min": 10}, ["shrinking"]),
        (health(pages=10, adverts=9), {"adverts_max": 9}, []),
        (health(pages=10, adverts=9), {"adverts_max": 8}, ["exploding"]),
        (health(), {}, ["silent"]),
        (health(pages=10), {}, ["reader"]),
        (health(robots=1), {}, ["forbidden", "silent"]),
        (health(pages=4, adverts=4, robots=1), {}, []),
        (health(pages=2, adverts=2, errors={"status-403": 5}), {}, ["blocked"]),
        (health(pages=9, adverts=9, errors={"status-403": 1}), {}, []),
        (health(pages=2, adverts=2, errors={"timeout": 5}), {}, []),
        (health(pages=10, walls=10), {}, ["blocked"]),
        (health(pages=10, adverts=5, walls=5), {}, ["blocked"]),
        (health(pages=10, adverts=6, walls=4), {}, []),
        (health(pages=10, walls=1), {}, ["reader"]),
    ],
)
def test_alarms(made: Health, expected: dict[str, int], raised: list[str]) -> None:
    assert kinds(made, **expected) == raised


def test_lists_read_in_part_are_an_alarm() -> None:
    assert kinds(health(pages=3, adverts=2), whole=False) == ["part"]


def test_fill_rates() -> None:
    made = health(pages=4)
    assert made.fill() == {}
    for n in range(4):
        made.advert({"title": "a", "employer": "b" if n else "", "pay": None, "languages": []})
    assert made.fill()["title"] == 1.0
    assert made.fill()["employer"] == 0.75
    assert made.fill()["pay"] == made.fill()["languages"] == 0.0
    assert kinds(made, fill={"employer": 0.75, "title": 1.0}) == []
    assert kinds(made, fill={"employer": 0.8, "pay": 0.1}) == ["fill", "fill"]


def test_the_report_is_json_and_tells_all() -> None:
    made = health(pages=3, lists=1, adverts=2, errors={"timeout": 9, "robots": 2})
    made.robots("https://quay.example/robots.txt", verdict="200")
    made.robots("https://quay.example/robots.txt", crawl_delay=5.0)
    made.waited(2.5)
    report = made.report(ended="finished", now=NOW + timedelta(minutes=1), unread=["x"] * 50, expected=Expected(), landing="quay/a.jsonl")
    assert json.loads(json.dumps(report)) == report
    assert report["counts"] | {"pauses": 1} == report["counts"]
    assert (report["counts"]["errors"], report["counts"]["robots"], report["errors"]) == (9, 2, {"timeout": 9})
    assert len(report["examples"]["timeout"]) == EXAMPLES
    assert report["examples"]["robots"] == ["https://quay.example/robots/0", "https://quay.example/robots/1"]
    assert report["hosts"] == {"quay.example": {"robots": "200", "crawl_delay": 5.0}}
    assert (report["lists_read_whole"], len(report["unread"]), report["landing"]) == (False, 20, "quay/a.jsonl")
    assert report["ended_at"] == "2026-05-04T12:01:00+00:00"


@pytest.mark.parametrize(("ended", "unread", "whole"), [("finished", [], True), ("finished", ["x"], False), ("shutdown", [], False)])
def test_lists_are_whole_only_at_a_good_end(ended: str, unread: list[str], whole: bool) -> None:
    assert health().report(ended=ended, now=NOW, unread=unread, expected=Expected())["lists_read_whole"] is whole


def test_a_board_cannot_fill_the_report_with_reasons() -> None:
    made = health()
    for n in range(1000):
        made.without(f"reason {n}", "https://quay.example/")
    assert len(made.reasons) == MAX_REASONS
    assert made.counts["without_advert"] == 1000
    assert len(made.examples["without-advert"]) == EXAMPLES
