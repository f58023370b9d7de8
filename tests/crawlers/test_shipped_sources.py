"""The sources that ship with the checkout: real public ones switched off, sample boards on this machine alone."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from crawlers.reading import Page, read
from crawlers.source import FOLDER, load

FILES = sorted(FOLDER.glob("*.yml"))
REAL = [path for path in FILES if not path.stem.startswith("sample-")]


def test_there_are_ten_and_more() -> None:
    assert len(REAL) >= 10


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_is_a_source(path: Path) -> None:
    load(path)


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.stem)
def test_a_real_one_is_off_gentle_grounded_and_documented(path: Path) -> None:
    source = load(path)
    assert not source.enabled
    assert not source.allow_private
    assert source.rate <= 1
    assert source.concurrency == 1
    assert urlsplit(source.documented_at).scheme == "https"
    assert len(source.legal_basis) > 60
    assert source.expected.adverts_min > 0
    assert source.schedule
    assert "# checked: never fetched from here" in path.read_text(encoding="utf-8")
    hosts = {urlsplit(url).hostname for start in source.start for url in start.urls}
    assert not [host for host in hosts if host in {"localhost", "127.0.0.1"} or (host or "").endswith(".example")]


def test_no_two_start_at_one_minute() -> None:
    times = [(path.stem, load(path).schedule) for path in REAL]
    assert [(one, other) for (one, first), (other, second) in combinations(times, 2) if first == second] == []


def test_the_taiwanese_form_is_read() -> None:
    row = (
        "<DATA><OCCU_DESC>餐廳廚師</OCCU_DESC><COMPNAME>海港餐飲有限公司</COMPNAME><CITYNAME>高雄市</CITYNAME>"
        "<JOB_DETAIL>負責廚房備料與烹調，早班，供餐，提供制服。</JOB_DETAIL><NT_L>32000</NT_L><NT_U>36000</NT_U>"
        "<URL_QUERY>https://job.taiwanjobs.gov.tw/detail/{}</URL_QUERY><STOP_DATE>2026-06-01</STOP_DATE></DATA>"
    )
    body = f"<?xml version='1.0' encoding='utf-8'?><ROOT>{row.format(1)}{row.format(2)}</ROOT>".encode()
    url = "https://free.taiwanjobs.gov.tw/webservice_taipei/Webservice.ashx?count=1000"
    adverts = read(Page(body=body, url=url, content_type="text/xml")).adverts
    assert [advert.url for advert in adverts] == [f"https://job.taiwanjobs.gov.tw/detail/{n}" for n in (1, 2)]
    assert (adverts[0].title, adverts[0].employer, adverts[0].place) == ("餐廳廚師", "海港餐飲有限公司", "高雄市")
    assert "負責廚房備料" in adverts[0].text


def test_the_swedish_form_is_read() -> None:
    posting = {
        "id": "27",
        "webpage_url": "https://arbetsformedlingen.se/platsbanken/annonser/27",
        "headline": "Kock",
        "application_deadline": "2026-06-30T23:59:59",
        "description": {"text": "Vi söker en kock till vår matsal. Du arbetar tidiga pass och maten ingår."},
        "employer": {"name": "Kajens kök AB", "workplace": "Kajens kök"},
        "workplace_address": {"municipality": "Lund", "region": "Skåne län", "country": "Sverige"},
        "publication_date": "2026-05-04T00:00:00",
    }
    body = json.dumps({"total": {"value": 1}, "hits": [posting]}).encode()
    (advert,) = read(Page(body=body, url="https://jobsearch.api.jobtechdev.se/search?offset=0&limit=100")).adverts
    assert (advert.title, advert.employer, advert.url) == ("Kock", "Kajens kök AB", "https://arbetsformedlingen.se/platsbanken/annonser/27")
    assert "Lund" in advert.place
    assert "tidiga pass" in advert.text
