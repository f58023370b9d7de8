"""The queue as a list: filters, keyset pages, counts. The number of queries never depends on the number of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from adverts.records import Band
from review import districts, rules
from review.models import Case, CaseFacet
from review.rules import Outcome, State

PAGE = 25
"""Cases a page."""

TODO, MINE, WAITING, DECIDED = "todo", "mine", "waiting", "decided"
VIEWS = (TODO, MINE, WAITING, DECIDED)
"""To do; claimed by me; decided as cannot tell, waiting for a fact; decided."""

SHOWN_BANDS = (Band.URGENT, Band.PRIORITY, Band.LABOUR_LAW, Band.FRAUD, rules.READ, Band.WATCH)
"""What can be chosen as band. Watch holds open cases that lost their band; it is left out unless chosen."""

FACETS = (
    CaseFacet.DISTRICT,
    CaseFacet.INDICATOR,
    CaseFacet.SECTOR,
    CaseFacet.CORRIDOR,
    CaseFacet.LANGUAGE,
    CaseFacet.SOURCE,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the queue is looked at; anything unknown in an address falls back to everything."""

    view: str = TODO
    band: str = ""
    language: str = ""
    sector: str = ""
    corridor: str = ""
    source: str = ""
    indicator: str = ""
    district: str = ""
    """Folded as ``review.districts`` does."""
    online: bool = False
    body: str = ""
    """Number of the body an auditor has chosen (``tenancy.looked_at``); passed over for everybody else."""

    def as_query(self, **more: str) -> str:
        """The filters as the query of an address, with ``more`` parameters; empty where there is nothing to say."""
        values = {"view": self.view if self.view != TODO else "", "band": self.band}
        values |= {kind: getattr(self, kind) for kind in FACETS}
        values |= {"online": "1" if self.online else "", "body": self.body, **more}
        return urlencode({name: value for name, value in values.items() if value})

    @property
    def narrowed(self) -> bool:
        """Whether anything beside the view is chosen."""
        return bool(self.band or self.online or any(getattr(self, kind) for kind in FACETS))


def parse(values: Mapping[str, str]) -> Filters:
    """The filters of an address."""
    view, band = values.get("view", TODO), values.get("band", "")
    return Filters(
        view=view if view in VIEWS else TODO,
        band=band if band in SHOWN_BANDS else "",
        online=values.get("online") == "1",
        body=body if (body := values.get("body", "")).isascii() and body.isdigit() and len(body) <= 18 else "",
        **{kind: values.get(kind, "")[:100] for kind in FACETS}
        | {CaseFacet.DISTRICT: districts.folded(values.get(CaseFacet.DISTRICT, ""))},
    )


def cases(filters: Filters, *, tenant: int, user_id: int, now: datetime) -> QuerySet[Case]:
    """The cases of one body in a view and its filters, unordered."""
    rows = Case.objects.filter(tenant=tenant).filter(_of_view(filters.view, user_id=user_id, now=now))
    if filters.band:
        rows = rows.filter(shown_band=filters.band)
    elif filters.view == TODO:
        rows = rows.exclude(shown_band=Band.WATCH)
    if filters.online:
        rows = rows.filter(online__gt=0)
    for kind in FACETS:
        if value := getattr(filters, kind):
            rows = rows.filter(Exists(CaseFacet.objects.filter(case=OuterRef("pk"), kind=kind, value=value)))
    return rows


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the queue; ``after`` and ``before`` are cursors, empty at either end."""

    cases: Sequence[Case]
    after: str
    before: str


def page(filters: Filters, *, tenant: int, user_id: int, now: datetime, after: str = "", before: str = "") -> Page:
    """The page behind a cursor (``after``), or in front of one (``before``); the first page where neither can be read."""
    rows = cases(filters, tenant=tenant, user_id=user_id, now=now).select_related("claimed_by", "decided_by")
    back, at = (True, _cursor(before)) if before else (False, _cursor(after))
    if at is None:
        found = list(rows.order_by("-rank", "pk")[: PAGE + 1])
        return Page(found[:PAGE], _name(found[PAGE - 1]) if len(found) > PAGE else "", "")
    rank, pk = at
    if back:
        found = list(rows.filter(Q(rank__gt=rank) | Q(rank=rank, pk__lt=pk)).order_by("rank", "-pk")[: PAGE + 1])
        more, kept = len(found) > PAGE, found[:PAGE][::-1]
        return Page(kept, _name(kept[-1]) if kept else "", _name(kept[0]) if more else "")
    found = list(rows.filter(Q(rank__lt=rank) | Q(rank=rank, pk__gt=pk)).order_by("-rank", "pk")[: PAGE + 1])
    kept = found[:PAGE]
    return Page(kept, _name(kept[-1]) if len(found) > PAGE else "", _name(kept[0]) if kept else "")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The cases before and behind one in the same list."""

    previous: Case | None
    next: Case | None


