"""Two bodies: each has its own case of a shared cluster, and learns of the other nothing but that it is at work."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.management.commands.reindex import reindex
from adverts.models import Advert, AuditEntry, ClusterMember
from adverts.records import Band
from index.query import All, AnyOf, Has, Is, KeywordField, Node, Not, Word
from linking.models import Parting
from review import deciding, listing, oversight, queue, saved, second, tenancy
from review.accounts import people
from review.accounts.models import Tenant
from review.deciding import Decision
from review.finding import find, of_body
from review.listing import Filters
from review.models import DEFAULT, Case, Verdict
from review.records import contents, keeping, rights
from review.records.models import LegalHold
from review.records.rules import Keeping
from review.rules import LEASE, Outcome, State
from settings import retention
from settings.env import Env, current, use
from tests.review.bodies import CITY, COAST, World, belongs, body, shared_cluster, world
from tests.review.scenes import NOW, decided, person, single, visible_id

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def coast(db: None) -> Tenant:
    return body()


@pytest.fixture
def bea(coast: Tenant) -> User:
    """An inspector of the other body."""
    return belongs(person("zoe", Role.INSPECTOR), coast)


def cases() -> dict[int, Case]:
    """The cases of the one cluster there is, by body."""
    return {case.tenant: case for case in Case.objects.all()}


# ---- whose cases there are --------------------------------------------------------------------------------------------------


def test_each_body_at_work_gets_its_own_case(anna: User, bea: User, coast: Tenant) -> None:
    shared_cluster()
    assert queue.refresh(now=NOW).opened == 2
    assert set(cases()) == {DEFAULT, coast.pk}
    assert queue.refresh(now=NOW) == queue.Counts(unchanged=2)


@pytest.mark.parametrize(
    ("roles", "on", "given", "bodies"),
    [
        ((Role.INSPECTOR,), True, True, {"default", "coast"}),
        ((Role.HEAD,), True, True, {"default", "coast"}),
        ((Role.UNION, Role.CUSTODIAN, Role.AUDITOR), True, True, {"default"}),
        ((Role.INSPECTOR,), False, True, {"default"}),
        ((Role.INSPECTOR,), True, False, {"default"}),
    ],
)
def test_bodies_without_anybody_who_decides_get_no_cases(
    anna: User, coast: Tenant, roles: tuple[Role, ...], on: bool, given: bool, bodies: set[str]
) -> None:
    other = belongs(person("other", *roles), coast if given else None)
    User.objects.filter(pk=other.pk).update(is_active=on)
    assert {"default" if one == DEFAULT else "coast" for one in tenancy.at_work()} == bodies


def test_the_default_body_gets_cases_where_there_is_nobody_yet_and_none_where_all_are_elsewhere(db: None, coast: Tenant) -> None:
    assert tenancy.at_work() == [DEFAULT]
    belongs(person("bea", Role.INSPECTOR), coast)
    assert tenancy.at_work() == [coast.pk]


def test_a_body_that_comes_later_gets_the_cases_there_are(anna: User) -> None:
    shared_cluster()
    queue.refresh(now=NOW)
    decided(cases()[0], Outcome.FRAUD, by=anna)
    bea = belongs(person("bea", Role.INSPECTOR), body())
    assert queue.refresh(now=LATER).opened == 1
    assert {case.state for case in cases().values()} == {State.DECIDED, State.OPEN}
    assert cases()[tenancy.body_of(bea)].outcome == ""


@pytest.mark.parametrize("number", [1, 6])
def test_a_refresh_asks_as_often_for_many_bodies_as_for_one(anna: User, number: int) -> None:
    for place in range(number):
        belongs(person(f"other-{place}", Role.INSPECTOR), body(f"Office {place}"))
    shared_cluster()
    queue.refresh(now=NOW)
    with CaptureQueriesContext(connection) as asked:
        queue.refresh(now=NOW)
    assert len(asked) == len(_one_body_refresh())


def _one_body_refresh() -> CaptureQueriesContext:
    """The queries of a refresh that changes nothing, where but one body is at work and has a case."""
    Tenant.objects.all().update(is_default=False)
    User.objects.exclude(username="anna").update(is_active=False)
    Case.objects.exclude(tenant=DEFAULT).delete()
    with CaptureQueriesContext(connection) as asked:
        queue.refresh(now=NOW)
    return asked


def test_each_body_draws_its_own_sample_and_reads_it_blind(anna: User, bea: User, coast: Tenant) -> None:
    for number in range(3):
        single(Band.NONE, cluster_id=visible_id(f"{number}c", drawn=True))
    assert queue.refresh(now=NOW).sampled == 6
    assert set(Case.objects.values_list("tenant", flat=True)) == {0, coast.pk}
    assert all(Case.objects.values_list("blind", flat=True))


def test_a_case_by_hand_is_of_the_body_that_opens_it(anna: User, bea: User, coast: Tenant) -> None:
    group = single(Band.WATCH, cluster_id=visible_id("d"))
    case = queue.open_by_hand(group.pk, tenant=coast.pk, actor="bea", now=NOW)
    assert list(Case.objects.values_list("tenant", flat=True)) == [coast.pk]
    assert queue.open_by_hand(group.pk, tenant=coast.pk, actor="bea", now=NOW) == case
    assert queue.open_by_hand(group.pk, tenant=0, actor="anna", now=NOW) != case


def test_merged_clusters_merge_the_cases_of_each_body_among_themselves(anna: User, bea: User, coast: Tenant) -> None:
    one, other = single(Band.URGENT, cluster_id="0" * 32), single(Band.URGENT, cluster_id="1" * 32)
    queue.refresh(now=NOW)
    Case.objects.get(cluster_id=one.pk, tenant=coast.pk).delete()
    ClusterMember.objects.filter(cluster=other).update(cluster=one)
    other.delete()
    assert queue.refresh(now=NOW).merged == 1
    found = Case.objects.values_list("cluster_id", "tenant", "state")
    assert set(found) == {(one.pk, 0, "open"), ("1" * 32, 0, "merged"), (one.pk, coast.pk, "open")}
    assert Case.objects.get(state=State.MERGED).merged_into == Case.objects.get(cluster_id=one.pk, tenant=0)


# ---- acts -------------------------------------------------------------------------------------------------------------------


def test_bodies_decide_apart(anna: User, bea: User, coast: Tenant) -> None:
    shared_cluster()
    queue.refresh(now=NOW)
    decided(cases()[coast.pk], Outcome.FRAUD, by=bea)
    decided(cases()[0], Outcome.BENIGN, by=anna)
    assert {tenant: case.outcome for tenant, case in cases().items()} == {0: "benign", coast.pk: "fraud"}
    deciding.undo(cases()[coast.pk].pk, verdict_id=Verdict.objects.get(who=bea).pk, user=bea, now=NOW)
    assert {tenant: case.state for tenant, case in cases().items()} == {0: State.DECIDED, coast.pk: State.REOPENED}


@pytest.mark.parametrize("act", ["claim", "take over", "release", "decide", "undo"])
def test_nobody_acts_on_the_case_of_another_body(anna: User, bea: User, coast: Tenant, act: str) -> None:
    shared_cluster()
    queue.refresh(now=NOW)
    case = cases()[coast.pk]
    before, entries = Case.objects.filter(pk=case.pk).values().get(), AuditEntry.objects.count()
    answer = Decision(Outcome.ACT, "", "", case.round, deciding.digest(deciding.shown_now(case)))
    acts: dict[str, Any] = {
        "claim": lambda: deciding.claim(case.pk, user=anna, now=NOW),
        "take over": lambda: deciding.claim(case.pk, user=anna, now=NOW, take_over=True),
        "release": lambda: deciding.release(case.pk, user=anna, now=NOW),
        "decide": lambda: deciding.decide(case.pk, answer, user=anna, now=NOW),
        "undo": lambda: deciding.undo(case.pk, verdict_id=1, user=anna, now=NOW),
    }
    with pytest.raises(Case.DoesNotExist):
        acts[act]()
    assert Case.objects.filter(pk=case.pk).values().get() == before
    assert AuditEntry.objects.count() == entries


def test_an_auditor_who_also_inspects_reads_across_but_decides_at_home(client: Client, still: None, coast: Tenant, bea: User) -> None:
    both = person("both", Role.INSPECTOR, Role.AUDITOR)
    shared_cluster()
    queue.refresh(now=NOW)
    client.force_login(both)
    case = cases()[coast.pk]
    page = client.get(f"{reverse('advert', args=[case.advert_id])}?body={coast.pk}").content.decode()
    assert reverse("decide", args=[case.pk]) not in page
    assert client.post(reverse("claim", args=[case.pk])).status_code == 404


# ---- what each sees ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def both(db: None) -> World:
    return world()


def test_figures_lists_and_choices_are_of_one_body(both: World, anna: User) -> None:
    belongs(person("bo", Role.INSPECTOR), both.bea.account.tenant)
    single(Band.PRIORITY, cluster_id=visible_id("e"))
    queue.refresh(now=NOW)
    for tenant, name in ((0, "dan"), (both.coast_case.tenant, "bea-of-coast")):
        assert [row.name for row in oversight.by_person(tenant=tenant, now=NOW)] == [name]
        assert sum(row.waiting for row in oversight.by_band(tenant=tenant, now=NOW)) == 1
        assert [sum(row.by_outcome) for row in oversight.by_outcome(tenant=tenant)] == [1]
        assert second.how_far(tenant=tenant).pairs == 1
        assert len(second.disagreements(tenant=tenant)) == 1
        assert listing.counts(tenant=tenant, user_id=anna.pk, now=NOW)["decided"] == 1
        assert listing.choices(Filters(), tenant=tenant)["language"] == [("en", 1)]


def test_shared_views_stay_with_the_body_and_ones_own_go_along(both: World, anna: User) -> None:
    assert [view.name for view in saved.views_for(anna)] == ["our words"]
    moved = belongs(User.objects.get(username="bea-of-coast"), None)
    assert [view.name for view in saved.views_for(moved)] == ["coastsecret", "our words"]
    another = belongs(person("another", Role.INSPECTOR), Tenant.objects.get(name=COAST))
    assert [view.name for view in saved.views_for(another)] == ["coastsecret"]


def test_second_opinions_are_asked_of_the_own_body(both: World) -> None:
    from review.models import SecondReading

    SecondReading.objects.update(who=None, outcome="", at=None)
    dana = User.objects.get(username="dana")
    assert [one.pk for one in second.waiting(dana)] == [both.default.reading]
    foreign = SecondReading.objects.get(pk=both.coast.reading)
    with pytest.raises(deciding.RefusedError):
        second.answer(foreign.pk, outcome=Outcome.ACT, reason="", note="", user=dana, now=NOW)


@pytest.mark.parametrize(
    ("state", "told"),
    [("open", False), ("claimed", True), ("claim over", False), ("decided", True), ("taken back", False)],
)
def test_that_another_body_is_at_work_is_told_once_it_has_claimed_or_decided(
    client: Client, still: None, anna: User, bea: User, coast: Tenant, state: str, told: bool
) -> None:
    shared_cluster()
    queue.refresh(now=NOW - timedelta(days=2))
    case, since = cases()[coast.pk], NOW - timedelta(minutes=5)
    if state.startswith("claim"):
        deciding.claim(case.pk, user=bea, now=since - (LEASE if state == "claim over" else timedelta()))
    elif state in ("decided", "taken back"):
        verdict = decided(case, Outcome.FRAUD, by=bea, at=since)
        if state == "taken back":
            deciding.undo(case.pk, verdict_id=verdict.pk, user=bea, now=NOW)
    client.force_login(anna)
    for path in ("/", f"/adverts/{case.advert_id}/", f"/clusters/{case.cluster_id}/"):
        page = client.get(path).content.decode()
        assert (f"Another body already works on this cluster: {COAST}, since 20 Nov 2026" in page) is told, path
        assert (coast.contact in page) is told
        assert "zoe" not in page
    found = tenancy.others_on([case.cluster_id], User.objects.get(pk=anna.pk), tenant=0, now=NOW)
    assert [(one.name, one.contact, one.since) for one in found.get(case.cluster_id, ())] == [(COAST, coast.contact, since)] * told


def test_the_default_body_without_a_name_is_told_too(client: Client, still: None, anna: User, bea: User) -> None:
    shared_cluster()
    queue.refresh(now=NOW)
    deciding.claim(cases()[0].pk, user=anna, now=NOW)
    client.force_login(bea)
    assert "Another body already works on this cluster: the office that runs this installation" in client.get("/").content.decode()


@pytest.mark.parametrize("rows", [0, 1, 8])
def test_pages_ask_as_often_however_many_bodies_are_at_work(client: Client, still: None, anna: User, rows: int) -> None:
    staff = [belongs(person(f"other-{number}", Role.INSPECTOR), body(f"Office {number}")) for number in range(rows)]
    for number in range(max(rows, 1)):
        single(Band.URGENT, cluster_id=visible_id(f"f{number}"))
    queue.refresh(now=NOW)
    for user in staff:
        for case in Case.objects.filter(tenant=tenancy.body_of(user)):
            deciding.claim(case.pk, user=user, now=NOW)
    client.force_login(anna)
    lead = Case.objects.filter(tenant=0)[0]
    numbers = {}
    for name, path in (("queue", "/"), ("advert", f"/adverts/{lead.advert_id}/"), ("cluster", f"/clusters/{lead.cluster_id}/")):
        client.get(path)
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        numbers[name] = len([one for one in asked if "SAVEPOINT" not in one["sql"] and "advisory" not in one["sql"]])
    assert numbers == {name: number - (rows == 0) for name, number in ASKED.items()}


ASKED = {"queue": 10, "advert": 16, "cluster": 18}
"""Queries of each page with several bodies, session and audit entry included; with one body it is one less: nobody else to ask about."""


def test_an_auditor_chooses_the_body(client: Client, still: None, both: World) -> None:
    Parting.objects.all().delete()  # shared by all, and read by an auditor whole
    client.force_login(person("audi", Role.AUDITOR))
    home = client.get("/?view=decided").content.decode()
    assert COAST in home
    assert "coastsecret" not in home
    for path in (f"/adverts/{both.advert}/", f"/clusters/{both.cluster}/", "/differing/", "/head/"):
        page = client.get(f"{path}?body={both.coast_case.tenant}").content.decode()
        assert "coastsecret" in page or "bea-of-coast" in page, path
        assert "our words" not in page, path
        own = client.get(path).content.decode()
        assert "our words" in own or "dan" in own, path
        for wrong in ("999", "-1", "x", "9" * 30, "²"):
            assert "coastsecret" not in client.get(path, {"body": wrong}).content.decode()


# ---- search -----------------------------------------------------------------------------------------------------------------


def test_the_index_holds_a_verdict_for_each_body(both: World) -> None:
    coast = both.coast_case.tenant
    assert queue.verdict_of_adverts([both.advert]) == {both.advert: f"fraud fraud@{coast}"}
    assert tenancy.outcome_in(f"benign fraud@{coast}", coast) == "fraud"
    assert tenancy.outcome_in(f"benign fraud@{coast}", 0) == "benign"
    assert tenancy.outcome_in(f"fraud@{coast}", 0) == tenancy.outcome_in("benign", coast) == tenancy.outcome_in("", 0) == ""


VERDICT = KeywordField.VERDICT


@pytest.mark.parametrize(
    ("node", "asked"),
    [
        (None, None),
        (Word("fee"), Word("fee")),
        (Is(KeywordField.BAND, "urgent"), Is(KeywordField.BAND, "urgent")),
        (Has(KeywordField.INDICATOR), Has(KeywordField.INDICATOR)),
        (Is(VERDICT, "act"), Is(VERDICT, "act@7")),
        (Is(VERDICT, "act@3"), Is(VERDICT, "act?3@7")),
        (Not(Is(VERDICT, "act")), Not(Is(VERDICT, "act@7"))),
        (All((Word("fee"), Is(VERDICT, "act"))), All((Word("fee"), Is(VERDICT, "act@7")))),
        (AnyOf((Word("fee"), Is(VERDICT, "act"))), AnyOf((Word("fee"), Is(VERDICT, "act@7")))),
        (Has(VERDICT), AnyOf(tuple(Is(VERDICT, f"{one.value}@7") for one in Outcome))),
    ],
)
def test_a_search_by_verdict_asks_for_those_of_the_body(node: Node | None, asked: Node | None) -> None:
    assert of_body(node, 7) == asked


def test_the_default_body_cannot_ask_for_another_ones() -> None:
    assert of_body(Is(VERDICT, "act"), 0) == Is(VERDICT, "act")
    assert of_body(Is(VERDICT, "act@7"), 0) == Is(VERDICT, "act?7")


def test_each_body_finds_by_its_own_verdicts_in_a_real_index(both: World, tmp_path: Path) -> None:
    coast, before = both.coast_case.tenant, current()
    deciding.undo(
        both.default.case, verdict_id=Verdict.objects.get(case=both.default.case).pk, user=User.objects.get(username="dan"), now=NOW
    )
    use(Env(_env_file=None, **{**before.model_dump(), "data_dir": tmp_path}))
    try:
        reindex(full=True, progress=lambda _done, _total: None, now=NOW)

        def found(query: str, tenant: int) -> tuple[int, set[str]]:
            results = find(query, blind=False, tenant=tenant)
            return results.total, {hit.verdict for hit in results.hits}

        assert found("packers", 0) == (2, {""})
        assert found("packers", coast) == (2, {"fraud"})
        assert found("verdict:fraud", coast) == found("has:verdict", coast) == (2, {"fraud"})
        assert found("-has:verdict", coast) == (0, set())
        assert found("-has:verdict", 0) == (2, {""})
        for query in ("verdict:fraud", "has:verdict", f"verdict:fraud@{coast}", f'verdict:"fraud@{coast}"', "-(-has:verdict)"):
            assert found(query, 0) == (0, set()), query
    finally:
        use(before)


# ---- keeping, capsules ------------------------------------------------------------------------------------------------------


def test_the_longest_period_of_all_bodies_counts_and_none_learns_the_others(anna: User, bea: User, coast: Tenant) -> None:
    lead, _ = shared_cluster()
    queue.refresh(now=NOW)
    decided(cases()[0], Outcome.BENIGN, by=anna)
    row = Advert.objects.get(pk=lead.pk)
    assert keeping.keeping_of(row).why == "waiting"
    decided(cases()[coast.pk], Outcome.ACT, by=bea)
    assert keeping.keeping_of(row) == Keeping(NOW + retention.PERIODS["act"].keep, "act")
    assert keeping.keeping_of(row, tenant=0).why == "benign"
    after = NOW + retention.PERIODS["benign"].keep
    assert list(keeping.due(now=after)) == []
    assert keeping.overview(now=after, tenant=0) == {"benign": 2, "due": 0}
    assert keeping.overview(now=after) == {"act": 2, "due": 0}
    assert {one.why for one in keeping.due(now=NOW + retention.PERIODS["act"].keep)} == {"act"}


def test_each_body_holds_for_itself_and_any_hold_keeps(db: None, coast: Tenant) -> None:
    lead, _ = shared_cluster()
    head, hugo = person("hedda", Role.HEAD), belongs(person("hugo", Role.HEAD), coast)
    dora = person("dora", Role.DATA_PROTECTION)
    first = rights.hold(lead.pk, reason="file 1", user=head, now=NOW)
    theirs = rights.hold(lead.pk, reason="file 2", user=hugo, now=NOW)
    with pytest.raises(LegalHold.DoesNotExist):
        rights.release(theirs.pk, user=head, now=NOW)
    rights.release(first.pk, user=head, now=NOW)
    row = Advert.objects.get(pk=lead.pk)
    assert keeping.keeping_of(row).why == "hold"
    assert keeping.keeping_of(row, tenant=0).why == "undecided"
    rights.release(theirs.pk, user=dora, now=NOW)
    assert keeping.keeping_of(row).why == "undecided"


def test_a_capsule_tells_what_the_own_body_did_alone(both: World, client: Client, still: None) -> None:
    client.force_login(both.bea)
    client.get(f"/adverts/{both.advert}/")
    row, dan = Advert.objects.get(pk=both.advert), User.objects.get(username="dan")
    for user, case, foreign in ((dan, both.default.case, "bea-of-coast"), (both.bea, both.coast.case, "dan")):
        found = contents.gather(row, captures=current().captures_dir, user=User.objects.get(pk=user.pk), made_at=LATER)
        assert {entry.subject for entry in found.entries if entry.subject.startswith("case:")} == {f"case:{case}"}
        assert not any(foreign in entry.actor for entry in found.entries)
    assert any(entry.subject == f"advert:{both.advert}" for entry in found.entries)


# ---- people -----------------------------------------------------------------------------------------------------------------


def test_moving_somebody_takes_away_their_claims_and_is_logged(anna: User, bea: User, coast: Tenant) -> None:
    otto = person("otto", Role.OPERATOR)
    shared_cluster()
    queue.refresh(now=NOW)
    deciding.claim(cases()[coast.pk].pk, user=bea, now=NOW)
    people.change(bea, roles=[Role.INSPECTOR], tenant=coast, by=otto, now=NOW)
    assert cases()[coast.pk].claimed_by == bea, "the same body again: nothing changes"
    people.change(bea, roles=[Role.INSPECTOR], tenant=None, by=otto, now=NOW)
    assert cases()[coast.pk].claimed_by is None
    assert tenancy.body_of(bea) == tenancy.body_of(User.objects.get(pk=bea.pk)) == DEFAULT
    moved = AuditEntry.objects.get(action="account.moved")
    assert (moved.actor, moved.detail) == ("otto", {"before": coast.pk, "tenant": 0, "claims": 1})
    assert AuditEntry.objects.get(action="released").subject == f"case:{cases()[coast.pk].pk}"
    with pytest.raises(Case.DoesNotExist):
        deciding.claim(cases()[coast.pk].pk, user=bea, now=NOW)


def test_an_operator_enters_bodies(client: Client, db: None, still: None) -> None:
    client.force_login(person("otto", Role.OPERATOR))
    new, city = reverse("tenant-new"), {"name": CITY, "contact": "desk@city.example", "is_default": "on"}
    assert client.post(new, {"name": ""}).status_code == 400
    assert client.post(new, city)["Location"] == reverse("tenants")
    assert client.post(new, {**city, "name": CITY.upper()}).status_code == 400
    client.post(new, {"name": COAST, "is_default": "on"})
    default, other = Tenant.objects.order_by("pk")
    assert (default.is_default, other.is_default) == (True, False), "there is one default body for good"
    client.post(reverse("tenant", args=[other.pk]), {"name": COAST, "contact": "+44 1632 960002", "is_default": "on"})
    other.refresh_from_db()
    assert (other.contact, other.is_default) == ("+44 1632 960002", False)
    assert list(AuditEntry.objects.filter(subject__startswith="body:").values_list("action", flat=True)) == [
        "body.entered", "body.entered", "body.changed",
    ]  # fmt: skip
    page = client.get(reverse("tenants")).content.decode()
    assert CITY in page
    assert COAST in page
    ina = person("ina", Role.INSPECTOR)
    assert client.post(reverse("person-roles", args=[ina.pk]), {"roles": ["inspector"], "tenant": other.pk}).status_code == 302
    assert tenancy.body_of(User.objects.get(pk=ina.pk)) == other.pk


def test_people_of_the_default_body_by_name_work_with_those_without_one(anna: User) -> None:
    city = body(CITY, is_default=True)
    carl = belongs(person("carl", Role.INSPECTOR), city)
    assert tenancy.body_of(carl) == tenancy.body_of(anna) == DEFAULT
    assert not tenancy.bodies_of(carl).several


# ---- migration --------------------------------------------------------------------------------------------------------------

BEFORE = [("review", "0003_second_and_practice"), ("accounts", "0002_cache"), ("records", "0001_records")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("members", [(), (1,), (1, 3)])
def test_rows_from_before_go_to_the_default_body(members: tuple[int, ...]) -> None:
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate(BEFORE)
    try:
        old = executor.loader.project_state(BEFORE).apps
        for number, count in enumerate(members):
            tenant = old.get_model("accounts", "Tenant").objects.create(name=f"Office {number}")
            for place in range(count):
                user = User.objects.create_user(f"u{number}-{place}")
                old.get_model("accounts", "Account").objects.create(user_id=user.pk, tenant=tenant)
        facts = {"risk": 0.5, "rank": 5, "copies": 1, "boards": 1, "countries": 1, "online": 1}
        times = {"first_at": NOW, "newest_at": NOW, "opened_at": NOW}
        old.get_model("review", "Case").objects.create(
            cluster_id="a" * 32, advert_id="b" * 32, band="urgent", shown_band="urgent", **facts, **times
        )
        owner = User.objects.create_user("owner")
        old.get_model("review", "SavedView").objects.create(owner_id=owner.pk, name="mine", query="band=urgent", shared=True)
        old.get_model("records", "LegalHold").objects.create(advert_id="b" * 32, reason="file", by_id=owner.pk, at=NOW)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)
    assert list(Case.objects.values_list("cluster_id", "tenant")) == [("a" * 32, 0)]
    assert list(LegalHold.objects.values_list("tenant", flat=True)) == [0]
    assert [view.name for view in saved.views_for(owner)] == ["mine"]
    # the body of most people keeps what there was
    assert list(Tenant.objects.filter(is_default=True).values_list("name", flat=True)) == (
        [f"Office {len(members) - 1}"] if members else []
    )
    case = Case.objects.get()
    case.pk, case.tenant, case._state.adding = None, 7, True
    case.save()
    assert Case.objects.count() == 2
