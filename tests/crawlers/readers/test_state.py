# ruff: noqa: E501 - pages are data
"""State that script applications carry in their pages."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from crawlers.reading import Page, Reading, read

URL = "https://app.example/careers"
JOBS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "title": "Night Loader",
        "companyName": "Quayside Ltd",
        "location": "Hull",
        "url": "/careers/a1",
        "employmentType": "full",
    },
    {"id": "b2", "title": "Cook", "companyName": "Copper Kettle", "location": "York", "url": "/careers/b2", "employmentType": "part"},
]
FOUND = [
    ("Night Loader", "Quayside Ltd", "Hull", "https://app.example/careers/a1"),
    ("Cook", "Copper Kettle", "York", "https://app.example/careers/b2"),
]


def shell(script: str, *, attributes: str = "", body: str = '<div id="app"></div>') -> str:
    return f"<!doctype html><html lang='en'><head><title>App</title></head><body>{body}<script{attributes}>{script}</script></body></html>"


def reading(page: str) -> Reading:
    return read(Page(page.encode(), URL))


def nuxt_list() -> str:
    """Nuxt 3's flat list for JOBS."""
    flat: list[Any] = [["Reactive", 1], {"data": 2}, {"jobs": 3}, [4, 11]]
    for start, job in ((4, JOBS[0]), (11, JOBS[1])):
        flat.append({name: start + offset for offset, name in enumerate(job, 1)})
        flat.extend(job.values())
    return json.dumps(flat)


APOLLO = {
    "ROOT_QUERY": {"__typename": "Query", "jobs": [{"__ref": "Job:a1"}, {"__ref": "Job:b2"}]},
    "Job:a1": {
        "__typename": "Job",
        "id": "a1",
        "title": "Night Loader",
        "company": {"__ref": "Company:1"},
        "location": "Hull",
        "url": "/careers/a1",
    },
    "Job:b2": {
        "__typename": "Job",
        "id": "b2",
        "title": "Cook",
        "company": {"__ref": "Company:2"},
        "location": "York",
        "url": "/careers/b2",
    },
    "Company:1": {"__typename": "Company", "name": "Quayside Ltd"},
    "Company:2": {"__typename": "Company", "name": "Copper Kettle"},
}
LITERAL = "{jobs:[{id:'a1',title:'Night Loader',companyName:'Quayside Ltd',location:'Hull',url:'/careers/a1',employmentType:a},{id:'b2',title:b,companyName:'Copper Kettle',location:'York',url:'/careers/b2',employmentType:void 0,}]}"
FLIGHT = '1:["$","div",null,{"jobs":' + json.dumps(JOBS) + "}]\n2:null\n"

PAGES = {
    "Next.js": shell(json.dumps({"props": {"pageProps": {"jobs": JOBS}}, "page": "/careers"}), attributes=' id="__NEXT_DATA__" type="application/json"'),
    "Next.js, streamed": shell("self.__next_f.push([1," + json.dumps(FLIGHT[:90]) + "])</script><script>self.__next_f.push([1," + json.dumps(FLIGHT[90:]) + "])"),
    "Nuxt 2": shell("window.__NUXT__=(function(a,b){return {layout:'default',data:[" + LITERAL + "]}}('full','Cook'));"),
    "Nuxt 2, set on arguments": shell(
        "window.__NUXT__=(function(a,b,c,d){c.id='a1';c.title='Night Loader';c.companyName='Quayside Ltd';c.location='Hull';c.url='/careers/a1';"
        "d.id='b2';d.title=b;d.companyName='Copper Kettle';d.location='York';d.url='/careers/b2';return {data:[{jobs:[c,d]}]}}('full','Cook',{},{}));"
    ),
    "Nuxt 3": shell(nuxt_list(), attributes=' type="application/json" id="__NUXT_DATA__"'),
    "Apollo": shell("window.__APOLLO_STATE__ = " + json.dumps(APOLLO) + ";"),
    "assigned": shell("var config = {a: 1}; window.app = window.app || {}; app.data = " + json.dumps({"search": {"results": JOBS}}) + "; app.start();"),
    "parsed from a string": shell("window.__STATE__ = JSON.parse(" + json.dumps(json.dumps({"jobs": JOBS})) + ");"),
    "attribute": shell("", body='<div id="app" data-page="' + html.escape(json.dumps({"props": {"jobs": JOBS}})) + '"></div>'),
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES.keys())
def test_postings_in_state(page: str) -> None:
    found = reading(page)
    assert found.reader == "state", found.reason
    assert [(advert.title, advert.employer, advert.place, advert.url) for advert in found.adverts] == FOUND


def test_one_posting_with_its_long_text_in_a_row_of_its_own() -> None:
    text = "We load ships at night. You keep your passport. " * 10
    job = {
        "id": "a1",
        "jobTitle": "Night Loader",
        "companyName": "Quayside Ltd",
        "location": "Hull",
        "employmentType": "full",
        "description": "$5",
    }
    stream = f"5:T{len(text):x},{text}" + "1:" + json.dumps({"job": job}) + "\n"
    found = reading(shell("self.__next_f.push([1," + json.dumps(stream) + "])"))
    assert len(found.adverts) == 1
    assert "You keep your passport." in found.adverts[0].text


@pytest.mark.parametrize(
    "page",
    [
        shell("window.__STATE__ = {broken"),
        shell("window.__STATE__ = {};"),
        shell(json.dumps({"products": [{"title": "Boots", "price": 49, "url": "/p/1"}, {"title": "Gloves", "price": 9, "url": "/p/2"}]}), attributes=" type='application/json'"),
        shell(json.dumps({"i18n": {"job": {"title": "Job title", "location": "Location", "company": "Company"}}}), attributes=" type='application/json'"),
        shell(json.dumps({"nav": [{"label": "Jobs", "url": "/jobs"}, {"label": "Blog", "url": "/blog"}]}), attributes=" type='application/json'"),
    ],
)  # fmt: skip
def test_other_state_is_no_postings(page: str) -> None:
    found = reading(page)
    assert found.adverts == ()
    assert found.reason


def test_state_fills_what_the_cards_do_not_show() -> None:
    cards = "".join(
        f'<li class="job"><h3><a href="{job["url"]}">{job["title"]}</a></h3><span class="location">{job["location"]}</span></li>'
        for job in JOBS
    )
    page = shell("window.__STATE__ = " + json.dumps({"jobs": JOBS}) + ";", body=f"<h1>Jobs</h1><ul>{cards}</ul>")
    found = reading(page)
    assert found.reader == "listing"
    assert [(advert.title, advert.employer, advert.place, advert.url) for advert in found.adverts] == FOUND
