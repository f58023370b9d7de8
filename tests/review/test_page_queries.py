"""No page of review asks more queries because there are more rows: 10 cases against 60, for every page of the URL table."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.access import Role
from adverts.models import Advert, Reject, Run
from adverts.records import Band
from index.base import Facets, Hit, Page
from index.documents import Document
from index.query import SearchQuery
from linking.models import CommonContact, Parting
from review import queue
from review import second as opinions
from review.models import Batch, Case, CorridorNote, ReviewNote, SavedView, SecondReading, Verdict
from review.rules import Outcome
from review.urls import urlpatterns
from tests.review.pages import advert_url, get, opened
from tests.review.scenes import NOW, TEXT, advert, assess, decided, join, person, rewrite, single, visible_id
from tests.review.test_access import POSTED

pytestmark = pytest.mark.django_db

FEW, MANY = 10, 60
MOST = 30
"""Queries of any page."""

Address = Callable[[Case], str]
PAGES: dict[str, Address] = {
    "home": lambda case: "/",
    "home, narrowed": lambda case: "/?district=faro&indicator=deposit-or-bond&language=en&source=board-1&online=1&band=urgent",
    "home, of a district": lambda case: "/?district=sagres",
    "home, further": lambda case: f"/?after={case.rank}.{case.pk}",
    "home, mine": lambda case: "/?view=mine",
    "home, waiting": lambda case: "/?view=waiting",
    "home, decided": lambda case: "/?view=decided",
    "keys": lambda case: reverse("keys"),
    "change-password": lambda case: reverse("change-password"),
    "advert": advert_url,
    "questions": lambda case: reverse("questions", args=[case.advert_id]),
    "cluster": lambda case: reverse("cluster", args=[case.cluster_id]),
    "cluster, further": lambda case: reverse("cluster", args=[case.cluster_id]) + "?list=2",
    "not-the-same": lambda case: reverse("not-the-same", args=[case.advert_id]),
    "corridors": lambda case: reverse("corridors"),
    "corridors, one": lambda case: reverse("corridors") + "?corridor=NP%3EQA",
    "together": lambda case: reverse("together") + "?" + "&".join(f"case={pk}" for pk in Case.objects.values_list("pk", flat=True)),
    "batch": lambda case: reverse("batch", args=[Batch.objects.get().pk]),
    "common-contacts": lambda case: reverse("common-contacts"),
    "second-opinion": lambda case: reverse("second-opinion"),
    "differing": lambda case: reverse("differing"),
    "training": lambda case: reverse("training"),
    "training-cases": lambda case: reverse("training-cases"),
    "search": lambda case: reverse("search") + "?q=deposit",
    "search, nothing typed": lambda case: reverse("search"),
    "head": lambda case: reverse("head"),
    "operator": lambda case: reverse("operator"),
    "audit": lambda case: reverse("audit"),
    "sources": lambda case: reverse("sources"),
    "metrics": lambda case: reverse("metrics"),
}
"""Page of the URL table, and what it is asked for -> address."""

ALL_ROLES = (Role.INSPECTOR, Role.HEAD, Role.AUDITOR, Role.OPERATOR)
_names = count()


class FifthOfLedger:
    """An index that finds one advert in five, so that few cases give less than a page of them."""

    def search(self, query: SearchQuery) -> Page:
        rows = Advert.objects.select_related("membership").order_by("position")[: min(query.size, 1 + Advert.objects.count() // 5)]
        hits = tuple(Hit(self._document(row), 1.0, ((row.title, False),), (((row.text[:80], True),),)) for row in rows)
        return Page(hits, len(hits), "", Facets(), "v1")

    @staticmethod
    def _document(row: Advert) -> Document:
        cluster = row.membership.cluster_id
        return Document(doc_id=row.pk, cluster=cluster, band=Band.PRIORITY, source=row.source, first_seen_at=NOW, seen_at=NOW)


def test_each_page_of_the_url_table_is_counted() -> None:
    shown = {entry.name for entry in urlpatterns} - POSTED - {"sign-in"}
    assert {name.partition(",")[0] for name in PAGES} == shown


def test_the_number_of_queries_of_no_page_grows_with_the_rows(client: Client, still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.open_index", FifthOfLedger)
    me, first, other = person("me", *ALL_ROLES), person("first", Role.INSPECTOR), person("other", Role.INSPECTOR)
    client.force_login(me)
    group = single(Band.URGENT, cluster_id=visible_id("a"), place="Faro", country="QA", languages=["ne"])
    queue.refresh(now=NOW)
    case = Case.objects.get(cluster_id=group.pk)
    add = Adder(case, me=me, first=first, other=other)
    add.rows(FEW)
    few = counted(client, case)
    add.rows(MANY - FEW)
    many = counted(client, case)
    assert Case.objects.count() > MANY
    assert many == few
    assert max(few.values()) <= MOST, few


def test_a_page_that_asks_for_each_row_would_be_found(client: Client, still: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison itself: an index that asks the ledger once for each hit makes the search page grow."""
    monkeypatch.setattr("index.open_index", FifthOfLedger)
    monkeypatch.setattr(FifthOfLedger, "_document", staticmethod(lambda row: plain(row.pk)))
    client.force_login(person("me", *ALL_ROLES))
    found = []
    for more in (1, 5):
        for _ in range(more):
            single(Band.URGENT, cluster_id=visible_id(f"{next(_names):02x}"))
        with CaptureQueriesContext(connection) as asked:
            get(client, reverse("search") + "?q=deposit")
        found.append(len(asked))
    assert found[1] == found[0] + 1


