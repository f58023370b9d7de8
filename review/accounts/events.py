"""What allauth tells of signing in and of second factors, written to the audit log."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from adverts import audit
from review.accounts.gate import LANGUAGE
from review.accounts.models import Account


def note(user: Any, action: str, **detail: Any) -> None:
    """One entry on the person's own account."""
    name = user.get_username()
    with transaction.atomic():
        audit.record(actor=name, action=action, subject=f"user:{name}", at=timezone.now(), detail=detail)


@receiver(account.user_logged_in, dispatch_uid="accounts.signed-in")
def signed_in(request: Any, user: Any, **_: Any) -> None:
    """A person is in, all factors shown: take over the language they chose."""
    methods = [step.get("type") or step.get("method") for step in request.session.get("account_authentication_methods", [])]
    note(user, "account.sign-in", methods=methods)
    chosen = Account.objects.filter(user=user).values_list("language", flat=True).first()
    if chosen:
        request.session[LANGUAGE] = chosen


@receiver(account.password_changed, dispatch_uid="accounts.password-changed")
@receiver(account.password_reset, dispatch_uid="accounts.password-reset")
@receiver(account.password_set, dispatch_uid="accounts.password-set")
def password(user: Any, **_: Any) -> None:
    """A password is new."""
    note(user, "account.password")


@receiver(mfa.authenticator_added, dispatch_uid="accounts.factor-added")
def added(user: Any, authenticator: Any, **_: Any) -> None:
    """A second factor or a set of recovery codes is there."""
    note(user, "account.factor-added", kind=authenticator.type)


@receiver(mfa.authenticator_removed, dispatch_uid="accounts.factor-removed")
def removed(user: Any, authenticator: Any, **_: Any) -> None:
    """A second factor is gone."""
    note(user, "account.factor-removed", kind=authenticator.type)


@receiver(mfa.authenticator_reset, dispatch_uid="accounts.factor-reset")
def renewed(user: Any, authenticator: Any, **_: Any) -> None:
    """Recovery codes were made anew."""
    note(user, "account.factor-reset", kind=authenticator.type)
