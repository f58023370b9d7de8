"""Tables of alerts; written by this folder alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adverts.models import Advert


class Subscription(models.Model):
    """What one person asked to hear, how often, and by which channels."""

    DAILY, WEEKLY = "daily", "weekly"
    PERIODS: ClassVar = [(DAILY, _("Every day")), (WEEKLY, _("Every week"))]

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscriptions")
    name = models.CharField(max_length=120)
    query = models.TextField(blank=True)
    """In the text syntax of the index; empty: every advert."""
    band = models.CharField(max_length=12)
    """The least urgent band that is still told."""
    period = models.CharField(max_length=8, choices=PERIODS, default=DAILY)
    weekday = models.PositiveSmallIntegerField(default=0)
    """Day of a weekly digest, Monday is 0; unused for daily ones."""
    hour = models.PositiveSmallIntegerField(default=7)
    """Local hour of the digest, 0..23."""
    time_zone = models.CharField(max_length=60, default="UTC")
    """IANA name."""
    instant = models.BooleanField(default=False)
    """Whether urgent adverts are told at once, beside the digests."""
    monthly = models.BooleanField(default=False)
    """Whether a report of counts is sent by e-mail on the first of the month."""
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    """Local hour from which instant messages wait, up to ``quiet_until``; both empty: never."""
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    language = models.CharField(max_length=12, default="en")
    address = models.EmailField(blank=True)
    """Where e-mail goes once ``confirmed_at`` is set; empty: the feed alone."""
    confirmed_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    """Since when no e-mail is sent because one came back; cleared when somebody asks to try again."""
    bounced_why = models.CharField(max_length=20, blank=True)
    """The status code of the mail that came back."""
    paused_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """Unsubscribed: nothing is sent any more; kept because the outbox refers to it."""
    created_at = models.DateTimeField()
    last_slot_at = models.DateTimeField()
    """The newest digest time that was dealt with, whether or not there was anything to say."""
    alive_at = models.DateTimeField(null=True, blank=True)
    """When somebody last did anything with it; empty: not since it was made."""
    asked_at = models.DateTimeField(null=True, blank=True)
    """When its holder was asked whether it is still wanted; empty: no question is open."""
    token_seed = models.CharField(max_length=64)
    """Random; with the secret key it gives the tokens whose hashes follow."""
    feed_number = models.PositiveIntegerField(default=1)
    """Raised when the feed's address is revoked."""
    confirm_number = models.PositiveIntegerField(default=1)
    """Raised when the address changes, so that an old confirmation link confirms nothing."""
    confirm_hash = models.CharField(max_length=64, unique=True)
    unsubscribe_hash = models.CharField(max_length=64, unique=True)
    feed_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["name", "pk"]

    def __str__(self) -> str:
        return f"subscription {self.pk}: {self.name}"

    @property
    def collects(self) -> bool:
        """Whether new matches are noted for it."""
        return self.paused_at is None and self.ended_at is None


class Hook(models.Model):
    """Where a subscription's webhook goes. Its secrets are derived (``alerts.hooks``); the ledger holds none."""

    subscription = models.OneToOneField(Subscription, on_delete=models.CASCADE, related_name="hook")
    url = models.URLField(max_length=500)
    seed = models.CharField(max_length=64)
    number = models.PositiveIntegerField(default=1)
    """Raised when the secret is changed."""
    previous_until = models.DateTimeField(null=True, blank=True)
    """Up to when messages are signed with the secret before this one as well."""
    tests = models.PositiveIntegerField(default=0)
    """How many test messages were asked for."""
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"webhook of subscription {self.subscription_id}"


class Restriction(models.Model):
    """A cluster that may be told to some roles alone; found by any advert that is in it now."""

    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="+")
    roles = models.JSONField(default=list)
    """Values of ``adverts.access.Role`` that may still be told."""
    reason = models.CharField(max_length=200)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"restriction of the cluster of {self.advert_id}"


class Watermark(models.Model):
    """How far the matching pass has read the assessments; one row."""

    name = models.CharField(max_length=30, primary_key=True)
    assessment_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} up to assessment {self.assessment_id}"


