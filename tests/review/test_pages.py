"""Queue, advert and cluster pages: what they say and log."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.models import AdvertVersion, AuditEntry
from adverts.records import Band
from adverts.store import indicator
from review import deciding
from review.models import Case, Verdict
from tests.review.pages import Page, advert_url, get, opened
from tests.review.scenes import NOW, TEXT, advert, assess, cluster, match, single, visible_id

pytestmark = pytest.mark.django_db


def test_the_queue_says_why_each_case_is_there(at_desk: Client) -> None:
    rows = [advert(source=source) for source in ("board-a", "board-b")]
    for row in rows:
        assess(row, Band.URGENT)
    opened(cluster(rows, cluster_id=visible_id("a")))
    page = get(at_desk, "/")
    seen = " + ".join(indicator(name).title for name in ("document-retention", "deposit-or-bond"))
    place = "2 copies on 2 boards; online now, the newest copy under 3 days old; new this week"
    assert f"Urgent: {seen}; {place}" in page.text
    assert "due in 1 day" in page.text
    assert advert_url(Case.objects.get()) in page.links


@pytest.mark.parametrize(
    ("query", "state"),
    [
        ("", "The queue is empty"),
        ("?view=mine", "You have no case at the moment"),
        ("?view=waiting", "No case waits for a fact"),
        ("?view=decided", "Nothing has been decided yet"),
        ("?language=xx", "No case fits these filters"),
    ],
)
def test_empty_queues_say_what_that_means(at_desk: Client, query: str, state: str) -> None:
    assert state in get(at_desk, f"/{query}").text


def test_a_claim_is_shown_to_others_and_taking_over_is_told(at_desk: Client, anna: User, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=ben, now=NOW)
    assert "ben is on it until 12:15" in get(at_desk, "/").text
    page = get(at_desk, advert_url(case))
    assert "ben is on it until 12:15" in page.text
    assert "If you take over, ben is told." in page.text
    assert reverse("decide", args=[case.pk]) not in page.html
    at_desk.post(reverse("claim", args=[case.pk]), {"take_over": "1"})
    assert "yours until 12:15" in get(at_desk, advert_url(case)).text
    at_desk.force_login(ben)
    assert "anna took over a case from you at 12:00" in get(at_desk, "/").text
    assert "took over" not in get(at_desk, "/").text


def test_claiming_what_somebody_holds_is_refused_in_words(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=ben, now=NOW)
    answer = at_desk.post(reverse("claim", args=[case.pk]), follow=True)
    assert "Somebody else is looking at this case at the moment." in Page(answer.content.decode()).text


def test_giving_back_leads_to_the_queue(at_desk: Client, anna: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    deciding.claim(case.pk, user=anna, now=NOW)
    assert at_desk.post(reverse("release", args=[case.pk]), {"query": "band=urgent"})["Location"] == "/?band=urgent"


def test_the_advert_page_shows_words_meaning_claims_questions_and_origin(at_desk: Client) -> None:
    text = TEXT + "\nCall *** *** 0100"
    start = text.index("***")
    row = advert(
        text, employer="Sunrise Farm", contacts=[{"kind": "phone", "start": start, "end": len(text), "masked": "*** *** 0100", "key": "k"}]
    )
    findings = [
        match(text, "deposit of 300 EUR", "deposit-or-bond"),
        match(text, "keep your passport", "document-retention", note="not negated"),
    ]
    assess(row, Band.URGENT, indicators=findings, signals=[match(text, "No placement fee", "no-fee-statement")], questions=["hours"])
    case = opened(cluster([row], cluster_id=visible_id("a")))
    page = get(at_desk, advert_url(case))
    for words in (
        *(indicator("document-retention").title, indicator("deposit-or-bond").title, "not negated", "rules-1", "clear wording"),
        *("What it means", "Does not count", "Source", "Claims: " + indicator("no-fee-statement").title, "Claims are not checked"),
        *("How many hours a day and days a week?", "phone: *** *** 0100", "board-a/1.warc.gz @ 512", "ab" * 32, row.url, "Sunrise Farm"),
    ):
        assert words in page.text, words
    assert '<mark class="critical" id="m1"' in page.html
    assert {"#m1", "#m2", "#m3", "#card-1", "#card-2", "#card-3"} <= set(page.links)
    assert {"m1", "m2", "m3", "card-1", "card-2", "card-3"} <= set(page.ids)


def test_versions_show_what_changed(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    AdvertVersion.objects.create(
        advert_id=case.advert_id, number=2, event="changed", at=NOW, changes={"pay_raw": ["1,900 EUR", "2,400 EUR <b>"]}
    )
    page = get(at_desk, advert_url(case))
    assert "<del>1,900</del><ins>2,400</ins> EUR<ins> &lt;b&gt;</ins>" in page.html.replace("\n", "")


def test_looking_is_logged(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    for name, ids in (("advert", case.advert_id), ("questions", case.advert_id), ("cluster", case.cluster_id)):
        get(at_desk, reverse(name, args=[ids]))
    viewed = AuditEntry.objects.filter(action="viewed").values_list("actor", "subject")
    assert list(viewed) == [("anna", f"advert:{case.advert_id}")] * 2 + [("anna", f"cluster:{case.cluster_id}")]
    get(at_desk, "/")
    assert AuditEntry.objects.filter(action="viewed").count() == 3


@pytest.mark.parametrize("name", ["advert", "questions", "cluster"])
def test_what_is_not_there_is_not_found(at_desk: Client, name: str) -> None:
    page = get(at_desk, reverse(name, args=["0" * 32]), status=404)
    assert "There is nothing at this address." in page.text
    assert not AuditEntry.objects.exists()


def test_an_advert_nobody_assessed_or_linked_can_be_read(at_desk: Client) -> None:
    page = get(at_desk, reverse("advert", args=[advert().pk]))
    assert "This text has not been assessed yet." in page.text
    assert "Your decision" not in page.text


def test_a_case_can_be_opened_by_hand(at_desk: Client) -> None:
    group = single(Band.NONE, cluster_id=visible_id("a"))
    page = get(at_desk, reverse("advert", args=[group.members.get().advert_id]))
    assert "Not in the queue" in page.text
    answer = at_desk.post(reverse("open-case", args=[group.pk]), follow=True)
    assert "Your decision" in answer.content.decode()
    assert at_desk.post(reverse("open-case", args=["0" * 32])).status_code == 404


def test_the_questions_have_a_sheet_of_their_own(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a"), questions=["licence", "housing-cost"]))
    page = get(at_desk, reverse("questions", args=[case.advert_id]))
    assert "Does the recruiter hold a licence" in page.text
    assert "Is housing provided" in page.text


def test_the_cluster_page_shows_members_links_and_shared_text(at_desk: Client) -> None:
    rows = [
        advert(TEXT.replace("Packers", name), title=f"{name} wanted", source=source)
        for name, source in (("Packers", "board-a"), ("Pickers", "board-b"))
    ]
    for row in rows:
        assess(row, Band.URGENT)
    case = opened(cluster(rows, cluster_id=visible_id("a")))
    page = get(at_desk, reverse("cluster", args=[case.cluster_id]))
    for words in (
        "2 adverts that belong together",
        "Packers wanted",
        "Pickers wanted",
        "Nearly the same text",
        "strong link",
        indicator("document-retention").title,
    ):
        assert words in page.text
    assert re.search(r'<span class="slot">P(ack|ick)ers</span> wanted', page.html)
    answer = at_desk.post(
        reverse("decide", args=[case.pk]), {**{name: page.fields[name] for name in ("round", "seen", "page")}, "outcome": "act"}
    )
    assert answer.status_code == 302
    assert Verdict.objects.get().verdict == "act"


def test_heads_alone_are_led_to_restrict_a_cluster(client: Client, at_desk: Client, hedda: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    link = f"{reverse('alerts-restricted')}?cluster={case.cluster_id}"
    assert link not in get(at_desk, reverse("cluster", args=[case.cluster_id])).links
    client.force_login(hedda)
    assert link in get(client, reverse("cluster", args=[case.cluster_id])).links
    assert case.cluster_id in client.get(link).content.decode()
