"""The addresses of ``/api/v1``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Path, Query
from ninja.errors import AuthorizationError, HttpError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from adverts import store
from adverts.api import problems, shown, tokens
from adverts.api.models import ApiToken
from adverts.api.problems import Problem, ProblemAPI
from adverts.api.schemas import AdvertDetail, AdvertPage, Checked, Indicator, Listing, Text
from adverts.api.tokens import Scope
from adverts.erasing import ERASED
from adverts.models import Advert
from alerts.wanting import WITHHELD, fields
from index import open_index
from index.base import CursorError, Page, RefusedQueryError, SearchIndexError
from index.query import QueryError
from index.syntax import parse

DESCRIPTION = """What a partner may read by machine. Indicators are signs seen in public job adverts; they prove nothing about anybody.
Ask for what you need, keep it no longer than you need it, and never use it for immigration enforcement."""


class Bearer(HttpBearer):
    """A token in the ``Authorization`` header that opens ``scope``."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """The row of the token; None where it is unknown or has ended."""
        row = tokens.find(token, now=datetime.now(UTC))
        if row is not None and self.scope not in row.scopes:
            raise AuthorizationError
        return row


class PerToken(AuthRateThrottle):
    """Counts requests of one token."""

    def get_cache_key(self, request: HttpRequest) -> str:
        """The token's row, so that no address is kept."""
        auth: Any = getattr(request, "auth", None)
        return f"api-rate-{auth.pk if isinstance(auth, ApiToken) else 0}"


api = ProblemAPI(title="Fairwatch", version="1", description=DESCRIPTION, urls_namespace="api-1", docs_url=None)
problems.install(api)

COMMON: dict[Any, Any] = dict.fromkeys((400, 401, 403, 422, 429, 503), Problem)
AdvertId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Id of an advert")]


@api.get(
    "/adverts", response={200: AdvertPage, **COMMON}, auth=Bearer(Scope.ADVERTS), throttle=[PerToken("120/m")], operation_id="list_adverts"
)
def adverts(
    request: HttpRequest,
    asked: Query[Listing],
) -> AdvertPage:
    """Adverts, newest first unless the query says otherwise, a page at a time."""
    if unknown := sorted(set(request.GET) - set(Listing.model_fields)):
        # a misspelt name must not silently ask for everything
        raise HttpError(422, f"{', '.join(unknown)}: no such parameter; there are {', '.join(Listing.model_fields)}")
    parsed = parse(asked.q)
    if withheld := fields(parsed.query.where) & WITHHELD:
        # decisions and contacts are not told to holders of tokens, not even by what they would match
        raise HttpError(422, f"{', '.join(sorted(withheld))}: cannot be asked for; leave it out")
    page = _searched(lambda: open_index().search(replace(parsed.query, size=asked.size, cursor=asked.cursor)))
    # an erased advert may stand in the index until it is rebuilt
    rows = Advert.objects.exclude(reader=ERASED).in_bulk([hit.document.doc_id for hit in page.hits])
    return AdvertPage(
        total=page.total or 0,
        items=[shown.row(hit.document, rows[hit.document.doc_id]) for hit in page.hits if hit.document.doc_id in rows],
        next_cursor=page.next_cursor,
        problems=[problem.message for problem in parsed.problems],
    )


@api.get(
    "/adverts/{advert_id}",
    response={200: AdvertDetail, 404: Problem, **COMMON},
    auth=Bearer(Scope.ADVERTS),
    throttle=[PerToken("120/m")],
    operation_id="read_advert",
)
def advert(request: HttpRequest, advert_id: AdvertId) -> AdvertDetail:
    """One advert with its findings; contacts are taken out."""
    row = Advert.objects.filter(pk=advert_id).exclude(reader=ERASED).first()
    if row is None:
        raise HttpError(404, f"{advert_id}: no advert of this id")
    made = row.assessments.filter(text_hash=row.text_hash).order_by("-pk").first()
    return shown.detail(row, made, cluster=store.cluster_of(advert_id))


@api.post("/check", response={200: Checked, **COMMON}, auth=Bearer(Scope.CHECK), throttle=[PerToken("30/m")], operation_id="check_text")
def check(request: HttpRequest, body: Text) -> Checked:
    """Look at a text; it is not stored or logged."""
    # imported here: rules and models take long to load, and most processes never judge
    from adverts import judging

    return shown.checked(judging.judge(body.text, now=datetime.now(UTC)))


@api.get("/indicators", response=list[Indicator], operation_id="list_indicators")
def indicators(request: HttpRequest) -> list[Indicator]:
    """The catalogue of indicators and protective signals; needs no token."""
    cards = store.cards().values()
    return [Indicator(id=card.id, title=card.title, severity=card.severity, definition=card.definition) for card in cards]


def _searched(search: Callable[[], Page]) -> Page:
    try:
        return search()
    except (CursorError, RefusedQueryError, QueryError) as error:
        raise HttpError(400, str(error)) from error
    except SearchIndexError as error:
        raise HttpError(503, str(error)) from error
