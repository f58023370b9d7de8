"""The one door of linking for people who review: set apart, put back, name a common contact. Each act is written to the audit log.

A wish is kept at once. The clusters follow it at once too where no linking runs; else that run, or the next, follows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from adverts import audit, leases, store
from adverts.models import Contact
from adverts.records import FairwatchError
from linking.link import follow_wishes
from linking.models import CommonContact, Parting


class NothingToPartError(FairwatchError):
    """An advert is in no cluster with others any more."""


def set_apart(advert_id: str, *, why: str, by: str, at: datetime) -> Parting:
    """Keep the wish that an advert be apart from all those it is together with now."""
    with transaction.atomic():
        others = [one for one in store.members_of(store.cluster_of(advert_id)) if one != advert_id]
        if not others:
            raise NothingToPartError(f"advert {advert_id}: it stands alone already; read its page again")
        nearest = next((link.other_id for link in store.links_of(advert_id) if link.other_id in set(others)), others[0])
        row = Parting.objects.create(advert_id=advert_id, beside_id=nearest, others=others, why=why[:300], by=by, at=at)
        _log(by, "set-apart", f"advert:{advert_id}", at, {"parting": row.pk, "others": len(others)})
    return row


def put_back(parting_id: int, *, by: str, at: datetime) -> Parting | None:
    """Take a parting back; ``None`` where that has been done or there is none."""
    with transaction.atomic():
        row = Parting.objects.select_for_update().filter(pk=parting_id, undone_at=None).first()
        if row is not None:
            row.undone_at, row.applied = at, False
            row.save(update_fields=["undone_at", "applied"])
            _log(by, "put-back", f"advert:{row.advert_id}", at, {"parting": row.pk})
    return row


def name_common(key: str, *, why: str, by: str, at: datetime) -> CommonContact | None:
    """Say that a contact belongs to a switchboard or a public office; ``None`` for a contact nobody knows."""
    with transaction.atomic():
        contact = Contact.objects.filter(pk=key).first()
        if contact is None:
            return None
        said = {"masked": contact.masked, "why": why[:300], "by": by, "at": at, "undone_at": None, "applied": False}
        row, _ = CommonContact.objects.update_or_create(key=key, defaults=said)
        _log(by, "named-common", f"contact:{key}", at, {"common": row.pk})
    return row


def unname_common(common_id: int, *, by: str, at: datetime) -> CommonContact | None:
    """Let a contact link adverts again; ``None`` where it does already."""
    with transaction.atomic():
        row = CommonContact.objects.select_for_update().filter(pk=common_id, undone_at=None).first()
        if row is not None:
            row.undone_at, row.applied = at, False
            row.save(update_fields=["undone_at", "applied"])
            _log(by, "unnamed-common", f"contact:{row.key}", at, {"common": row.pk})
    return row


def follow() -> bool:
    """Let the clusters follow what was said, unless a linking run is under way; whether they do."""
    try:
        with leases.alone("link", clock=timezone.now) as keep:
            follow_wishes(keep=keep)
    except (leases.HeldElsewhereError, leases.LostLeaseError):
        return False
    return True


def partings_of(cluster_id: str) -> Sequence[Parting]:
    """Partings in force that touch a cluster, the newest first."""
    rows = Parting.objects.filter(undone_at=None).select_related("advert", "beside")
    here = rows.filter(advert__membership__cluster_id=cluster_id) | rows.filter(beside__membership__cluster_id=cluster_id)
    return list(here.order_by("-pk")[:20])


def common_contacts() -> Sequence[CommonContact]:
    """Contacts that link nothing because a person said so, the newest first."""
    return list(CommonContact.objects.filter(undone_at=None).order_by("-at", "pk")[:200])


def _log(by: str, action: str, subject: str, at: datetime, detail: dict[str, Any]) -> None:
    audit.record(actor=by, action=action, subject=subject, at=at, detail=detail)
