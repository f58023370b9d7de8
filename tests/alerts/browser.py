"""Looks at pages with Debian's chromium: what axe finds, whether anything sticks out sideways, and a picture where asked for."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
SIZES = {"phone": (390, 844), "desk": (1280, 900)}

needs_chromium = pytest.mark.skipif(not CHROMIUM.exists(), reason="chromium is not installed")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window. Touch the database before or after, never while it is open."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def faults(base: str, addresses: Iterable[str], *, client: Client | None = None, dark: bool = False) -> list[str]:
    """What is wrong with pages, in both sizes; ``client`` is the one whose sign-in is used.

    Where FAIRWATCH_SHOTS names a folder, a picture of each page is left there.
    """
    cookies = [{"name": name, "value": cookie.value, "url": base} for name, cookie in client.cookies.items()] if client else []
    found: list[str] = []
    with chromium() as browser:
        for size, (width, height) in SIZES.items():
            context = browser.new_context(viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light")
            context.add_cookies(cookies)  # type: ignore[arg-type]
            page = context.new_page()
            errors: list[str] = []
            page.on("console", lambda message, errors=errors: errors.append(message.text) if message.type == "error" else None)
            for address in addresses:
                page.goto(base + address)
                where = f"{address} at {width}"
                found += [f"{where}: {each}" for each in _violations(page)]
                if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                    found.append(f"{where}: sticks out sideways")
                _picture(page, f"{address.strip('/').replace('/', '_') or 'home'}-{size}{'-dark' if dark else ''}")
            found += [f"{width}: {error}" for error in errors if "410" not in error]
            context.close()
    return found


def _violations(page: Any) -> list[str]:
    report = Axe().run(page).response
    return [f"{each['id']}: {node['html'][:120]}" for each in report["violations"] for node in each["nodes"]]


def _picture(page: Any, name: str) -> None:
    if folder := os.environ.get("FAIRWATCH_SHOTS"):
        page.screenshot(path=str(Path(folder) / f"{name[:80]}.png"), full_page=True)
