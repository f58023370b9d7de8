"""One answer for several clusters: what is saved, what is left out, and the one taking back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.audit import first_break
from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import deciding, queue, together
from review.models import Batch, Case, Verdict
from review.rules import Outcome, Refusal, State
from review.trail import disagreements
from tests.review.bodies import belongs, body
from tests.review.pages import Page, advert_url, get
from tests.review.scenes import NOW, TEXT, decided, person, rewrite, single, visible_id

pytestmark = pytest.mark.django_db

FRAUD = (Outcome.FRAUD, "money-first", "the same bank account")


@pytest.fixture
def cases(db: None) -> list[Case]:
    """Four cases, the last one read blind; in order of their names."""
    for name in "abc":
        single(Band.PRIORITY, title=f"Packers {name}", cluster_id=visible_id(name))
    single(Band.PRIORITY, title="Packers d", cluster_id=visible_id("d", blind=True))
    queue.refresh(now=NOW)
    return list(Case.objects.order_by("title"))


def seen(cases: list[Case], user: User) -> dict[int, str]:
    return {one.case.pk: one.seen for one in together.chosen([case.pk for case in cases], user=user, now=NOW)}


def test_each_case_gets_its_verdict_and_its_audit_entry(cases: list[Case], anna: User) -> None:
    batch = together.decide(seen(cases[:3], anna), FRAUD, user=anna, now=NOW)
    verdicts = list(Verdict.objects.order_by("pk"))
    assert [(one.case_id, one.verdict, one.reason, one.note, one.batch_id) for one in verdicts] == [
        (case.pk, *FRAUD, batch.pk) for case in cases[:3]
    ]
    entries = AuditEntry.objects.filter(action="decided").order_by("number")
    assert [(one.subject, one.actor, one.detail["verdict"], one.detail["batch"]) for one in entries] == [
        (f"case:{one.case_id}", "anna", one.pk, batch.pk) for one in verdicts
    ]
    assert set(Case.objects.filter(pk__in=batch.asked).values_list("state", "outcome")) == {(State.DECIDED, "fraud")}
    assert list(disagreements()) == []
    assert first_break(AuditEntry.objects.all()) is None
    assert (batch.asked, batch.refused) == ([case.pk for case in cases[:3]], {})


def test_what_others_hold_or_changed_meanwhile_is_left_out_and_named(cases: list[Case], anna: User, ben: User) -> None:
    held, changed, free, blind = cases
    given = seen(cases, anna)
    deciding.claim(held.pk, user=ben, now=NOW)
    rewrite(Advert.objects.get(pk=changed.advert_id), f"{TEXT} Pay first.")
    batch = together.decide(given, FRAUD, user=anna, now=NOW)
    found = together.outcomes(batch)
    assert [verdict.case_id for verdict in found.saved] == [free.pk]
    assert [(case.pk, why) for case, why in found.refused] == [
        (held.pk, Refusal.HELD),
        (changed.pk, Refusal.CHANGED),
        (blind.pk, Refusal.READ_ALONE),
    ]
    assert Verdict.objects.count() == AuditEntry.objects.filter(action="decided").count() == 1


def test_what_was_decided_meanwhile_stays_as_it_is(cases: list[Case], anna: User, ben: User) -> None:
    given = seen(cases[:2], anna)
    together.decide(given, (Outcome.BENIGN, "ordinary", ""), user=ben, now=NOW)
    batch = together.decide(given, FRAUD, user=anna, now=NOW)
    assert batch.refused == {str(case.pk): Refusal.ALREADY_DECIDED for case in cases[:2]}
    assert set(Case.objects.filter(pk__in=given).values_list("outcome", flat=True)) == {"benign"}


def test_the_same_form_sent_twice_is_one_batch(cases: list[Case], anna: User) -> None:
    """Else the second answer would show a batch in which nothing was saved, and the first could not be taken back from there."""
    given = seen(cases[:2], anna)
    batch = together.decide(given, FRAUD, user=anna, now=NOW)
    assert together.decide(given, FRAUD, user=anna, now=NOW + timedelta(seconds=1)) == batch
    assert (Batch.objects.count(), Verdict.objects.count()) == (1, 2)
    other = together.decide(given, (Outcome.BENIGN, "ordinary", ""), user=anna, now=NOW)
    assert (other == batch, len(other.refused)) == (False, 2)
    deciding.undo(cases[0].pk, verdict_id=Verdict.objects.get(case=cases[0]).pk, user=anna, now=NOW)
    again = together.decide(given, FRAUD, user=anna, now=NOW)
    assert again.refused == {str(cases[0].pk): Refusal.CHANGED, str(cases[1].pk): Refusal.ALREADY_DECIDED}


def test_a_claim_of_ones_own_or_one_that_ended_is_in_nobodys_way(cases: list[Case], anna: User, ben: User) -> None:
    deciding.claim(cases[0].pk, user=anna, now=NOW)
    deciding.claim(cases[1].pk, user=ben, now=NOW - timedelta(minutes=16))
    assert together.decide(seen(cases[:2], anna), FRAUD, user=anna, now=NOW).refused == {}


@pytest.mark.parametrize("seen_of", ["", "1", "x.y", "99999999999999999999.a", "1.0000000000000000", "-1.x", "²."])
def test_what_was_not_shown_is_not_decided(cases: list[Case], anna: User, seen_of: str) -> None:
    assert together.decide({cases[0].pk: seen_of}, FRAUD, user=anna, now=NOW).refused == {str(cases[0].pk): Refusal.CHANGED}
    assert not Verdict.objects.exists()


def test_one_undo_takes_all_back_by_new_rows(cases: list[Case], anna: User) -> None:
    batch = together.decide(seen(cases[:3], anna), FRAUD, user=anna, now=NOW)
    assert together.undo(batch, user=anna, now=NOW) == (3, [])
    assert Verdict.objects.filter(undoes=None).count() == Verdict.objects.exclude(undoes=None).count() == 3
    assert set(Case.objects.filter(pk__in=batch.asked).values_list("state", flat=True)) == {State.REOPENED}
    assert AuditEntry.objects.filter(action="undid").count() == 3
    assert together.outcomes(batch).in_force == 0
    assert together.undo(batch, user=anna, now=NOW) == (0, [])
    assert list(disagreements()) == []


def test_what_came_back_by_itself_is_not_taken_back_twice(cases: list[Case], anna: User) -> None:
    batch = together.decide(seen(cases[:2], anna), FRAUD, user=anna, now=NOW)
    rewrite(Advert.objects.get(pk=cases[0].advert_id), f"{TEXT} More words.")
    queue.refresh(now=NOW)
    taken, left = together.undo(batch, user=anna, now=NOW)
    assert (taken, left) == (1, [(cases[0], Refusal.NOT_DECIDED)])


def test_only_what_can_be_taken_back_is_offered(at_desk: Client, cases: list[Case], anna: User, ben: User) -> None:
    batch = together.decide(seen(cases[:3], anna), FRAUD, user=anna, now=NOW)
    rewrite(Advert.objects.get(pk=cases[0].advert_id), f"{TEXT} More words.")
    rewrite(Advert.objects.get(pk=cases[1].advert_id), f"{TEXT} Other words.")
    queue.refresh(now=NOW)
    decided(Case.objects.get(pk=cases[1].pk), Outcome.BENIGN, by=ben)
    assert together.outcomes(batch).in_force == 1
    page = get(at_desk, reverse("batch", args=[batch.pk]))
    assert "Take back 1 decision" in page.text
    assert page.html.count('class="decided"') == 1
    together.undo(batch, user=anna, now=NOW)
    assert "data-undo" not in get(at_desk, reverse("batch", args=[batch.pk])).html
    assert Case.objects.get(pk=cases[1].pk).outcome == Outcome.BENIGN


def test_who_may_take_a_batch_back(cases: list[Case], anna: User, ben: User, hedda: User) -> None:
    batch = together.decide(seen(cases[:1], anna), FRAUD, user=anna, now=NOW)
    assert [together.may_take_back(batch, user) for user in (anna, ben, hedda)] == [True, False, True]
    assert together.undo(batch, user=ben, now=NOW) == (0, [(cases[0], Refusal.NOT_ALLOWED)])
    assert together.undo(batch, user=hedda, now=NOW) == (1, [])


def test_cases_of_another_body_do_not_exist(cases: list[Case], anna: User) -> None:
    coast = belongs(person("bea", Role.INSPECTOR), body())
    given = seen(cases[:2], anna)
    assert together.chosen([case.pk for case in cases], user=coast, now=NOW) == []
    batch = together.decide(given, FRAUD, user=coast, now=NOW)
    assert (batch.asked, batch.refused, Verdict.objects.count()) == ([], {}, 0)


def test_a_batch_cut_off_half_way_says_what_was_not_reached(cases: list[Case], anna: User, monkeypatch: pytest.MonkeyPatch) -> None:
    given, decide = seen(cases[:3], anna), deciding.decide

    def stops(case_id: int, *args: object, **more: object) -> Verdict:
        if case_id == cases[1].pk:
            raise KeyboardInterrupt
        return decide(case_id, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(deciding, "decide", stops)
    with pytest.raises(KeyboardInterrupt):
        together.decide(given, FRAUD, user=anna, now=NOW)
    found = together.outcomes(Batch.objects.get())
    assert [verdict.case_id for verdict in found.saved] == [cases[0].pk]
    assert found.refused == [(cases[1], None), (cases[2], None)]


def test_the_list_takes_as_many_queries_for_many_as_for_few(cases: list[Case], anna: User) -> None:
    counts = []
    for number in (1, 3):
        with CaptureQueriesContext(connection) as asked:
            together.chosen([case.pk for case in cases[:number]], user=User.objects.get(pk=anna.pk), now=NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1]


# ---- pages ----


def filled(page: Page, cases: list[Case], **more: object) -> dict[str, object]:
    return {
        **{name: value for name, value in page.fields.items() if name.startswith("seen-")},
        "case": [case.pk for case in cases], "listed": [case.pk for case in cases], "query": "band=priority",
        "outcome": "fraud", "reason": "fraud:money-first", "note": "", "sure": "1", **more,
    }  # fmt: skip


def choosing(cases: list[Case]) -> str:
    return reverse("together") + "?query=band%3Dpriority&" + "&".join(f"case={case.pk}" for case in cases)


def test_from_the_queue_to_the_batch_and_back(at_desk: Client, cases: list[Case]) -> None:
    html = get(at_desk, "/?band=priority").html
    assert html.count("data-pick") == 3
    page = get(at_desk, choosing(cases))
    assert "One answer for 3 clusters" in page.text
    assert "This case is read first: it is decided on its own page." in page.text
    answer = at_desk.post(reverse("decide-together"), filled(page, cases[:2]))
    batch = Batch.objects.get()
    assert answer["Location"] == f"{reverse('batch', args=[batch.pk])}?band=priority"
    page = get(at_desk, answer["Location"])
    assert "Saved for 2 of 2 clusters: Fraud, hand over." in page.text
    assert "/?band=priority" in page.links
    answer = at_desk.post(reverse("undo-batch", args=[batch.pk]), {"query": "band=priority"}, follow=True)
    assert "Taken back. The cases are in the queue again." in Page(answer.content.decode()).text
    assert "Take back" not in get(at_desk, reverse("batch", args=[batch.pk])).text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"sure": ""}, "Say that you have looked at each of them"),
        ({"outcome": ""}, "Choose one of the five answers"),
        ({"reason": "act:other"}, "Choose a reason that belongs to your answer"),
        ({"reason": "fraud:other"}, "Say in the note which other reason"),
        ({"case": []}, "Tick at least one cluster"),
    ],
)
def test_what_is_not_complete_saves_nothing_and_keeps_what_was_typed(
    at_desk: Client, cases: list[Case], changes: dict[str, object], words: str
) -> None:
    page = get(at_desk, choosing(cases[:2]))
    answer = at_desk.post(reverse("decide-together"), filled(page, cases[:2], **{"note": "" if "note" in words else "typed", **changes}))
    assert answer.status_code == 422
    shown = Page(answer.content.decode())
    assert words in shown.text
    assert ("typed" in shown.html) is ("note" not in words)
    assert not Verdict.objects.exists()
    assert f"seen-{cases[0].pk}" in shown.fields


def test_unticked_cases_stay_in_the_list_and_in_the_queue(at_desk: Client, cases: list[Case]) -> None:
    page = get(at_desk, choosing(cases[:3]))
    answer = at_desk.post(reverse("decide-together"), filled(page, cases[:3], case=[cases[1].pk], sure=""))
    html = answer.content.decode()
    assert [f'value="{case.pk}" checked' in html for case in cases[:3]] == [False, True, False]
    at_desk.post(reverse("decide-together"), filled(page, cases[:3], case=[cases[1].pk]))
    assert list(Verdict.objects.values_list("case_id", flat=True)) == [cases[1].pk]


def test_the_page_of_a_batch_is_found_from_each_of_its_cases(at_desk: Client, client: Client, cases: list[Case], anna: User) -> None:
    """Where saving was cut off nobody was led to that page; it can still be taken back at once."""
    batch = together.decide(seen(cases[:2], anna), FRAUD, user=anna, now=NOW)
    address = reverse("batch", args=[batch.pk])
    assert address in get(at_desk, advert_url(cases[0])).links
    deciding.undo(cases[0].pk, verdict_id=Verdict.objects.get(case=cases[0]).pk, user=anna, now=NOW)
    assert address in get(at_desk, advert_url(cases[0])).links
    decided(cases[2], Outcome.BENIGN, by=anna)
    assert not any("together" in link for link in get(at_desk, advert_url(cases[2])).links)
    client.force_login(person("aud", Role.AUDITOR))
    assert address not in get(client, advert_url(cases[1])).links


@pytest.mark.parametrize("query", ["", "?case=x", "?case=-1&case=0", "?case=99999999999999999999", "?case=987654321&query=%00"])
def test_nothing_chosen_says_what_to_do(at_desk: Client, query: str) -> None:
    assert "Nothing to decide together" in get(at_desk, reverse("together") + query).text


@pytest.mark.parametrize("view", ["decided", "waiting"])
def test_what_is_decided_cannot_be_ticked(at_desk: Client, cases: list[Case], anna: User, view: str) -> None:
    together.decide(seen(cases[:2], anna), (Outcome.CANNOT_TELL, "needs-fact", ""), user=anna, now=NOW)
    page = get(at_desk, f"/?view={view}")
    assert "Packers a" in page.text
    assert "data-pick" not in page.html


def test_those_who_only_read_see_no_boxes(client: Client, cases: list[Case], still: None) -> None:
    client.force_login(person("aud", Role.AUDITOR))
    assert "data-pick" not in get(client, "/").html
