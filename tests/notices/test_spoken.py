"""A notice for the ear: order, languages, what stands on the page, SSML as its standard wants it (checked by our own reading of it)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from lxml import etree

from notices import spoken, workflow
from notices.languages import DETECTED
from notices.wording import FOLDER, read, wording
from tests.notices.scenes import ENGLISH, NOW, content, go_out, published, somebody
from tests.notices.test_sheets import SCRIPTS

pytestmark = pytest.mark.django_db

SPEAK = "{http://www.w3.org/2001/10/synthesis}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LISTENED_TO = ("ar", "hi", "am", "th", "en")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def fetch(client: Client, code: str, form: str = "txt", *, slug: str = "farm-work") -> str:
    response = client.get(f"/notices/{slug}/{code}/spoken.{form}")
    assert response.status_code == 200
    assert response["Content-Type"] == spoken.FORMS[form]
    assert response["Content-Language"] == code
    assert not response.cookies
    assert len(response.content) < 50_000
    return response.content.decode()


def out_in(code: str, **given: Any) -> None:
    title, body = SCRIPTS[code]
    published(texts=(replace(ENGLISH, language=code, title=title, body=body),), **given)


@pytest.mark.parametrize("code", LISTENED_TO)
def test_who_help_what_until_when(client: Client, code: str) -> None:
    out_in(code, to_country="QA", occupation="farm")
    said, words = fetch(client, code), wording(code).texts
    title, body = SCRIPTS[code]
    first, last = words["speech"]["from"], max(words["speech"]["until"].split("{date}"), key=len)
    order = [first[:12], words["work"]["farm"], words["speech"]["help"], "5 5 5, 0 1 0, 0 1 9 9", "9 9 9", title, body.split()[-1], last]
    places = [said.index(each) for each in order]
    assert places == sorted(places)
    assert "2026" in said or "2027" in said or "٢٠٢٧" in said
    assert words["speech"]["end"] in said
    assert "{" not in said
    assert "http" not in said


def test_the_page_leads_to_it_and_it_may_be_kept(client: Client) -> None:
    published()
    page = client.get("/notices/farm-work/ar/").content.decode()
    for form in spoken.FORMS:
        address = f"/notices/farm-work/ar/spoken.{form}"
        assert f'href="{address}"' in page
        response = client.get(address)
        assert client.get(address, headers={"If-None-Match": response["ETag"]}).status_code == 304


def test_a_line_from_right_to_left_keeps_its_numbers(client: Client) -> None:
    published()
    assert "زائد \u20661, 5 5 5, 0 1 0, 0 1 9 9\u2069." in fetch(client, "ar")
    assert "\u2066" not in fetch(client, "ar", "ssml")


@pytest.mark.parametrize("code", LISTENED_TO)
def test_ssml_has_the_words_of_the_text(client: Client, code: str) -> None:
    out_in(code)
    root = etree.fromstring(fetch(client, code, "ssml").encode())
    assert (root.tag, root.get("version"), root.get(LANG)) == (f"{SPEAK}speak", "1.1", code)
    assert [each.tag for each in root] == [f"{SPEAK}p"] * len(root)
    assert {each.get(LANG) for each in root} == {code}
    sentences = root.findall(f"{SPEAK}p/{SPEAK}s")
    assert all({child.tag for child in each} <= {f"{SPEAK}prosody"} for each in sentences)
    said = ["".join(each.itertext()) for each in sentences]
    assert said == [line for line in fetch(client, code).replace("\u2066", "").replace("\u2069", "").splitlines() if line]


def test_a_language_without_our_words_says_which_are_english(client: Client) -> None:
    published(texts=(replace(ENGLISH, language="bg", title="Преди работа", body="Не плащайте."),))
    root = etree.fromstring(fetch(client, "bg", "ssml").encode())
    assert root[0].get(LANG) == "en"
    assert next(each for each in root if "плащайте" in "".join(each.itertext())).get(LANG) == "bg"
    assert "+ 1, 5 5 5" in fetch(client, "bg")
    assert ", or 9 9 9" not in fetch(client, "bg")


@pytest.mark.parametrize(("days", "old"), [(89, False), (91, True)])
def test_what_does_not_hold_says_so_before_all_else(client: Client, days: int, old: bool) -> None:
    published()
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        said = fetch(client, "en")
    assert ("Do not rely on it." in said) is old
    assert ("This holds until" in said) is not old
    if old:
        assert said.index("Do not rely on it.") < said.index("Here you can get help") < said.rindex("Do not rely on it.")


def test_a_corrected_notice_says_so(client: Client) -> None:
    old = published()
    new = workflow.start_update(old, type="cancellation", slug="farm-work-2", by=somebody("writer"), now=NOW)
    go_out(new, content(slug="farm-work-2", type="cancellation", supersedes="farm-work"))
    assert "This notice has been cancelled." in fetch(client, "en")
    assert "cancelled" not in fetch(client, "en", slug="farm-work-2")


@pytest.mark.parametrize(
    "address", ["farm-work/en/spoken.mp3", "farm-work/fr/spoken.txt", "none/en/spoken.txt", "gone/en/spoken.txt", "gone/en/spoken.ssml"]
)
def test_nothing_else_is_said(client: Client, address: str) -> None:
    published()
    gone = published(slug="gone")
    workflow.withdraw(gone, by=somebody("writer"), reason="wrong", now=NOW)
    assert client.get(f"/notices/{address}").status_code == 404


def test_hostile_words_stay_words(client: Client) -> None:
    published(texts=(replace(ENGLISH, title="</s><audio src='x'/> & \x0b\ufffe]]>", body="<break time='9h'/>"),))
    root = etree.fromstring(fetch(client, "en", "ssml").encode())
    assert {each.tag.removeprefix(SPEAK) for each in root.iter()} == {"speak", "p", "s", "prosody"}
    assert "<audio src='x'/> &" in "".join(root.itertext())


@pytest.mark.parametrize("code", DETECTED)
def test_each_language_has_all_words(code: str) -> None:
    english, found = read(FOLDER, "en")["speech"], read(FOLDER, code)["speech"]
    assert list(found) == list(english)
    assert all(found.values())
    assert "{date}" in found["until"]
    assert code == "en" or found["from"] != english["from"]
