"""Measure a crawl of a large local board against a bare Scrapy spider that only downloads and counts, in the same run.

    python -m benchmarks.crawl [PAGES]        PAGES of the board, 20,000 where none is given

Both take the same sitemaps over the same server, with the same number of requests under way and no delay. Ours keeps all evidence (WARC,
digests), reads robots.txt and every page with the real readers, and lands the adverts. Three figures come out: how fast pages were
fetched and kept, how fast they were read as well (until the last advert had landed), and how much memory the crawl held at each quarter.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from benchmarks._board import kind
from crawlers.landing import read_lines, read_report
from settings.env import ROOT

CONCURRENCY = 16
SCRAPY = (sys.executable, "-m", "scrapy")
BARE = """
import scrapy

class Bare(scrapy.spiders.SitemapSpider):
    name = "bare"
    custom_settings = {{"CONCURRENT_REQUESTS_PER_DOMAIN": {concurrency}, "CONCURRENT_REQUESTS": {concurrency}, "LOG_LEVEL": "INFO",
                       "ROBOTSTXT_OBEY": False, "DOWNLOAD_DELAY": 0, "TELNETCONSOLE_ENABLED": False}}
    sitemap_urls = ["{base}/sitemap.xml"]
    pages = 0

    def parse(self, response):
        self.pages += 1

    def closed(self, reason):
        print("PAGES", self.pages)
"""


@dataclass(slots=True)
class Took:
    """What one spider did."""

    pages: int
    seconds: float
    """From the start of its process to its end."""
    memory: list[tuple[int, int]] = field(default_factory=list)
    """Pages fetched, and MB held by the fetching process then."""
    fetched: float = 0.0
    """Seconds until the last page was fetched and kept."""
    processor: float = 0.0
    """Processor seconds of the fetching process until then; a busy machine leaves them as they are."""


def main() -> None:
    """Serve, crawl both ways, print the figures; ends 1 where an advert is missing."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    adverts = sum(kind(number) in {"data", "plain"} for number in range(pages))
    with tempfile.TemporaryDirectory(prefix="fairwatch-bench-") as folder, _served(pages) as base:
        before = _bare(base, folder=Path(folder))
        ours, landed, kept = _ours(base, folder=Path(folder))
        after = _bare(base, folder=Path(folder))
    print(f"{pages:,} pages, {adverts:,} with an advert; {CONCURRENCY} requests under way")
    # the machine may have been busier in one of the three: the reference is what lies around ours
    reference = (before.pages + after.pages) / (before.seconds + after.seconds)
    for what, one in (("bare, before", before), ("bare, after", after)):
        print(f"{what:17} {one.pages / one.seconds:6.0f} pages/s {one.seconds:7.1f} s                processor {one.processor:6.1f} s")
    for what, seconds, used in (("fetched and kept", ours.fetched, ours.processor), ("and read, landed", ours.seconds, 0.0)):
        beside = f"processor {used:6.1f} s" if used else ""
        print(f"{what:17} {pages / seconds:6.0f} pages/s {seconds:7.1f} s   ratio {pages / seconds / reference:.2f}   {beside}")
    print(f"{landed:,} adverts landed, {kept / 1e6:.0f} MB of captures")
    held = (f"{memory} MB at {100 * done // max(pages, 1)} %" for done, memory in _quarters(ours.memory, pages))
    print(f"memory of the fetching process: {', '.join(held)}")
    if landed != adverts:
        sys.exit(f"{adverts - landed} adverts are missing")


@contextmanager
def _served(pages: int) -> Iterator[str]:
    """A board of so many pages in a process of its own; its address."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks._board", str(pages)], cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield (server.stdout.readline() if server.stdout else "").strip()
        finally:
            server.terminate()


def _bare(base: str, *, folder: Path) -> Took:
    path = folder / "bare.py"
    path.write_text(BARE.format(base=base, concurrency=CONCURRENCY), encoding="utf-8")
    began = time.monotonic()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([*SCRAPY, "runspider", str(path)], cwd=folder, capture_output=True, text=True, check=True)
    seconds, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(pages=int(done.stdout.split("PAGES")[1]), seconds=seconds, fetched=seconds, processor=processor)


def _ours(base: str, *, folder: Path) -> tuple[Took, int, int]:
    """The crawl, the adverts it landed, and the bytes of its captures."""
    source = {
        "name": "bench", "title": "Benchmark Board", "legal_basis": "Invented adverts of a benchmark.",
        "purpose": "To measure the crawler.",
        "contact_page": f"{base}/about/1", "start": [{"kind": "sitemap", "url": f"{base}/sitemap.xml"}], "rate": 1000,
        "concurrency": CONCURRENCY, "enabled": False, "allow_private": True,
    }  # fmt: skip
    path = folder / "bench.yml"
    path.write_text(json.dumps(source), encoding="utf-8")
    began = time.time()
    command = [
        *SCRAPY,
        "crawl",
        "board",
        "-a",
        f"source={path}",
        "-a",
        f"landing={folder / 'landing'}",
        "-a",
        f"captures={folder / 'captures'}",
    ]
    memory: list[tuple[int, int]] = []
    seen, used = 0, 0.0
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as child:
        for line in child.stderr or ():
            _, found, counts = line.partition("progress ")
            if found:
                fetched = json.loads(counts).get("fetched", 0)
                memory.append((fetched, _held(child.pid)))
                if fetched > seen:
                    seen, used = fetched, _used(child.pid)
            elif "] ERROR: " in line:
                print(line.rstrip(), file=sys.stderr)
    ended = time.time()
    (landed,) = (folder / "landing").glob("bench/*.jsonl")
    report = read_report(landed.with_suffix(".report.json"))
    took = Took(pages=report["counts"]["pages"], seconds=ended - began, memory=memory, processor=used)
    took.fetched = datetime.fromisoformat(report["fetched_at"]).timestamp() - began
    return took, sum(1 for _ in read_lines(landed)), report["capture_bytes"]


def _held(process: int) -> int:
    """MB of memory that a process holds, 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmRSS")), 0)


def _used(process: int) -> float:
    """Processor seconds that a process has used, its children left out; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _quarters(memory: list[tuple[int, int]], pages: int) -> Iterator[tuple[int, int]]:
    """The first figure after each quarter of the pages."""
    for quarter in (0.25, 0.5, 0.75, 1.0):
        found = next(((done, held) for done, held in memory if held and done >= quarter * pages), None)
        if found:
            yield found


if __name__ == "__main__":
    main()
