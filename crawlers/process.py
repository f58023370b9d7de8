"""Runs the spider in a process of its own (a Twisted reactor starts only once in one) and follows what it says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawlers.landing import read_report
from settings.env import ROOT

SCRAPY = (sys.executable, "-m", "scrapy")

_LINE = re.compile(r"\d{4}-\d\d-\d\d [\d:]+ \[(?P<logger>[^\]]+)\] (?P<level>[A-Z]+): (?P<text>.*)")


@dataclass(frozen=True, slots=True)
class Job:
    """One crawl to run."""

    name: str
    source: Path
    landing: Path
    captures: Path
    stem: str
    """Name of the landing file, without its ending."""
    known: Path | None = None
    base: str = ""
    limit: int = 0
    contact: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def report_path(self) -> Path:
        """Where the crawl leaves its report."""
        return self.landing / self.name / f"{self.stem}.report.json"

    @property
    def landing_path(self) -> Path:
        """Where the crawl leaves its adverts."""
        return self.landing / self.name / f"{self.stem}.jsonl"

    def command(self) -> list[str]:
        """The command line of the crawl."""
        given = {
            "source": self.source.resolve(), "landing": self.landing, "captures": self.captures, "run": self.stem,
            "known": self.known, "base": self.base, "limit": self.limit or "",
        }  # fmt: skip
        arguments = [word for name, value in given.items() if value for word in ("-a", f"{name}={value}")]
        chosen = {"OPERATOR_CONTACT": self.contact, **self.settings}
        return [*SCRAPY, "crawl", "board", *arguments, *(word for name, value in chosen.items() for word in ("-s", f"{name}={value}"))]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a crawl ended."""

    job: Job
    returncode: int
    report: Mapping[str, Any]
    """Empty where the crawl could not even start."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself, with every list read whole."""
        return self.returncode == 0 and self.report.get("ended") == "finished" and bool(self.report.get("lists_read_whole"))


def run(
    job: Job, *, progress: Callable[[str, dict[str, int]], None], complain: Callable[[str, str], None], started: list[subprocess.Popen[str]]
) -> Outcome:
    """Run one crawl to its end, calling ``progress`` with its counts and ``complain`` with its warnings.

    The process is put into ``started`` so that the caller can end it.
    """
    # a session of its own: Ctrl-C is for the caller, who ends the child once; Scrapy takes a second signal as "at once"
    with subprocess.Popen(  # noqa: S603
        job.command(), cwd=ROOT, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace", start_new_session=True
    ) as child:
        started.append(child)
        _follow(job.name, child.stderr or (), progress=progress, complain=complain)
    report = read_report(job.report_path)
    return Outcome(job=job, returncode=child.returncode, report=report if report.get("ended") else {})


def _follow(
    name: str, lines: Iterable[str], *, progress: Callable[[str, dict[str, int]], None], complain: Callable[[str, str], None]
) -> None:
    """Pass on what a spider's log says: progress as counts; warnings and errors, with the traceback after them, as they are."""
    loud = False
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            if loud:
                complain(name, line.rstrip())
            continue
        loud = found["level"] in {"WARNING", "ERROR", "CRITICAL"}
        if loud:
            complain(name, found["text"])
        elif found["text"].startswith("progress "):
            progress(name, json.loads(found["text"].removeprefix("progress ")))
