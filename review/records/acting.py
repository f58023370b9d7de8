"""What all acts of records share: the error of a refused act, and the entry in the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from adverts import audit
from adverts.records import FairwatchError
from review.records.rules import Refusal


class RefusedActError(FairwatchError):
    """An act was not taken; ``refusal`` says why. Nothing was changed."""

    def __init__(self, refusal: Refusal, subject: str) -> None:
        super().__init__(f"{subject}: {refusal.value}; read it again and decide anew")
        self.refusal, self.subject = refusal, subject


def check(refusal: Refusal | None, subject: str) -> None:
    """Raise ``RefusedActError`` where there is a reason."""
    if refusal is not None:
        raise RefusedActError(refusal, subject)


def log(user: User, action: str, subject: str, *, now: datetime, **detail: Any) -> None:
    """Write an act down, in its own transaction."""
    audit.record(actor=user.get_username(), action=action, subject=subject, at=now, detail=detail)
