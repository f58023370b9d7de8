"""The pages of records in Debian's chromium: without JavaScript, and measured by axe."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser

from adverts.access import Role
from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import queue
from review.models import Case
from review.records import referral, rights, unmasking
from review.records.models import Body, Erasure, Referral
from tests.review.records.scenes import with_phone
from tests.review.records.test_access import MAY, POSTED
from tests.review.scenes import NOW, person, single, visible_id
from tests.review.test_browser import _async_unsafe as _async_unsafe
from tests.review.test_browser import browser as browser
from tests.review.test_browser import faults, listening, pytestmark, sign_in

__all__ = ["pytestmark"]

FILES = {"bodies-export", "referral-export"}
"""Addresses that give files, not pages."""


@pytest.fixture
def office(browser: Browser, transactional_db: None) -> dict[str, str]:
    """Something on every page; the address of each page by name."""
    roles = {"anna": Role.INSPECTOR, "hedda": Role.HEAD, "cust": Role.CUSTODIAN, "dora": Role.DATA_PROTECTION, "otto": Role.OPERATOR}
    anna, hedda, cust, dora, _ = (person(name, role) for name, role in roles.items())
    group = single(Band.URGENT, cluster_id=visible_id("a"), country="PT", title="مطلوب عمال Packers")
    queue.refresh(now=NOW)
    case, row = Case.objects.get(), group.members.get().advert
    key = with_phone(row)
    asked = [
        unmasking.ask(advert_id=row.pk, contact_id=key, user=one, reason="link", note="same digits?", now=NOW) for one in (anna, hedda)
    ]
    # granted for as long as the test may run: the clock of the served pages is the real one
    unmasking.decide(asked[0].pk, user=cust, minutes=240, answer="once", now=NOW)
    type(asked[0]).objects.filter(pk=asked[0].pk).update(until=NOW + timedelta(days=36_500))
    body = Body.objects.create(
        name="Inspectorate of Labour", kind="labour-inspectorate", country="PT", region="Lisboa", languages=["pt", "en"],
        address="https://inspectorate.example/a/rather/long/address/of/a/form?with=parameters&and=more", updated_at=NOW,
    )  # fmt: skip
    sent = referral.prepare(case=case, body=body, user=anna, reason="inspect", note="please look", personal=True, now=NOW)
    Referral.objects.filter(pk=sent.pk).update(remind_at=NOW - timedelta(days=3))
    asks = [
        rights.enter(kind=kind, reference=f"DP-{kind}", adverts=[row.pk], received_on=date(2026, 11, 1), user=dora, now=NOW)
        for kind in ("erasure", "access")
    ]
    rights.decide(asks[1].pk, grant=False, answer="We could not tell who asks.", user=dora, now=NOW)
    rights.hold(row.pk, reason="Court file 12/26", user=dora, now=NOW)
    Erasure.objects.create(advert_id="ab" * 16, reason="benign", planned_at=NOW, done_at=NOW)
    return {
        "capsule": f"anna/adverts/{row.pk}/capsule/",
        "hold": f"dora/adverts/{row.pk}/hold/",
        "contact-ask": f"anna/adverts/{row.pk}/contacts/{key}/",
        "contacts": "cust/contacts/",
        "contact": f"anna/contacts/{asked[0].pk}/",
        "contact, to be decided": f"cust/contacts/{asked[1].pk}/",
        "referrals": "anna/referrals/",
        "referral-new": f"anna/cases/{case.pk}/refer/",
        "referral": f"hedda/referrals/{sent.pk}/",
        "bodies": "anna/bodies/",
        "bodies-import": "hedda/bodies/import/",
        "requests": "dora/requests/",
        "request-new": "dora/requests/new/",
        "request": f"dora/requests/{asks[0].pk}/",
        "request, refused": f"hedda/requests/{asks[1].pk}/",
        "retention": "dora/retention/",
        "help": "-/help/",
        "audit-head": "-/audit/head/",
        "home of the data-protection officer": "dora/",
        "advert": f"anna/adverts/{row.pk}/",
    }


def test_the_inventory_of_pages_is_whole(office: dict[str, str]) -> None:
    others = {"home of the data-protection officer", "advert"}
    assert {name.split(",")[0] for name in office} - others == set(MAY) - POSTED - FILES


def test_everything_works_without_javascript(browser: Browser, live_server: Any, office: dict[str, str]) -> None:
    context = browser.new_context(java_script_enabled=False, accept_downloads=True)
    page = sign_in(context, live_server.url, "anna")
    heard = listening(page)
    page.goto(f"{live_server.url}/{office['contact'].partition('/')[2]}")
    page.click("text=Show it now")
    assert "+447700900123" in page.inner_text("main")
    page.goto(f"{live_server.url}/{office['advert'].partition('/')[2]}")
    page.click("text=Evidence capsule")
    with page.expect_download(timeout=60_000) as download:
        page.click("text=Make the capsule")
    assert download.value.suggested_filename.startswith("fairwatch-")
    assert heard == []
    context.close()
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context, live_server.url, "hedda")
    page.goto(f"{live_server.url}/{office['referral'].partition('/')[2]}")
    page.click("text=I have checked it")
    page.click("text=It has been sent")
    assert "Look again" in page.inner_text("main")
    page.goto(f"{live_server.url}/bodies/import/")
    header = "name,kind,country,region,languages,address,formats,hours,verified_on"
    content = f"{header}\nDesk,fraud,PL,,pl,+48 555 0100,,,2026-01-01\n".encode()
    page.set_input_files("input[type=file]", {"name": "bodies.csv", "mimeType": "text/csv", "buffer": content})
    page.click("main button")
    assert "1 new, 0 changed" in page.inner_text("main")
    context.close()
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"contact.shown", "capsule.exported", "referral.checked", "referral.sent", "bodies.imported"} <= actions
    assert Advert.objects.count() == 1


@pytest.mark.slow
def test_axe_finds_nothing_on_a_small_screen(browser: Browser, live_server: Any, office: dict[str, str]) -> None:
    assert faults(browser, live_server.url, office, viewport={"width": 390, "height": 800}) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "scheme", "width"),
    [
        ("en", "light", 1280),
        ("ar", "dark", 390),
        *(pytest.param(*how, marks=pytest.mark.endurance) for how in (
            ("en", "light", 390), ("en", "dark", 390), ("en", "dark", 1280),
            ("ar", "light", 390), ("ar", "light", 1280), ("ar", "dark", 1280),
        )),
    ],
)  # fmt: skip
def test_axe_finds_nothing_on_any_page(
    browser: Browser, live_server: Any, office: dict[str, str], width: int, scheme: str, language: str
) -> None:
    how = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": language}
    assert faults(browser, live_server.url, office, **how) == []


@pytest.mark.slow
def test_text_twice_as_large_loses_nothing(browser: Browser, live_server: Any, office: dict[str, str]) -> None:
    how = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    assert faults(browser, live_server.url, office, **how) == []