class Candidate(models.Model):
    """A match that waits for the subscription's next digest; deleted when that is queued."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="candidates")
    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="+")
    assessment_id = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subscription", "advert"], name="one_candidate_an_advert")]

    def __str__(self) -> str:
        return f"{self.advert_id} for subscription {self.subscription_id}"


class Delivery(models.Model):
    """One row of the outbox. It refers to adverts and assessments; its words are made when it is sent."""

    QUEUED, SENDING, SENT, FAILED, DEAD, DROPPED = "queued", "sending", "sent", "failed", "dead", "dropped"
    OPEN: ClassVar = [QUEUED, SENDING, FAILED]
    STATES: ClassVar = [
        (QUEUED, _("Waiting")),
        (SENDING, _("Being sent")),
        (SENT, pgettext_lazy("message", "Sent")),
        (FAILED, _("Failed, will be tried again")),
        (DEAD, pgettext_lazy("message", "Given up")),
        (DROPPED, _("Not sent: nothing left to say")),
    ]
    DIGEST, CONFIRM, TEST, IDLE, REPLAY, REPORT = "digest", "confirm", "test", "idle", "replay", "report"
    KINDS: ClassVar = [
        (DIGEST, _("Digest")),
        (CONFIRM, _("Asked for consent")),
        (TEST, _("Test message")),
        (IDLE, _("Asked whether it is still wanted")),
        (REPLAY, _("Sent once more")),
        (REPORT, _("Monthly report")),
    ]

    subscription = models.ForeignKey(Subscription, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=10, choices=KINDS)
    channel = models.CharField(max_length=20)
    """Name of a module of ``alerts.channels``."""
    key = models.CharField(max_length=200, unique=True)
    """Idempotency key: one message for one key."""
    state = models.CharField(max_length=8, choices=STATES, default=QUEUED)
    adverts = models.JSONField(default=list)
    """Ids of the adverts whose clusters it is about."""
    assessments = models.JSONField(default=list)
    """Ids of the assessments that caused it."""
    content = models.JSONField(null=True, blank=True)
    """What it says, by reference (``alerts.pinning``), fixed before the first attempt; empty: no attempt yet."""
    reference = models.CharField(max_length=40, blank=True, db_index=True)
    """What message ids of its last attempt begin with; empty: no attempt yet."""
    items = models.PositiveIntegerField(default=0)
    """How many clusters it told of, once sent."""
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    last_error = models.TextField(blank=True)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.CharField(max_length=32, blank=True)
    """Random name of the sender that holds it while ``sending``."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "next_at"]),
            models.Index(fields=["subscription", "channel", "state"]),
            models.Index(fields=["channel", "taken_at"]),
        ]
        ordering: ClassVar = ["made_at", "pk"]

    def __str__(self) -> str:
        return f"{self.key}: {self.state}"


class Shown(models.Model):
    """What a subscription was last told of a cluster by one channel; the next item waits until something material changes."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="shown")
    channel = models.CharField(max_length=20)
    cluster_id = models.CharField(max_length=32)
    """As told. Clusters are re-made: ``advert`` finds the one it became."""
    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="+")
    """The cluster's oldest advert when it was told."""
    band = models.CharField(max_length=12)
    size = models.PositiveIntegerField()
    countries = models.JSONField(default=list)
    indicators = models.JSONField(default=list)
    closed = models.BooleanField(default=False)
    changes = models.JSONField(default=list)
    """Codes of the changes told last."""
    first_at = models.DateTimeField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["subscription", "channel", "cluster_id"], name="one_telling_a_cluster")]

    def __str__(self) -> str:
        return f"{self.cluster_id} told to subscription {self.subscription_id} by {self.channel}"


class Answer(models.Model):
    """What a subscriber said of a cluster: seen, not now, or not relevant. The newest counts."""

    ACKNOWLEDGED, SNOOZED, NOT_RELEVANT = "acknowledged", "snoozed", "not-relevant"
    REASONS: ClassVar = [
        ("place", _("Not our place or country")),
        ("sector", _("Not our kind of work")),
        ("mistake", _("The indicators are read wrongly")),
        ("known", _("We know and have dealt with it")),
        ("other", _("Another reason")),
    ]

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="answers")
    cluster_id = models.CharField(max_length=32)
    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="+")
    answer = models.CharField(max_length=12)
    reason = models.CharField(max_length=10, choices=REASONS, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    """When a snooze ends."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.cluster_id}: {self.answer}"
