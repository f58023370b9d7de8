"""Closing a body: what ends, what stays, who is left alone; with a dry run that changes nothing."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client

from adverts.access import Role
from adverts.audit import first_break
from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import corridors, deciding, queue, tenancy
from review.accounts import closing
from review.accounts.forms import InviteForm
from review.accounts.models import Tenant
from review.accounts.people import AccountError
from review.models import Case, CorridorNote, SavedView, Verdict
from review.rules import Outcome, State
from review.trail import disagreements
from tests.review.bodies import COAST, belongs, body
from tests.review.conftest import still as still
from tests.review.scenes import NOW, TEXT, decided, person, rewrite, single, visible_id

pytestmark = pytest.mark.django_db


@pytest.fixture
def coast(db: None) -> Tenant:
    return body()


@pytest.fixture
def bea(coast: Tenant) -> User:
    return belongs(person("bea", Role.INSPECTOR), coast)


@pytest.fixture
def olga(db: None) -> User:
    return person("olga", Role.OPERATOR)


@pytest.fixture
def cases(bea: User) -> dict[str, Case]:
    """Of the coast: one open, one held, one decided; of the default body the same clusters, open."""
    person("anna", Role.INSPECTOR)
    for name in "abc":
        single(Band.PRIORITY, title=name, cluster_id=visible_id(name))
    queue.refresh(now=NOW)
    theirs = {case.title: case for case in Case.objects.exclude(tenant=0)}
    deciding.claim(theirs["b"].pk, user=bea, now=NOW)
    decided(theirs["c"], Outcome.FRAUD, by=bea)
    SavedView.objects.create(owner=bea, name="mine", query="band=urgent", tenant=theirs["a"].tenant)
    corridors.write("NP>QA", "No fee.", user=bea, now=NOW)
    return theirs


def test_open_cases_end_and_people_lose_access(cases: dict[str, Case], coast: Tenant, bea: User, olga: User, client: Client) -> None:
    client.force_login(bea)
    done = closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    assert (done.cases, done.handed_over, done.people, done.views, done.notes) == (2, 0, 1, 1, 1)
    states = {case.title: (case.state, case.claimed_by_id) for case in Case.objects.filter(tenant=coast.pk)}
    assert states == {"a": (State.CLOSED, None), "b": (State.CLOSED, None), "c": (State.DECIDED, None)}
    assert set(Case.objects.filter(tenant=0).values_list("state", flat=True)) == {State.OPEN}
    assert client.get("/").status_code == 302
    assert not SavedView.objects.exists()
    assert list(corridors.in_force(coast.pk)) == []
    assert CorridorNote.objects.filter(text="No fee.").exists()
    assert Verdict.objects.count() == 1
    acts = list(AuditEntry.objects.filter(actor="olga").order_by("number").values_list("action", flat=True))
    assert acts == ["account.off", "closed", "closed", "withdrew-note", "body.closed"]
    assert "merged" not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    assert first_break(AuditEntry.objects.all()) is None
    assert list(disagreements()) == []


def test_a_closed_body_stays_closed_for_the_queue(cases: dict[str, Case], coast: Tenant, olga: User) -> None:
    closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    single(Band.PRIORITY, title="d", cluster_id=visible_id("d"))
    queue.refresh(now=NOW)
    assert set(Case.objects.filter(tenant=coast.pk).values_list("title", flat=True)) == {"a", "b", "c"}
    assert Case.objects.filter(tenant=coast.pk, state=State.CLOSED).count() == 2
    assert tenancy.at_work() == [0]
    assert Case.objects.filter(tenant=0, title="d").exists()
    again = closing.close(coast, reason="again", to=None, by=olga, now=NOW)
    assert (again.cases, again.people) == (0, 0)
    assert Tenant.objects.get(pk=coast.pk).closed_why == "merged"


def test_what_a_closed_body_decided_never_waits_again(cases: dict[str, Case], coast: Tenant, olga: User) -> None:
    """A case that waits keeps its adverts for ever, and nobody of a closed body can answer it."""
    closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    case = cases["c"]
    rewrite(Advert.objects.get(pk=case.advert_id), f"{TEXT} More words.")
    queue.refresh(now=NOW)
    assert Case.objects.get(pk=case.pk).state == State.DECIDED
    queue.refresh_clusters([case.cluster_id], now=NOW)
    assert Case.objects.get(pk=case.pk).state == State.DECIDED
    assert Case.objects.get(tenant=0, title="c").state == State.OPEN


def test_a_case_of_a_closed_body_whose_cluster_comes_back_stays_closed(cases: dict[str, Case], coast: Tenant, olga: User) -> None:
    merged = cases["a"]
    Case.objects.filter(pk=merged.pk).update(state=State.MERGED, merged_into=cases["b"])
    closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    queue.refresh(now=NOW)
    assert Case.objects.get(pk=merged.pk).state == State.MERGED


def test_others_are_no_longer_told_to_reach_it(cases: dict[str, Case], coast: Tenant, olga: User) -> None:
    anna, cluster = User.objects.get(username="anna"), cases["c"].cluster_id
    assert len(tenancy.others_on([cluster], anna, tenant=0, now=NOW)[cluster]) == 1
    closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    anna = User.objects.get(username="anna")
    assert tenancy.others_on([cluster], anna, tenant=0, now=NOW) == {}


def test_handing_over_begins_anew_where_the_other_body_has_no_case(cases: dict[str, Case], coast: Tenant, bea: User, olga: User) -> None:
    city = body("City")
    deciding.undo(cases["c"].pk, verdict_id=Verdict.objects.get().pk, user=bea, now=NOW)
    has = queue.open_by_hand(cases["a"].cluster_id, tenant=city.pk, actor="x", now=NOW)
    assert closing.plan(coast, to=city).handed_over == 2
    done = closing.close(coast, reason="merged", to=city, by=olga, now=NOW)
    assert (done.cases, done.handed_over) == (3, 2)
    theirs = Case.objects.filter(tenant=city.pk)
    assert set(theirs.values_list("title", "state", "round")) == {("a", "open", 1), ("b", "open", 1), ("c", "open", 1)}
    assert has in theirs
    assert Verdict.objects.filter(case__tenant=city.pk).count() == 0
    told = {entry.subject: entry.detail["to"] for entry in AuditEntry.objects.filter(action="closed")}
    assert told[f"case:{cases['a'].pk}"] is None
    assert told[f"case:{cases['b'].pk}"] == theirs.get(title="b").pk


@pytest.mark.parametrize("wrong", ["default", "no reason", "itself", "closed one", "own"])
def test_what_cannot_be_closed(coast: Tenant, bea: User, olga: User, wrong: str) -> None:
    to, reason, tenant, by = None, "merged", coast, olga
    if wrong == "default":
        tenant = body("Main", is_default=True)
    elif wrong == "no reason":
        reason = "  "
    elif wrong == "itself":
        to = coast
    elif wrong == "closed one":
        to = Tenant.objects.create(name="Gone", closed_at=NOW)
    else:
        by = belongs(olga, coast)
    with pytest.raises(AccountError):
        closing.close(tenant, reason=reason, to=to, by=by, now=NOW)
    assert not AuditEntry.objects.exists()
    assert User.objects.get(pk=bea.pk).is_active


def test_a_failure_half_way_changes_nothing(
    cases: dict[str, Case], coast: Tenant, bea: User, olga: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = AuditEntry.objects.count()
    monkeypatch.setattr(corridors, "withdraw_all", None)
    with pytest.raises(TypeError):
        closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    assert AuditEntry.objects.count() == before
    assert not Case.objects.filter(state=State.CLOSED).exists()
    assert User.objects.get(pk=bea.pk).is_active


def test_a_closed_body_cannot_be_chosen_for_accounts(coast: Tenant, olga: User) -> None:
    assert coast in InviteForm().fields["tenant"].queryset
    closing.close(coast, reason="merged", to=None, by=olga, now=NOW)
    assert coast not in InviteForm().fields["tenant"].queryset


def test_the_page_of_bodies_and_the_case_say_so(cases: dict[str, Case], coast: Tenant, olga: User, client: Client, still: None) -> None:
    closing.close(coast, reason="merged <b>", to=None, by=olga, now=NOW)
    client.force_login(person("aud", Role.AUDITOR))
    page = client.get("/people/bodies/").content.decode()
    assert "closed on 20 Nov 2026: <bdi>merged &lt;b&gt;</bdi>" in page
    page = client.get(f"/adverts/{cases['a'].advert_id}/?body={coast.pk}").content.decode()
    assert "This case was closed with its body, without a decision." in page


# ---- command ----


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("close_body", COAST, "--reason", "merged", *args, stdout=out)
    return out.getvalue()


def test_a_dry_run_says_the_same_numbers_and_changes_nothing(cases: dict[str, Case], olga: User) -> None:
    before = AuditEntry.objects.count()
    would = run("--by", "olga", "--dry-run")
    assert AuditEntry.objects.count() == before
    assert not Tenant.objects.exclude(closed_at=None).exists()
    done = run("--by", "olga")
    assert would.replace("would be closed", "closed") == done
    assert f"{COAST}: closed" in done
    assert "2 open cases closed" in done


@pytest.mark.parametrize(
    "args", [("--by", "nobody"), ("--by", "bea"), ("--by", "olga", "--hand-to", "Nowhere"), ("--by", "olga", "--hand-to", COAST)]
)
def test_what_the_command_refuses(cases: dict[str, Case], olga: User, args: tuple[str, ...]) -> None:
    for more in ((), ("--dry-run",)):
        with pytest.raises(CommandError):
            run(*args, *more)
    assert not Case.objects.filter(state=State.CLOSED).exists()
