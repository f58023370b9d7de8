"""What a person does with the desk's pages, over any client in the manner of ``requests``: sign in, find cases, fill in forms."""

from __future__ import annotations

import html
import re

MILLISECONDS, PROCESSOR, QUERIES = "X-Bench-Milliseconds", "X-Bench-Processor", "X-Bench-Queries"
"""Headers by which ``benchmarks._measured`` tells of each answer."""
CHIEF, PASSWORD = "chief", "three hundred herons at dusk"

_ITEM = re.compile(r'<li class="case [^>]*>.*?<h2><a href="([^"]+)" data-item(.*?)</li>', re.S)
_INPUT = re.compile(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?')
_HELD = 'class="held"'


def cases(page: str) -> list[str]:
    """Addresses of the cases of a queue page that nobody holds, in order."""
    return [html.unescape(address) for address, rest in _ITEM.findall(page) if _HELD not in rest]


def next_page(page: str) -> str:
    """Address of the page further in the queue; empty on the last."""
    found = re.search(r'<a rel="next" href="([^"]+)"', page)
    return html.unescape(found[1]) if found else ""


def form(page: str, act: str) -> tuple[str, dict[str, str]] | None:
    """Address and hidden fields of the form whose address ends with ``act``; ``None`` where the page has none."""
    found = re.search(rf'<form[^>]* action="([^"]*/{act}/)"[^>]*>(.*?)</form>', page, re.S)
    return (found[1], _fields(found[2])) if found else None


def signing_in(page: str, name: str) -> dict[str, str]:
    """The form of the sign-in page, filled in."""
    return {**_fields(page), "login": name, "password": PASSWORD}


def inspector(number: int) -> str:
    """Name of an inspector."""
    return f"inspector-{number}"


def _fields(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in _INPUT.findall(page)}
