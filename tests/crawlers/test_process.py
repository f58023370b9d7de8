"""Running the spider in a process: its command line, and what is made of what it says."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crawlers import process
from crawlers.process import Job, Outcome

JOB = Job(name="quay", source=Path("/x/quay.yml"), landing=Path("/l"), captures=Path("/c"), stem="run-7", contact="a@b.example")


def arguments(job: Job) -> dict[str, str]:
    words = job.command()
    pairs = itertools.pairwise(words)
    return dict(word.split("=", 1) for flag, word in pairs if flag in {"-a", "-s"})


def test_a_job_names_what_the_spider_needs_and_nothing_more() -> None:
    assert arguments(JOB) == {
        "source": "/x/quay.yml", "landing": "/l", "captures": "/c", "run": "run-7", "OPERATOR_CONTACT": "a@b.example",
    }  # fmt: skip
    more = arguments(replace(JOB, known=Path("/k"), base="http://127.0.0.1:1", limit=5, settings={"CLOSESPIDER_PAGECOUNT": "9"}))
    assert (more["known"], more["base"], more["limit"], more["CLOSESPIDER_PAGECOUNT"]) == ("/k", "http://127.0.0.1:1", "5", "9")


LOG = """2026-05-04 12:00:00 [scrapy.core.engine] INFO: Spider opened
2026-05-04 12:00:01 [crawlers.spider] INFO: progress {"pages": 2}
2026-05-04 12:00:01 [crawlers.spider] WARNING: robots.txt forbids https://quay.example/
2026-05-04 12:00:02 [scrapy.core.scraper] ERROR: Spider error processing <GET https://quay.example/>
Traceback (most recent call last):
ZeroDivisionError
2026-05-04 12:00:02 [crawlers.spider] INFO: progress {"pages": 3}
 not after a complaint
""".splitlines(keepends=True)


def test_progress_and_complaints_are_passed_on() -> None:
    counted: list[Any] = []
    said: list[str] = []
    process._follow(
        "quay", LOG, progress=lambda name, counts: counted.append((name, counts)), complain=lambda name, text: said.append(text)
    )
    assert counted == [("quay", {"pages": 2}), ("quay", {"pages": 3})]
    assert said == [
        "robots.txt forbids https://quay.example/",
        "Spider error processing <GET https://quay.example/>",
        "Traceback (most recent call last):",
        "ZeroDivisionError",
    ]


@pytest.mark.parametrize(
    ("returncode", "report", "ok"),
    [
        (0, {"ended": "finished", "lists_read_whole": True}, True),
        (0, {"ended": "finished", "lists_read_whole": False}, False),
        (0, {"ended": "shutdown", "lists_read_whole": True}, False),
        (1, {"ended": "finished", "lists_read_whole": True}, False),
        (0, {}, False),
    ],
)
def test_when_a_crawl_went_well(returncode: int, report: dict[str, Any], ok: bool) -> None:
    assert Outcome(job=JOB, returncode=returncode, report=report).ok is ok
