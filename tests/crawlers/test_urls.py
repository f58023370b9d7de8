# ruff: noqa: E501 - tables of cases
"""Canonical addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.urls import absolute, canonical, host, path_words


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Board.Example:443/Jobs/1?b=2&a=1#top", "https://board.example/Jobs/1?a=1&b=2"),
        ("https://board.example", "https://board.example/"),
        ("https://board.example/job?id=7&utm_source=x&utm_medium=y&fbclid=z&gclid=q", "https://board.example/job?id=7"),
        ("https://board.example/job;jsessionid=AB12?id=7", "https://board.example/job?id=7"),
        ("https://board.example/job?PHPSESSID=1&id=7&ref=home", "https://board.example/job?id=7&ref=home"),
        ("https://board.example/#/jobs/7", "https://board.example/#/jobs/7"),
        ("https://board.example/#!/jobs/7", "https://board.example/#!/jobs/7"),
        ("https://user:secret@board.example/job", "https://board.example/job"),
        ("https://bücher.example/stelle", "https://xn--bcher-kva.example/stelle"),
        ("https://board.example:8443/a b", "https://board.example:8443/a%20b"),
        ("https://board.example/вакансия", "https://board.example/%D0%B2%D0%B0%D0%BA%D0%B0%D0%BD%D1%81%D0%B8%D1%8F"),
        ("http://[2001:DB8::1]:80/x", "http://[2001:db8::1]/x"),
        (" https://board.example/job\n", "https://board.example/job"),
        ("https://board.example./job", "https://board.example/job"),
    ],
)
def test_one_form(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    ["", "job/7", "#top", "mailto:a@board.example", "javascript:alert(1)", "ftp://board.example/x", "file:///etc/passwd", "data:text/html,x", "https://",
     "http://[::1", "http://a b/", "https://board.example:99999/", "https://board.example/" + "x" * 5000, "http://\x00/", "//"],
)  # fmt: skip
def test_what_is_no_address(url: str) -> None:
    assert canonical(url) == ""


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("job/7", "https://board.example/list/job/7"),
        ("/job/7", "https://board.example/job/7"),
        ("?page=2", "https://board.example/list/?page=2"),
        ("//other.example/x", "https://other.example/x"),
        ("../a", "https://board.example/a"),
        ("#here", ""),
        ("tel:+155501", ""),
        ("http://[bad", ""),
    ],
)
def test_links_of_a_page(href: str, expected: str) -> None:
    assert absolute(href, base="https://board.example/list/?q=1") == expected


def test_fragments_are_kept_on_demand() -> None:
    assert canonical("https://board.example/jobs#driver", keep_fragment=True) == "https://board.example/jobs#driver"


@given(st.text(max_size=80))
def test_canonical_is_stable_and_safe(text: str) -> None:
    for url in (text, f"https://board.example/{text}", f"https://{text}/x?{text}"):
        once = canonical(url, base="https://board.example/")
        assert once == "" or once.startswith(("http://", "https://"))
        assert canonical(once) == once


@pytest.mark.parametrize(("url", "words"), [
    ("https://b.example/Jobs/viewJob_12.html", ["jobs", "view", "job", "12", "html"]),
    ("https://b.example/viec-lam/tho-han", ["viec", "lam", "tho", "han"]),
    ("http://[bad", []),
])  # fmt: skip
def test_words_of_a_path(url: str, words: list[str]) -> None:
    assert path_words(url) == words


def test_hosts() -> None:
    assert (host("https://Board.Example/x"), host("no address"), host("http://[bad")) == ("board.example", "", "")
