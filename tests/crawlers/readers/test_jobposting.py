# ruff: noqa: E501 - pages are data
"""schema.org JobPosting in every way pages write it, well and badly."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from crawlers.reading import Draft, Page, Reading, read

URL = "https://board.example/job/7"
POSTING: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "JobPosting",
    "title": "Greenhouse Worker",
    "description": "<p>We pick tomatoes.</p><ul><li>Six days a week</li><li>Housing is free</li></ul>",
    "datePosted": "2026-11-03",
    "validThrough": "2026-12-01T00:00",
    "hiringOrganization": {"@type": "Organization", "name": "Glass Fields B.V."},
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Naaldwijk", "addressCountry": "NL"}},
    "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": {"minValue": 14.5, "maxValue": 16, "unitText": "HOUR"}},
}


def in_page(*scripts: str, body: str = "<div id='root'></div>") -> str:
    tags = "".join(f'<script type="application/ld+json">{script}</script>' for script in scripts)
    return f"<html lang='en'><head><title>Board</title>{tags}</head><body>{body}</body></html>"


def reading(html: str, *, kind: str = "auto") -> Reading:
    return read(Page(html.encode(), URL), kind=kind)


def only(html: str) -> Draft:
    found = reading(html)
    assert len(found.adverts) == 1, found.reason
    assert found.reader == "jobposting"
    return found.adverts[0]


def test_all_fields_of_a_whole_posting() -> None:
    advert = only(in_page(json.dumps(POSTING)))
    assert (advert.title, advert.employer, advert.place, advert.country) == ("Greenhouse Worker", "Glass Fields B.V.", "Naaldwijk", "NL")
    assert (advert.posted_on, advert.valid_until) == (date(2026, 11, 3), date(2026, 12, 1))
    assert advert.pay is not None
    assert (advert.pay.low, advert.pay.high, advert.pay.currency, advert.pay.period) == (14.5, 16.0, "EUR", "hour")
    assert advert.text.startswith("Greenhouse Worker\n")
    assert "We pick tomatoes.\n- Six days a week\n- Housing is free" in advert.text
    assert (advert.url, advert.source_id, advert.languages, advert.complete) == (URL, "", ("en",), True)


@pytest.mark.parametrize(
    "script",
    [
        json.dumps([{"@type": "BreadcrumbList", "itemListElement": []}, POSTING]),
        json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "x"}, POSTING]}),
        json.dumps({"@type": "WebPage", "mainEntity": POSTING}),
        json.dumps({**POSTING, "@type": ["JobPosting", "Thing"]}),
        json.dumps({**POSTING, "@type": "https://schema.org/JobPosting"}),
        json.dumps({**POSTING, "@type": "schema:JobPosting"}),
        "<!-- " + json.dumps(POSTING) + " -->",
        "//<![CDATA[\n" + json.dumps(POSTING) + "\n//]]>",
        json.dumps(POSTING)[:-1] + ",}",
        json.dumps(POSTING) + ";",
        json.dumps(POSTING).replace('"title"', '/* note */ "title"'),
        json.dumps(POSTING).replace("We pick tomatoes.", "We pick\ntomatoes.\t"),
        json.dumps(POSTING).replace("We pick tomatoes.", 'We "pick" tomatoes.'),
        json.dumps(POSTING).replace('"', "&quot;"),
        json.dumps(POSTING)[: json.dumps(POSTING).index('"baseSalary"')],
        "\ufeff" + json.dumps(POSTING),
        json.dumps({"@graph": [{**POSTING, "hiringOrganization": {"@id": "#o"}}, {"@id": "#o", "@type": "Organization", "name": "Glass Fields B.V."}]}),
    ],
    ids=["list", "graph", "inside a page", "two types", "full type", "prefixed type", "html comment", "cdata", "trailing comma", "semicolon",
         "comment", "raw line ends", "bare quotes", "escaped", "cut off", "byte order mark", "reference"],
)  # fmt: skip
def test_forms_and_faults_of_json_ld(script: str) -> None:
    advert = only(in_page(script))
    assert (advert.title, advert.employer, advert.place) == ("Greenhouse Worker", "Glass Fields B.V.", "Naaldwijk")
    assert "tomatoes" in advert.text


def test_several_postings_have_addresses_of_their_own() -> None:
    second = {**POSTING, "title": "Packer", "url": "/job/8"}
    found = reading(in_page(json.dumps([{**POSTING, "url": "/job/7"}, second])))
    assert [advert.url for advert in found.adverts] == ["https://board.example/job/7", "https://board.example/job/8"]


def test_the_same_posting_written_twice_is_one() -> None:
    assert len(reading(in_page(json.dumps(POSTING), json.dumps(POSTING))).adverts) == 1


@pytest.mark.parametrize(
    ("salary", "expected"),
    [
        ({"@type": "MonetaryAmount", "currency": "PLN", "value": {"value": 5200, "unitText": "MONTH"}}, (5200, 5200, "PLN", "month")),
        ({"currency": "USD", "value": "1,500.50"}, (1500.5, 1500.5, "USD", None)),
        ({"currency": "GBP", "minValue": "24000", "maxValue": "28000", "unitText": "YEAR"}, (24000, 28000, "GBP", "year")),
        ({"currency": "EUR", "value": {"minValue": 3000, "unitText": "month"}}, (3000, 3000, "EUR", "month")),
        ([{"currency": "EUR", "value": {"minValue": 10, "maxValue": 12, "unitText": "HOUR"}}], (10, 12, "EUR", "hour")),
        ("£11.44 per hour", (11.44, 11.44, "GBP", "hour")),
        ("Competitive", (None, None, None, None)),
        ({"currency": "USD", "value": {"minValue": 0, "maxValue": 0}}, None),
        ({"currency": "USD"}, None),
        (None, None),
    ],
)
def test_salaries(salary: Any, expected: tuple[Any, ...] | None) -> None:
    pay = only(in_page(json.dumps({**POSTING, "baseSalary": salary}))).pay
    assert (pay and (pay.low, pay.high, pay.currency, pay.period)) == expected


@pytest.mark.parametrize(
    ("fields", "place", "country"),
    [
        ({"jobLocation": "Leeds, United Kingdom"}, "Leeds, United Kingdom", "GB"),
        ({"jobLocation": {"address": "1 Dock Road, Hull, United Kingdom"}}, "1 Dock Road, Hull, United Kingdom", "GB"),
        ({"jobLocation": [{"address": {"addressLocality": "Leeds"}}, {"address": {"addressLocality": "York"}}]}, "Leeds; York", ""),
        ({"jobLocation": {"address": {"addressLocality": "Doha", "addressCountry": {"name": "Qatar"}}}}, "Doha, Qatar", "QA"),
        ({"jobLocation": None, "jobLocationType": "TELECOMMUTE"}, "Remote", ""),
        (
            {
                "jobLocation": None,
                "jobLocationType": "TELECOMMUTE",
                "applicantLocationRequirements": {"@type": "Country", "name": "Poland"},
            },
            "Remote (Poland)",
            "PL",
        ),
        ({"jobLocation": {"name": "Head office"}}, "Head office", ""),
        ({"jobLocation": {}}, "", ""),
    ],
)
def test_places(fields: dict[str, Any], place: str, country: str) -> None:
    advert = only(in_page(json.dumps({**POSTING, **fields})))
    assert (advert.place, advert.country) == (place, country)


@pytest.mark.parametrize("employer", ["Glass Fields B.V.", {"name": "Glass Fields B.V."}, [{"legalName": "Glass Fields B.V."}]])
def test_employers_as_text_item_and_list(employer: Any) -> None:
    assert only(in_page(json.dumps({**POSTING, "hiringOrganization": employer}))).employer == "Glass Fields B.V."


MICRODATA = """<div itemscope itemtype="http://schema.org/JobPosting"><h1 itemprop="title">Greenhouse Worker</h1>
<span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization"><b itemprop="name">Glass Fields B.V.</b></span>
<div itemprop="jobLocation" itemscope itemtype="http://schema.org/Place"><div itemprop="address" itemscope itemtype="http://schema.org/PostalAddress">
<span itemprop="addressLocality">Naaldwijk</span><meta itemprop="addressCountry" content="NL"></div></div>
<time itemprop="datePosted" datetime="2026-11-03">yesterday</time>
<span itemprop="baseSalary" itemscope itemtype="http://schema.org/MonetaryAmount"><meta itemprop="currency" content="EUR"><span itemprop="value" itemscope
itemtype="http://schema.org/QuantitativeValue"><meta itemprop="minValue" content="14.5"><meta itemprop="unitText" content="HOUR"></span></span>
<div itemprop="description"><p>We pick tomatoes.</p><ul><li>Housing is free</li></ul></div></div>"""
RDFA = """<div vocab="https://schema.org/" typeof="JobPosting"><h1 property="title">Greenhouse Worker</h1>
<div property="hiringOrganization" typeof="Organization"><span property="name">Glass Fields B.V.</span></div>
<div property="jobLocation" typeof="Place"><div property="address" typeof="PostalAddress"><span property="addressLocality">Naaldwijk</span>
<span property="addressCountry" content="NL"></span></div></div><meta property="datePosted" content="2026-11-03">
<div property="description"><p>We pick tomatoes.</p><ul><li>Housing is free</li></ul></div></div>"""


@pytest.mark.parametrize("body", [MICRODATA, RDFA, RDFA.replace('typeof="', 'typeof="schema:').replace('property="', 'property="schema:')])
def test_microdata_and_rdfa(body: str) -> None:
    advert = only(f"<html><body>{body}</body></html>")
    assert (advert.title, advert.employer, advert.place, advert.country) == ("Greenhouse Worker", "Glass Fields B.V.", "Naaldwijk", "NL")
    assert advert.posted_on == date(2026, 11, 3)
    assert "We pick tomatoes.\n- Housing is free" in advert.text


def test_microdata_cards_take_their_links() -> None:
    card = '<li itemscope itemtype="https://schema.org/JobPosting"><a href="/job/{0}"><span itemprop="title">{1}</span></a></li>'
    found = reading("<html><body><ul>" + card.format(1, "Packer") + card.format(2, "Picker") + "</ul></body></html>")
    assert [(advert.title, advert.url, advert.complete) for advert in found.adverts] == [
        ("Packer", "https://board.example/job/1", False),
        ("Picker", "https://board.example/job/2", False),
    ]
    assert found.links == ("https://board.example/job/1", "https://board.example/job/2")


def test_a_posting_without_words_gets_those_of_the_page() -> None:
    bare = {name: value for name, value in POSTING.items() if name not in {"description", "baseSalary"}}
    body = (
        "<h1>Greenhouse Worker</h1><p>Salary: 15 EUR per hour</p><h2>Requirements</h2><p>"
        + "You pick tomatoes in all weathers. " * 8
        + "</p>"
    )
    advert = only(in_page(json.dumps(bare), body=body))
    assert "in all weathers" in advert.text
    assert advert.pay is not None
    assert advert.pay.low == 15


def test_a_list_of_addresses_gives_links() -> None:
    listed = {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "position": 1, "url": "/job/1"}, {"item": {"url": "/job/2"}}]}
    found = reading(in_page(json.dumps(listed), '{"@type": "WebPage", "about": "JobPosting"}'), kind="jobposting")
    assert found.adverts == ()
    assert found.links == ("https://board.example/job/1", "https://board.example/job/2")
    assert found.reason


@pytest.mark.parametrize(
    "script",
    [
        json.dumps({"@type": "NewsArticle", "headline": "JobPosting data explained"}),
        json.dumps({"@type": "JobPosting", "description": "no title"}),
        json.dumps({"@type": "Organization", "name": "Glass Fields B.V."}),
        '{"@type": "JobPosting"',
        "not json JobPosting",
        "",
    ],
)
def test_no_posting_no_advert_and_a_reason(script: str) -> None:
    found = reading(in_page(script), kind="jobposting")
    assert found.adverts == ()
    assert found.reason
