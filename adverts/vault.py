"""The vault of clear contacts: encrypted values beside the keyed hash under which contacts are compared."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

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
    box = _box(current().vault_keys.get_secret_value())
    VaultEntry.objects.bulk_create(
        [VaultEntry(contact_id=key, ciphertext=box.encrypt(clear.encode())) for key, (_, _, clear) in fresh.items()]
    )


def reveal(key: str) -> str:
    """The clear value of a contact. The caller checks who asks and writes the audit entry.

    Raises ``VaultError`` where there is no such entry or no key opens it.
    """
    entry = VaultEntry.objects.filter(contact_id=key).first()
    if entry is None:
        raise VaultError(f"contact {key[:12]}...: not in the vault; it may have been erased")
    try:
        return _box(current().vault_keys.get_secret_value()).decrypt(bytes(entry.ciphertext)).decode()
    except InvalidToken as error:
        raise VaultError(
            f"contact {key[:12]}...: none of the keys in FAIRWATCH_VAULT_KEYS opens it; add the key it was written with"
        ) from error


@lru_cache(maxsize=4)
def _box(keys: str) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key.strip()) for key in keys.split(",") if key.strip()])
    except ValueError as error:
        raise VaultError(f"FAIRWATCH_VAULT_KEYS: {error}; each key is 32 random bytes in URL-safe base64") from error
