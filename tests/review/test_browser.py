"""The pages in Debian's chromium: by keyboard alone, by touch, without JavaScript, and measured by axe."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from adverts.access import Role
from adverts.models import AuditEntry, Reject, Run
from adverts.records import Band
from review import corridors, past, queue, together, training
from review.models import Case, Verdict
from review.records import registers
from review.records.registers import Head
from review.rules import Outcome, State
from tests.review.bodies import belongs, body, shared_cluster
from tests.review.scenes import NOW, TEXT, advert, assess, cluster, decided, match, person, read_again, single, visible_id
from tests.review.test_access import MAY, POSTED

CHROMIUM = Path("/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's chromium (apt install chromium)"),
]

LICENSED = TEXT + " Licensed agency, licence no. 481/079."
ARABIC = "نحتفظ بجواز السفر حتى نهاية العقد 😀 (visa included)\nيدفع المتقدم رسوم التسجيل 200 دولار"


@pytest.fixture(scope="module")
def _async_unsafe() -> Iterator[None]:
    # playwright's loop runs in this thread; the tests use the database by turns with it, never at once
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield


@pytest.fixture(scope="module")
def browser(_async_unsafe: None) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


def sign_in(context: BrowserContext, site: str, name: str) -> Page:
    page = context.new_page()
    page.goto(f"{site}/sign-in/")
    page.fill("#id_username", name)
    page.fill("#id_password", name)
    page.click("main button")
    page.wait_for_url(lambda url: "sign-in" not in url)  # keys pressed before the queue is there are heard by nobody
    return page


def listening(page: Page) -> list[str]:
    """Everything the page complains of: script errors, and what the policy forbids."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def thirty(browser: Browser, transactional_db: None) -> None:
    person("anna", Role.INSPECTOR)
    for number in range(30):
        single(Band.PRIORITY, title=f"Packers, shift {number}", risk=number / 30, cluster_id=visible_id(f"{number:02d}"))
    queue.refresh(now=NOW)


def test_thirty_cases_by_keyboard_alone(browser: Browser, live_server: Any, thirty: None) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = sign_in(context, live_server.url, "anna")
    heard = listening(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    page.wait_for_url("**/adverts/**")
    for number in range(30):
        address = page.url
        page.keyboard.press(str(number % 5 + 1))
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=address: url != before)
    assert page.locator(".state").inner_text().startswith("The queue is empty")
    assert Verdict.objects.count() == 30
    assert set(Verdict.objects.values_list("verdict", flat=True)) == {"act", "labour-law", "fraud", "benign", "cannot-tell"}
    page.keyboard.press("u")
    page.wait_for_url("**/adverts/**")
    assert Case.objects.filter(state=State.REOPENED).count() == 1
    page.keyboard.press("c")
    page.wait_for_selector(".held")
    assert AuditEntry.objects.filter(action="claimed").count() == 1
    page.keyboard.press("n")
    page.keyboard.type("5 jk?")
    assert page.input_value("#note") == "5 jk?"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()
    page.click("[data-keys-toggle]")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert not page.locator("#keys").is_visible()
    assert heard == []
    context.close()


def test_cases_by_touch_on_a_small_screen(browser: Browser, live_server: Any, thirty: None) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = sign_in(context, live_server.url, "anna")
    page.tap(".cases a >> nth=0")
    page.wait_for_url("**/adverts/**")
    for outcome in ("act", "benign", "fraud"):
        address = page.url
        page.tap(".why-box a.button")
        page.tap(f"label[for=o-{outcome}]")
        page.tap("[data-decide] button")
        page.wait_for_url(lambda url, before=address: url.split("#")[0] != before.split("#")[0])
    assert list(Verdict.objects.order_by("pk").values_list("verdict", flat=True)) == ["act", "benign", "fraud"]
    boxes = page.evaluate(
        """() => [...document.querySelectorAll('main button, main a.button, main a.quiet, main select, .outcome, .main-nav a, summary')]
            .filter(e => e.offsetParent).map(e => [e.textContent.trim().slice(0, 20), e.getBoundingClientRect().height])"""
    )
    assert [box for box in boxes if box[1] < 44] == []
    assert len(boxes) > 8
    context.close()


