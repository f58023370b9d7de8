"""The public pages and the desk in a real browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices import rate, replies, workflow
from notices.languages import DETECTED
from notices.wording import wording
from tests.alerts.browser import _picture, _violations, chromium, faults, needs_chromium
from tests.notices.scenes import ARABIC, CLAIM, ENGLISH, content, draft, go_out, person, published, somebody
from tests.notices.test_check import SAMPLES

pytestmark = [pytest.mark.browser, needs_chromium, pytest.mark.django_db(transaction=True)]


def _scene() -> dict[str, Any]:
    now = timezone.now()
    dates = {"valid_until": now.date() + timedelta(days=90), "claims": (replace(CLAIM, checked_on=now.date()),)}
    hindi = replace(
        ENGLISH, language="hi", title="खेत में काम स्वीकार करने से पहले", body="नौकरी के लिए आपको पैसे नहीं देने हैं।\n- लिखित अनुबंध\n- लाइसेंस संख्या"
    )
    old = published(now=now, **dates, texts=(ENGLISH, ARABIC, hindi))
    gone = published(now=now, **{**dates, "slug": "gone"})
    workflow.withdraw(gone, by=somebody("writer"), reason="The telephone number was wrong.", now=now)
    new = workflow.start_update(old, type="correction", slug="farm-work-correction-1", by=somebody("writer"), now=now)
    found = content(
        **dates,
        slug=new.slug,
        type="correction",
        supersedes="farm-work",
        texts=(replace(ENGLISH, title="Correction: the number of the help desk"),),
    )
    go_out(new, found, now=now)
    return {"now": now, "dates": dates, "old": old}


SITE = ("", "check/", "fair-offer/", "licences/")
LOOKED_AT = ("ar", "hi", "am", "th", "en")


@pytest.mark.slow
def test_public_pages(live_server: Any) -> None:
    _scene()
    addresses = [f"/notices/{page}?lang={code}" for page in SITE for code in LOOKED_AT]
    addresses += ["/notices/corrections/", "/notices/corrections/?lang=ar", "/notices/gone/ar/"]
    addresses += [f"/notices/farm-work/{code}/" for code in ("en", "ar", "hi")] + ["/notices/farm-work-correction-1/en/"]
    addresses += [f"/notices/farm-work/{code}/reply/" for code in ("en", "ar")]
    assert faults(live_server.url, addresses) == []


@pytest.mark.slow
@pytest.mark.endurance
def test_public_pages_in_all_other_languages_and_in_the_dark(live_server: Any) -> None:
    _scene()
    others = [code for code in DETECTED if code not in LOOKED_AT]
    assert faults(live_server.url, [f"/notices/{page}?lang={code}" for page in SITE for code in others]) == []
    dark = [f"/notices/{page}?lang={code}" for page in SITE for code in ("en", "ar")] + [
        "/notices/farm-work/en/",
        "/notices/farm-work/en/reply/",
    ]
    assert faults(live_server.url, dark, dark=True) == []


@pytest.mark.parametrize(
    "code", ["ar", *(pytest.param(code, marks=[pytest.mark.slow, pytest.mark.endurance]) for code in LOOKED_AT if code != "ar")]
)
def test_a_worried_reader_checks_an_advert_on_a_telephone_without_scripts(live_server: Any, code: str) -> None:
    """The whole way with scripts switched off: list, check, paste, read, ask; no cookie and nobody else is ever asked for anything."""
    _scene()
    rate.CHECKS.forget()
    words = wording(code).texts
    asked: list[str] = []
    with chromium() as browser:
        context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{live_server.url}/notices/?lang={code}")
        page.locator(".n-act a").first.click()
        page.locator("textarea").fill(SAMPLES[code])
        page.locator("form button").click()
        assert page.locator("h1").inner_text() == words["check"]
        assert words["found"] in page.locator("main").inner_text()
        assert page.locator("q").count() >= 1
        assert page.locator(".n-advice").inner_text() == words["advice"]
        assert page.locator("html").get_attribute("dir") == ("rtl" if code == "ar" else "ltr")
        _picture(page, f"result-{code}")
        top = page.locator("#help").bounding_box()
        assert top is not None
        assert top["y"] < 400
        assert context.cookies() == []
        context.close()
    assert {urlsplit(url).netloc for url in asked if not url.startswith("data:")} == {urlsplit(live_server.url).netloc}


def test_the_result_page_and_the_answers_have_no_fault(live_server: Any) -> None:
    _scene()
    rate.CHECKS.forget()
    found: list[str] = []
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        for code in ("en", "ar"):
            page.goto(f"{live_server.url}/notices/check/?lang={code}")
            page.locator("textarea").fill(SAMPLES[code])
            page.locator("form button").click()
            found += _violations(page)
            page.goto(f"{live_server.url}/notices/farm-work-correction-1/en/")
            page.locator("summary", has_text="Was this clear").click()
            for number in range(3):
                page.locator(f"#q{number}_0").check()
            page.locator("fieldset + p button, .n-form button").last.click()
            assert page.locator("ol li").count() == 3
            found += _violations(page)
    assert found == []


def test_a_banner_is_as_large_as_the_title(live_server: Any) -> None:
    _scene()
    with chromium() as browser:
        page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        page.goto(f"{live_server.url}/notices/farm-work/en/")
        size = "getComputedStyle(document.querySelector('{}')).fontSize"
        assert page.evaluate(size.format(".n-banner .n-big")) == page.evaluate(size.format("article h1"))


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_desk(live_server: Any, client: Client, dark: bool) -> None:
    scene = _scene()
    faulty = draft(
        now=scene["now"], **{**scene["dates"], "slug": "unfinished", "claims": (), "texts": (replace(ARABIC, state="machine-draft"),)}
    )
    ready = draft(now=scene["now"], **{**scene["dates"], "slug": "ready"})
    replies.receive(
        "farm-work", who="worker", said="The number is old.", contact="x@example.org", now=scene["now"], today=scene["now"].date()
    )
    workflow.comment(ready, about="", body="Which law?", by=somebody("second"), now=scene["now"])
    client.force_login(person("third"))
    addresses = [
        reverse("notices"),
        reverse("notices-new"),
        reverse("notices-replies"),
        reverse("notices-edit", args=[ready.pk]),
        *(reverse("notices-detail", args=[each.pk]) for each in (ready, faulty, scene["old"])),
    ]
    assert faults(live_server.url, addresses, client=client, dark=dark) == []
