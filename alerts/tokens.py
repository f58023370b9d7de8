"""Unguessable links that need no sign-in: the ledger keeps only their hashes.

A token is derived from the secret key, a random seed of the subscription and a number, so that every mail can carry it while a
stolen copy of the ledger gives none away. Raising the number revokes the token. A new secret key invalidates all of them:
``alerts.subscriptions.renew_tokens`` writes the new hashes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

CONFIRM, UNSUBSCRIBE, FEED = "confirm", "unsubscribe", "feed"
LENGTH = 43
"""Characters of a token: 256 bits in URL-safe base 64."""


def seed() -> str:
    """A fresh random seed."""
    return secrets.token_hex(32)


def token(purpose: str, *, key: str, seed: str, number: int = 1) -> str:
    """The token for one purpose; ``key`` is the installation's secret key."""
    digest = hmac.new(key.encode(), f"alerts:{purpose}:{seed}:{number}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashed(value: str) -> str:
    """What the ledger keeps of a token: its SHA-256 in hex."""
    return hashlib.sha256(value.encode("utf-8", "replace")).hexdigest()
