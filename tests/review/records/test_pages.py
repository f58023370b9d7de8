"""The pages of records as people use them, read strictly; hostile words stay words; a page costs the same however many rows there are."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import queue
from review.models import Case
from review.records import bodies, referral, rights, unmasking
from review.records.models import Body, LegalHold, Referral, RightsRequest, UnmaskRequest
from tests.review.pages import get
from tests.review.records.scenes import MASKED, PHONE, captured, with_phone
from tests.review.scenes import NOW, TEXT, person, single, visible_id
from tests.review.test_pages_hostile import HOSTILE

pytestmark = pytest.mark.django_db


def at(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def case(db: None, still: None) -> Case:
    single(Band.URGENT, cluster_id=visible_id("a"), country="PT")
    queue.refresh(now=NOW)
    return Case.objects.get()


@pytest.fixture
def body(db: None) -> Body:
    return Body.objects.create(
        name="Inspectorate", kind="labour-inspectorate", country="PT", address="desk@inspectorate.example", updated_at=NOW
    )


def test_one_click_makes_a_capsule_and_leaves_nothing_behind(anna: User, still: None, world: Any) -> None:
    row = captured()
    client = at(anna)
    page = get(client, reverse("capsule", args=[row.pk]))
    assert "The captures hold the page as it was, contacts included" in page.text
    answer = client.post(reverse("capsule-make", args=[row.pk]))
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer["Content-Type"], content[:4]) == (200, "application/zip", b"PK\x03\x04")
    assert answer["Cache-Control"] == "no-store"
    assert list((world / "spool").iterdir()) == []
    assert answer["X-Fairwatch-Fingerprint"] in get(client, reverse("capsule", args=[row.pk])).text
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == ["viewed", "capsule.exported", "viewed"]


def test_a_case_read_blind_gives_no_capsule(anna: User, still: None) -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("c", blind=True))
    queue.refresh(now=NOW)
    advert_id = group.members.get().advert_id
    client = at(anna)
    assert "Shown after your decision" in get(client, reverse("capsule", args=[advert_id])).text
    assert client.post(reverse("capsule-make", args=[advert_id])).status_code == 302
    assert not AuditEntry.objects.filter(action="capsule.exported").exists()


def test_asking_granting_looking_and_the_end_of_it(anna: User, cust: User, case: Case) -> None:
    row = Advert.objects.get(pk=case.advert_id)
    key = with_phone(row)
    inspector, custodian = at(anna), at(cust)
    assert reverse("contact-ask", args=[row.pk, key]) in get(inspector, reverse("advert", args=[row.pk])).links
    bad = inspector.post(reverse("contact-ask", args=[row.pk, key]), {"reason": "call them"})
    assert bad.status_code == 400
    inspector.post(reverse("contact-ask", args=[row.pk, key]), {"reason": "link", "note": "same digits?"})
    asked = UnmaskRequest.objects.get()
    page = get(custodian, reverse("contact", args=[asked.pk]))
    assert "same digits?" in page.text
    assert PHONE not in page.html
    refused = custodian.post(reverse("contact-decide", args=[asked.pk]), {"minutes": "", "answer": ""}, follow=True)
    assert "Say in the note why" in refused.content.decode()
    custodian.post(reverse("contact-decide", args=[asked.pk]), {"minutes": "30", "answer": "once"})
    assert PHONE not in get(inspector, reverse("contact", args=[asked.pk])).html
    shown = inspector.post(reverse("contact-show", args=[asked.pk]))
    assert PHONE in shown.content.decode()
    assert shown["Cache-Control"] == "no-store"
    with time_machine.travel(NOW + timedelta(minutes=30), tick=False):
        late = inspector.post(reverse("contact-show", args=[asked.pk]), follow=True)
    assert PHONE not in late.content.decode()
    assert "This has been decided, or has ended, already" in late.content.decode()
    assert AuditEntry.objects.filter(action="contact.shown").count() == 1
    assert at(person("ina", Role.INSPECTOR)).get(reverse("contact", args=[asked.pk])).status_code == 404


def test_a_referral_from_the_case_to_its_outcome(anna: User, ben: User, case: Case, body: Body) -> None:
    first, second = at(anna), at(ben)
    page = get(first, reverse("referral-new", args=[case.pk]))
    assert "has not been checked for long" in page.text
    made = first.post(reverse("referral-new", args=[case.pk]), {"body": body.pk, "reason": "inspect", "personal": "on", "note": ""})
    row = Referral.objects.get()
    address = reverse("referral", args=[row.pk])
    assert made["Location"] == address
    again = first.post(reverse("referral-new", args=[case.pk]), {"body": body.pk, "reason": "inspect"})
    assert "This has been decided, or has ended, already" in again.content.decode()

    def take(client: Client, to: str, note: str = "") -> str:
        after = Referral.objects.get().events
        step = reverse("referral-step", args=[row.pk])
        return client.post(step, {"to": to, "after": after, "note": note}, follow=True).content.decode()

    assert "a second person must check it" in take(first, "sent")
    assert "A second person must do this" in take(first, "checked")
    take(second, "checked")
    take(first, "sent")
    assert "Say in the note why" in take(first, "outcome")
    take(first, "outcome", "Inspected, fees repaid")
    assert (Referral.objects.get().state, Referral.objects.get().remind_at) == ("outcome", None)
    assert "fees repaid" in get(first, address).text
    record = json.loads(first.get(reverse("referral-export", args=[row.pk, "json"])).content)
    assert record["htcds"]["cas_Status"] == "Closed"
    assert AuditEntry.objects.filter(action="referral.exported").count() == 1


def test_two_people_taking_a_step_at_once_get_one_step(anna: User, hedda: User, case: Case, body: Body) -> None:
    row = referral.prepare(case=case, body=body, user=anna, reason="inspect", note="", personal=False, now=NOW)
    step = reverse("referral-step", args=[row.pk])
    at(anna).post(step, {"to": "sent", "after": 1, "note": ""})
    second = at(hedda).post(step, {"to": "withdrawn", "after": 1, "note": "mine"}, follow=True)
    assert "Somebody was quicker" in second.content.decode()
    assert Referral.objects.get().state == "sent"


def test_the_directory_goes_out_and_comes_back_and_names_faults(hedda: User, body: Body, still: None) -> None:
    client = at(hedda)
    content = client.get(reverse("bodies-export")).content
    address = reverse("bodies-import")
    taken = client.post(address, {"file": SimpleUploadedFile("bodies.csv", content)})
    assert "0 new, 0 changed, 1 as they were" in taken.content.decode()
    broken = content.replace(b"labour-inspectorate", b"lab").replace(b",PT,", b",Portugal,")
    refused = client.post(address, {"file": SimpleUploadedFile("mine.csv", broken)})
    assert refused.status_code == 400
    assert "mine.csv:2: kind = &#x27;lab&#x27;: use one of labour-inspectorate" in refused.content.decode()
    assert "mine.csv:2: country = &#x27;Portugal&#x27;" in refused.content.decode()
    assert Body.objects.count() == 1
    assert "overdue" in get(client, reverse("bodies")).text


def test_a_request_of_a_person_from_letter_to_answer(dora: User, case: Case) -> None:
    client = at(dora)
    address = reverse("request-new")
    wrong = client.post(address, {"kind": "erasure", "reference": "DP-1", "received_on": "2026-11-21", "adverts": "none"})
    assert wrong.status_code == 400
    for words in ("This day is in the future", "No advert has the id none"):
        assert words in wrong.content.decode()
    client.post(address, {"kind": "erasure", "reference": "DP-1", "received_on": "2026-11-19", "adverts": case.advert_id})
    row = RightsRequest.objects.get()
    assert row.due_on == date(2026, 12, 19)
    client.post(reverse("request-extend", args=[row.pk]))
    client.post(reverse("request-decide", args=[row.pk]), {"grant": "yes", "answer": "It named her."})
    row.refresh_from_db()
    assert (row.state, row.due_on, row.extended) == ("granted", date(2027, 2, 19), True)
    assert "waits for the next retention run" in get(client, reverse("request", args=[row.pk])).text


def test_holds_and_periods_are_shown_with_their_reasons(dora: User, case: Case) -> None:
    client = at(dora)
    client.post(reverse("hold", args=[case.advert_id]), {"reason": "Court file 12/26"})
    page = get(client, reverse("retention"))
    assert "Court file 12/26" in page.text
    assert "A month lets a second opinion" in page.text
    twice = client.post(reverse("hold", args=[case.advert_id]), {"reason": "again"}, follow=True)
    assert "has ended, already" in twice.content.decode()
    client.post(reverse("hold-release", args=[LegalHold.objects.get().pk]))
    assert LegalHold.objects.get().released_by == dora


def test_the_help_page_takes_nothing_in(client: Client, db: None) -> None:
    page = get(client, reverse("help") + "?country=PH")
    assert page.text.index("1343") < page.text.index("1-888-373-7888")
    assert not re.search(r"<(textarea|input)\b", page.html)
    assert "Not yet checked by this office." in page.text


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_words_are_harmless_on_every_page(anna: User, dora: User, cust: User, still: None, kind: str) -> None:
    words = HOSTILE[kind].replace("\x00", "")  # forms, intake and PostgreSQL refuse it
    group = single(Band.URGENT, cluster_id=visible_id("a"), text=f"{words} {TEXT} {MASKED}", title=words, place=words, country="PT")
    queue.refresh(now=NOW)
    case = Case.objects.get()
    row = group.members.get().advert
    key = with_phone(row)
    body = Body.objects.create(name=words[:200], kind="fraud", country="PT", address=words[:200], hours=words[:200], updated_at=NOW)
    asked = unmasking.ask(advert_id=row.pk, contact_id=key, user=anna, reason="other", note=words, now=NOW)
    sent = referral.prepare(case=case, body=body, user=anna, reason="other", note=words, personal=False, now=NOW)
    request = rights.enter(kind="access", reference=words[:100], adverts=[row.pk], received_on=NOW.date(), user=dora, now=NOW)
    rights.hold(row.pk, reason=words[:300], user=dora, now=NOW)
    everything = at(person("all", Role.HEAD, Role.CUSTODIAN, Role.DATA_PROTECTION, Role.AUDITOR))
    names = ("contacts", "referrals", "bodies", "requests", "retention")
    addresses = [*map(reverse, names), reverse("capsule", args=[row.pk]), reverse("contact", args=[asked.pk])]
    addresses += [reverse("referral", args=[sent.pk]), reverse("request", args=[request.pk]), reverse("hold", args=[row.pk])]
    addresses += [reverse("contact-ask", args=[row.pk, key]), reverse("referral-new", args=[case.pk])]
    hidden = "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
    for address in addresses:
        page = get(everything, address)
        assert not re.search(hidden, page.html), address
        assert not set(page.fields) & {"password"}
    for form in ("json", "csv"):
        exported = everything.get(reverse("referral-export", args=[sent.pk, form])).content.decode("utf-8-sig")
        if form == "csv":
            assert not re.search(r"(?:^|,|\n)\"?[=+@-]", exported), exported
    assert not re.search(r"(?:^|,|\n)\"?[=@]", bodies.export_csv())


def test_a_page_asks_as_much_for_many_rows_as_for_few(anna: User, case: Case, body: Body) -> None:
    client = at(person("all", *Role))

    def queries() -> dict[str, int]:
        found = {}
        for name in ("referrals", "bodies", "contacts", "requests", "retention"):
            with CaptureQueriesContext(
                connection,
            ) as caught:
                get(client, reverse(name))
            found[name] = len(caught)
        return found

    def more(number: int) -> None:
        place = Body.objects.create(name=f"B{number}", kind="fraud", country="PT", address="x@y.example", updated_at=NOW)
        sent = referral.prepare(case=case, body=place, user=anna, reason="inspect", note="", personal=False, now=NOW)
        Referral.objects.filter(pk=sent.pk).update(remind_at=NOW - timedelta(days=1))
        row = single(Band.URGENT, cluster_id=visible_id(f"f{number}")).members.get().advert
        key = with_phone(row, clear=f"+44770090010{number}")
        unmasking.ask(advert_id=row.pk, contact_id=key, user=anna, reason="link", note="", now=NOW)
        dpo = person(f"dpo{number}", Role.DATA_PROTECTION)
        rights.enter(kind="access", reference=str(number), adverts=[row.pk], received_on=NOW.date(), user=dpo, now=NOW)
        rights.hold(row.pk, reason="x", user=dpo, now=NOW)

    more(0)
    few = queries()
    for number in range(1, 6):
        more(number)
    assert queries() == few
