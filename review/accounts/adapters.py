"""What allauth asks us about: wording, nobody signs up alone, secrets are stored encrypted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from adverts import vault
from review.accounts import gate


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are given out, never made by visitors."""

    error_messages = {  # noqa: RUF012 (allauth's own class attribute)
        **DefaultAccountAdapter.error_messages,
        "too_many_login_attempts": _("Too many tries. Wait five minutes, then try again. If you forgot your password, ask for a new one."),
        "username_password_mismatch": _("User name and password do not belong together. Check both and try again."),
        "account_inactive": _("This account is switched off. Ask the person who manages accounts."),
        "rate_limited": _("Too many tries. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: Any) -> bool:
        """Never."""
        return False

    def get_password_change_redirect_url(self, request: Any) -> str:
        """The first page."""
        return "/"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of second factors are kept under the vault's keys; the last factor of somebody who must have one stays."""

    error_messages = {  # noqa: RUF012 (allauth's own class attribute)
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your role needs a second factor. Add another one before you remove this one."),
        "incorrect_code": _("This code is not right, or no longer. Wait for the next one and try again."),
    }

    def encrypt(self, text: str) -> str:
        """``text`` under the newest key."""
        return vault.box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again, under whichever key it was stored."""
        return vault.box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        """The name shown in the app."""
        return "Fairwatch"

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """Refuse where it would leave somebody outside who must have a second factor."""
        return not gate.must_have(authenticator.user) or gate.factors(authenticator.user).exclude(pk=authenticator.pk).exists()


def renew() -> int:
    """Encrypt the secrets of all second factors anew under the newest key; returns how many. Call it inside a transaction."""
    from allauth.mfa.models import Authenticator

    adapter, done = SecondFactorAdapter(), 0
    for row in Authenticator.objects.select_for_update().order_by("pk"):
        fresh = {name: adapter.encrypt(adapter.decrypt(row.data[name])) for name in ("secret", "seed") if name in row.data}
        if fresh:
            row.data = {**row.data, **fresh}
            row.save(update_fields=["data"])
            done += 1
    return done
