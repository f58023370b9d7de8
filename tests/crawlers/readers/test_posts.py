# ruff: noqa: E501 - pages are data
"""Posts without titles: which of them hire, and what is left alone."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.readers.posts import hires
from crawlers.reading import Page, Reading, read

HIRING = (
    "Urgent! Welders for Qatar<br>Salary: 1,800 QAR<br>Food and room free<br>Interested candidates send passport copy, WhatsApp +977 980-555-0101",
    "Required for hotel in Malé: 2 cooks, 1 housekeeper. Experience 2 years. Salary 450 USD. Apply now: hr@atoll.example",
)
OTHER = (
    "Good morning everybody, have a blessed Friday and drive safely on the way home tonight.",
    "Beware: scammers ask job seekers for money. The police arrested two men last week according to the ministry. Never pay.",
    "I am looking for a job as a driver, I have experience of ten years, please message me if you know something.",
)


def preview(posts: tuple[str, ...], *, name: str = "tgme_widget_message") -> str:
    blocks = "".join(
        f"<div class='{name}_wrap'><div class='{name}'><div class='{name}_text'>{text}</div><a class='date' href='https://chan.example/jobs/{number}'>"
        f"<time datetime='2026-11-0{number}T08:00:00+00:00'>08:00</time></a></div></div>"
        for number, text in enumerate(posts, 1)
    )
    return f"<html><head><title>Gulf channel</title><link rel='prev' href='/s/jobs?before=10'></head><body><section>{blocks}</section></body></html>"


def reading(html: str, *, kind: str = "auto") -> Reading:
    return read(Page(html.encode(), "https://chan.example/s/jobs"), kind=kind)


def test_posts_that_hire_are_adverts_and_others_are_not() -> None:
    found = reading(preview((*HIRING, *OTHER)))
    assert found.reader == "posts"
    assert [advert.title for advert in found.adverts] == [
        "Urgent! Welders for Qatar",
        "Required for hotel in Malé: 2 cooks, 1 housekeeper. Experience 2 years. Salary 450 USD. Apply now: hr@atoll.example",
    ]
    first = found.adverts[0]
    assert (first.url, first.posted_on) == ("https://chan.example/jobs/1", date(2026, 11, 1))
    assert first.pay is not None
    assert (first.pay.low, first.pay.currency) == (1800, "QAR")
    assert "Food and room free\n" in first.text
    assert found.next_pages == ("https://chan.example/s/jobs?before=10",)


@pytest.mark.parametrize(
    "html", [preview(OTHER), preview(HIRING[:1]), preview(HIRING, name="comment_message"), preview(HIRING, name="card"), "<html></html>"]
)
def test_no_posts_or_none_that_hires(html: str) -> None:
    found = reading(html, kind="posts")
    assert found.adverts == ()
    assert found.reason


@pytest.mark.parametrize("text", HIRING)
def test_hiring(text: str) -> None:
    assert hires(text.replace("<br>", "\n"))


@pytest.mark.parametrize("text", [*OTHER, ""])
def test_not_hiring(text: str) -> None:
    assert not hires(text)
