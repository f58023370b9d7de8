"""Search for people: a typed query becomes results fit to be shown, or a plain word on why there are none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from review import tenancy
from review.models import Case
from review.rules import READ, WAITING_FOR_DECISION, Outcome

if TYPE_CHECKING:
    from index.query import Node

PAGE = 20


class Trouble(StrEnum):
    """Why there are no results although the query can be read."""

    NO_INDEX = "no-index"
    UNREADY = "unready"
    """The index must be rebuilt, or another process is at work on it."""
    TOO_FAR = "too-far"
    """The engine refuses this query or cannot page so deep."""


@dataclass(frozen=True, slots=True)
class Found:
    """One advert that was found."""

    advert_id: str
    title: tuple[tuple[str, bool], ...]
    """Parts, and whether each was looked for."""
    snippets: tuple[tuple[tuple[str, bool], ...], ...]
    band: str
    """``READ`` where its case is read blind."""
    source: str
    language: str
    online: bool
    first_seen_at: datetime
    verdict: str


@dataclass(frozen=True, slots=True)
class Results:
    """What a search came to."""

    hits: tuple[Found, ...] = ()
    total: int = 0
    next_cursor: str = ""
    problems: tuple[str, ...] = ()
    """What could not be read of the query, in plain sentences; the rest was searched."""
    trouble: Trouble | None = None
    detail: str = ""


def find(text: str, *, cursor: str = "", blind: bool, tenant: int) -> Results:
    """Search with the syntax of ``index.syntax``; with ``blind`` the bands of cases read blind are kept back.

    Verdicts are those of the body ``tenant``: asked for, counted and shown.
    """
    # imported here: the engine takes long to load, and most pages never search
    from index import open_index
    from index.base import CursorError, MissingIndexError, RefusedQueryError, SearchIndexError
    from index.query import QueryError
    from index.syntax import parse

    parsed = parse(text)
    problems = tuple(problem.message for problem in parsed.problems)
    try:
        query = replace(parsed.query, where=of_body(parsed.query.where, tenant), size=PAGE, cursor=cursor)
        page = open_index().search(query)
    except MissingIndexError:
        return Results(problems=problems, trouble=Trouble.NO_INDEX)
    except (CursorError, RefusedQueryError, QueryError) as error:
        return Results(problems=problems, trouble=Trouble.TOO_FAR, detail=str(error))
    except SearchIndexError as error:
        return Results(problems=problems, trouble=Trouble.UNREADY, detail=str(error))
    hidden = _read_blind({hit.document.cluster for hit in page.hits}, tenant) if blind else frozenset[str]()
    hits = tuple(
        Found(
            advert_id=hit.document.doc_id,
            title=hit.title,
            snippets=hit.snippets,
            band=READ if hit.document.cluster in hidden else hit.document.band,
            source=hit.document.source,
            language=hit.document.languages[0] if hit.document.languages else "",
            online=hit.document.online,
            first_seen_at=hit.document.first_seen_at,
            verdict=tenancy.outcome_in(hit.document.verdict, tenant),
        )
        for hit in page.hits
    )
    return Results(hits, page.total or 0, page.next_cursor, problems)


def of_body(node: Node | None, tenant: int) -> Node | None:
    """The same question with every mention of verdicts turned to those of one body, as ``tenancy.token`` writes them in the index."""
    from index.query import All, AnyOf, Has, Is, KeywordField, Not

    match node:
        case All(of) | AnyOf(of):
            return type(node)(tuple(part for part in (of_body(one, tenant) for one in of) if part is not None))
        case Not(of):
            inside = of_body(of, tenant)
            return None if inside is None else Not(inside)
        case Is(field, value) if field is KeywordField.VERDICT:
            # a typed number of a body must find nothing: "@" never stands in an outcome
            return Is(field, tenancy.token(value.replace("@", "?"), tenant))
        case Has(field) if field is KeywordField.VERDICT:
            return AnyOf(tuple(Is(KeywordField.VERDICT, tenancy.token(one, tenant)) for one in Outcome))
        case _:
            return node


def _read_blind(cluster_ids: Collection[str], tenant: int) -> frozenset[str]:
    rows = Case.objects.filter(tenant=tenant, cluster_id__in=cluster_ids, blind=True, state__in=WAITING_FOR_DECISION)
    return frozenset(rows.values_list("cluster_id", flat=True))