def test_everything_works_without_javascript(browser: Browser, live_server: Any, thirty: None) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = sign_in(context, live_server.url, "anna")
    page.click("summary")
    page.select_option("#f-band", "priority")
    page.click(".filter-form button")
    page.click(".cases a >> nth=0")
    page.click("text=Claim for 15 minutes")
    assert "yours until" in page.inner_text(".why-box")
    page.check("#o-fraud")
    page.select_option("#reason", "fraud:no-real-job")
    page.fill("#note", "no such firm")
    page.click("[data-decide] button")
    assert "Saved: Fraud, hand over." in page.inner_text("main")
    page.click("text=Take back")
    assert "The case is in the queue again." in page.inner_text("main")
    assert [(row.verdict, row.reason, row.undoes_id is not None) for row in Verdict.objects.order_by("pk")] == [
        ("fraud", "no-real-job", False),
        ("fraud", "", True),
    ]
    context.close()


def test_several_cases_by_keyboard_alone(browser: Browser, live_server: Any, thirty: None) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = sign_in(context, live_server.url, "anna")
    heard = listening(page)
    page.wait_for_load_state()
    for key in "jxjxjxx":
        page.keyboard.press(key)
    assert page.locator("[data-pick]:checked").count() == 2
    page.keyboard.press("b")
    page.wait_for_url("**/cases/together/?*")
    page.keyboard.press("3")
    page.locator("#sure").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved for 2 of 2 clusters")
    assert Verdict.objects.filter(verdict="fraud").count() == 2
    page.keyboard.press("u")
    page.wait_for_selector("text=Taken back")
    assert Case.objects.filter(state=State.REOPENED).count() == 2
    assert heard == []
    context.close()


def test_several_cases_without_javascript(browser: Browser, live_server: Any, thirty: None) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = sign_in(context, live_server.url, "anna")
    for number in range(3):
        page.check(f".cases [name=case] >> nth={number}")
    page.click("text=One answer for the ticked ones")
    page.uncheck(".cases [name=case] >> nth=1")
    page.check("#o-benign")
    page.click("text=Decide the ticked clusters")
    assert "Say that you have looked at each of them" in page.inner_text(".error-summary")
    assert page.is_checked("#o-benign")
    page.check("#sure")
    page.click("text=Decide the ticked clusters")
    assert "Saved for 2 of 2 clusters: Nothing to do." in page.inner_text("main")
    page.click("text=Take back 2 decisions")
    assert "Taken back. The cases are in the queue again." in page.inner_text("main")
    assert Verdict.objects.exclude(undoes=None).count() == 2
    context.close()


# ---- axe ----


