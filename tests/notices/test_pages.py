"""The desk and the public pages: two persons, nothing unapproved anywhere, nothing silently changed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import feedparser
import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse
from lxml import etree

from adverts.access import Role
from adverts.audit import first_break
from adverts.models import Advert, AuditEntry
from notices import workflow
from notices.models import Notice
from tests.notices.scenes import ARABIC, CLAIM, ENGLISH, NOW, TODAY, approved, content, draft, go_out, person, published, somebody

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"
STONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"


@pytest.fixture(autouse=True)
def _today() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def form(found: Any = None, **given: str) -> dict[str, str]:
    """The answers of the draft form for a content."""
    found = found or content()
    data = {
        "slug": found.slug,
        "type": found.type,
        "valid_until": found.valid_until.isoformat() if found.valid_until else "",
        "texts-TOTAL_FORMS": str(len(found.texts)),
        "texts-INITIAL_FORMS": "0",
        "claims-TOTAL_FORMS": str(len(found.claims)),
        "claims-INITIAL_FORMS": "0",
    }
    for number, text in enumerate(found.texts):
        data |= {f"texts-{number}-{name}": getattr(text, name) for name in ("language", "title", "help_lines", "body")}
    for number, claim in enumerate(found.claims):
        data |= {f"claims-{number}-{name}": str(getattr(claim, name)) for name in ("text", "source_title", "source_url", "checked_on")}
    return {**data, **given}


def everything_public(client: Client) -> str:
    """All that somebody outside can read, in one text."""
    addresses = ["/notices/", "/notices/?lang=ar", "/notices/feed.atom", "/notices/corrections/"]
    addresses += [f"/notices/{slug}/{code}/" for slug in Notice.objects.values_list("slug", flat=True) for code in ("en", "ar", "xx")]
    return "\n".join(client.get(address).content.decode() for address in addresses)


def test_every_view_says_who_may_see_it() -> None:
    patterns = [pattern for each in get_resolver().url_patterns if str(each.pattern) == "notices/" for pattern in each.url_patterns]
    assert patterns
    assert all(hasattr(pattern.callback, "required_roles") for pattern in patterns)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize(
    ("name", "allowed"),
    [
        ("notices", {Role.CAMPAIGNER, Role.HEAD, Role.AUDITOR}),
        ("notices-detail", {Role.CAMPAIGNER, Role.HEAD, Role.AUDITOR}),
        ("notices-new", {Role.CAMPAIGNER}),
        ("notices-edit", {Role.CAMPAIGNER}),
    ],
)
def test_roles(client: Client, role: Role, name: str, allowed: set[Role]) -> None:
    arguments = [draft().pk] if name in {"notices-detail", "notices-edit"} else []
    client.force_login(person("x", role))
    assert client.get(reverse(name, args=arguments)).status_code == (200 if role in allowed else 403)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("what", ["approve", "publish", "withdraw"])
def test_who_may_act(client: Client, role: Role, what: str) -> None:
    made = approved() if what == "publish" else draft()
    client.force_login(person("x", role))
    address = reverse("notices-approve", args=[made.pk]) if what == "approve" else reverse("notices-act", args=[made.pk, what])
    allowed = {Role.CAMPAIGNER, Role.HEAD} if what == "approve" else {Role.CAMPAIGNER}
    answer = client.post(address, {"claim": ["0"], "hash": content().digest(), "reason": "old"})
    assert answer.status_code == (302 if role in allowed else 403)
    made.refresh_from_db()
    done = {"approve": made.approved_at, "publish": made.published_at, "withdraw": made.withdrawn_at}[what]
    assert (done is not None) is (role in allowed)


def test_from_draft_to_public_page_by_two_persons(client: Client) -> None:
    writer, second = person("writer"), person("second")
    client.force_login(writer)
    assert client.post(reverse("notices-new"), form()).status_code == 302
    made = Notice.objects.get()
    page = client.get(reverse("notices-detail", args=[made.pk])).content.decode()
    assert "another person must approve it" in page
    assert "Approve exactly this" not in page
    assert "Approve exactly this" not in page
    client.force_login(second)
    page = client.get(reverse("notices-detail", args=[made.pk])).content.decode()
    for text in (ENGLISH, ARABIC):
        assert f'name="words" value="{text.words}"' in page
        client.post(reverse("notices-check-text", args=[made.pk, text.language]), {"to": "human-checked", "words": text.words})
    page = client.get(reverse("notices-detail", args=[made.pk])).content.decode()
    seen = re.search(r'name="hash" value="([0-9a-f]{64})"', page)
    assert seen is not None
    approve = reverse("notices-approve", args=[made.pk])
    client.post(approve, {"hash": seen.group(1)})
    made.refresh_from_db()
    assert made.approved_at is None
    client.post(approve, {"hash": seen.group(1), "claim": ["0"]})
    client.post(reverse("notices-act", args=[made.pk, "publish"]))
    made.refresh_from_db()
    assert made.published_at is not None
    client.logout()
    page = client.get("/notices/farm-work/en/").content.decode()
    assert page.index("+1 555 010 0199") < page.index("Before you accept farm work</h1>")
    assert "18 February 2027" in page or "February 18, 2027" in page
    actions = list(AuditEntry.objects.values_list("actor", "action"))
    checks = [("second", "notice.text-checked")] * 2
    assert actions == [("writer", "notice.drafted"), *checks, ("second", "notice.approved"), ("second", "notice.published")]
    assert first_break(AuditEntry.objects.all()) is None


@pytest.mark.parametrize("make", [draft, approved])
def test_what_is_not_out_is_nowhere(client: Client, make: Any) -> None:
    make(texts=(replace(ENGLISH, title="Unseen title", body="Unseen body"), replace(ARABIC, title="عنوان خفي")))
    whole = everything_public(client)
    assert "Unseen" not in whole
    assert "خفي" not in whole


def test_what_is_out_is_everywhere(client: Client) -> None:
    published(texts=(replace(ENGLISH, title="Seen title", body="Seen body"), ARABIC))
    whole = everything_public(client)
    assert whole.count("Seen title") >= 4
    assert "Seen body" in whole


@pytest.mark.parametrize("state", ["draft", "machine-draft"])
def test_an_unchecked_text_of_a_published_notice_is_nowhere(client: Client, state: str) -> None:
    published(texts=(ENGLISH, replace(ARABIC, title="عنوان خفي", state=state)))
    assert "خفي" not in everything_public(client)
    assert client.get("/notices/farm-work/ar/").status_code == 404


def test_a_change_behind_the_approval_takes_the_notice_away(client: Client) -> None:
    """Somebody writes into the database: what is shown is what was approved, or nothing."""
    made = published()
    assert client.get("/notices/farm-work/en/").status_code == 200
    made.texts.filter(language="en").update(body="Pay 300 to this account.")
    assert client.get("/notices/farm-work/en/").status_code == 404
    assert "Pay 300" not in everything_public(client)


def test_any_edit_reopens_the_approval(client: Client) -> None:
    made = approved()
    client.force_login(somebody("writer"))
    client.post(reverse("notices-edit", args=[made.pk]), form(content(claims=(replace(CLAIM, source_title="Another"),))))
    made.refresh_from_db()
    assert (made.approved_hash, made.approver, made.approved_at) == ("", None, None)
    assert AuditEntry.objects.last().detail == {"reopened": True}  # type: ignore[union-attr]


def test_who_edits_may_not_approve(client: Client) -> None:
    made = draft()
    workflow.change(made, content(), by=somebody("second"), now=NOW)
    with pytest.raises(workflow.RefusedError, match="wrote or changed"):
        workflow.approve(made, by=somebody("second"), seen=content().digest(), now=NOW, today=TODAY)


def test_a_change_between_reading_and_approving_is_noticed() -> None:
    made = draft()
    workflow.change(made, content(claims=(CLAIM, replace(CLAIM, text="New"))), by=somebody("writer"), now=NOW)
    with pytest.raises(workflow.RefusedError, match="read it again"):
        workflow.approve(made, by=somebody("second"), seen=content().digest(), now=NOW, today=TODAY)


def test_what_is_out_cannot_be_edited(client: Client) -> None:
    made = published()
    client.force_login(somebody("writer"))
    address = reverse("notices-edit", args=[made.pk])
    for answer in (client.get(address), client.post(address, form(content(slug="other")))):
        assert answer.status_code == 302
    made.refresh_from_db()
    assert made.slug == "farm-work"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"slug": "desk"}, "page of its own"),
        ({"slug": "Farm Work!"}, "valid “slug”"),
        ({"valid_until": ""}, "required"),
        ({"texts-0-title": "Pickers: 2,500 EUR a month"}, "looks like a job advert"),
        ({"texts-0-body": "Apply now!"}, "looks like a job advert"),
        ({"texts-0-help_lines": ""}, "required"),
        ({"texts-1-language": "en"}, "two texts in English"),
        ({"claims-0-checked_on": "2026-11-21"}, "still to come"),
        ({"claims-0-source_url": "javascript:alert(1)"}, "valid URL"),
        ({"claims-0-source_url": "ftp://x.example/"}, "valid URL"),
    ],
)
def test_a_bad_draft_is_refused_with_the_reason(client: Client, given: dict[str, str], words: str) -> None:
    client.force_login(person("writer"))
    page = client.post(reverse("notices-new"), form(**given))
    assert page.status_code == 200
    assert words in page.content.decode().replace("&#x27;", "'")
    assert "Please check these answers" in page.content.decode()
    assert not Notice.objects.exists()


def test_a_slug_is_taken_once(client: Client) -> None:
    draft()
    client.force_login(somebody("writer"))
    assert "Choose another one" in client.post(reverse("notices-new"), form()).content.decode()
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(("days", "expired"), [(90, False), (91, True), (400, True)])
def test_expired_is_shown_as_expired(client: Client, days: int, expired: bool) -> None:
    published()
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        page = client.get("/notices/farm-work/en/")
        assert page.status_code == 200
        assert ("has passed its last day" in page.content.decode()) is expired
        assert ("Notices that no longer hold" in client.get("/notices/").content.decode()) is expired
        feed = feedparser.parse(client.get("/notices/feed.atom").content)
        assert all(("[Expired]" in entry.title or "[منتهي" in entry.title) is expired for entry in feed.entries)
        assert (max(entry.updated for entry in feed.entries) > "2027") is expired


def test_a_withdrawn_notice_leaves_a_tombstone_and_no_words(client: Client) -> None:
    made = published(texts=(replace(ENGLISH, title="Wrong title", body="Wrong body"), ARABIC))
    before = etree.fromstring(client.get("/notices/feed.atom").content)
    tags = {each.text for each in before.iter(f"{ATOM}id")}
    workflow.withdraw(made, by=somebody("writer"), reason="The number <b>was</b> wrong", now=NOW + timedelta(hours=1))
    page = client.get("/notices/farm-work/en/")
    assert page.status_code == 410
    assert "The number &lt;b&gt;was&lt;/b&gt; wrong" in page.content.decode()
    whole = everything_public(client)
    assert "Wrong" not in whole
    feed = etree.fromstring(client.get("/notices/feed.atom").content)
    stones = feed.findall(STONE)
    assert {stone.get("ref") for stone in stones} < tags
    assert [stone.get("when") for stone in stones] == ["2026-11-20T13:00:00+00:00"] * 2
    assert feed.findall(f"{ATOM}entry") == []
    assert client.get("/notices/farm-work/xx/").status_code == 404


def test_a_discarded_draft_leaves_nothing(client: Client) -> None:
    made = draft()
    workflow.withdraw(made, by=somebody("writer"), reason="not needed", now=NOW)
    assert client.get("/notices/farm-work/en/").status_code == 404
    assert "not needed" not in everything_public(client)


@pytest.mark.parametrize(
    ("what", "words"),
    [("update", "There is a newer notice"), ("correct", "This notice has been corrected"), ("cancel", "This notice has been cancelled")],
)
def test_an_update_is_a_new_notice_and_the_old_one_says_so(client: Client, what: str, words: str) -> None:
    old = published()
    client.force_login(somebody("writer"))
    client.post(reverse("notices-act", args=[old.pk, what]))
    new = Notice.objects.exclude(pk=old.pk).get()
    assert (new.supersedes, new.published_at, {text.state for text in new.texts.all()}) == (old, None, {"draft"})
    assert words not in client.get("/notices/farm-work/en/").content.decode()
    found = content(slug=new.slug, type=new.type, supersedes="farm-work", texts=(replace(ENGLISH, title="The newer text"), ARABIC))
    go_out(new, found, now=NOW + timedelta(hours=2))
    page = client.get("/notices/farm-work/en/").content.decode()
    assert words in page
    assert page.index(words) < page.index("Before you accept farm work</h1>")
    assert "The newer text" in page
    assert "Before you accept farm work" in client.get(f"/notices/{new.slug}/en/").content.decode()
    feed = feedparser.parse(client.get("/notices/feed.atom").content)
    changed = next(entry for entry in feed.entries if entry.id.endswith("notice/farm-work/en"))
    assert changed.updated == "2026-11-20T14:00:00+00:00"


def test_a_draft_cannot_be_updated(client: Client) -> None:
    made = draft()
    client.force_login(somebody("writer"))
    client.post(reverse("notices-act", args=[made.pk, "update"]))
    assert Notice.objects.count() == 1
    assert client.post(reverse("notices-act", args=[made.pk, "explode"])).status_code == 404


HOSTILE = "<script>alert(1)</script>\"'&]]>"


@pytest.mark.parametrize(
    "address",
    ["/notices/", "/notices/?lang=ar", "/notices/farm-work/en/", "/notices/farm-work/ar/", "/notices/corrections/", "/notices/feed.atom"],
)
def test_public_pages_are_small_quiet_and_escaped(client: Client, address: str) -> None:
    hostile = replace(
        ENGLISH, title=HOSTILE, body=f"{HOSTILE}\n- {HOSTILE}\n## {HOSTILE}", help_lines=f"{HOSTILE} | +1 555 010 0199 {HOSTILE}"
    )
    published(texts=(hostile, ARABIC), claims=(replace(CLAIM, text=HOSTILE, source_title=HOSTILE, source_url='https://x.example/"><b>'),))
    page = client.get(address)
    body = page.content.decode()
    assert page.status_code == 200
    assert page.cookies == {}
    assert "Cookie" not in page.get("Vary", "")
    assert page["Cache-Control"] == "public, max-age=300"
    assert len(page.content) < 30_000
    assert "<script" not in body
    assert 'x.example/"><b>' not in body
    assert client.get(address, headers={"if-none-match": page["ETag"]}).status_code == 304
    assert client.post(address).status_code == 405


def test_each_text_has_its_language_and_direction(client: Client) -> None:
    published()
    for code, direction in (("en", "ltr"), ("ar", "rtl")):
        page = client.get(f"/notices/farm-work/{code}/")
        assert page["Content-Language"] == code
        assert f'<html lang="{code}" dir="{direction}">' in page.content.decode()
    assert 'hreflang="ar"' in client.get("/notices/farm-work/en/").content.decode()


def test_a_language_without_our_words_says_which_words_are_english(client: Client) -> None:
    published(texts=(replace(ENGLISH, language="bg", title="Преди работа", body="Пазете паспорта си."),))
    body = client.get("/notices/farm-work/bg/").content.decode()
    assert '<html lang="bg" dir="ltr">' in body
    assert '<h2 id="help" lang="en" dir="ltr">Where to get help</h2>' in body


def test_the_feed_is_read_by_a_feed_reader(client: Client) -> None:
    published(texts=(replace(ENGLISH, title="Fees & <you>"), ARABIC))
    feed = feedparser.parse(client.get("/notices/feed.atom").content)
    assert (feed.bozo, feed.version) == (False, "atom10")
    assert [entry.title for entry in feed.entries] == ["Fees & <you>", ARABIC.title]
    assert [entry.id for entry in feed.entries] == [f"tag:testserver,2026:notice/farm-work/{code}" for code in ("en", "ar")]
    assert [entry.link for entry in feed.entries] == [f"http://testserver/notices/farm-work/{code}/" for code in ("en", "ar")]


def test_employers_named_in_a_draft_are_shown_to_the_second_person(client: Client) -> None:
    for number, name in enumerate(("Acme Crew Ltd", "Farm", "Huerta Buena SL")):
        Advert.objects.create(
            advert_id=f"{number:032}",
            position=number,
            source="a",
            url="https://a.example",
            text="t",
            text_hash="h",
            employer=name,
            first_seen_at=NOW,
            seen_at=NOW,
        )
    found = content(texts=(replace(ENGLISH, body="Do not trust ACME CREW LTD."),))
    assert workflow.names_to_check(found) == ("Acme Crew Ltd",)
    assert workflow.names_to_check(content()) == ()
