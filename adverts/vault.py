"""The vault of clear contacts: encrypted values beside the keyed hash under which contacts are compared."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.db import transaction

from adverts.models import Contact, VaultEntry
from adverts.records import FairwatchError
from settings.env import current


class VaultError(FairwatchError):
    """A vault entry cannot be opened with the keys at hand."""


def contact_key(*, kind: str, value: str) -> str:
    """Keyed hash (HMAC-SHA-256, hex) of a normalised contact; equal contacts have equal keys, others cannot be guessed back."""
    key = current().contact_key.get_secret_value().encode()
    return hmac.new(key, f"{kind}\x1f{value}".encode(), hashlib.sha256).hexdigest()


def keep(values: Mapping[str, tuple[str, str, str]]) -> None:
    """Store contacts that are not stored yet: key -> (kind, masked form, clear value). Call it inside a transaction."""
    known = set(Contact.objects.filter(key__in=list(values)).values_list("key", flat=True))
    fresh = {key: value for key, value in values.items() if key not in known}
    Contact.objects.bulk_create([Contact(key=key, kind=kind, masked=masked) for key, (kind, masked, _) in fresh.items()])
    newest = box()
    VaultEntry.objects.bulk_create(
        [VaultEntry(contact_id=key, ciphertext=newest.encrypt(clear.encode())) for key, (_, _, clear) in fresh.items()]
    )


def reveal(key: str) -> str:
    """The clear value of a contact. The caller checks who asks and writes the audit entry.

    Raises ``VaultError`` where there is no such entry or no key opens it.
    """
    entry = VaultEntry.objects.filter(contact_id=key).first()
    if entry is None:
        raise VaultError(f"contact {key[:12]}...: not in the vault; it may have been erased")
    try:
        return box().decrypt(bytes(entry.ciphertext)).decode()
    except InvalidToken as error:
        raise VaultError(
            f"contact {key[:12]}...: none of the keys in FAIRWATCH_VAULT_KEYS opens it; add the key it was written with"
        ) from error


ROTATED_AT_ONCE = 200
"""Entries in one transaction: a kill loses no more than the work on these."""


def rotate() -> Iterator[int]:
    """Encrypt with the newest key what it does not open yet, batch by batch; yields how many were in each.

    Every entry can be opened at any moment. Raises ``VaultError`` where none of the keys opens an entry; what was done stays done.
    """
    keys = current().vault_keys.get_secret_value()
    box, newest = _box(keys), _box(keys.split(",")[0])
    last = ""
    while True:
        with transaction.atomic():
            rows = list(VaultEntry.objects.select_for_update().filter(contact_id__gt=last).order_by("contact_id")[:ROTATED_AT_ONCE])
            if not rows:
                return
            last = rows[-1].contact_id
            stale = [row for row in rows if not _opens(newest, bytes(row.ciphertext))]
            for row in stale:
                try:
                    row.ciphertext = box.rotate(bytes(row.ciphertext))
                except InvalidToken as error:
                    name = f"contact {row.contact_id[:12]}..."
                    raise VaultError(f"{name}: no key in FAIRWATCH_VAULT_KEYS opens it; add the key it was written with") from error
            VaultEntry.objects.bulk_update(stale, ["ciphertext"])
        if stale:
            yield len(stale)


def newest_key_name() -> str:
    """A name for the newest key that gives nothing of it away: the head of its SHA-256."""
    return hashlib.sha256(current().vault_keys.get_secret_value().split(",")[0].strip().encode()).hexdigest()[:12]


def box() -> MultiFernet:
    """What encrypts under the newest key of ``FAIRWATCH_VAULT_KEYS`` and opens under any; for all that is kept secret in the ledger."""
    return _box(current().vault_keys.get_secret_value())


def _opens(box: MultiFernet, ciphertext: bytes) -> bool:
    try:
        box.decrypt(ciphertext)
    except InvalidToken:
        return False
    return True


@lru_cache(maxsize=4)
def _box(keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise VaultError(f"FAIRWATCH_VAULT_KEYS: {error}; each key is 32 random bytes in URL-safe base64") from error