@pytest.mark.parametrize("address", ["/", "/?view=decided", "/?indicator=deposit-or-bond", "/search/?q=deposit"])
def test_who_only_looks_for_work_waits_for_no_writer(client: Client, still: None, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """No transaction is opened: on SQLite each one of ours takes the one lock for writing, and a stage may hold it for long."""
    monkeypatch.setattr("index.open_index", FifthOfLedger)
    client.force_login(person("anna", Role.INSPECTOR))
    case = opened(single(Band.URGENT, cluster_id=visible_id("a")))
    assert locks(client, advert_url(case)) > 0, "looking at an advert is logged"
    assert locks(client, address) == 0


def locks(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        get(client, address)
    return sum(row["sql"].startswith(("BEGIN", "SAVEPOINT")) for row in asked.captured_queries)


def plain(advert_id: str) -> Document:
    return Document(doc_id=Advert.objects.get(pk=advert_id).pk, first_seen_at=NOW, seen_at=NOW)


def counted(client: Client, case: Case) -> dict[str, int]:
    found = {}
    case.refresh_from_db()
    for name, address in PAGES.items():
        # word left for a person is handed out once, at the next reading of the queue
        ReviewNote.objects.update(read_at=None)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address(case))
        assert answer.status_code == 200, name
        found[name] = len(asked)
    return found


class Adder:
    """Adds rows of every kind that a page of review shows."""

    def __init__(self, case: Case, *, me: User, first: User, other: User) -> None:
        self.case, self.me, self.first, self.other = case, me, first, other

    def rows(self, number: int) -> None:
        for _ in range(number):
            self._one(next(_names))
        queue.refresh(now=NOW)
        for case in Case.objects.filter(title__startswith="Decided", state="open"):
            outcome = (Outcome.ACT, Outcome.CANNOT_TELL, Outcome.BENIGN)[case.pk % 3]
            verdict = decided(case, outcome, by=self.first)
            SecondReading.objects.get_or_create(verdict=verdict)
        batch, _ = Batch.objects.get_or_create(who=self.me, at=NOW, outcome=Outcome.ACT)
        Verdict.objects.filter(case__title__startswith="Decided").update(batch=batch)
        told = Case.objects.filter(title__startswith="Open").values_list("pk", flat=True)
        batch.asked, batch.refused = [*batch.verdicts.values_list("case_id", flat=True), *told], {str(pk): "held" for pk in told}
        batch.save()
        self._opinions()
        Case.objects.filter(title__startswith="Mine").update(claimed_by=self.me, claimed_until=NOW.replace(hour=13))

    def _one(self, number: int) -> None:
        group = self.case.cluster_id
        copy = advert(f"{TEXT} Copy {number}.", source=f"board-{number}", contacts=[_contact()] * 3)
        assess(copy)
        join(Advert.objects.get(pk=self.case.advert_id).membership.cluster, copy)
        rewrite(Advert.objects.get(pk=self.case.advert_id), f"{TEXT} Version {number}.")
        assess(Advert.objects.get(pk=self.case.advert_id))
        for kind in ("Open", "Mine", "Decided"):
            single(
                Band.PRIORITY,
                cluster_id=visible_id(f"{kind[0].lower().encode().hex()}{number:03d}"),
                title=f"{kind} {number}",
                place=f"Town {'abcdefghij'[number % 10] * (1 + number // 10)}, Sagres",
                language="es",
            )
        single(Band.NONE, cluster_id=visible_id(f"e{number:03d}", drawn=True), indicators=[])
        Run.objects.create(stage=f"stage-{number}", started_at=NOW)
        Reject.objects.create(file="f", line=number, field="text", value="x", reason="r", remedy="m", at=NOW)
        SavedView.objects.create(owner=self.other, name=f"view {number}", query="band=urgent", shared=True)
        ReviewNote.objects.create(case=self.case, recipient=self.me, author=self.other, at=NOW)
        note = CorridorNote.objects.create(corridor="NP>QA", text=f"Note {number}", by=self.me, at=NOW)
        more = {"corridor": "NP>QA", "by": self.other, "at": NOW, "first": note, "follows": note}
        CorridorNote.objects.create(text=f"Changed {number}", action=CorridorNote.CHANGED, **more)
        CommonContact.objects.create(key=f"{number:064d}", masked="***", why="office", by="me", at=NOW)
        Parting.objects.create(advert=copy, beside_id=self.case.advert_id, others=[group], why="other firm", by="me", at=NOW)

    def _opinions(self) -> None:
        """Half of the decisions get a second answer, which differs."""
        waiting = list(opinions.waiting(self.other))
        for reading in waiting[: len(waiting) // 2 + 1]:
            opinions.answer(reading.pk, outcome=Outcome.FRAUD, reason="", note="", user=self.other, now=NOW)


def _contact() -> dict[str, object]:
    return {"kind": "phone", "start": 0, "end": 3, "masked": "***", "key": "k"}
