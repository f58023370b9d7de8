"""Two bodies in one installation: the default one, and another with things of every kind that the first must not learn of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User

from adverts.access import Role
from adverts.models import Advert
from adverts.records import Band
from linking.models import CommonContact, Parting
from review import queue
from review.accounts.models import Account, Tenant
from review.models import Batch, Case, CorridorNote, SavedView, SecondReading, Verdict
from review.records.models import Body, CapsuleExport, LegalHold, Referral, ReferralEvent, RightsRequest, UnmaskRequest
from review.rules import REASONS, Outcome
from tests.review.records.scenes import with_phone
from tests.review.scenes import NOW, advert, assess, cluster, decided, person

COAST, CITY = "Coast Labour Office", "City Licensing Office"
SECRETS = ("coastsecret", "Beatrix", "bea-of-coast")
"""Nothing of these may reach people of the other body: words in each text the other body wrote, and its people's names."""


def body(name: str = COAST, *, contact: str = "+44 1632 960001", is_default: bool = False) -> Tenant:
    """A body."""
    return Tenant.objects.create(name=name, contact=contact, is_default=is_default)


def belongs(user: User, tenant: Tenant | None) -> User:
    """The person, now of this body, as fresh as a request finds them."""
    Account.objects.update_or_create(user=user, defaults={"tenant": tenant})
    return User.objects.get(pk=user.pk)


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of what one body has, by the name of the address parameter or of the thing."""

    case: int
    view: int
    reading: int
    request: int
    referral: int
    hold: int
    batch: int
    note: int


def shared_cluster(*, cluster_id: str = "") -> tuple[Advert, Advert]:
    """A flagged cluster of two adverts, seen by all bodies."""
    route = {"country": "QA", "languages": ["ne"]}
    rows = [advert(title="Packers wanted", **route), advert(title="Packers wanted here", source="board-b", **route)]
    for row in rows:
        assess(row, Band.URGENT)
    cluster(rows, cluster_id=cluster_id)
    return rows[0], rows[1]


def things(user: User, other: User, case: Case, *, words: str) -> Things:
    """One of each kind, all made by ``user`` on their body's case, which is decided; ``other`` is of the same body."""
    verdict = decided(case, Outcome.FRAUD, by=user)
    Verdict.objects.filter(pk=verdict.pk).update(note=words)
    read_twice = {"outcome": Outcome.BENIGN, "reason": REASONS[Outcome.BENIGN][0], "note": words, "who": other, "at": NOW}
    reading, _ = SecondReading.objects.update_or_create(verdict=verdict, defaults=read_twice)
    view = SavedView.objects.create(owner=user, name=words, query="band=urgent", shared=True, tenant=case.tenant)
    key = with_phone(Advert.objects.get(pk=case.advert_id))
    request = UnmaskRequest.objects.create(
        contact_id=key, advert_id=case.advert_id, masked="+44 7*** ***123", by=user, reason="other", note=words,
        asked_at=NOW, tenant=case.tenant,
    )  # fmt: skip
    receiver, _ = Body.objects.get_or_create(
        name="Harbour police", country="GB", kind="police", defaults={"address": "desk@harbour.example", "updated_at": NOW}
    )
    referral = Referral.objects.create(
        case_id=case.pk, advert_id=case.advert_id, body=receiver, reason="fraud", prepared_by=user, state="prepared", events=1,
        made_at=NOW, remind_at=NOW - timedelta(days=1), tenant=case.tenant,
    )  # fmt: skip
    ReferralEvent.objects.create(referral=referral, number=1, state="prepared", who=user, at=NOW, note=words)
    hold = LegalHold.objects.create(advert_id=case.advert_id, reason=words, by=user, at=NOW, tenant=case.tenant)
    CapsuleExport.objects.create(
        advert_id=case.advert_id, by=user, made_at=NOW, language="en", sha256="a" * 64, fingerprint="b" * 64, size=1, tenant=case.tenant
    )
    batch = Batch.objects.create(who=user, tenant=case.tenant, at=NOW, outcome=Outcome.FRAUD, reason="other", asked=[case.pk])
    note = CorridorNote.objects.create(tenant=case.tenant, corridor="NP>QA", text=words, by=user, at=NOW)
    return Things(case.pk, view.pk, reading.pk, request.pk, referral.pk, hold.pk, batch.pk, note.pk)


@dataclass(frozen=True, slots=True)
class World:
    """Two bodies at work on one cluster; ids of what is shared and of what each has."""

    advert: str
    cluster: str
    contact: str
    parting: int
    common: int
    rights: int
    coast: Things
    """Of the other body."""
    default: Things
    coast_case: Case
    bea: User


def world() -> World:
    """Both bodies have decided the cluster and have one of each thing; what the other wrote holds ``SECRETS``."""
    coast = body()
    bea = belongs(person("bea-of-coast", Role.INSPECTOR), coast)
    User.objects.filter(pk=bea.pk).update(first_name="Beatrix", last_name="Coastsecret")
    second = belongs(person("bea-of-coast-2", Role.INSPECTOR), coast)
    dan, dana = person("dan", Role.INSPECTOR), person("dana", Role.INSPECTOR)
    one, other = shared_cluster()
    queue.refresh(now=NOW)
    mine, theirs = Case.objects.get(tenant=0), Case.objects.get(tenant=coast.pk)
    own, foreign = things(dan, dana, mine, words="our words"), things(bea, second, theirs, words="coastsecret")
    parting = Parting.objects.create(advert=one, beside=other, others=[other.pk], why="coastsecret", by=bea.username, at=NOW)
    common = CommonContact.objects.create(key="c" * 64, masked="+44 16*** ***", why="coastsecret", by=bea.username, at=NOW)
    rights = RightsRequest.objects.create(
        kind="access", reference="L-1", adverts=[one.pk], received_on=NOW.date(), due_on=NOW.date(), state="received", entered_by=dan,
        entered_at=NOW,
    )  # fmt: skip
    contact = UnmaskRequest.objects.get(pk=foreign.request).contact_id
    return World(mine.advert_id, mine.cluster_id, contact, parting.pk, common.pk, rights.pk, foreign, own, theirs, bea)