@pytest.fixture
def town(browser: Browser, transactional_db: None) -> dict[str, str]:
    """Something on every page, in two directions of writing; the address of each page by name."""
    roles = {"anna": Role.INSPECTOR, "hedda": Role.HEAD, "otto": Role.OPERATOR, "aud": Role.AUDITOR, "uma": Role.UNION}
    people = {name: person(name, role) for name, role in roles.items()}
    rows = [advert(source=source, employer="Sunrise", country="PT") for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT, signals=[match(TEXT, "No placement fee", "no-fee-statement")])
    group = cluster(rows, cluster_id=visible_id("a"))
    findings = [match(ARABIC, "نحتفظ بجواز السفر", "document-retention"), match(ARABIC, "السفر حتى نهاية", "excessive-hours")]
    arabic = single(Band.URGENT, text=ARABIC, title="مطلوب عمال", indicators=findings, language="ar", cluster_id=visible_id("b"))
    single(Band.PRIORITY, cluster_id=visible_id("c", blind=True))
    licensed = single(
        Band.URGENT, text=LICENSED, signals=[match(LICENSED, "licence no. 481", "licence-number-shown")], country="NP",
        cluster_id=visible_id("g"),
    )  # fmt: skip
    listed = {"licence number": "481/079", "name": "Blue Hill Overseas", "status": "valid", "valid until": "2027-12-31"}
    registers.take([(2, listed), (3, "cut off")], head=Head("Agencies of Northland", "NP", NOW.date()), file="list.csv", now=NOW)
    odd = single(Band.FRAUD, cluster_id=visible_id("h"), title="Drivers <b>wanted</b> " + "x" * 90, place="Faro, Algarve")
    queue.refresh(now=NOW)
    spare = Case.objects.get(cluster_id=odd.pk)
    read_again(visible_id("d", twice=True), first=people["hedda"])
    read_again(visible_id("e", twice=True), first=people["hedda"], second=people["anna"], answer=Outcome.BENIGN)
    given = training.answer(people["anna"], next(iter(training.exercises())), said=True, now=NOW)
    older = read_again(visible_id("f", twice=True), first=people["hedda"], second=person("ben", Role.INSPECTOR), answer=Outcome.ACT).verdict
    Verdict.objects.filter(pk=older.pk).update(at=NOW - 2 * past.AGE)
    Case.objects.filter(pk=older.case_id).update(decided_at=NOW - 2 * past.AGE)
    shown = past.find(people["anna"], older.pk, now=NOW)
    assert shown is not None
    found = past.answer(people["anna"], shown, Outcome.BENIGN, "ordinary", now=NOW)
    Run.objects.create(stage="crawl", started_at=NOW, ended_at=NOW, ok=True, counts={"new": 3})
    Reject.objects.create(file="a.jsonl", line=1, field="url", value="x", reason="no address", remedy="give one", at=NOW)
    asked = together.chosen([spare.pk, Case.objects.get(blind=True).pk], user=people["anna"], now=NOW)
    answer = (Outcome.FRAUD, "money-first", "")
    batch = together.decide({one.case.pk: one.seen for one in asked}, answer, user=people["anna"], now=NOW)
    note = corridors.write(">PT", "A permit costs nothing before arrival.", user=people["anna"], now=NOW)
    corridors.change(note.pk, "A permit is free of charge before arrival. " * 5 + "x" * 120, user=people["anna"], now=NOW)
    corridors.write(">PT", "الرسوم ممنوعة على العامل", user=people["hedda"], now=NOW)
    first = f"/adverts/{rows[0].pk}/"
    return {
        "sign-in": "-/sign-in/",
        "home": "anna/",
        "home, filtered": "anna/?band=urgent&language=xx",
        "home, another role": "uma/",
        "keys": "anna/keys/",
        "advert": f"anna{first}",
        "advert, right to left": f"anna/adverts/{arabic.members.get().advert_id}/",
        "advert, with a licence": f"anna/adverts/{licensed.members.get().advert_id}/",
        "advert, read blind": f"anna/adverts/{Case.objects.get(blind=True).advert_id}/",
        "questions": f"anna{first}questions/",
        "cluster": f"anna/clusters/{group.pk}/",
        "cluster, as a head": f"hedda/clusters/{group.pk}/",
        "not-the-same": f"anna{first}not-the-same/",
        "corridors": "anna/corridors/",
        "corridors, with earlier words": "anna/corridors/?corridor=%3EPT",
        "together": f"anna/cases/together/?case={Case.objects.get(cluster_id=group.pk).pk}&case={Case.objects.get(blind=True).pk}",
        "together, nothing ticked": "anna/cases/together/",
        "batch": f"anna/cases/together/{batch.pk}/",
        "common-contacts": "anna/common-contacts/",
        "second-opinion": "anna/second-opinion/",
        "differing": "anna/differing/",
        "training": f"anna/training/?answered={given.pk}",
        "training-cases": f"anna/training/cases/?answered={found.pk}",
        "search": "anna/search/",
        "search, no index": "anna/search/?q=deposit",
        "head": "hedda/head/",
        "operator": "otto/operator/",
        "sources": "otto/operator/sources/",
        "audit": "aud/audit/",
        "change-password": "anna/password/",
        "403": "anna/audit/",
        "404": "anna/nothing/",
    }


