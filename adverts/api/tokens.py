"""Tokens of the API: made once, kept as a hash, limited in time and in what they open."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from adverts import audit
from adverts.api.models import ApiToken
from adverts.records import FairwatchError

PREFIX = "fw_"
"""What every token begins with, so that a leaked one is recognised."""
LONGEST = timedelta(days=366)
"""Most that a token may live."""


class Scope(StrEnum):
    """What a token opens."""

    ADVERTS = "adverts:read"
    """Adverts with their findings, without contacts."""
    CHECK = "check"
    """Have a text looked at; nothing is stored."""


class TokenError(FairwatchError):
    """A token cannot be made or is not there."""


def make(*, name: str, scopes: Collection[Scope], days: int, by: str, now: datetime, owner: User | None = None) -> str:
    """Make a token with an entry in the audit log; the return value is the only copy of it."""
    if not 0 < days <= LONGEST.days:
        raise TokenError(f"--days {days}: a token lives 1 to {LONGEST.days} days")
    token = PREFIX + secrets.token_urlsafe(32)
    chosen = sorted(scope.value for scope in scopes)
    expires = now + timedelta(days=days)
    try:
        with transaction.atomic():
            ApiToken.objects.create(
                name=name, digest=digest(token), scopes=chosen, made_by=by, made_at=now, expires_at=expires, owner=owner
            )
            detail = {"scopes": chosen, "expires": expires.isoformat()}
            audit.record(actor=by, action="api-token.made", subject=f"api-token:{name}", at=now, detail=detail)
    except IntegrityError as error:
        raise TokenError(f"{name!r}: a token of this name exists; choose another name, such as the same with a year") from error
    return token


def revoke(name: str, *, by: str, now: datetime) -> None:
    """End a token at once; ending it again changes nothing."""
    with transaction.atomic():
        row = ApiToken.objects.select_for_update().filter(name=name).first()
        if row is None:
            raise TokenError(f"{name!r}: no such token; `manage.py api_token list` shows them")
        if row.revoked_at is None:
            row.revoked_at = now
            row.save(update_fields=["revoked_at"])
            audit.record(actor=by, action="api-token.revoked", subject=f"api-token:{name}", at=now)


def find(token: str, *, now: datetime) -> ApiToken | None:
    """The row of a token that holds now: known, not revoked, not expired, its owner not disabled."""
    if not token.startswith(PREFIX):
        return None
    row = ApiToken.objects.select_related("owner").filter(digest=digest(token)).first()
    holds = row is not None and row.revoked_at is None and row.expires_at > now and (row.owner is None or row.owner.is_active)
    return row if holds else None


def digest(token: str) -> str:
    """What is kept of a token: long and random, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()
