"""What strangers' text cannot do to the pages, and how heavy they get."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.models import AdvertVersion, Reject, Run
from adverts.records import Band
from review import queue
from review.models import SecondReading
from review.rules import Outcome
from tests.conftest import storable
from tests.review.pages import Page, advert_url, form_of, get, opened
from tests.review.scenes import NOW, advert, assess, cluster, decided, join, match, person, single, visible_id

pytestmark = pytest.mark.django_db

HOSTILE = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "mark": "</mark></div></main><form action=https://x.example><input name=password>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//x.example>",
    "template": "{{ user.password }} {% load static %} {# #}",
    "bidi": "safe \u202egnp.exe\u2066\u2067 \u202dx\u202c",
    "null": "a\x00b\x1b[31m\x07\u0085",
    "zero width": "f\u200be\u200be\u2060 \ufeff" * 50,
    "tags": "hi\U000e0001\U000e0068\U000e0069",
    "zalgo": "Z" + "\u0335\u0321" * 500,
    "entities": "&lt;script&gt; &#60; &amp;amp;",
    "comment": "<!-- --!> --> ]]> <![CDATA[",
    "formula": '=HYPERLINK("https://x.example","pay")',
    "arabic": "نحتفظ بجواز السفر 😀👷🏽\u200d♀\ufe0f (visa)",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_text_in_every_field_is_harmless(at_desk: Client, kind: str) -> None:
    words = storable(HOSTILE[kind])
    text = f"{words}\nPay a deposit\n{words}"
    finding = {**match(text, "Pay a deposit", "deposit-or-bond"), "start": 0, "end": len(text), "quote": text, "why": words, "note": words}
    rows = [advert(text, title=words, source=source, employer=words, place=words, pay_raw=words) for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT, indicators=[finding, match(text, "deposit", "recruitment-fee")])
    AdvertVersion.objects.create(
        advert=rows[1], number=2, event="changed", at=NOW, changes={"title": ["old", words], "text": [words, text]}
    )
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    addresses = ["/", advert_url(case), reverse("cluster", args=[case.cluster_id]), reverse("questions", args=[case.advert_id])]
    for address in addresses:
        page = get(at_desk, address)
        assert not re.search(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]", page.html
        )
        assert "https://x.example" not in page.links
        assert not set(page.fields) & {"password"}


def test_a_note_is_escaped_too(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case, note="<script>x</script>\u202e"))
    page = get(at_desk, advert_url(case))
    assert "<script>x" in page.text
    assert "\u202e" not in page.html


def test_a_line_of_a_megabyte_is_shown_in_parts(at_desk: Client) -> None:
    text = "x" * 1_000_000 + " Pay a deposit"
    case = opened(single(Band.URGENT, text=text, cluster_id=visible_id("a"), indicators=[match(text, "deposit", "deposit-or-bond")]))
    page = get(at_desk, advert_url(case))
    assert "part 1 of 167" in page.text
    assert len(page.html) < 40_000
    assert "?part=167#m1" in page.links
    last = get(at_desk, advert_url(case) + "?part=167")
    assert '<mark class="high" id="m1"' in last.html
    for broken in ("x", "-1", "0", "99999999999", "1e9"):
        get(at_desk, advert_url(case) + f"?part={broken}")


def weight(page: Page) -> int:
    assets = sum(Path(finders.find(name)).stat().st_size for name in ("fairwatch.css", "review.js", "fairwatch.svg"))
    return len(page.html.encode()) + assets


def test_pages_weigh_less_than_60_kilobytes(at_desk: Client) -> None:
    text = "የሥራ ማስታወቂያ ቅድሚያ ክፍያ " * 300
    findings = [
        {**match(text, "ክፍያ", name), "start": start, "end": start + 20, "quote": text[start : start + 20]}
        for number, name in enumerate(("deposit-or-bond", "document-retention", "recruitment-fee", "excessive-hours"))
        for start in range(number, 900, 180)
    ]
    rows = [advert(text, title="ቅድሚያ ክፍያ " * 10, source=f"board-{number}") for number in range(12)]
    for row in rows:
        assess(row, Band.URGENT, indicators=findings, language="am", questions=["employer", "hours", "pay", "licence"])
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    for number in range(30):
        single(Band.PRIORITY, title="ቅድሚያ ክፍያ " * 8, cluster_id=visible_id(f"b{number:02d}"))
    queue.refresh(now=NOW)
    addresses = (
        "/",
        advert_url(case),
        reverse("cluster", args=[case.cluster_id]),
        reverse("not-the-same", args=[rows[0].pk]),
        reverse("training"),
    )
    weights = {address: weight(get(at_desk, address)) for address in addresses}
    verdict = decided(case, Outcome.ACT, by=person("ben", Role.INSPECTOR))
    SecondReading.objects.get_or_create(verdict=verdict)
    weights["second opinion"] = weight(get(at_desk, reverse("second-opinion")))
    assert max(weights.values()) < 60_000, weights


@pytest.mark.parametrize("role", list(Role))
def test_the_number_of_queries_of_a_page_does_not_grow(client: Client, still: None, role: Role) -> None:
    client.force_login(person("somebody", role))
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    case = opened(group)
    addresses = ["/", advert_url(case), reverse("cluster", args=[group.pk]), reverse("head"), reverse("operator"), reverse("audit")]

    def queries() -> list[int]:
        counted = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            counted.append(len(asked))
        return counted

    few = queries()
    for number in range(30):
        copy = advert(source=f"board-{number}", contacts=[{"kind": "phone", "start": 0, "end": 3, "masked": "***", "key": "k"}] * number)
        assess(copy, Band.URGENT)
        join(group, copy)
        group.refresh_from_db()
        single(Band.PRIORITY, cluster_id=visible_id(f"b{number:02d}"), language="es")
        Run.objects.create(stage=f"stage-{number}", started_at=NOW)
        Reject.objects.create(file="f", line=number, field="text", value="x", reason="r", remedy="m", at=NOW)
    queue.refresh(now=NOW)
    assert queries() == few
    assert max(few) <= 30