def test_the_inventory_of_pages_is_whole(town: dict[str, str]) -> None:
    assert {name.split(",")[0] for name in town} - {"403", "404"} == set(MAY) - POSTED - {"metrics"}  # numbers for a machine, no page


def faults(browser: Browser, site: str, pages: dict[str, str], **how: Any) -> list[str]:
    """What axe finds, and pages wider than the screen."""
    found: list[str] = []
    desks: dict[str, tuple[BrowserContext, Page]] = {}
    for name, place in pages.items():
        who, _, path = place.partition("/")
        if who not in desks:
            context = browser.new_context(bypass_csp=True, **how)
            desks[who] = (context, context.new_page() if who == "-" else sign_in(context, site, who))
        page = desks[who][1]
        page.goto(f"{site}/{path}")
        found += [f"{name}: {one['id']}: {one['nodes'][0]['html']}" for one in Axe().run(page).response["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{name}: wider than the screen")
    for context, _ in desks.values():
        context.close()
    return found


def test_axe_finds_nothing_on_the_pages_most_used(browser: Browser, live_server: Any, town: dict[str, str]) -> None:
    pages = {name: town[name] for name in ("sign-in", "home", "advert", "advert, right to left", "cluster")}
    assert faults(browser, live_server.url, pages, viewport={"width": 390, "height": 800}) == []


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
    browser: Browser, live_server: Any, town: dict[str, str], width: int, scheme: str, language: str
) -> None:
    how = {"viewport": {"width": width, "height": 800}, "color_scheme": scheme, "locale": language}
    assert faults(browser, live_server.url, town, **how) == []


@pytest.mark.slow
def test_text_twice_as_large_loses_nothing(browser: Browser, live_server: Any, town: dict[str, str]) -> None:
    # half the width at twice the scale is what a browser shows at 200 %
    how = {"viewport": {"width": 640, "height": 400}, "device_scale_factor": 2}
    assert faults(browser, live_server.url, town, **how) == []


# ---- several bodies ----


@pytest.fixture
def two_bodies(browser: Browser, transactional_db: None) -> dict[str, str]:
    """A cluster that another body has decided: the pages that say so, to an inspector and to an auditor who chooses a body."""
    person("anna", Role.INSPECTOR)
    person("aud", Role.AUDITOR)
    bea = belongs(person("bea", Role.INSPECTOR), body("مكتب العمل الساحلي"))
    row, _ = shared_cluster(cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    decided(Case.objects.exclude(tenant=0).get(), Outcome.FRAUD, by=bea)
    places = {"queue": "", "advert": f"adverts/{row.pk}/", "cluster": f"clusters/{row.membership.cluster_id}/"}
    return {f"{name} of {who}": f"{who}/{path}" for who in ("anna", "aud") for name, path in places.items()}


@pytest.mark.parametrize(
    "how",
    [
        {"viewport": {"width": 390, "height": 800}},
        pytest.param({"viewport": {"width": 1280, "height": 800}, "color_scheme": "dark", "locale": "ar"}, marks=pytest.mark.slow),
    ],
)
def test_axe_finds_nothing_where_there_are_two_bodies(
    browser: Browser, live_server: Any, client: Client, two_bodies: dict[str, str], how: dict[str, Any]
) -> None:
    for place in two_bodies.values():
        who, _, path = place.partition("/")
        client.force_login(User.objects.get(username=who))
        html = client.get(f"/{path}").content.decode()
        assert "Another body already works on this cluster" in html
        assert ("Body whose cases are shown" in html) is (who == "aud")
    assert faults(browser, live_server.url, two_bodies, **how) == []
