# ruff: noqa: E501 - answers are data
"""Reading the answers of applicant tracking systems and other interfaces."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers.reading import Draft, Page, Reading, read
from tests.crawlers.readers.answers import ANSWERS, TEXT, Answer


def reading(data: Any, url: str = "https://api.example/jobs", *, kind: str = "auto") -> Reading:
    body = data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()
    return read(Page(body, url, "application/json"), kind=kind)


@pytest.mark.parametrize("answer", ANSWERS, ids=[answer.name for answer in ANSWERS])
def test_products_and_unknown_interfaces(answer: Answer) -> None:
    found = reading(answer.data, answer.url)
    assert found.reader == "ats"
    assert len(found.adverts) == answer.count, found.reason
    advert = found.adverts[0]
    assert (advert.title, advert.employer, advert.place) == (answer.title, answer.employer, answer.place)
    assert [words for words in answer.words if words not in advert.text] == []
    if answer.country:
        assert advert.country == answer.country
    if answer.posting_url:
        assert advert.url == answer.posting_url
    if answer.source_id:
        assert advert.source_id == answer.source_id
    if answer.pay:
        assert (advert.pay and (advert.pay.low, advert.pay.high, advert.pay.currency, advert.pay.period)) == answer.pay
    if answer.posted_on:
        assert advert.posted_on == answer.posted_on


def posting(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "title": f"Cook {number}",
        "company": "Acme Canteens",
        "location": "Leeds",
        "url": f"https://api.example/jobs/{number}",
        **more,
    }


@pytest.mark.parametrize(
    ("url", "around", "expected"),
    [
        ("https://api.example/jobs", {"next": "https://api.example/jobs?page=2"}, ("https://api.example/jobs?page=2",)),
        ("https://api.example/jobs", {"links": {"next": "/jobs?page=2"}}, ("https://api.example/jobs?page=2",)),
        ("https://api.example/jobs", {"paging": {"next": "?page=2"}}, ("https://api.example/jobs?page=2",)),
        ("https://api.example/jobs", {"_links": {"next": {"href": "/jobs?page=2"}}}, ("https://api.example/jobs?page=2",)),
        ("https://api.example/jobs?offset=0&limit=2", {"total": 5}, ("https://api.example/jobs?limit=2&offset=2",)),
        ("https://api.example/jobs?page=1", {"total": 5}, ("https://api.example/jobs?page=2",)),
        ("https://api.example/jobs?page=3", {"total": 5}, ()),
        ("https://api.example/jobs?offset=4&limit=2", {"total": 5}, ()),
        ("https://api.example/jobs", {"next": None, "total": 2}, ()),
        ("https://api.example/jobs", {"next": "javascript:void(0)"}, ()),
    ],
)
def test_next_pages(url: str, around: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert reading({"jobs": [posting(1), posting(2)], **around}, url).next_pages == expected


def test_a_posting_in_two_places_is_one_with_both() -> None:
    found = reading([{**posting(1), "location": "Leeds"}, {**posting(1), "location": "York"}])
    assert [(advert.title, advert.place) for advert in found.adverts] == [("Cook 1", "Leeds; York")]


def test_postings_without_id_and_address_are_told_apart() -> None:
    found = reading({"jobs": [{"jobTitle": "Cook", "employer": "Acme", "city": city} for city in ("Leeds", "York", "Leeds")]})
    assert [advert.place for advert in found.adverts] == ["Leeds", "York"]
    ids = [advert.source_id for advert in found.adverts]
    assert len(set(ids)) == 2
    assert all(own.startswith("~") for own in ids)


def test_similar_jobs_beside_a_posting_are_not_its_own() -> None:
    data = {
        "job": {**posting(1), "description": TEXT * 5, "employmentType": "full"},
        "similarJobs": [posting(number) for number in range(2, 9)],
    }
    assert [advert.title for advert in reading(data).adverts] == ["Cook 1"]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"jobs": []}', "empty"),
        (b"[]", "empty"),
        (b'{"error": "rate limit"}', "error"),
        (b'{"products": [{"title": "Chef knife", "price": 12.5, "url": "/p/1"}, {"title": "Apron", "price": 9, "url": "/p/2"}]}', "postings"),
        (b'{"articles": [{"title": "Port reopens", "author": "A", "url": "/n/1", "publishedAt": "2026-11-03"}, {"title": "Snow", "url": "/n/2"}]}', "postings"),
        (b'{"events": [{"title": "Winter market", "location": "Leeds", "date": "2026-12-01", "url": "/e/1"}, {"title": "Choir", "location": "York"}]}', "postings"),
        (b'{"users": [{"name": "Ada", "company": "Acme", "location": "Leeds"}, {"name": "Ben", "company": "Acme", "location": "York"}]}', "postings"),
        (b'{"a": ', "empty"),
    ],
)  # fmt: skip
def test_other_data_gives_a_reason(body: bytes, words: str) -> None:
    found = reading(body, "https://api.example/v1/items")
    assert found.adverts == ()
    assert words in found.reason


@pytest.mark.parametrize(
    "wrapped",
    [
        b")]}'\n%s",
        b"while(1);%s",
        b"callback(%s);",
        b"/**/ jQuery1_2(%s)",
        b"\xef\xbb\xbf%s",
        b"  \n %s \n",
    ],
)
def test_guards_and_callbacks_around_the_data(wrapped: bytes) -> None:
    found = reading(wrapped % json.dumps({"jobs": [posting(1), posting(2)]}).encode())
    assert [advert.title for advert in found.adverts] == ["Cook 1", "Cook 2"]


def test_data_cut_off_in_the_middle_gives_what_is_there() -> None:
    body = json.dumps({"jobs": [posting(number) for number in range(1, 6)]}).encode()
    titles = [advert.title for advert in reading(body[: len(body) * 2 // 3]).adverts]
    assert titles[:3] == ["Cook 1", "Cook 2", "Cook 3"]


def test_lone_surrogates_and_nuls_never_reach_a_draft() -> None:
    advert: Draft = reading(
        b'{"jobs": [{"jobTitle": "Cook \\ud83d\\u0000", "company": "Acme", "location": "Leeds", "description": "A\\ud800B"}]}'
    ).adverts[0]
    assert "\x00" not in advert.title + advert.text
    assert (advert.title + advert.text).encode("utf-8")


def test_contacts_are_not_repeated_in_the_raw_fields() -> None:
    more = {
        "mailbox_email": "jobs@acme.example",
        "contact": {"name": "Some Person"},
        "note": "call +44 7700 900123",
        "department": "Catering",
    }
    raw = reading({"jobs": [posting(1, **more), posting(2)]}).adverts[0].raw
    assert raw["department"] == "Catering"
    assert not {"mailbox_email", "contact.name", "note"} & set(raw)
