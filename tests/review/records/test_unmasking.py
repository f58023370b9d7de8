"""A contact is seen by the one who asked, while the grant holds, and never without an entry in the log."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User

from adverts import audit, vault
from adverts.access import Role
from adverts.models import Advert, AuditEntry, Contact
from adverts.vault import VaultError
from review.records import unmasking
from review.records.acting import RefusedActError
from review.records.models import UnmaskRequest
from tests.review.records.scenes import PHONE, with_phone
from tests.review.scenes import NOW, advert, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(db: None) -> tuple[Advert, str]:
    row = advert()
    return row, with_phone(row)


def asked(shown: tuple[Advert, str], user: User) -> UnmaskRequest:
    return unmasking.ask(advert_id=shown[0].pk, contact_id=shown[1], user=user, reason="link", note="", now=NOW)


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_each_look_is_logged_and_counted(shown: tuple[Advert, str], anna: User, cust: User) -> None:
    row = asked(shown, anna)
    unmasking.decide(row.pk, user=cust, minutes=30, answer="", now=NOW)
    assert [unmasking.look(row.pk, user=anna, now=NOW + timedelta(minutes=n)) for n in (0, 29)] == [PHONE, PHONE]
    assert UnmaskRequest.objects.get().looks == 2
    assert actions() == ["contact.asked", "contact.granted", "contact.shown", "contact.shown"]
    assert audit.first_break(AuditEntry.objects.order_by("number")) is None
    assert not [entry for entry in AuditEntry.objects.all() if "7700" in f"{entry.subject}{entry.detail}"]


@pytest.mark.parametrize("minutes", [30, 31, 600])
def test_after_the_time_it_is_hidden(shown: tuple[Advert, str], anna: User, cust: User, minutes: int) -> None:
    row = asked(shown, anna)
    unmasking.decide(row.pk, user=cust, minutes=30, answer="", now=NOW)
    with pytest.raises(RefusedActError):
        unmasking.look(row.pk, user=anna, now=NOW + timedelta(minutes=minutes))
    assert "contact.shown" not in actions()


def test_nobody_else_sees_it_not_even_the_custodian(shown: tuple[Advert, str], anna: User, ben: User, cust: User) -> None:
    row = asked(shown, anna)
    unmasking.decide(row.pk, user=cust, minutes=30, answer="", now=NOW)
    for other in (ben, cust):
        with pytest.raises(RefusedActError):
            unmasking.look(row.pk, user=other, now=NOW)


def test_without_a_grant_refused_or_ended_it_stays_masked(shown: tuple[Advert, str], anna: User, cust: User) -> None:
    row = asked(shown, anna)
    with pytest.raises(RefusedActError):
        unmasking.look(row.pk, user=anna, now=NOW)
    unmasking.decide(row.pk, user=cust, minutes=None, answer="not needed", now=NOW)
    with pytest.raises(RefusedActError):
        unmasking.look(row.pk, user=anna, now=NOW)
    again = asked(shown, anna)
    unmasking.decide(again.pk, user=cust, minutes=60, answer="", now=NOW)
    unmasking.end(again.pk, user=anna, now=NOW)
    with pytest.raises(RefusedActError):
        unmasking.look(again.pk, user=anna, now=NOW)


def test_nobody_grants_their_own_or_twice(shown: tuple[Advert, str]) -> None:
    both = person("both", Role.INSPECTOR, Role.CUSTODIAN)
    other = person("other", Role.CUSTODIAN)
    row = asked(shown, both)
    with pytest.raises(RefusedActError, match="same-person"):
        unmasking.decide(row.pk, user=both, minutes=30, answer="", now=NOW)
    unmasking.decide(row.pk, user=other, minutes=10, answer="", now=NOW)
    with pytest.raises(RefusedActError, match="over"):
        unmasking.decide(row.pk, user=other, minutes=240, answer="", now=NOW)
    with pytest.raises(RefusedActError):
        unmasking.decide(asked(shown, person("ina", Role.INSPECTOR)).pk, user=other, minutes=100_000, answer="", now=NOW)


def test_a_role_taken_away_ends_the_looking(shown: tuple[Advert, str], anna: User, cust: User) -> None:
    row = asked(shown, anna)
    unmasking.decide(row.pk, user=cust, minutes=30, answer="", now=NOW)
    anna.groups.clear()
    with pytest.raises(RefusedActError):
        unmasking.look(row.pk, user=User.objects.get(pk=anna.pk), now=NOW)


def test_asking_twice_gives_the_waiting_request_and_foreign_contacts_none(shown: tuple[Advert, str], anna: User) -> None:
    assert asked(shown, anna).pk == asked(shown, anna).pk
    with pytest.raises(RefusedActError):
        unmasking.ask(advert_id=advert().pk, contact_id=shown[1], user=anna, reason="link", note="", now=NOW)
    with pytest.raises(RefusedActError, match="note"):
        unmasking.ask(advert_id=shown[0].pk, contact_id=shown[1], user=anna, reason="other", note=" ", now=NOW)


def test_an_erased_contact_is_said_to_be_gone_and_no_look_is_logged(shown: tuple[Advert, str], anna: User, cust: User) -> None:
    row = asked(shown, anna)
    unmasking.decide(row.pk, user=cust, minutes=30, answer="", now=NOW)
    Contact.objects.all().delete()
    with pytest.raises(VaultError, match="erased"):
        unmasking.look(row.pk, user=anna, now=NOW)
    assert "contact.shown" not in actions()
    assert vault.contact_key(kind="phone", value=PHONE) == shown[1]
