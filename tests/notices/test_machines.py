"""Atom, JSON Feed, CAP 1.2 and the sitemap: valid, complete, and silent about what is not out.

CAP is checked against the elements and their order as the OASIS schema of version 1.2 has them, written out here: the schema itself cannot
be fetched without a network, so this is our own reading of it and no validation by OASIS's file.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client
from lxml import etree

from notices import workflow
from notices.languages import DETECTED
from tests.notices.scenes import ARABIC, ENGLISH, NOW, content, draft, go_out, published, somebody

pytestmark = pytest.mark.django_db

CAP = "{urn:oasis:names:tc:emergency:cap:1.2}"
ORDER = {
    "alert": [
        "identifier",
        "sender",
        "sent",
        "status",
        "msgType",
        "source",
        "scope",
        "restriction",
        "addresses",
        "code",
        "note",
        "references",
        "incidents",
        "info",
    ],
    "info": [
        "language",
        "category",
        "event",
        "responseType",
        "urgency",
        "severity",
        "certainty",
        "audience",
        "eventCode",
        "effective",
        "onset",
        "expires",
        "senderName",
        "headline",
        "description",
        "instruction",
        "web",
        "contact",
        "parameter",
        "resource",
        "area",
    ],
    "area": ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"],
    "geocode": ["valueName", "value"],
}
REQUIRED = {
    "alert": {"identifier", "sender", "sent", "status", "msgType", "scope"},
    "info": {"category", "event", "urgency", "severity", "certainty"},
    "area": {"areaDesc"},
    "geocode": {"valueName", "value"},
}
MANY = {"code", "info", "category", "responseType", "eventCode", "parameter", "resource", "area", "polygon", "circle", "geocode"}
ALLOWED = {
    "status": {"Actual", "Exercise", "System", "Test", "Draft"},
    "msgType": {"Alert", "Update", "Cancel", "Ack", "Error"},
    "scope": {"Public", "Restricted", "Private"},
    "category": {"Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env", "Transport", "Infra", "CBRNE", "Other"},
    "responseType": {"Shelter", "Evacuate", "Prepare", "Execute", "Avoid", "Monitor", "Assess", "AllClear", "None"},
    "urgency": {"Immediate", "Expected", "Future", "Past", "Unknown"},
    "severity": {"Extreme", "Severe", "Moderate", "Minor", "Unknown"},
    "certainty": {"Observed", "Likely", "Possible", "Unlikely", "Unknown"},
}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d")


def cap_faults(raw: bytes) -> list[str]:
    """What is wrong with a CAP message."""
    alert = etree.fromstring(raw)
    found = [] if alert.tag == f"{CAP}alert" else [f"root {alert.tag}"]
    for element in alert.iter():
        name = element.tag.removeprefix(CAP)
        if name in ORDER:
            found += _children(name, [child.tag.removeprefix(CAP) for child in element])
        value = element.text or ""
        if name in ALLOWED and value not in ALLOWED[name]:
            found.append(f"{name} {value}")
        if name in {"sent", "effective", "expires"} and not MOMENT.fullmatch(value):
            found.append(f"{name} {value}")
        if name in {"identifier", "sender"} and re.search(r"[\s,<&]", value):
            found.append(f"{name} {value}")
        if name not in ORDER and not value.strip():
            found.append(f"{name} is empty")
    return found


def _children(name: str, children: list[str]) -> list[str]:
    found = [f"{name}: {child} unknown" for child in children if child not in ORDER[name]]
    found += [f"{name}: {child} missing" for child in REQUIRED[name] - set(children)]
    found += [f"{name}: {child} twice" for child in set(children) - MANY if children.count(child) > 1]
    places = [ORDER[name].index(child) for child in children if child in ORDER[name]]
    return found + ([f"{name}: order"] if places != sorted(places) else [])


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


GOOD_CAP = (
    '<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier><sender>b</sender><sent>2026-11-20T12:00:00-00:00</sent>'
    "<status>Actual</status><msgType>Alert</msgType><scope>Public</scope></alert>"
)


@pytest.mark.parametrize(
    ("old", "new", "sound"),
    [
        ("", "", True),
        ("<status>Actual</status>", "", False),
        ("-00:00", "Z", False),
        ("<sender>b</sender>", "<sender>b c</sender>", False),
        ("<identifier>a</identifier><sender>b</sender>", "<sender>b</sender><identifier>a</identifier>", False),
        ("Alert</msgType>", "Warning</msgType>", False),
        ("<scope>", "<code>x</code><scope>", False),
        ("</scope>", "</scope><note>x</note>", True),
        ("</scope>", "</scope><colour>x</colour>", False),
        ("</scope>", "</scope><info/>", False),
    ],
)
def test_the_check_itself(old: str, new: str, sound: bool) -> None:
    assert (cap_faults(GOOD_CAP.replace(old, new, 1).encode()) == []) is sound


def fields(raw: bytes) -> dict[str, str]:
    return {element.tag.removeprefix(CAP): element.text or "" for element in etree.fromstring(raw).iter() if not len(element)}


def test_a_notice_as_cap(client: Client) -> None:
    published(from_country="NP", to_country="QA", texts=(replace(ENGLISH, title="Fees & <you>"), ARABIC))
    page = client.get("/notices/farm-work/cap.xml")
    assert page["Content-Type"].startswith("application/cap+xml")
    assert cap_faults(page.content) == []
    alert = etree.fromstring(page.content)
    assert [each.findtext(f"{CAP}language") for each in alert.findall(f"{CAP}info")] == ["en", "ar"]
    assert [each.text for each in alert.iter(f"{CAP}value")] == ["NP", "QA"] * 2
    assert alert.find(f"{CAP}info").findtext(f"{CAP}headline") == "Fees & <you>"
    assert fields(page.content)["msgType"] == "Alert"
    assert fields(page.content)["expires"] == "2027-02-19T00:00:00-00:00"


@pytest.mark.parametrize(("what", "kind"), [("correction", "Update"), ("cancellation", "Cancel"), ("safe-labour", "Update")])
def test_what_refers_to_an_earlier_notice(client: Client, what: str, kind: str) -> None:
    old = published()
    new = workflow.start_update(old, type=what, slug="new", by=somebody("writer"), now=NOW)
    go_out(new, content(slug="new", type=what, supersedes="farm-work"))
    page = client.get("/notices/new/cap.xml")
    assert cap_faults(page.content) == []
    found = fields(page.content)
    assert found["msgType"] == kind
    assert found["references"] == "notices@testserver,testserver-notice-farm-work,2026-11-20T12:00:00-00:00"
    assert cap_faults(client.get("/notices/farm-work/cap.xml").content) == []


def test_a_notice_that_was_taken_back_is_a_cancel_without_its_words(client: Client) -> None:
    made = published(texts=(replace(ENGLISH, title="Wrong title", body="Wrong body"),))
    workflow.withdraw(made, by=somebody("writer"), reason="The number was not ours", now=NOW + timedelta(hours=1))
    page = client.get("/notices/farm-work/cap.xml")
    assert page.status_code == 410
    assert cap_faults(page.content) == []
    assert fields(page.content)["msgType"] == "Cancel"
    assert fields(page.content)["note"] == "The number was not ours"
    assert b"Wrong" not in page.content


def test_expired_is_past(client: Client) -> None:
    published()
    with time_machine.travel(NOW + timedelta(days=100), tick=False):
        page = client.get("/notices/farm-work/cap.xml")
    assert cap_faults(page.content) == []
    assert fields(page.content)["urgency"] == "Past"


def test_no_cap_of_what_is_not_out(client: Client) -> None:
    draft()
    assert client.get("/notices/farm-work/cap.xml").status_code == 404
    assert client.get("/notices/none/cap.xml").status_code == 404


def test_json_feed(client: Client) -> None:
    published(texts=(replace(ENGLISH, title='Fees & "you" </script>'), ARABIC))
    page = client.get("/notices/feed.json")
    assert page["Content-Type"] == "application/feed+json; charset=utf-8"
    found = json.loads(page.content)
    assert found["version"] == "https://jsonfeed.org/version/1.1"
    assert found["feed_url"] == "http://testserver/notices/feed.json"
    assert [(item["language"], item["title"]) for item in found["items"]] == [("en", 'Fees & "you" </script>'), ("ar", ARABIC.title)]
    for item in found["items"]:
        assert item["id"].startswith("tag:testserver,2026:notice/farm-work/")
        assert client.get(item["url"].removeprefix("http://testserver")).status_code == 200
        assert MOMENT.fullmatch(item["date_published"])
    read = feedparser.parse(page.content)
    assert [entry.title for entry in read.entries] == [item["title"] for item in found["items"]] or read.version == ""


def test_both_feeds_hold_the_same_and_tombstones(client: Client) -> None:
    made = published()
    published(slug="second", texts=(ENGLISH,))
    workflow.withdraw(made, by=somebody("writer"), reason="old", now=NOW + timedelta(hours=1))
    found = json.loads(client.get("/notices/feed.json").content)
    atom = feedparser.parse(client.get("/notices/feed.atom").content)
    assert (atom.bozo, atom.version) == (False, "atom10")
    assert [entry.id for entry in atom.entries] == [item["id"] for item in found["items"]]
    assert [each["id"] for each in found["_fairwatch"]["withdrawn"]] == [f"tag:testserver,2026:notice/farm-work/{c}" for c in ("en", "ar")]


def test_the_sitemap_names_every_page_in_every_language_and_each_answers(client: Client) -> None:
    published()
    draft(slug="hidden")
    page = client.get("/notices/sitemap.xml")
    root = etree.fromstring(page.content)
    site = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    locations = root.xpath("//s:loc/text()", namespaces=site)
    assert len(locations) == len(set(locations)) >= 4 * len(DETECTED)
    assert "http://testserver/notices/farm-work/ar/" in locations
    assert not any("hidden" in each for each in locations)
    for url in locations:
        assert client.get(url.removeprefix("http://testserver")).status_code == 200, url
    for entry in root.findall("s:url", site):
        assert entry.findtext("s:loc", namespaces=site) in entry.xpath("x:link/@href", namespaces=site)


def test_a_page_says_to_search_engines_what_it_is(client: Client) -> None:
    published()
    page = client.get("/notices/farm-work/en/").content.decode()
    assert 'itemtype="https://schema.org/SpecialAnnouncement"' in page
    assert '<meta itemprop="expires" content="2027-02-18">' in page
    assert 'hreflang="ar"' in page
    assert 'type="application/cap+xml"' in page
