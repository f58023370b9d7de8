# ruff: noqa: E501 - pages are data
"""Plain advert pages in many makes and languages, and pages that are no adverts."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.reading import Page, Reading, read
from tests.crawlers.readers.adverts import ADVERTS, Expected
from tests.crawlers.readers.listings import page
from tests.crawlers.readers.others import OTHERS, Other


def reading(html: str, url: str = "https://board.example/job/1", *, kind: str = "auto") -> Reading:
    return read(Page(html.encode(), url), kind=kind)


@pytest.mark.parametrize("expected", ADVERTS, ids=[expected.name for expected in ADVERTS])
def test_adverts(expected: Expected) -> None:
    found = reading(expected.html, expected.url)
    assert len(found.adverts) == 1, found.reason
    advert = found.adverts[0]
    assert (advert.title, advert.employer, advert.place) == (expected.title, expected.employer, expected.place)
    assert (advert.pay.raw if advert.pay else "") == expected.pay
    assert advert.text.split("\n")[0] == expected.title
    assert [words for words in expected.phrases if words not in advert.text] == []
    assert [words for words in expected.absent if words in advert.text] == []
    assert advert.url == expected.url


@pytest.mark.parametrize("other", OTHERS, ids=[other.name for other in OTHERS])
@pytest.mark.parametrize("kind", ["auto", "advert", "listing"])
def test_other_pages_give_no_advert_and_say_why(other: Other, kind: str) -> None:
    found = reading(other.html, other.url, kind=kind)
    assert found.adverts == ()
    assert len(found.reason) > 10


def test_dates_by_their_labels() -> None:
    advert = reading(ADVERTS[0].html).adverts[0]
    assert (advert.posted_on, advert.valid_until) == (date(2026, 11, 3), date(2026, 11, 30))


def test_what_changes_daily_is_left_out_so_that_the_text_stays_the_same() -> None:
    def at(age: str, number: int) -> str:
        fields = "<p>Employer: Quayside Ltd</p><p>Location: Hull</p><h2>Requirements</h2><p>You lift crates all night and load ships.</p>"
        return page("Night Loader", f"<h1>Night Loader</h1><p>{age}</p><p>{number} applicants</p>{fields}<a href='/apply'>Apply now</a>")

    first, second = reading(at("Posted 3 days ago", 12)), reading(at("Posted 4 days ago", 57))
    assert first.adverts[0].text == second.adverts[0].text


def test_a_post_that_stands_in_the_description_alone() -> None:
    text = "We're hiring welders for Gdańsk!&#10;Free housing, 60 hours a week.&#10;Send your CV to work@steel.example"
    html = f'<html><head><title>Network</title><meta property="og:title" content="Some Person on Network"><meta property="og:description" content="{text}"></head><body></body></html>'
    advert = reading(html).adverts[0]
    assert advert.title == "We're hiring welders for Gdańsk!"
    assert "60 hours a week" in advert.text


def test_a_body_of_plain_text() -> None:
    text = "Welders wanted for Poland\n\nWe are looking for ten welders.\nSalary: 8000 PLN per month\nLocation: Gdańsk\nWhatsApp +48 555 010 010\n"
    advert = read(Page(text.encode(), "https://chat.example/1", "text/plain")).adverts[0]
    assert (advert.title, advert.place) == ("Welders wanted for Poland", "Gdańsk")
    assert "WhatsApp +48 555 010 010" in advert.text


def test_a_table_keeps_rows_and_a_list_keeps_its_bullets() -> None:
    html = page(
        "Cook",
        "<h1>Cook</h1><p>Location: York</p><p>We are looking for a cook.</p><table><tr><th>Day</th><th>Hours</th></tr><tr><td>Monday</td><td>12</td></tr></table><ul><li>Own room</li><li>Meals</li></ul>",
    )
    assert "Day | Hours\nMonday | 12\n- Own room\n- Meals" in reading(html).adverts[0].text


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Board > Cook vacancy, posted on 3 November", "Board: find jobs", "Cook"),
        ("Cook | Copper Kettle", "Cook", "Cook"),
        ("Job details", "Cook", "Cook"),
    ],
)
def test_titles_agree_with_the_page(title: str, heading: str, expected: str) -> None:
    html = page(
        title,
        f"<h1>{heading}</h1><div class='vacancy-title'>Cook</div><p>Employer: Copper Kettle</p><p>Location: York</p><p>Salary: £12 per hour</p><p>We are looking for a cook.</p>",
    )
    assert reading(html).adverts[0].title == expected
