"""``manage.py rotate_vault``: encrypt every clear contact anew with the newest key of ``FAIRWATCH_VAULT_KEYS``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from adverts import audit, vault
from adverts.models import VaultEntry
from adverts.progress import bar
from adverts.records import FairwatchError
from notices import replies
from review.accounts import adapters


class Command(BaseCommand):
    """Goes in batches, each whole or not at all: killed, it is run again. Old keys may be taken out once it says so."""

    help = "Encrypt the vault anew with the first key of FAIRWATCH_VAULT_KEYS; put the new key first and keep the old ones behind it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rotate, then say whether the old keys are still needed."""
        total, done = VaultEntry.objects.count(), 0
        try:
            with bar("vault", total, unit="contacts") as advance:
                for number in vault.rotate():
                    done += number
                    advance(number)
        except FairwatchError as error:
            raise CommandError(f"{error}. {done} entries were done; nothing is lost") from error
        with transaction.atomic():
            # second factors and addresses for replies are kept under the same keys
            adapters.renew()
            replies.renew()
        if done:
            with transaction.atomic():
                detail = {"entries": done, "key": vault.newest_key_name()}
                audit.record(actor="system:rotate_vault", action="vault.rotated", subject="vault:all", at=datetime.now(UTC), detail=detail)
        self.stdout.write(f"{done} of {total} entries encrypted anew. All open with the first key alone: the others can be taken out.")