def neighbours(case: Case, filters: Filters, *, user_id: int, now: datetime) -> Neighbours:
    """The neighbours of a case among those of its body, whether or not it is itself in the list (it may just have been decided)."""
    rows = cases(filters, tenant=case.tenant, user_id=user_id, now=now).exclude(pk=case.pk)
    behind = rows.filter(Q(rank__lt=case.rank) | Q(rank=case.rank, pk__gt=case.pk)).order_by("-rank", "pk").first()
    front = rows.filter(Q(rank__gt=case.rank) | Q(rank=case.rank, pk__lt=case.pk)).order_by("rank", "-pk").first()
    return Neighbours(front, behind)


def counts(*, tenant: int, user_id: int, now: datetime) -> dict[str, int]:
    """Number of a body's cases by shown band among those to do, and of each view, and of those overdue."""
    todo = Q(state__in=rules.WAITING_FOR_DECISION)
    wanted = {band: Count("pk", filter=todo & Q(shown_band=band)) for band in SHOWN_BANDS}
    wanted |= {view: Count("pk", filter=_of_view(view, user_id=user_id, now=now)) for view in (MINE, WAITING, DECIDED)}
    wanted[TODO] = Count("pk", filter=todo & ~Q(shown_band=Band.WATCH))
    wanted["overdue"] = Count("pk", filter=todo & Q(due_at__lt=now))
    # "+ 0" keeps SQLite from going by the index, row by row, which takes three times as long as reading the table once
    rows = Case.objects.alias(body=F("tenant") + 0).filter(body=tenant)
    found: dict[str, int] = rows.aggregate(**{name.replace("-", "_"): count for name, count in wanted.items()})
    return {name: found[name.replace("-", "_")] for name in wanted}


def choices(filters: Filters, *, tenant: int) -> dict[str, list[tuple[str, int]]]:
    """Values of each facet among a body's cases to do with their numbers, the commonest first; a chosen value is always there."""
    todo = CaseFacet.objects.filter(case__tenant=tenant, case__state__in=rules.WAITING_FOR_DECISION).exclude(case__shown_band=Band.WATCH)
    found: dict[str, list[tuple[str, int]]] = {kind: [] for kind in FACETS}
    for kind, value, number in todo.values_list("kind", "value").annotate(n=Count("pk")).order_by("-n", "value"):
        found[kind].append((value, number))
    for kind, values in found.items():
        chosen = getattr(filters, kind)
        if chosen and chosen not in dict(values):
            values.append((chosen, 0))
    return found


def _of_view(view: str, *, user_id: int, now: datetime) -> Q:
    if view == MINE:
        return Q(state__in=rules.WAITING_FOR_DECISION, claimed_by=user_id, claimed_until__gt=now)
    if view == WAITING:
        return Q(state=State.DECIDED, outcome=Outcome.CANNOT_TELL)
    if view == DECIDED:
        return Q(state=State.DECIDED)
    return Q(state__in=rules.WAITING_FOR_DECISION)


def _name(case: Case) -> str:
    return f"{case.rank}.{case.pk}"


def _cursor(text: str) -> tuple[int, int] | None:
    rank, _, pk = text.partition(".")
    # 18 digits: what a 64-bit column can be compared with
    if not all(part.isascii() and part.isdigit() and len(part) <= 18 for part in (rank, pk)):
        return None
    return int(rank), int(pk)
