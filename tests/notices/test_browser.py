"""The public pages and the desk in a real browser."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from notices import workflow
from tests.alerts.browser import faults, needs_chromium
from tests.notices.scenes import ARABIC, CLAIM, ENGLISH, content, draft, go_out, person, published, somebody

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


def test_public_pages(live_server: Any) -> None:
    _scene()
    addresses = ["/notices/", "/notices/?lang=ar", "/notices/corrections/", "/notices/corrections/?lang=ar", "/notices/gone/ar/"]
    addresses += [f"/notices/farm-work/{code}/" for code in ("en", "ar", "hi")] + ["/notices/farm-work-correction-1/en/"]
    assert faults(live_server.url, addresses) == []


@pytest.mark.parametrize("dark", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_the_desk(live_server: Any, client: Client, dark: bool) -> None:
    scene = _scene()
    faulty = draft(
        now=scene["now"], **{**scene["dates"], "slug": "unfinished", "claims": (), "texts": (replace(ARABIC, state="machine-draft"),)}
    )
    ready = draft(now=scene["now"], **{**scene["dates"], "slug": "ready"})
    client.force_login(person("third"))
    addresses = [
        reverse("notices"),
        reverse("notices-new"),
        reverse("notices-edit", args=[ready.pk]),
        *(reverse("notices-detail", args=[each.pk]) for each in (ready, faulty, scene["old"])),
    ]
    assert faults(live_server.url, addresses, client=client, dark=dark) == []
