# ruff: noqa: E501 - pages are data
"""Cards on invented listing pages, and pages whose cards are something else."""

from __future__ import annotations

import pytest

from crawlers.reading import Page, Reading, read
from tests.crawlers.readers.listings import LISTINGS, Listing, page, repeated


def reading(html: str, url: str = "https://board.example/jobs", *, kind: str = "auto") -> Reading:
    return read(Page(html.encode(), url), kind=kind)


@pytest.mark.parametrize("listing", LISTINGS, ids=[listing.name for listing in LISTINGS])
def test_cards_with_their_fields_links_and_next_pages(listing: Listing) -> None:
    found = reading(listing.html, listing.url)
    assert (found.reader, found.reason) == ("listing", "")
    assert tuple((advert.title, advert.employer, advert.place) for advert in found.adverts) == listing.cards
    assert not any(advert.complete for advert in found.adverts)
    assert found.next_pages == ((listing.next_page,) if listing.next_page else ())
    if listing.first_url:
        assert found.adverts[0].url == found.links[0] == listing.first_url


def test_the_text_of_a_card_is_what_it_shows() -> None:
    advert = reading(LISTINGS[0].html).adverts[0]
    assert advert.text.split("\n")[0] == "Warehouse Operative"
    assert "£11.44 per hour" in advert.text
    assert "Apply now" not in advert.text
    assert advert.pay is not None
    assert (advert.pay.low, advert.pay.currency, advert.pay.period) == (11.44, "GBP", "hour")


def test_cards_that_share_an_address_keep_what_tells_them_apart() -> None:
    html = page("Jobs", "<h1>Jobs</h1><div>" + repeated(
        "<div class='job'><h3>{0}</h3><p>Leeds</p><a href='jobs.html#{1}'>Read more</a></div>", (("Driver", "driver"), ("Cook", "cook"))) + "</div>")  # fmt: skip
    assert [advert.url for advert in reading(html).adverts] == [
        "https://board.example/jobs.html#driver",
        "https://board.example/jobs.html#cook",
    ]


def test_cards_without_links_have_ids_of_their_own() -> None:
    html = page(
        "Jobs",
        "<h1>Vacancies</h1><div>"
        + repeated("<div class='vacancy'><h3>{0}</h3><p>{1}</p></div>", (("Driver", "Leeds"), ("Cook", "York")))
        + "</div>",
    )
    found = reading(html)
    assert [advert.title for advert in found.adverts] == ["Driver", "Cook"]
    assert len({advert.source_id for advert in found.adverts}) == 2
    assert all(advert.source_id.startswith("~") for advert in found.adverts)


def test_identical_cards_are_one_advert() -> None:
    card = "<div class='job_item'><h3>General Workers</h3><p>18-03-2026</p><a href='job.php'></a></div>"
    assert len(reading(page("Demands", f"<div>{card * 5}</div>")).adverts) == 1


def test_american_dates_are_told_by_their_neighbours() -> None:
    rows = (("Driver", "07/15/2026"), ("Cook", "08/05/2026"))
    html = page("Jobs", "<table>" + repeated("<tr><td><a href='/job/{n}'>{0}</a></td><td>{1}</td></tr>", rows) + "</table>")
    assert [str(advert.posted_on) for advert in reading(html).adverts] == ["2026-07-15", "2026-08-05"]


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ('<a href="?page=2" aria-label="Next page"><i></i></a>', "https://board.example/jobs?page=2"),
        ('<a href="/jobs?page=2">›</a>', "https://board.example/jobs?page=2"),
        ('<a href="/jobs?page=2">Nächste Seite</a>', "https://board.example/jobs?page=2"),
        ('<a href="/jobs?page=1">1</a><a href="/jobs?page=2">2</a>', "https://board.example/jobs?page=2"),
        ('<a href="/jobs/page/2/">2</a>', "https://board.example/jobs/page/2/"),
        ('<a class="slick-next" href="/jobs?page=2">Next</a>', ""),
        ('<a href="#">Next</a>', ""),
        ('<a href="javascript:next()">Next</a>', ""),
        ('<a href="/privacy">Privacy</a>', ""),
    ],
)
def test_next_pages(link: str, expected: str) -> None:
    found = reading(LISTINGS[0].html.replace("<a rel='next' href='/jobs/leeds?page=2'>Next</a>", link))
    assert found.next_pages == ((expected,) if expected else ())


def test_adverts_of_others_below_an_advert_do_not_count() -> None:
    similar = (
        "<aside><h3>Similar jobs</h3>"
        + repeated(
            "<div class='job'><a href='/job/{n}'>{0}</a><span class='company'>Acme</span></div>", (("Driver",), ("Cook",), ("Nurse",))
        )
        + "</aside>"
    )
    text = (
        "<h1>Night Loader</h1><p>Employer: Quayside Ltd</p><p>Location: Hull</p><h2>Requirements</h2><p>"
        + "You lift crates all night. " * 20
        + "</p><a href='/apply'>Apply now</a>"
    )
    found = reading(page("Night Loader", text + similar), "https://board.example/job/9")
    assert [(advert.title, advert.employer) for advert in found.adverts] == [("Night Loader", "Quayside Ltd")]
    assert "Nurse" not in found.adverts[0].text


def test_a_pane_beside_the_cards_gives_its_card_the_whole_text() -> None:
    pane = (
        "<div class='pane'><h2>Warehouse Operative</h2><p>"
        + "You scan and load parcels for eight hours. " * 20
        + "</p><h3>Requirements</h3><p>Safety boots</p></div>"
    )
    found = reading(LISTINGS[0].html.replace("</main>", pane + "</main>"), LISTINGS[0].url)
    assert len(found.adverts) == 4
    assert "Safety boots" in found.adverts[0].text
