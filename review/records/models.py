"""Tables of records; written by this folder alone. Histories are append-only; no row holds the words of an advert."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from adverts.records import FairwatchError
from review.models import DEFAULT


class HistoryError(FairwatchError):
    """A row of a history was to be changed or removed; append another one instead."""


class CapsuleExport(models.Model):
    """One evidence capsule that left the house; the file itself is not kept."""

    advert_id = models.CharField(max_length=32, db_index=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="capsules")
    made_at = models.DateTimeField()
    language = models.CharField(max_length=12)
    sha256 = models.CharField(max_length=64, db_index=True)
    """Of the ZIP file."""
    fingerprint = models.CharField(max_length=64, db_index=True)
    """SHA-256 of the capsule's tag manifest: names its whole content, however it is packed."""
    size = models.BigIntegerField()
    shown = models.JSONField(default=list)
    """Keys of contacts that are in it in clear, each under a grant."""
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body it belongs to: that of the person who made it, then."""

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"capsule of {self.advert_id}, {self.fingerprint[:12]}"


class Body(models.Model):
    """An authority or organisation to which cases can be referred."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)
    """A key of ``review.records.bodies.KINDS``."""
    country = models.CharField(max_length=2)
    """ISO 3166-1 alpha-2."""
    region = models.CharField(max_length=100, blank=True)
    languages = models.JSONField(default=list)
    address = models.CharField(max_length=300)
    """Where a referral goes: a web address, an e-mail address or a number."""
    formats = models.CharField(max_length=200, blank=True)
    hours = models.CharField(max_length=200, blank=True)
    verified_on = models.DateField(null=True, blank=True)
    """When somebody last made sure that all this is right; empty: never."""
    updated_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "kind", "name"], name="one_body_a_name")]
        ordering: ClassVar = ["country", "kind", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.country})"


class Referral(models.Model):
    """One handing over of a case to a body; where it stands is that of its last event."""

    case_id = models.BigIntegerField(db_index=True)
    advert_id = models.CharField(max_length=32, db_index=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="referrals")
    reason = models.CharField(max_length=30)
    personal = models.BooleanField(default=True)
    """Whether it holds personal data: a second person must then have looked before it is sent."""
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="referrals")
    state = models.CharField(max_length=14)
    events = models.PositiveIntegerField(default=0)
    """Number of the last event."""
    made_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    """When somebody should look at it again; empty once it is closed."""
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body it belongs to: that of the case."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["state", "remind_at"])]
        ordering: ClassVar = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"referral {self.pk} of case {self.case_id} ({self.state})"


class ReferralEvent(models.Model):
    """One step of a referral; append-only."""

    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="history")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=14)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["referral", "number"], name="one_event_a_number")]
        ordering: ClassVar = ["referral", "number"]

    def __str__(self) -> str:
        return f"referral {self.referral_id} #{self.number}: {self.state}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that exists."""
        if not self._state.adding:
            raise HistoryError(f"event {self.number} of referral {self.referral_id}: is never changed; append the next step")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise HistoryError(f"event {self.number} of referral {self.referral_id}: is never removed; append the next step")


class UnmaskRequest(models.Model):
    """One person's wish to see one masked contact, and what the custodian said."""

    contact_id = models.CharField(max_length=64, db_index=True)
    """Key of the contact; no foreign key, since contacts can be erased and the request stays."""
    advert_id = models.CharField(max_length=32, db_index=True)
    masked = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="unmask_requests")
    reason = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    until = models.DateTimeField(null=True)
    """End of the grant; empty where it was refused or waits."""
    looks = models.PositiveIntegerField(default=0)
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body it belongs to: that of the person who asked, then; its custodians alone answer."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["decided_at", "asked_at"]), models.Index(fields=["by", "until"])]
        ordering: ClassVar = ["-asked_at", "-pk"]

    def __str__(self) -> str:
        return f"request {self.pk} for {self.masked}"


class LegalHold(models.Model):
    """Keeps an advert and its captures whatever the periods say, until it is released. Each body can hold the same advert."""

    advert_id = models.CharField(max_length=32, db_index=True)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body it belongs to: that of the person who placed it, then."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["advert_id", "tenant"], condition=models.Q(released_at__isnull=True), name="one_hold_a_body")
        ]
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"hold on {self.advert_id}"


class RightsRequest(models.Model):
    """An objection, or a wish for erasure, correction or access, with its deadline. The letter itself is kept elsewhere."""

    kind = models.CharField(max_length=10)
    """A key of ``review.records.rights.KINDS``."""
    reference = models.CharField(max_length=100, unique=True)
    """Number of the letter in the office's own files: names and addresses stay there."""
    adverts = models.JSONField(default=list)
    """Ids of the adverts it is about."""
    received_on = models.DateField()
    due_on = models.DateField()
    extended = models.BooleanField(default=False)
    state = models.CharField(max_length=12)
    """received, granted, refused, done."""
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)
    done_at = models.DateTimeField(null=True)
    effects = models.JSONField(default=dict)
    """What was done to what, as counts."""

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.reference}"


class Erasure(models.Model):
    """The erasing of one advert: planned before anything is touched, so that a killed run can be finished; then its tombstone."""

    advert_id = models.CharField(max_length=32, unique=True)
    reason = models.CharField(max_length=30)
    """The outcome whose period ended, or ``request``."""
    request = models.ForeignKey(RightsRequest, on_delete=models.PROTECT, null=True, related_name="erasures")
    planned_at = models.DateTimeField()
    plan = models.JSONField(default=dict)
    """Places in captures and landing files; no word of the advert."""
    done_at = models.DateTimeField(null=True)
    effects = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"erasure of {self.advert_id}"


class Register(models.Model):
    """A list of licence holders that an authority publishes and an operator took in: the newest of its name and country alone."""

    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    """ISO 3166-1 alpha-2."""
    list_date = models.DateField()
    """The day of which the list says how things stood."""
    imported_at = models.DateTimeField()
    entries = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)
    """Rows of the file that could not be read."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "name"], name="one_register_a_name")]
        ordering: ClassVar = ["country", "name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.country}) of {self.list_date}"


class RegisterEntry(models.Model):
    """One licence of a register; a number can stand there more than once."""

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=200)
    """The number as ``review.records.licences.normalise`` gives it."""
    number = models.CharField(max_length=100)
    holder = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10)
    """A ``review.records.licences.Standing``, as the list says it."""
    valid_until = models.DateField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["register", "key"])]
        ordering: ClassVar = ["register", "pk"]

    def __str__(self) -> str:
        return f"{self.number}: {self.status}"
