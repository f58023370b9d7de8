"""Cases follow clusters and assessments; a second run changes nothing."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import DjangoAssertNumQueries

from adverts.models import AuditEntry, Cluster, ClusterMember
from adverts.records import Band
from review import clusters, deciding, queue, rules, sample, why
from review.deciding import Decision
from review.models import Case, CaseFacet
from review.queue import Counts
from review.rules import READ, Outcome, Reopening, State
from tests.review import scenes
from tests.review.scenes import NOW, advert, assess, cluster, join, match, rewrite, single, visible_id

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


def decided(group: Cluster, outcome: Outcome, user: User) -> Case:
    """The case of a cluster, opened and decided."""
    queue.refresh(now=NOW)
    case = Case.objects.get(cluster_id=group.pk)
    deciding.decide(case.pk, Decision(outcome, "", "", case.round, deciding.digest(deciding.shown_now(case))), user=user, now=NOW)
    case.refresh_from_db()
    return case


@pytest.mark.parametrize(
    ("band", "opens"),
    [
        (Band.URGENT, True),
        (Band.PRIORITY, True),
        (Band.LABOUR_LAW, True),
        (Band.FRAUD, True),
        (Band.WATCH, False),
        (Band.NONE, False),
    ],
)
def test_which_bands_open_a_case(band: Band, opens: bool) -> None:
    single(band, cluster_id=visible_id("a"))
    assert queue.refresh(now=NOW) == Counts(opened=int(opens))
    assert Case.objects.filter(band=band, shown_band=band, state=State.OPEN, due_at=rules.due_at(band, since=NOW)).exists() is opens


def test_a_case_tells_its_cluster() -> None:
    rows = [advert(source="board-a", country="PT"), advert(source="board-b", country="ES", at=NOW - timedelta(days=2))]
    assess(rows[0], Band.URGENT)
    assess(rows[1], Band.WATCH, language="es")
    group = cluster(rows, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    case = Case.objects.get(cluster_id=group.pk)
    assert (case.advert_id, case.title, case.copies, case.boards, case.countries) == (rows[0].pk, "Packers wanted", 2, 2, 2)
    assert case.indicators == ["document-retention", "deposit-or-bond"]
    facets = set(case.facets.values_list("kind", "value"))
    assert facets == {
        *(("language", one) for one in ("en", "es")),
        *(("source", one) for one in ("board-a", "board-b")),
        *(("indicator", one) for one in case.indicators),
        ("sector", "manufacturing"),
        ("corridor", ">PT"),
    }
    assert case.here is None


def test_a_second_run_changes_nothing() -> None:
    for number, band in enumerate(Band):
        single(band, cluster_id=visible_id(f"{number}"))
    queue.refresh(now=NOW)
    before = list(Case.objects.values()), list(CaseFacet.objects.values()), AuditEntry.objects.count()
    assert queue.refresh(now=NOW + timedelta(minutes=5)) == Counts(unchanged=4)
    assert before == (list(Case.objects.values()), list(CaseFacet.objects.values()), AuditEntry.objects.count())


def test_a_new_copy_raises_a_case_in_the_queue() -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    rank = Case.objects.get().rank
    copy = advert(source="board-b")
    assess(copy, Band.PRIORITY)
    join(group, copy)
    assert queue.refresh(now=LATER) == Counts(updated=1)
    assert Case.objects.get().rank > rank


def test_a_higher_band_shortens_the_time_and_a_lower_one_leaves_it() -> None:
    group = single(Band.LABOUR_LAW, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    row = group.members.get().advert
    assess(row, Band.URGENT, rules="rules-2")
    queue.refresh(now=LATER)
    case = Case.objects.get()
    assert (case.shown_band, case.due_at) == (Band.URGENT, LATER + timedelta(days=1))
    assess(row, Band.PRIORITY, rules="rules-3")
    queue.refresh(now=LATER)
    case.refresh_from_db()
    assert (case.shown_band, case.due_at) == (Band.PRIORITY, LATER + timedelta(days=1))


def test_a_case_that_lost_its_band_goes_to_watch_without_a_time() -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("a"))
    queue.refresh(now=NOW)
    assess(group.members.get().advert, Band.NONE, rules="rules-2")
    queue.refresh(now=LATER)
    case = Case.objects.get()
    assert (case.state, case.band, case.shown_band, case.due_at) == (State.OPEN, Band.NONE, Band.WATCH, None)


@pytest.mark.parametrize("outcome", [Outcome.ACT, Outcome.CANNOT_TELL])
def test_a_new_copy_reopens(anna: User, outcome: Outcome) -> None:
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    case = decided(group, outcome, anna)
    assert queue.refresh(now=NOW).reopened == 0
    copy = advert(source="board-b")
    assess(copy, Band.URGENT)
    join(group, copy)
    assert queue.refresh(now=LATER).reopened == 1
    case.refresh_from_db()
    assert (case.state, case.round, case.outcome, case.reopened_why) == (State.REOPENED, 2, "", Reopening.NEW_COPY)
    assert (case.due_at, case.decided_by) == (LATER + timedelta(days=1), None)
    assert AuditEntry.objects.filter(action="reopened", subject=f"case:{case.pk}").count() == 1
    assert queue.refresh(now=LATER).reopened == 0


def test_a_repost_of_an_ordinary_advert_does_not_ask_again(anna: User) -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("a"))
    decided(group, Outcome.BENIGN, anna)
    copy = advert(source="board-b")
    assess(copy, Band.PRIORITY)
    join(group, copy)
    assert queue.refresh(now=LATER).reopened == 0


def test_a_changed_text_reopens_and_a_better_rule_alone_does_not(anna: User) -> None:
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    decided(group, Outcome.ACT, anna)
    row = group.members.get().advert
    assess(row, Band.PRIORITY, rules="rules-2", indicators=[match(row.text, "Packers", "vague-job")])
    assert queue.refresh(now=LATER).reopened == 0
    rewrite(row, row.text + " Start tomorrow.")
    assess(row, Band.PRIORITY)
    assert queue.refresh(now=LATER).reopened == 1


def test_some_flagged_cases_are_read_blind() -> None:
    single(Band.PRIORITY, cluster_id=visible_id("a", blind=True))
    queue.refresh(now=NOW)
    case = Case.objects.get()
    assert (case.blind, case.band, case.shown_band, case.origin) == (True, Band.PRIORITY, READ, Case.FLAGGED)
    assert not case.facets.filter(kind=CaseFacet.INDICATOR).exists()


def test_an_urgent_case_is_never_read_blind() -> None:
    group = single(Band.PRIORITY, cluster_id=visible_id("a", blind=True))
    single(Band.URGENT, cluster_id=visible_id("b", blind=True))
    queue.refresh(now=NOW)
    assert Case.objects.get(band=Band.URGENT).blind is False
    assess(group.members.get().advert, Band.URGENT, rules="rules-2")
    queue.refresh(now=LATER)
    assert not Case.objects.filter(blind=True).exists()
    assert CaseFacet.objects.filter(kind=CaseFacet.INDICATOR).values("case").distinct().count() == 2


def test_the_sample_looks_like_a_flagged_case() -> None:
    single(Band.NONE, cluster_id=visible_id("a", drawn=True))
    single(Band.NONE, cluster_id=visible_id("b", drawn=False))
    single(Band.PRIORITY, cluster_id=visible_id("c", blind=True))
    assert queue.refresh(now=NOW) == Counts(opened=1, sampled=1)
    sampled, control = Case.objects.get(origin=Case.SAMPLE), Case.objects.get(origin=Case.FLAGGED)
    for name in ("shown_band", "due_at", "blind", "state", "opened_at"):
        assert getattr(sampled, name) == getattr(control, name)
    sentences = [why.why_here(queue.facts_of(case), now=NOW) for case in (sampled, control)]
    assert sentences[0] == sentences[1]
    assert queue.refresh(now=NOW) == Counts(unchanged=2)


def test_the_sample_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "LEAST", 3)
    ids = [one for one in (f"{number:032d}" for number in range(400)) if sample.is_drawn(one)][:6]
    for one in ids:
        single(Band.NONE, cluster_id=one)
    assert queue.refresh(now=NOW).sampled == 3
    assert queue.refresh(now=NOW).sampled == 0
    assert set(Case.objects.values_list("cluster_id", flat=True)) == set(sorted(ids, key=sample.draw)[:3])


def test_a_sampled_case_that_gets_flagged_is_no_miss() -> None:
    group = single(Band.NONE, cluster_id=visible_id("a", drawn=True))
    queue.refresh(now=NOW)
    assess(group.members.get().advert, Band.PRIORITY, rules="rules-2")
    queue.refresh(now=LATER)
    case = Case.objects.get()
    assert (case.origin, case.band, case.shown_band) == (Case.FLAGGED, Band.PRIORITY, READ)


def test_a_case_follows_its_advert_into_another_cluster(anna: User) -> None:
    group = single(Band.URGENT, cluster_id=visible_id("a"))
    case = decided(group, Outcome.ACT, anna)
    moved = Cluster.objects.create(cluster_id=visible_id("b"), newest_at=NOW)
    ClusterMember.objects.filter(cluster=group).update(cluster=moved)
    group.delete()
    assert queue.refresh(now=LATER) == Counts(unchanged=1)
    case.refresh_from_db()
    assert (case.cluster_id, case.state) == (moved.pk, State.DECIDED)
    assert queue.verdict_of_adverts([case.advert_id]) == {case.advert_id: "act"}


def test_a_case_whose_cluster_joins_another_goes_up_in_its_case() -> None:
    small, large = single(Band.URGENT, cluster_id=visible_id("a")), single(Band.PRIORITY, cluster_id=visible_id("b"), source="board-b")
    queue.refresh(now=NOW)
    ClusterMember.objects.filter(cluster=small).update(cluster=large)
    small.delete()
    assert queue.refresh(now=LATER).merged == 1
    kept, gone = Case.objects.get(cluster_id=large.pk), Case.objects.get(cluster_id=visible_id("a"))
    assert (gone.state, gone.merged_into, kept.copies, kept.band) == (State.MERGED, kept, 2, Band.URGENT)
    assert queue.refresh(now=LATER).merged == 0


def test_a_cluster_without_members_or_assessment_opens_nothing() -> None:
    Cluster.objects.create(cluster_id=visible_id("a"), newest_at=NOW)
    cluster([advert()], cluster_id=visible_id("b"))
    assert queue.refresh(now=NOW) == Counts()


def test_verdicts_reach_every_advert_of_a_cluster(anna: User) -> None:
    rows = [advert(), advert(source="board-b")]
    for row in rows:
        assess(row, Band.URGENT)
    case = decided(cluster(rows, cluster_id=visible_id("a")), Outcome.FRAUD, anna)
    other = single(Band.URGENT, cluster_id=visible_id("b")).members.get().advert_id
    unlinked = advert().pk
    asked = [rows[0].pk, rows[1].pk, other, unlinked, "no such advert"]
    assert queue.verdict_of_adverts(asked) == {rows[0].pk: "fraud", rows[1].pk: "fraud"}
    deciding.undo(case.pk, verdict_id=case.verdicts.get().pk, user=anna, now=NOW)
    assert queue.verdict_of_adverts(asked) == {}
    assert queue.verdict_of_adverts([]) == {}


def test_a_person_may_open_a_case_no_rule_opened() -> None:
    group = single(Band.NONE, cluster_id=visible_id("a"))
    case = queue.open_by_hand(group.pk, tenant=0, actor="anna", now=NOW)
    assert (case.origin, case.blind, case.state) == (Case.BY_HAND, False, State.OPEN)
    assert queue.open_by_hand(group.pk, tenant=0, actor="ben", now=NOW) == case
    assert AuditEntry.objects.get(action="opened").actor == "anna"


@pytest.mark.parametrize("copies", [1, 40])
def test_members_are_read_in_as_many_queries_whatever_their_number(copies: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    rows = [advert(source=f"board-{number}") for number in range(copies)]
    for row in rows:
        assess(row, Band.URGENT)
    group = cluster(rows)
    with django_assert_num_queries(2):
        assert clusters.summaries([group.pk])[group.pk].facts.copies == copies


def test_scenes_are_what_they_say() -> None:
    row = scenes.advert()
    assert all(row.text[one["start"] : one["end"]] == one["quote"] for one in assess(row).indicators)


@pytest.mark.parametrize("batches_done", [0, 1, 2, 3])
def test_a_refresh_stopped_half_way_is_finished_by_the_next(monkeypatch: pytest.MonkeyPatch, batches_done: int) -> None:
    for number, band in enumerate([*Band, *Band]):
        single(band, cluster_id=visible_id(f"{number:02d}", drawn=band == Band.NONE))
    everything = clusters.batches

    def stopping(*, size: int = 4) -> Iterator[list[str]]:
        for done, ids in enumerate(everything(size=size)):
            if done == batches_done:
                raise KeyboardInterrupt
            yield ids

    monkeypatch.setattr(clusters, "batches", stopping)
    with contextlib.suppress(KeyboardInterrupt):
        queue.refresh(now=NOW)
    monkeypatch.setattr(clusters, "batches", everything)
    queue.refresh(now=NOW)
    assert Counter(Case.objects.values_list("band", flat=True)) == {"urgent": 2, "priority": 2, "labour-law": 2, "fraud": 2, "none": 2}
    assert AuditEntry.objects.filter(action="opened").count() == 10
    assert queue.refresh(now=NOW) == Counts(unchanged=10)
