"""The spider against real servers on loopback, well-behaved and not, each run in a process of its own."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import signal
import ssl
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from adverts.records import Capture
from crawlers import landing
from crawlers.captures import answers, read_capture
from crawlers.evidence_check import Check
from tests.crawlers.site import ROOT, Bench, Ran, Reply, Site, listing, running
from tests.crawlers.test_captures import checked


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        yield made


def sitemap(site: Site, **more: Any) -> dict[str, Any]:
    return {"start": [{"kind": "sitemap", "url": f"{site.url}/sitemap.xml"}], **more}


def known(site: Site, *numbers: int) -> list[dict[str, Any]]:
    return [{"url": f"{site.url}/job/{n}", "source_id": "", "etag": f'"e{n}"', "last_modified": "", "closed": False} for n in numbers]


def jobs(ran: Ran, event: str) -> list[int]:
    return sorted(int(url.rsplit("/", 1)[1]) for url in ran.urls(event))


def kept(ran: Ran) -> list[tuple[str, int]]:
    return [answer for path in sorted(ran.captures.glob("*/*.warc.gz")) for answer in answers(path)]


# what a crawl is for


def test_pages_are_captured_then_landed_and_counted(site: Site, tmp_path: Path) -> None:
    for n in range(6):
        site.job(n, etag=f'"e{n}"')
    site.pages["/job/0"] = Reply(gzip.compress(listing(adverts=[{"title": "Job 0"}])), headers={"Content-Encoding": "gzip"})
    site.sitemap([0, 1, 2, 3, 4, 5])
    ran = Bench(tmp_path, **sitemap(site)).run()
    assert jobs(ran, "seen") == [0, 1, 2, 3, 4, 5]
    for line in ran.lines:
        page = read_capture(ran.captures, Capture(**line["capture"]))
        assert (page.url, page.status) == (line["url"], 200)
        assert line["title"].encode() in page.body
    assert all(checked(path) == 0 for path in ran.captures.glob("*/*.warc.gz"))
    assert {f"{site.url}/robots.txt", f"{site.url}/sitemap.xml"} < {url for url, _ in kept(ran)}
    assert (ran.counts["pages"], ran.counts["adverts"], ran.counts["new"], ran.counts["errors"]) == (7, 6, 6, 0)
    assert (ran.report["ended"], ran.report["lists_read_whole"], ran.report["alarms"]) == ("finished", True, [])
    asked = site.asked[-1].headers
    assert asked["User-Agent"] == "Fairwatch/0.1 (+https://watch.example/contact)"
    assert not {"Cookie", "Referer", "Authorization"} & set(asked)


def test_the_second_crawl_costs_conditional_requests_and_sees_what_is_gone(site: Site, tmp_path: Path) -> None:
    for n in (1, 2, 3):
        site.job(n, etag=f'"e{n}"')
    site.job(2, etag='"changed"')
    site.pages["/job/5"] = Reply(b"gone", 410)
    site.sitemap([1, 2])
    bench = Bench(tmp_path, **sitemap(site))
    ran = bench.run(bench.known(*known(site, 1, 2, 3, 4, 5)))
    assert jobs(ran, "unchanged") == [1, 3]
    assert jobs(ran, "seen") == [2]
    assert {line["url"]: line["status"] for line in ran.lines if line["event"] == "gone"} == {
        f"{site.url}/job/4": 404, f"{site.url}/job/5": 410,
    }  # fmt: skip
    assert {asked.headers.get("If-None-Match") for asked in site.asked if asked.path == "/job/1"} == {'"e1"'}
    assert all("If-None-Match" not in asked.headers for asked in site.asked if asked.path == "/sitemap.xml")
    for line in ran.lines:
        if line["event"] == "gone":
            proof = read_capture(ran.captures, Capture(**line["capture"]))
            assert (proof.url, proof.status) == (line["url"], line["status"])


def test_a_page_with_the_same_bytes_is_unchanged_and_not_kept_twice(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.sitemap([1])
    bench = Bench(tmp_path, **sitemap(site))
    (first,) = bench.run().lines
    again = bench.run(bench.known({"url": first["url"], "sha256": first["capture"]["sha256"]}))
    assert jobs(again, "unchanged") == [1]
    sizes = sorted(path.stat().st_size for path in again.captures.glob("*/*.warc.gz"))
    assert len(sizes) == 2


@pytest.mark.parametrize("failing", ["/sitemap.xml", "/robots.txt"])
def test_a_failing_list_closes_nothing(site: Site, tmp_path: Path, failing: str) -> None:
    site.sitemap([1])
    site.job(1)
    site.pages[failing] = Reply(b"oops", 500)
    bench = Bench(tmp_path, **sitemap(site))
    ran = bench.run(bench.known(*known(site, 1, 9)))
    assert "gone" not in {line["event"] for line in ran.lines}
    assert "/job/9" not in site.paths()
    assert (ran.report["ended"], ran.report["lists_read_whole"]) == ("finished", False)
    assert any(alarm.startswith("part:") for alarm in ran.report["alarms"])


def test_lists_of_every_kind(site: Site, tmp_path: Path) -> None:
    for n in range(1, 9):
        site.job(n)
    site.sitemap([1])
    cards = [{"url": f"{site.url}/job/{n}", "title": f"Job {n}", "complete": n == 3} for n in (2, 3)]
    site.pages["/feed"] = Reply(listing(adverts=cards))
    site.pages["/api?page=1"] = Reply(listing(adverts=[{"url": f"{site.url}/job/4", "title": "Job 4"}]))
    site.pages["/api?page=2"] = Reply(listing(adverts=[{"url": f"{site.url}/job/5", "title": "Job 5"}]))
    site.pages["/api?page=3"] = Reply(listing())
    site.pages["/list"] = Reply(listing(links=[f"{site.url}/job/6"], following=[f"{site.url}/list2"]))
    site.pages["/list2"] = Reply(listing(links=[f"{site.url}/job/7"]))
    start = [
        {"kind": "sitemap", "url": f"{site.url}/sitemap.xml"},
        {"kind": "feed", "url": f"{site.url}/feed"},
        {"kind": "api", "url": f"{site.url}/api?page=1", "paging": {"parameter": "page"}},
        {"kind": "listing", "url": f"{site.url}/list"},
        {"kind": "urls", "urls": [f"{site.url}/job/8"]},
    ]
    ran = Bench(tmp_path, start=start).run()
    assert jobs(ran, "seen") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert max(Counter(site.paths()).values()) == 1
    assert not {"/job/3", "/job/4", "/job/5"} & set(site.paths())


# manners


def test_robots_txt_is_kept_to_and_its_refusals_are_said(site: Site, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = Reply(b"User-agent: *\nDisallow: /\n\nUser-agent: Fairwatch\nDisallow: /job/1\nCrawl-delay: 0.4\n")
    for n in (1, 2, 3):
        site.job(n)
    site.sitemap([1, 2, 3])
    ran = Bench(tmp_path, **sitemap(site)).run()
    assert jobs(ran, "seen") == [2, 3]
    assert "/job/1" not in site.paths()
    assert (ran.counts["robots"], ran.counts["errors"]) == (1, 0)
    assert ran.report["examples"]["robots"] == [f"{site.url}/job/1"]
    assert f"robots.txt forbids {site.url}/job/1" in ran.log
    times = [asked.at for asked in site.asked if asked.path != "/robots.txt"]
    assert all(after - before >= 0.38 for before, after in itertools.pairwise(times))
    assert ran.report["hosts"] == {site.url.removeprefix("http://"): {"robots": "200", "crawl_delay": 0.4}}


def test_a_robots_txt_that_fails_allows_nothing_and_one_that_is_missing_all(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.sitemap([1])
    bench = Bench(tmp_path, **sitemap(site))
    site.pages["/robots.txt"] = Reply(b"<h1>error</h1>", 503)
    ran = bench.run()
    assert site.paths() == []
    assert ran.report["alarms"][0] == f"forbidden: robots.txt lets nothing through ({site.url.removeprefix('http://')} answered 503)"
    del site.pages["/robots.txt"]
    assert jobs(bench.run(), "seen") == [1]


def test_the_rate_is_a_promise(site: Site, tmp_path: Path) -> None:
    for n in range(8):
        site.job(n)
    site.sitemap(list(range(8)))
    Bench(tmp_path, **sitemap(site, rate=5, concurrency=4)).run()
    times = sorted(asked.at for asked in site.asked)
    assert len(times) == 10
    # a timer of a busy machine may be late, never early: the whole takes what the rate says
    assert times[-1] - times[0] >= 9 * 0.2 - 0.05


def test_retry_after_pauses_the_whole_host(site: Site, tmp_path: Path) -> None:
    for n in range(8):
        site.job(n)
    site.sitemap(list(range(8)))
    first = iter([Reply(b"", 429, {"Retry-After": "2"})])
    plain = site.pages["/job/0"]
    assert isinstance(plain, Reply)
    site.pages["/job/0"] = lambda handler: next(first, plain)
    ran = Bench(tmp_path, **sitemap(site, concurrency=1)).run()
    assert jobs(ran, "seen") == list(range(8))
    refused = next(asked.at for asked in site.asked if asked.path == "/job/0")
    assert [asked.path for asked in site.asked if refused < asked.at < refused + 1.9] == []
    assert (ran.counts["pauses"], ran.counts["errors"], ran.report["waited_seconds"]) == (1, 0, 2.0)


@pytest.mark.slow
def test_503_is_asked_again_ever_more_slowly_then_given_up(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.pages["/job/0"] = Reply(b"busy", 503)
    site.sitemap([0, 1])
    ran = Bench(tmp_path, **sitemap(site, concurrency=1)).run(settings={"BACKOFF_FIRST_WAIT": 0.3})
    times = [asked.at for asked in site.asked if asked.path == "/job/0"]
    waits = [after - before for before, after in itertools.pairwise(times)]
    assert len(times) == 4
    assert [wait >= least for wait, least in zip(waits, (0.3, 0.6, 1.2), strict=True)] == [True] * 3
    assert (jobs(ran, "seen"), ran.report["errors"]) == ([1], {"status-503": 1})


@pytest.mark.parametrize(
    "header", ["86400", (datetime.now(UTC) + timedelta(days=2)).strftime("%a, %d %b %Y %H:%M:%S GMT")], ids=["seconds", "date"]
)
def test_a_host_that_sends_us_away_for_long_is_left_alone(site: Site, tmp_path: Path, header: str) -> None:
    for n in range(30):
        site.job(n)
    site.sitemap(list(range(30)))
    site.pages["/job/3"] = Reply(b"", 503, {"Retry-After": header})
    bench = Bench(tmp_path, **sitemap(site, concurrency=2, rate=50))
    ran = bench.run(bench.known(*known(site, 99)))
    assert len(site.paths()) < 12
    assert ran.report["left_alone"] == ["127.0.0.1"]
    assert ran.report["errors"]["sent-away"] > 15
    assert "gone" not in {line["event"] for line in ran.lines}


def test_a_host_that_keeps_refusing_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.sitemap(list(range(40)))
    for n in range(40):
        site.pages[f"/job/{n}"] = Reply(b"slow down", 429)
    ran = Bench(tmp_path, **sitemap(site)).run(settings={"BACKOFF_FIRST_WAIT": 0.01})
    assert len(site.paths()) < 40
    assert ran.report["left_alone"] == ["127.0.0.1"]
    assert any(alarm.startswith("blocked:") for alarm in ran.report["alarms"])


# servers that misbehave


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    for _ in range(4000):
        handler.wfile.write(b"x" * 10_000)


def drip(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.2)


def cut(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of i")


def silence(handler: BaseHTTPRequestHandler) -> None:
    """Hang up without an answer."""


@pytest.mark.slow
def test_misbehaving_pages_cost_themselves_alone(site: Site, tmp_path: Path) -> None:
    packed = {"Content-Encoding": "gzip"}
    with running() as other:
        bad: dict[str, tuple[Any, str]] = {
            "ring": (Reply(b"", 302, {"Location": "/ring2"}), "redirects"),
            "private": (Reply(b"", 302, {"Location": f"{other.url}/secret"}), "private-address"),
            "named": (Reply(b"", 302, {"Location": other.url.replace("127.0.0.1", "localhost") + "/secret"}), "private-address"),
            "elsewhere": (Reply(b"", 301, {"Location": "http://elsewhere.example/"}), "other-host"),
            "file": (Reply(b"", 302, {"Location": "file:///etc/passwd"}), "status-302"),
            "endless": (endless, "too-long"),
            "long": (Reply(b"", headers={"Content-Length": "99999999"}), "too-long"),
            "bomb": (Reply(gzip.compress(b"0" * 30_000_000), headers=packed), "too-long"),
            "unpackable": (Reply(b"nonsense", headers={"Content-Encoding": "br"}), "bad-packing"),
            "cut": (cut, "broken-off"),
            "silence": (silence, "broken-off"),
            "drip": (drip, "timeout"),
            "broken": (Reply(b'{"broken": true}'), "reader-broke"),
            "dies": (Reply(b'{"dies": true}'), "reader-crashed"),
            "error": (Reply(b"", 500), "status-500"),
            "teapot": (Reply(b"", 418), "status-418"),
            "forbidden": (Reply(b"", 403), "status-403"),
        }
        site.pages.update({f"/{name}": page for name, (page, _) in bad.items()})
        site.pages["/ring2"] = Reply(b"", 302, {"Location": "/ring"})
        for n in range(5):
            site.job(n)
        start = {"kind": "urls", "urls": [f"{site.url}/{name}" for name in bad] + [f"{site.url}/job/{n}" for n in range(5)]}
        bench = Bench(tmp_path, start=[start], hosts=["localhost"], concurrency=8)
        ran = bench.run(settings={"DOWNLOAD_TIMEOUT": 2, "BACKOFF_FIRST_WAIT": 0.05})
        assert other.asked == []
    assert jobs(ran, "seen") == [0, 1, 2, 3, 4]
    assert ran.report["ended"] == "finished"
    assert ran.report["errors"] == dict(Counter(kind for _, kind in bad.values()))
    assert Counter(site.paths())["/ring"] + Counter(site.paths())["/ring2"] == 6
    assert all(checked(path) == 0 for path in ran.captures.glob("*/*.warc.gz"))


def test_a_public_source_never_reaches_private_addresses(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.sitemap([1])
    for host in ("127.0.0.1", "localhost"):
        url = site.url.replace("127.0.0.1", host)
        bench = Bench(tmp_path, start=[{"kind": "sitemap", "url": f"{url}/sitemap.xml"}], allow_private=False, rate=5)
        ran = bench.run()
        assert ran.report["errors"] == {"private-address": 1}
        assert kept(ran) == [], "an answer that no host gave is no evidence"
    assert site.asked == []


def certificate(folder: Path) -> Path:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_a_certificate_nobody_vouches_for_is_refused(site: Site, tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(tmp_path))
    site.wrap(context)
    url = site.url.replace("http://127.0.0.1", "https://localhost")
    ran = Bench(tmp_path, start=[{"kind": "urls", "urls": [f"{url}/job/1"]}]).run()
    assert site.asked == []
    assert ran.report["hosts"][url.removeprefix("https://")]["robots"] == "tls"
    assert ran.report["lists_read_whole"] is True
    assert ran.lines == []


# starting and stopping


def test_a_crawl_that_cannot_start_says_why(site: Site, tmp_path: Path) -> None:
    bench = Bench(tmp_path, **sitemap(site))
    assert "none.jsonl: cannot be read" in bench.run(f"known={tmp_path / 'none.jsonl'}").log
    with landing.lock(bench.landing, source="board"):
        assert "being crawled by another process" in bench.run().log
    bench.write(**sitemap(site, allow_private=False, rate=1))
    refused = bench.run(settings={"OPERATOR_CONTACT": ""})
    assert "set FAIRWATCH_OPERATOR_CONTACT" in refused.log
    assert refused.returncode == 1
    assert site.asked == []


def test_captures_that_cannot_be_written_end_the_crawl(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.sitemap([1])
    bench = Bench(tmp_path, **sitemap(site))
    bench.captures.write_text("a file where a folder should be")
    ran = bench.run(bench.known(*known(site, 9)))
    assert (ran.report["ended"], ran.lines) == ("captures-failed", [])
    assert "free the disk" in ran.log
    assert len(site.asked) <= 2


def test_a_gentle_stop_keeps_all_and_closes_nothing(site: Site, tmp_path: Path) -> None:
    for n in range(60):
        site.job(n)
    site.sitemap(list(range(60)))
    bench = Bench(tmp_path, **sitemap(site, rate=20))
    child = started(bench, site, 15, "-a", bench.known(*known(site, 99)))
    child.send_signal(signal.SIGTERM)
    assert child.wait(timeout=20) == 0
    (path,) = bench.landing.glob("*/*.jsonl")
    report = landing.read_report(path.with_suffix(".report.json"))
    assert report["ended"] == "shutdown"
    assert report["counts"]["adverts"] == len(list(landing.read_lines(path))) >= 10
    assert report["counts"]["gone"] == 0


def started(bench: Bench, site: Site, requests: int, *arguments: str) -> subprocess.Popen[bytes]:
    """A run that has made so many requests, in the middle of its work."""
    before = len(site.asked)
    child = subprocess.Popen(bench.command(*arguments), cwd=ROOT, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + 30
    while len(site.asked) - before < requests and child.poll() is None and time.monotonic() < give_up:
        time.sleep(0.002)
    return child


def whole_records(path: Path) -> int:
    """How many records of a capture file can be read; a torn one at the end is no fault."""
    count = 0
    with path.open("rb") as stream:
        try:
            for record in ArchiveIterator(stream):
                record.content_stream().read()
                count += 1
        except (ArchiveLoadFailed, EOFError):
            pass
    return count


def landed_lines(bench: Bench) -> list[dict[str, Any]]:
    return [line for path in bench.landing.glob("*/*.jsonl") for line in landing.read_lines(path)]


def killed_and_resumed(site: Site, folder: Path, *, total: int, moments: list[int]) -> None:
    """Kill a crawl at each of ``moments`` (requests made), then let it end; nothing may be lost or asked for without need."""
    for n in range(total):
        site.job(n)
    site.sitemap(list(range(total)))
    bench = Bench(folder, **sitemap(site, rate=200))
    landed: set[str] = set()
    for moment in moments:
        site.asked.clear()
        child = started(bench, site, moment)
        child.kill()
        child.wait()
        asked = {site.url + path for path in site.paths()}
        assert not landed & asked, "what was landed is not asked for again"
        lines = [line for path in bench.landing.glob("*/*.jsonl") for line in landing.read_lines(path)]
        urls = [line["url"] for line in lines]
        assert len(urls) == len(set(urls))
        landed = set(urls)
        for line in lines:
            read_capture(bench.captures, Capture(**line["capture"]))
    site.asked.clear()
    last = bench.run()
    assert not landed & {site.url + path for path in site.paths()}
    assert last.report["ended"] == "finished"
    everything = [line["url"] for path in bench.landing.glob("*/*.jsonl") for line in landing.read_lines(path)]
    assert sorted(everything) == sorted(f"{site.url}/job/{n}" for n in range(total))
    assert all(whole_records(path) for path in bench.captures.glob("*/*.warc.gz") if path.stat().st_size > 1000)
    evidence = Check(bench.captures).run()
    assert (evidence.faults, evidence.notes) == ([], []), "every byte that was captured is in the chain"
    chained = [line for path in sorted(bench.captures.glob("chain/*.jsonl")) for line in map(json.loads, path.read_text().splitlines())]
    named = {(line["file"], line["offset"]) for line in chained}
    assert {(line["capture"]["file"], line["capture"]["offset"]) for line in landed_lines(bench)} <= named
    ends = Counter(str(landing.read_report(path)["ended"]) for path in bench.landing.glob("*/*.report.json"))
    assert set(ends) <= {"killed", "finished"}


def test_a_killed_crawl_started_again_ends_with_the_same_adverts(site: Site, tmp_path: Path) -> None:
    killed_and_resumed(site, tmp_path, total=60, moments=[12, 25])


@pytest.mark.slow
def test_killed_at_twenty_moments(site: Site, tmp_path: Path) -> None:
    dice = random.Random(20260504)
    killed_and_resumed(site, tmp_path, total=400, moments=[dice.randrange(1, 40) for _ in range(20)])


@pytest.mark.slow
def test_pages_captured_before_a_kill_are_read_from_their_captures(site: Site, tmp_path: Path) -> None:
    """Reading lags behind fetching; after a kill nothing that was captured is asked for again, and no advert is lost."""
    for n in range(30):
        site.job(n)
    site.pages["/job/0"] = Reply(json.dumps({"slow": 20, "adverts": [{"title": "Job 0"}]}).encode())
    site.sitemap(list(range(30)))
    bench = Bench(tmp_path, **sitemap(site))
    settings = {"READING_WORKERS": 1}
    child = subprocess.Popen(bench.command(settings=settings), cwd=ROOT, stderr=subprocess.DEVNULL)
    give_up = time.monotonic() + 60
    while sum(len(path.read_bytes().split(b"\n")) - 1 for path in bench.landing.glob("*/*.owed")) < 30 and time.monotonic() < give_up:
        time.sleep(0.05)
    child.kill()
    child.wait()
    assert landed_lines(bench) == []
    site.job(0)
    site.asked.clear()
    ran = bench.run(settings={**settings, "READING_WORKERS": 2}, timeout=90)
    assert site.paths() == ["/sitemap.xml"]
    assert jobs(ran, "seen") == list(range(30))
    assert (ran.counts["from_captures"], ran.counts["fetched"], ran.counts["errors"]) == (30, 1, 0)
    for line in ran.lines:
        assert read_capture(ran.captures, Capture(**line["capture"])).url == line["url"]
    assert list(bench.landing.glob("*/*.owed")) == []


def test_a_cookie_that_is_set_is_never_sent_back(site: Site, tmp_path: Path) -> None:
    for n in range(3):
        site.job(n)
    page = site.pages["/job/0"]
    assert isinstance(page, Reply)
    site.pages["/job/0"] = Reply(page.body, headers={"Set-Cookie": "visitor=17; Path=/"})
    site.pages["/robots.txt"] = Reply(b"", headers={"Set-Cookie": "robot=1; Path=/"})
    site.sitemap([0, 1, 2])
    ran = Bench(tmp_path, **sitemap(site, concurrency=1)).run()
    assert jobs(ran, "seen") == [0, 1, 2]
    assert not [asked for asked in site.asked if "Cookie" in asked.headers]


def test_a_robots_txt_that_never_ends_allows_nothing(site: Site, tmp_path: Path) -> None:
    site.job(1)
    site.sitemap([1])
    site.pages["/robots.txt"] = drip
    ran = Bench(tmp_path, **sitemap(site)).run(settings={"DOWNLOAD_TIMEOUT": 1, "BACKOFF_FIRST_WAIT": 0.05})
    assert site.paths() == []
    assert ran.report["hosts"][site.url.removeprefix("http://")]["robots"] == "timeout"
    assert ran.report["alarms"][0].startswith("forbidden: ")


def test_a_wall_before_every_page_is_an_alarm(site: Site, tmp_path: Path) -> None:
    words = b"<h1>Verify you are human</h1><p>Please complete the captcha to continue.</p>"
    wall = b"<html><title>Just a moment...</title><body>" + words + b"</body></html>"
    for n in range(4):
        site.pages[f"/job/{n}"] = Reply(wall, headers={"Content-Type": "text/html"})
    site.sitemap([0, 1, 2, 3])
    ran = Bench(tmp_path, **sitemap(site)).run(settings={"READING_WORKER": "crawlers.worker"})
    assert (ran.counts["walls"], jobs(ran, "seen")) == (4, [])
    assert [alarm.split(":")[0] for alarm in ran.report["alarms"]] == ["blocked"]
