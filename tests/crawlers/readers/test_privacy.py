# ruff: noqa: E501 - pages are data
"""Comments, profiles, applicants and faces are never read, whatever form the page has."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from crawlers.reading import Page, read

ADVERT = (
    "<h1 class='job-title'>Line cook</h1><p class='company'>Quay Kitchens</p><p class='location'>Leeds</p><div class='job-description'>"
    "<h2>Your tasks</h2><ul><li>Cook lunch for ninety guests</li><li>Keep the kitchen clean</li></ul><h2>We offer</h2>"
    "<p>14 GBP per hour, free meals, 28 days of paid leave. Apply with a short letter. No experience required.</p></div>"
)
SECRET = "Zebediah Quillfeather"
OTHERS = f"{SECRET} says: I worked there, call me on +44 7700 900123, my mother is ill and I have no papers."
AROUND = {
    "comments": f"<section class='comments' id='comments'><h2>Comments</h2><div class='comment'><b>{SECRET}</b><p>{OTHERS}</p></div></section>",
    "comment-list": f"<ol class='comment-list'><li class='comment'><cite>{SECRET}</cite><p>{OTHERS}</p></li></ol>",
    "disqus": f"<div id='disqus_thread'><div class='post'><p>{OTHERS}</p></div></div>",
    "replies": f"<div class='replies'><article class='reply'><p>{OTHERS}</p></article></div>",
    "reviews": f"<div class='reviews'><div class='review'><p>{OTHERS}</p></div></div>",
    "comment type": f"<div itemscope itemtype='https://schema.org/Comment'><span itemprop='author'>{SECRET}</span><p itemprop='text'>{OTHERS}</p></div>",
    "applicants": f"<div class='applicants'><h3>Applicants</h3><ul><li>{SECRET}, 34, cook from Leeds, single, two children</li></ul></div>",
    "candidates": f"<div class='candidates-list'><img src='/faces/1.jpg'><p>{SECRET}, 34, cook, looking for work</p></div>",
    "face": f"<div class='avatar'><img src='data:image/png;base64,AAAA' alt='{SECRET}'></div>",
}
POSTING = {
    "id": 7, "title": "Line cook", "company": "Quay Kitchens", "location": "Leeds", "url": "https://quay.example/job/7",
    "description": "<p>Cook lunch for ninety guests and keep the kitchen clean. 14 GBP per hour, free meals, paid leave of 28 days.</p>" * 3,
}  # fmt: skip
IN_DATA = {
    "applicants": [{"name": SECRET, "bio": OTHERS * 3, "photo": "https://quay.example/faces/1.jpg"}],
    "applications": [{"candidate": {"name": SECRET, "note": OTHERS * 3}}],
    "candidates": [{"fullName": SECRET, "summary": OTHERS * 3}],
    "comments": [{"author": SECRET, "text": OTHERS * 3}],
    "reviews": [{"author": SECRET, "body": OTHERS * 3}],
    "savedBy": [{"displayName": SECRET, "about": OTHERS * 3}],
    "likes": [{"name": SECRET}],
    "viewer": {"name": SECRET, "email": "zebediah@mail.example"},
    "currentUser": {"name": SECRET, "description": OTHERS * 3},
    "hiringManager": {"name": SECRET, "avatar": "https://quay.example/faces/1.jpg"},
    "recruiter": {"name": SECRET, "profileImage": "data:image/png;base64,AAAA", "bio": OTHERS * 3},
    "postedBy": {"name": SECRET, "bio": OTHERS * 3},
}


def said(body: bytes, *, content_type: str) -> str:
    adverts = read(Page(body=body, url="https://quay.example/job/7", content_type=content_type)).adverts
    assert [advert.title for advert in adverts] == ["Line cook"]
    assert "ninety guests" in adverts[0].text
    return json.dumps([asdict(advert) for advert in adverts], default=str)


@pytest.mark.parametrize("name", AROUND)
def test_on_a_page(name: str) -> None:
    body = f"<html lang='en'><head><title>Line cook - Quay</title></head><body><main>{ADVERT}{AROUND[name]}</main></body></html>"
    found = said(body.encode(), content_type="text/html")
    assert not [word for word in (SECRET, "my mother", "two children", "faces/1", "base64") if word in found]


@pytest.mark.parametrize("name", IN_DATA)
@pytest.mark.parametrize("form", ["interface", "state", "json-ld"])
def test_in_data(name: str, form: str) -> None:
    posting = {**POSTING, name: IN_DATA[name]}
    if form == "interface":
        body, kind = json.dumps({"jobs": [posting]}).encode(), "application/json"
    elif form == "state":
        script = json.dumps({"props": {"pageProps": {"job": posting}}})
        body = f"<html><title>x</title><body><div id='__next'></div><script id='__NEXT_DATA__' type='application/json'>{script}</script></body></html>"
        body, kind = body.encode(), "text/html"  # type: ignore[union-attr]
    else:
        data = {**posting, "@context": "https://schema.org", "@type": "JobPosting", "hiringOrganization": {"name": "Quay Kitchens"}}
        body, kind = f"<html><script type='application/ld+json'>{json.dumps(data)}</script></html>".encode(), "text/html"
    found = said(body, content_type=kind)
    assert not [word for word in (SECRET, "my mother", "faces/1", "base64", "mail.example") if word in found]
