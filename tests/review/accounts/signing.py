"""Small steps of signing in, shared by the tests of accounts."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse


def sign_in(client: Client, name: str, password: str | None = None) -> Any:
    return client.post(reverse("sign-in"), {"login": name, "password": password or name})


def code(secret: str, *, steps: int = 0) -> str:
    """The code an app shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def with_app(user: User) -> str:
    """Give a user codes from an app and recovery codes; returns the app's key."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    RecoveryCodes.activate(user)
    return secret


def confirm(client: Client, password: str) -> None:
    """Show the password once more, as is asked before a way of signing in is changed."""
    assert client.post(reverse("account_reauthenticate"), {"password": password, "next": "/account/"}).status_code == 302
