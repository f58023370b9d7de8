"""The vault: rotation loses nothing at any moment, and afterwards the newest key alone opens all."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import transaction
from pydantic import SecretStr

from adverts import vault
from adverts.models import AuditEntry, Contact, VaultEntry
from adverts.vault import VaultError
from settings.env import Env, current, use

pytestmark = pytest.mark.django_db

NEW = Fernet.generate_key().decode()
NUMBERS = [f"+4477009{number:05d}" for number in range(25)]


@pytest.fixture
def keys() -> Iterator[object]:
    """Set the vault's keys for this test."""
    before = current()

    def set_to(*values: str) -> None:
        use(Env(_env_file=None, **{**before.model_dump(), "vault_keys": SecretStr(",".join(values))}))

    yield set_to
    use(before)


def old() -> str:
    return current().vault_keys.get_secret_value()


def filled() -> list[str]:
    names = [vault.contact_key(kind="phone", value=number) for number in NUMBERS]
    with transaction.atomic():
        vault.keep({name: ("phone", "+44 ***", number) for name, number in zip(names, NUMBERS, strict=True)})
    return names


def test_after_rotation_the_new_key_alone_opens_all(keys: object) -> None:
    names, before = filled(), old()
    keys(NEW, before)  # type: ignore[operator]
    out = StringIO()
    call_command("rotate_vault", stdout=out)
    assert "25 of 25" in out.getvalue()
    keys(NEW)  # type: ignore[operator]
    assert [vault.reveal(name) for name in names] == NUMBERS
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.detail["entries"]) == ("vault.rotated", 25)
    assert NEW not in str(entry.detail)


def test_a_repeat_changes_nothing(keys: object) -> None:
    filled()
    keys(NEW, old())  # type: ignore[operator]
    call_command("rotate_vault", stdout=StringIO())
    kept = [bytes(row.ciphertext) for row in VaultEntry.objects.order_by("pk")]
    call_command("rotate_vault", stdout=StringIO())
    assert [bytes(row.ciphertext) for row in VaultEntry.objects.order_by("pk")] == kept
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize("batches", [1, 2, 4])
def test_stopped_on_the_way_both_keys_open_all_and_the_next_run_ends_it(
    keys: object, batches: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, before = filled(), old()
    monkeypatch.setattr(vault, "ROTATED_AT_ONCE", 5)
    keys(NEW, before)  # type: ignore[operator]
    running = vault.rotate()
    assert [next(running) for _ in range(batches)] == [5] * batches
    running.close()
    assert [vault.reveal(name) for name in names] == NUMBERS
    assert sum(vault.rotate()) == 25 - 5 * batches
    keys(NEW)  # type: ignore[operator]
    assert [vault.reveal(name) for name in names] == NUMBERS


def test_a_missing_key_is_named_and_nothing_is_lost(keys: object) -> None:
    names, before = filled(), old()
    keys(NEW)  # type: ignore[operator]
    with pytest.raises(CommandError, match="no key in FAIRWATCH_VAULT_KEYS opens it"):
        call_command("rotate_vault", stdout=StringIO())
    keys(before)  # type: ignore[operator]
    assert [vault.reveal(name) for name in names] == NUMBERS


def test_what_is_not_there_is_said_to_be_erased() -> None:
    with pytest.raises(VaultError, match="may have been erased"):
        vault.reveal("00" * 32)
    assert not Contact.objects.exists()


@pytest.mark.parametrize("value", ["", "x", "AAAA"])
def test_a_wrong_key_is_explained(keys: object, value: str) -> None:
    filled()
    use(current().model_copy(update={"vault_keys": SecretStr(value)}))
    with pytest.raises(VaultError, match="FAIRWATCH_VAULT_KEYS"):
        vault.reveal(VaultEntry.objects.first().pk)
