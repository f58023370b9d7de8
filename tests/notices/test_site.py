"""The standing pages and the list: small, whole in every language, chosen by corridor, work and language."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import include, path

from adverts.store import cards
from notices import glossary, guides, ports, subjects
from notices.languages import CODES, DETECTED
from notices.wording import wording
from tests.notices.scenes import ARABIC, ENGLISH, NOW, published

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def text_of(client: Client, address: str) -> str:
    return client.get(address).content.decode().replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")


@pytest.mark.parametrize("page", ["", "check/", "fair-offer/", "licences/"])
@pytest.mark.parametrize("code", DETECTED)
def test_every_page_of_the_site_in_every_language(client: Client, page: str, code: str) -> None:
    published()
    answer = client.get(f"/notices/{page}?lang={code}")
    body = text_of(client, f"/notices/{page}?lang={code}")
    words = wording(code).texts
    assert f'<html lang="{code}"' in body
    assert len(answer.content) < 50_000
    assert "<script" not in body
    assert client.cookies == {}
    for key in ("exit", "exit_hint", "help_general", "help_others", "no_cookies"):
        assert words[key] in body
    assert body.index(words["help_general"]) < body.index("</section>")
    assert (words["unchecked_words"] in body) is (code != "en")
    assert body.count('<link rel="alternate" hreflang=') == len(DETECTED)
    assert 'rel="noopener noreferrer nofollow">' + words["exit"] in body
    assert f'<a href="/accountability/" hreflang="en">{words["accountability"]}</a>' in body


urlpatterns = [path("notices/", include("notices.urls"))]
"""An installation of notices alone."""


@pytest.mark.urls(__name__)
def test_where_there_are_no_accounts_no_page_leads_to_them(client: Client) -> None:
    published()
    for page in ("", "check/", "farm-work/en/"):
        assert wording("en").texts["accountability"] not in text_of(client, f"/notices/{page}")


def test_help_lines_are_those_of_the_office_and_say_who_checked_them(client: Client) -> None:
    body = text_of(client, "/notices/check/")
    for line in ports.help_lines()(None):
        assert line.country == "EU" or line.number in body
    assert "not yet checked by us" in body


@pytest.mark.parametrize("code", ["en", "sw", "zh"])
def test_the_fair_offer_names_every_good_sign(client: Client, code: str) -> None:
    body = text_of(client, f"/notices/fair-offer/?lang={code}")
    for key, card in cards().items():
        assert (glossary.names(code)[key] in body) is (card.severity == "protective" or key in guides.ASK_MORE)
    assert all(question in body for question in wording(code).texts["questions"].values())


def test_licences_are_links_with_the_day_they_were_noted(client: Client) -> None:
    body = text_of(client, "/notices/licences/?lang=en")
    for each in guides.registers():
        assert each.url in body
        assert each.url.startswith(("https://", "http://"))
    assert body.count("not yet checked by us") >= len(guides.registers())


def _three() -> None:
    published(slug="nepal", from_country="NP", to_country="QA", occupation="construction", texts=(replace(ENGLISH, title="Title one"),))
    published(slug="poland", from_country="UA", to_country="PL", occupation="farm", texts=(replace(ARABIC, title="عنوان اثنان"),))
    published(slug="all", texts=(replace(ENGLISH, title="Title three"),))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {1, 2, 3}),
        ("from=NP", {1, 3}),
        ("to=PL", {2, 3}),
        ("from=NP&to=PL", {3}),
        ("work=farm", {2, 3}),
        ("in=ar", {2}),
        ("in=en&work=construction", {1, 3}),
        ("from=zz&to=%00&work='--&in=xx", set()),
    ],
)
def test_choosing_notices(client: Client, query: str, expected: set[int]) -> None:
    _three()
    body = text_of(client, f"/notices/?lang=en&{query}")
    marks = {1: "Title one", 2: "عنوان اثنان", 3: "Title three"}
    assert {number for number, mark in marks.items() if mark in body} == expected


def test_choices_are_named_in_the_language_of_the_page(client: Client) -> None:
    _three()
    body = text_of(client, "/notices/?lang=ar")
    assert '<option value="NP">نيبال</option>' in body
    assert '<option value="farm">زراعة</option>' in body


def test_where_and_what_stands_on_the_notice(client: Client) -> None:
    published(from_country="NP", to_country="QA", occupation="construction")
    assert "Nepal → Qatar · Building" in text_of(client, "/notices/farm-work/en/")
    assert "نيبال ← قطر · بناء" in text_of(client, "/notices/farm-work/ar/")


@pytest.mark.parametrize("code", CODES)
def test_countries_have_names(code: str) -> None:
    assert len(subjects.countries(code)) == len(subjects.countries("en")) >= 240
    assert all(subjects.countries(code).values())


def test_the_short_form_says_enough(client: Client) -> None:
    published(texts=(replace(ENGLISH, short="Nobody may ask you for money for a job."), ARABIC))
    body = text_of(client, "/notices/farm-work/en/")
    start = body.index('class="n-short"')
    short = body[start : body.index("</p>", start)]
    for piece in ("Nobody may ask", "+1 555 010 0199", "Valid until", "http://testserver/notices/farm-work/en/"):
        assert piece in short
    assert ENGLISH.title not in short
