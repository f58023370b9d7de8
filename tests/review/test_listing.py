"""The list: filters, pages, counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from adverts.records import Band
from review import deciding, listing, queue
from review.deciding import Decision
from review.listing import PAGE, Filters
from review.models import Case
from review.rules import READ, Outcome
from tests.review.scenes import NOW, match, single, visible_id

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("query", "filters"),
    [
        ("", Filters()),
        ("view=mine&band=urgent&online=1", Filters(view="mine", band="urgent", online=True)),
        ("language=es&source=board-a&indicator=vague-job", Filters(language="es", source="board-a", indicator="vague-job")),
        ("sector=care&corridor=NP%3EQA", Filters(sector="care", corridor="NP>QA")),
        ("district=+Alcal%C3%A1+de+Henares+&band=urgent", Filters(district="alcala de henares", band="urgent")),
        ("district=%00%E2%80%8F%20", Filters()),
        ("band=read&view=waiting", Filters(view="waiting", band=READ)),
        ("view=everything&band=none&online=yes&x=1", Filters()),
        ("band=urgent%27--&view=", Filters()),
    ],
)
def test_filters_of_an_address(query: str, filters: Filters) -> None:
    assert listing.parse(QueryDict(query)) == filters
    assert listing.parse(QueryDict(filters.as_query())) == filters


@pytest.fixture
def cases(db: None) -> dict[str, Case]:
    """One case a name, each of another kind."""
    text = "Packers wanted"
    vague = [match(text, "Packers", "vague-job")]
    groups = {
        "urgent": single(Band.URGENT, cluster_id=visible_id("a"), place="Faro, Algarve, Portugal", country="PT"),
        "spanish": single(
            Band.PRIORITY,
            cluster_id=visible_id("b"),
            language="es",
            source="board-b",
            title="Nurses wanted",
            country="QA",
            place="الدوحة",
            languages=["ne"],
        ),
        "gone": single(Band.FRAUD, text=text, indicators=vague, cluster_id=visible_id("c"), closed_at=NOW),
        "blind": single(Band.PRIORITY, text=text, indicators=vague, cluster_id=visible_id("d", blind=True), place="FARO"),
        "sample": single(Band.NONE, cluster_id=visible_id("e", drawn=True)),
    }
    queue.refresh(now=NOW)
    return {name: Case.objects.get(cluster_id=group.pk) for name, group in groups.items()}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(), {"urgent", "spanish", "gone", "blind", "sample"}),
        (Filters(band=Band.URGENT), {"urgent"}),
        (Filters(band=Band.PRIORITY), {"spanish"}),
        (Filters(band=READ), {"blind", "sample"}),
        (Filters(band=Band.WATCH), set()),
        (Filters(language="es"), {"spanish"}),
        (Filters(source="board-b"), {"spanish"}),
        (Filters(sector="health"), {"spanish"}),
        (Filters(sector="care"), set()),
        (Filters(corridor="NP>QA"), {"spanish"}),
        (Filters(corridor=">QA"), set()),
        (Filters(district="faro"), {"urgent", "blind"}),
        (Filters(district="algarve"), {"urgent"}),
        (Filters(district="portugal"), set()),
        (Filters(district="الدوحة"), {"spanish"}),
        (Filters(district="faro", online=True, band=Band.URGENT), {"urgent"}),
        (Filters(indicator="vague-job"), {"gone"}),
        (Filters(indicator="deposit-or-bond"), {"urgent", "spanish"}),
        (Filters(indicator="no-such"), set()),
        (Filters(online=True), {"urgent", "spanish", "blind", "sample"}),
        (Filters(online=True, language="es", band=Band.URGENT), set()),
        (Filters(view="decided"), set()),
        (Filters(view="mine"), set()),
    ],
)
def test_filters(cases: dict[str, Case], anna: User, filters: Filters, names: set[str]) -> None:
    found = listing.cases(filters, tenant=0, user_id=anna.pk, now=NOW)
    assert {case.pk for case in found} == {cases[name].pk for name in names}


def test_views_and_counts(cases: dict[str, Case], anna: User, ben: User) -> None:
    deciding.claim(cases["urgent"].pk, user=anna, now=NOW)
    deciding.claim(cases["spanish"].pk, user=ben, now=NOW)
    gone = cases["gone"]
    decision = Decision(Outcome.CANNOT_TELL, "", "", gone.round, deciding.digest(deciding.shown_now(gone)))
    deciding.decide(gone.pk, decision, user=ben, now=NOW)
    Case.objects.filter(pk=cases["spanish"].pk).update(due_at=NOW - timedelta(hours=1))

    def seen_by(user: User, view: str, *, minutes: int = 0) -> set[int]:
        rows = listing.cases(Filters(view=view), tenant=0, user_id=user.pk, now=NOW + timedelta(minutes=minutes))
        return set(rows.values_list("pk", flat=True))

    assert seen_by(anna, "mine") == {cases["urgent"].pk}
    assert seen_by(anna, "mine", minutes=16) == set()
    assert seen_by(anna, "waiting") == {gone.pk} == seen_by(anna, "decided")
    assert listing.counts(tenant=0, user_id=anna.pk, now=NOW) == {
        "todo": 4,
        "mine": 1,
        "waiting": 1,
        "decided": 1,
        "overdue": 1,
        "urgent": 1,
        "priority": 1,
        "labour-law": 0,
        "fraud": 0,
        "read": 2,
        "watch": 0,
    }


def test_choices_keep_what_is_chosen(cases: dict[str, Case]) -> None:
    found = listing.choices(Filters(language="xx"), tenant=0)
    assert found["language"] == [("en", 4), ("es", 1), ("xx", 0)]
    assert found["district"] == [("faro", 2), ("algarve", 1), ("الدوحة", 1)]
    assert dict(found["indicator"]) == {"deposit-or-bond": 2, "document-retention": 2, "vague-job": 1}


@pytest.fixture
def many(db: None) -> list[int]:
    """The ids of more cases than two pages hold, in order of the queue; many have the same rank."""
    for number in range(2 * PAGE + 7):
        single(Band.PRIORITY, risk=(number % 5) / 5, cluster_id=visible_id(f"{number:02x}"))
    queue.refresh(now=NOW)
    return list(Case.objects.order_by("-rank", "pk").values_list("pk", flat=True))


def test_pages_forth_and_back_show_every_case_once(many: list[int], anna: User) -> None:
    forth, after, before = [], "", ""
    while True:
        page = listing.page(Filters(), tenant=0, user_id=anna.pk, now=NOW, after=after)
        forth += [case.pk for case in page.cases]
        before = page.before
        if not page.after:
            break
        after = page.after
    assert forth == many
    back: list[int] = []
    while before:
        page = listing.page(Filters(), tenant=0, user_id=anna.pk, now=NOW, before=before)
        back = [case.pk for case in page.cases] + back
        before = page.before
    assert back == many[: len(back)]
    assert len(back) == 2 * PAGE


@pytest.mark.parametrize("cursor", ["x", "1", "1.", ".1", "-1.2", "1.2.3", "1" * 30 + ".1", "٣.٤", "1.2;"])
def test_a_broken_cursor_is_the_first_page(many: list[int], anna: User, cursor: str) -> None:
    page = listing.page(Filters(), tenant=0, user_id=anna.pk, now=NOW, after=cursor)
    assert [case.pk for case in page.cases] == many[:PAGE]


def test_neighbours(many: list[int], anna: User) -> None:
    case = Case.objects.get(pk=many[3])
    found = listing.neighbours(case, Filters(), user_id=anna.pk, now=NOW)
    assert (found.previous.pk, found.next.pk) == (many[2], many[4])
    assert listing.neighbours(Case.objects.get(pk=many[0]), Filters(), user_id=anna.pk, now=NOW).previous is None
    assert listing.neighbours(Case.objects.get(pk=many[-1]), Filters(), user_id=anna.pk, now=NOW).next is None


def test_the_number_of_queries_does_not_grow(many: list[int], anna: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            listing.page(Filters(indicator="deposit-or-bond", online=True), tenant=0, user_id=anna.pk, now=NOW)
            listing.counts(tenant=0, user_id=anna.pk, now=NOW)
            listing.choices(Filters(), tenant=0)
        return len(asked)

    few = queries()
    for number in range(40):
        single(Band.URGENT, cluster_id=visible_id(f"f{number:02x}"))
    queue.refresh(now=NOW)
    assert queries() == few == 3
