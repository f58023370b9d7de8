"""Search for people: a typed query becomes results fit to be shown, or a plain word on why there are none."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from review.models import Case
from review.rules import READ, WAITING_FOR_DECISION

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


def find(text: str, *, cursor: str = "", blind: bool) -> Results:
    """Search with the syntax of ``index.syntax``; with ``blind`` the bands of cases read blind are kept back."""
    # imported here: the engine takes long to load, and most pages never search
    from index import open_index
    from index.base import CursorError, MissingIndexError, RefusedQueryError, SearchIndexError
    from index.query import QueryError
    from index.syntax import parse

    parsed = parse(text)
    problems = tuple(problem.message for problem in parsed.problems)
    try:
        page = open_index().search(replace(parsed.query, size=PAGE, cursor=cursor))
    except MissingIndexError:
        return Results(problems=problems, trouble=Trouble.NO_INDEX)
    except (CursorError, RefusedQueryError, QueryError) as error:
        return Results(problems=problems, trouble=Trouble.TOO_FAR, detail=str(error))
    except SearchIndexError as error:
        return Results(problems=problems, trouble=Trouble.UNREADY, detail=str(error))
    hidden = _read_blind({hit.document.cluster for hit in page.hits}) if blind else frozenset[str]()
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
            verdict=hit.document.verdict,
        )
        for hit in page.hits
    )
    return Results(hits, page.total or 0, page.next_cursor, problems)


def _read_blind(cluster_ids: Collection[str]) -> frozenset[str]:
    rows = Case.objects.filter(cluster_id__in=cluster_ids, blind=True, state__in=WAITING_FOR_DECISION)
    return frozenset(rows.values_list("cluster_id", flat=True))
