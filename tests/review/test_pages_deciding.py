"""Deciding and taking back on the pages; nothing typed is lost; cases read first tell nothing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from adverts.access import Role
from adverts.models import Advert
from adverts.records import Band
from adverts.store import indicator
from review import deciding, queue
from review.models import Case, Verdict
from review.rules import Outcome, State
from tests.review.pages import Page, advert_url, form_of, get, opened
from tests.review.scenes import NOW, TEXT, assess, match, person, rewrite, single, visible_id

pytestmark = pytest.mark.django_db


def test_deciding_leads_to_the_next_case_with_a_way_back(at_desk: Client) -> None:
    first, second = (single(Band.URGENT, risk=risk, cluster_id=visible_id(name)) for risk, name in ((0.9, "a"), (0.5, "b")))
    case = opened(first)
    answer = at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case, outcome="fraud", note="told the bank"))
    verdict = Verdict.objects.get()
    following = Case.objects.get(cluster_id=second.pk)
    assert answer["Location"] == f"{advert_url(following)}?done={verdict.pk}"
    page = get(at_desk, answer["Location"])
    assert "Saved: Fraud, hand over." in page.text
    at_desk.post(reverse("undo", args=[case.pk]), {"verdict": str(verdict.pk)})
    case.refresh_from_db()
    assert case.state == State.REOPENED
    assert "Saved:" not in get(at_desk, answer["Location"]).text


def test_the_filters_come_along(at_desk: Client) -> None:
    for name in "abc":
        single(Band.URGENT if name != "b" else Band.PRIORITY, risk=0.9, cluster_id=visible_id(name), language="es" if name != "a" else "en")
    queue.refresh(now=NOW)
    case, following = Case.objects.get(band=Band.PRIORITY), Case.objects.get(language="es", band=Band.URGENT)
    answer = at_desk.post(reverse("decide", args=[case.pk]), {**form_of(at_desk, case), "query": "language=es&evil=//x.example"})
    assert answer["Location"] == f"{advert_url(following)}?language=es&done={Verdict.objects.get().pk}"


def test_the_last_case_leads_to_the_queue(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    answer = at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    assert answer["Location"] == f"/?done={Verdict.objects.get().pk}"
    assert "Saved: Act on it." in get(at_desk, answer["Location"]).text


@pytest.mark.parametrize("done", ["x", "0", "99999999999999999999", "-1", "1 OR 1"])
def test_a_made_up_done_parameter_says_nothing(at_desk: Client, done: str) -> None:
    assert "Saved:" not in get(at_desk, f"/?done={done}").text


def test_nobody_is_offered_to_take_back_what_others_decided(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    at_desk.force_login(ben)
    number = Verdict.objects.get().pk
    assert "Saved:" not in get(at_desk, f"/?done={number}").text
    assert "Take back" not in get(at_desk, advert_url(case)).text
    answer = at_desk.post(reverse("undo", args=[case.pk]), {"verdict": str(number)}, follow=True)
    assert "Your role does not allow this." in answer.content.decode()
    assert Verdict.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "told", "kept"),
    [
        ({"outcome": ""}, "Choose one of the five answers", "my note"),
        ({"outcome": "guilty"}, "Choose one of the five answers", "my note"),
        ({"reason": "benign:ordinary"}, "Choose a reason that belongs to your answer", "my note"),
        ({"reason": "act:guilty"}, "Choose a reason that belongs to your answer", "my note"),
        ({"reason": "act:other", "note": " "}, "Say in the note which other reason", ""),
        ({"note": "x" * 2_001}, "Shorten the note to 2,000 characters", "x" * 2_001),
        ({"round": "x"}, "The form was not complete", "my note"),
    ],
)
def test_an_incomplete_decision_is_not_saved_and_nothing_typed_is_lost(
    at_desk: Client, changes: dict[str, str], told: str, kept: str
) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    answer = at_desk.post(reverse("decide", args=[case.pk]), {**form_of(at_desk, case, note="my note"), **changes})
    page = Page(answer.content.decode())
    assert answer.status_code == 422
    assert told in page.text
    assert kept in page.text
    assert not Verdict.objects.exists()
    assert (page.fields["round"], len(page.fields["seen"])) == ("1", 16)


def test_who_comes_second_is_told_and_loses_no_typing(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    typed = form_of(at_desk, case, outcome="benign", note="I phoned them")
    seen = typed["seen"]
    deciding.decide(case.pk, deciding.Decision(Outcome.FRAUD, "", "", 1, seen), user=ben, now=NOW)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    for words in (
        "This case has been decided meanwhile.",
        "ben decided “Fraud, hand over” at 12:00.",
        "What you typed is still here.",
        "I phoned them",
    ):
        assert words in page.text
    assert Verdict.objects.get().who == ben


def test_a_case_somebody_took_meanwhile_can_be_taken_over_with_what_was_typed(at_desk: Client, ben: User) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    typed = form_of(at_desk, case, note="I phoned them")
    deciding.claim(case.pk, user=ben, now=NOW)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    for words in ("Somebody else is looking at this case", "I phoned them", "Take over from ben and save"):
        assert words in page.text
    assert at_desk.post(reverse("decide", args=[case.pk]), {**typed, "take_over": "1"}).status_code == 302
    assert (Verdict.objects.get().note, ben.review_notes.count()) == ("I phoned them", 1)


def test_a_text_that_changed_while_reading_is_told_and_can_be_decided_then(at_desk: Client) -> None:
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    typed = form_of(at_desk, case, note="I phoned them")
    row = Advert.objects.get()
    rewrite(row, row.text + " Hurry!")
    assess(row, Band.URGENT)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    assert "The case has changed since you opened it" in page.text
    assert "I phoned them" in page.text
    again = {**typed, "round": page.fields["round"], "seen": page.fields["seen"]}
    assert at_desk.post(reverse("decide", args=[case.pk]), again).status_code == 302


def test_a_merged_case_leads_to_the_one_that_goes_on(at_desk: Client) -> None:
    small, large = (single(Band.URGENT, cluster_id=visible_id(name)) for name in "ab")
    case = opened(small)
    typed = form_of(at_desk, case)
    small.members.update(cluster=large)
    small.delete()
    queue.refresh(now=NOW)
    answer = at_desk.post(reverse("decide", args=[case.pk]), typed)
    assert answer.status_code == 409
    assert "This case has become part of another one." in answer.content.decode()


def test_findings_of_a_case_read_blind_come_after_the_decision(at_desk: Client) -> None:
    case = opened(
        single(Band.PRIORITY, cluster_id=visible_id("a", blind=True), signals=[match(TEXT, "No placement fee", "no-fee-statement")])
    )
    assert "Read first: read the advert first" in get(at_desk, "/").text
    for address in (advert_url(case), reverse("questions", args=[case.advert_id]), reverse("cluster", args=[case.cluster_id])):
        page = get(at_desk, address)
        for words in ("Deposit", "retention", "Priority", "no fee", "A deposit is asked for."):
            assert words not in page.text, (address, words)
        assert "<mark" not in page.html
    at_desk.post(reverse("decide", args=[case.pk]), form_of(at_desk, case))
    assert indicator("deposit-or-bond").title in get(at_desk, advert_url(case)).text


def test_a_sampled_case_cannot_be_told_from_a_flagged_one(at_desk: Client) -> None:
    group, other = single(Band.NONE, cluster_id=visible_id("a", drawn=True)), single(Band.PRIORITY, cluster_id=visible_id("b", blind=True))
    pages = [get(at_desk, advert_url(opened(one))) for one in (group, other)]
    ids = re.compile(r"[0-9a-f]{16,64}|value=\"[^\"]{64}\"|/jobs/\d+|cases/\d+|rel=\"(next|prev)\"|Next|Previous|Save[ a-z]*")
    sampled, flagged = (ids.sub("", page.html) for page in pages)
    assert sampled == flagged


def test_those_who_do_not_decide_see_the_findings(client: Client, still: None) -> None:
    case = opened(single(Band.PRIORITY, cluster_id=visible_id("a", blind=True)))
    client.force_login(person("aud", Role.AUDITOR))
    assert indicator("deposit-or-bond").title in get(client, advert_url(case)).text
