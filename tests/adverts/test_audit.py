from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import transaction

from adverts import audit
from adverts.models import AuditEntry


def three(now: datetime) -> list[AuditEntry]:
    with transaction.atomic():
        return [audit.record(actor="ines", action="viewed", subject=f"advert:{n}", at=now, detail={"n": n}) for n in range(3)]


@pytest.mark.django_db
def test_a_chain_holds(now: datetime) -> None:
    entries = three(now)
    assert [entry.number for entry in entries] == [1, 2, 3]
    assert entries[0].previous == audit.GENESIS
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None


@pytest.mark.django_db(transaction=True)
def test_an_entry_needs_the_transaction_of_its_act(now: datetime) -> None:
    with pytest.raises(audit.OutsideTransactionError, match=r"transaction\.atomic"):
        audit.record(actor="ines", action="viewed", subject="advert:1", at=now)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("tamper", "number"),
    [
        (lambda: AuditEntry.objects.filter(number=2).update(actor="mallory"), 2),
        (lambda: AuditEntry.objects.filter(number=2).update(detail={"n": 9}), 2),
        (lambda: AuditEntry.objects.filter(number=2).delete(), 2),
        (lambda: AuditEntry.objects.filter(number=1).delete(), 1),
        (lambda: AuditEntry.objects.filter(number=3).update(previous="0" * 64), 3),
    ],
)
def test_tampering_is_found_where_it_was_done(now: datetime, tamper: Callable[[], object], number: int) -> None:
    three(now)
    tamper()
    found = audit.first_break(AuditEntry.objects.order_by("number"))
    assert found is not None
    assert found.number == number


@pytest.mark.django_db
def test_cutting_off_the_end_needs_the_published_head(now: datetime) -> None:
    head = three(now)[-1].digest
    AuditEntry.objects.filter(number=3).delete()
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None
    assert AuditEntry.objects.order_by("-number").first().digest != head  # type: ignore[union-attr]
