"""Pictures, drawn by the real browser: what is on the page, and nothing from anywhere else."""

from __future__ import annotations

import json
import shutil
import struct
import zlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from adverts.records import Capture
from crawlers import browser as browser_module
from crawlers.browser import Browser, BrowserError
from crawlers.captures import CaptureWriter, Exchange, read_capture
from crawlers.evidence_check import Check
from crawlers.pictures import take
from tests.crawlers.archive import DAY_ONE
from tests.crawlers.site import Reply, Site, running
from tests.crawlers.test_captures import checked

pytestmark = [pytest.mark.browser, pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Debian's chromium")]

RED = "<style>html, body { margin: 0; background: #f00 }</style>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as started:
        yield started


@pytest.fixture
def site() -> Iterator[Site]:
    with running() as made:
        yield made


def size(png: bytes) -> tuple[int, int]:
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def first_pixel(png: bytes) -> tuple[int, ...]:
    """Red, green, blue of the pixel at the top left."""
    data, at = b"", 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += length + 12
    return tuple(zlib.decompress(data)[1:4])


def test_a_page_is_drawn_whole(browser: Browser) -> None:
    png = browser.draw(f"{RED}<p style='height: 3000px'>Cook wanted")
    assert (size(png)[0], size(png)[1] >= 3000, first_pixel(png)) == (1024, True, (255, 0, 0))


def test_the_tallest_page_is_cut(browser: Browser) -> None:
    assert size(browser.draw("<div style='height: 900000px'>")) == (1024, 8000)


def colours(site: Site, folder: Path) -> dict[str, str]:
    """Pages that would turn green, or ask the site, if they got their way."""
    secret = folder / "secret.html"
    secret.write_text("<style>html { background: #0f0 }</style>")
    green = "document.documentElement.style.background='#0f0'"
    cover = "style='position: fixed; inset: 0; width: 2000px; height: 2000px; border: 0'"
    dot = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Crect width='2000' height='2000' fill='lime'/%3E%3C/svg%3E"
    return {
        "script": f"{RED}<script>{green}</script>",
        "handler": f'{RED}<img src=x onerror="{green}">',
        "stylesheet": f"{RED}<link rel=stylesheet href={site.url}/a.css>",
        "import": f"<style>@import url({site.url}/a.css);</style>{RED}",
        "image": f"{RED}<img {cover} src={site.url}/a.png>",
        "inline image": f'{RED}<img {cover} src="{dot}">',
        "frame": f"{RED}<iframe {cover} src={site.url}/a.html></iframe>",
        "file frame": f"{RED}<iframe {cover} src=file://{secret}></iframe>",
        "object": f"{RED}<object {cover} data=file://{secret}></object>",
        "refresh": f"<meta http-equiv=refresh content='0;url={site.url}/a.html'>{RED}",
        "file refresh": f"<meta http-equiv=refresh content='0;url=file://{secret}'>{RED}",
        "base": f"<base href={site.url}/>{RED}<img {cover} src=a.png>",
        "font": f"<style>@font-face {{ font-family: x; src: url({site.url}/a.woff) }}</style>{RED}<p style='font-family: x'>a",
        "prefetch": f"<link rel=prefetch href={site.url}/a.html><link rel=dns-prefetch href={site.url}>{RED}",
    }


def test_nothing_is_run_loaded_or_asked_for(browser: Browser, site: Site, tmp_path: Path) -> None:
    site.pages["/a.html"] = Reply(b"<style>html { background: #0f0 }</style>", headers={"Content-Type": "text/html"})
    site.pages["/a.css"] = Reply(b"html { background: #0f0 !important }", headers={"Content-Type": "text/css"})
    drawn = {name: first_pixel(browser.draw(html)) for name, html in colours(site, tmp_path).items()}
    # where an image or a frame would lie, its empty place may
    assert {name for name, pixel in drawn.items() if pixel == (0, 255, 0)} == set()
    assert {name for name, pixel in drawn.items() if pixel != (255, 0, 0)} <= {"image", "inline image", "frame", "base"}
    assert site.asked == []


def test_the_check_itself_sees_green(browser: Browser) -> None:
    assert first_pixel(browser.draw("<style>html { background: #0f0 }</style>")) == (0, 255, 0)


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with Browser(patience=0.01) as slow, pytest.raises(BrowserError, match="not drawn within"):
        slow.draw("<p>")


def test_a_browser_that_ends_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser_module, "PROGRAM", "true")
    with Browser() as none, pytest.raises(BrowserError, match="FAIRWATCH_PICTURES"):
        none.draw("<p>")
    monkeypatch.setattr(browser_module, "PROGRAM", "no-such-browser")
    with pytest.raises(BrowserError, match="not installed"):
        Browser()


def test_pictures_are_kept_beside_their_captures(tmp_path: Path) -> None:
    root, landing = tmp_path / "captures", tmp_path / "a.jsonl"
    out = CaptureWriter(root, source="quay", about={})
    html, plain = [("Content-Type", "text/html; charset=utf-8")], [("Content-Type", "application/json")]
    made = [
        out.add(Exchange(url=f"https://quay.example/{n}", at=DAY_ONE, status=200, body=RED.encode(), response_headers=headers))
        for n, headers in enumerate([html, plain, html])
    ]
    out.close()
    lines = [{"event": "seen", "url": capture.url, "capture": asdict(capture)} for capture in (made[0], made[0], *made[1:])]
    lines.append({"event": "seen", "url": "https://quay.example/on-a-list", "capture": {**asdict(made[0]), "offset": 1}})
    landing.write_text("".join(json.dumps(line) + "\n" for line in [*lines, {"event": "gone", "capture": None}]))
    taken = take(root, landing, source="quay", now=DAY_ONE)
    assert (taken.pictures, taken.warnings) == (2, [])
    assert all(checked(path) == 0 for path in root.glob("*/*.warc.gz"))
    rows = [json.loads(line) for path in root.glob("chain/*.jsonl") for line in path.read_text().splitlines()]
    pictures = [row for row in rows if row["kind"] == "picture"]
    assert [row["url"] for row in pictures] == ["screenshot:https://quay.example/0", "screenshot:https://quay.example/2"]
    kept = read_capture(root, Capture(pictures[0]["file"], pictures[0]["offset"], pictures[0]["payload"]))
    assert first_pixel(kept.body) == (255, 0, 0)
    assert Check(root).run().faults == []
