"""Tables of review; written by this folder alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from adverts.records import FairwatchError
from review.rules import State

DEFAULT = 0
"""The body of people who have none, and of everything there was before bodies."""


class AppendOnlyError(FairwatchError):
    """A verdict or note was to be changed or removed; append a row that takes it back instead."""


class Case(models.Model):
    """One cluster in the hands of one body: opened once, decided and reopened by the rules of ``review.rules``.

    Bodies share the cluster, never the case: what hangs on it is for people of ``tenant`` alone.
    """

    FLAGGED, SAMPLE, BY_HAND = "flagged", "sample", "by-hand"

    cluster_id = models.CharField(max_length=32)
    """No foreign key: clusters are rebuilt, a case stays."""
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body, as ``review.tenancy.body_of`` names it; no foreign key, since the default body needs no row."""
    advert_id = models.CharField(max_length=32, db_index=True)
    """The advert shown for the cluster: its riskiest one."""
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=20, blank=True)
    origin = models.CharField(max_length=8, default=FLAGGED)
    blind = models.BooleanField(default=False)
    """Findings stay hidden from those who decide until it is decided."""

    band = models.CharField(max_length=12)
    shown_band = models.CharField(max_length=12)
    """The band the queue shows: ``read`` while blind."""
    risk = models.FloatField()
    rank = models.BigIntegerField()
    """Sort key of the queue, the greatest first."""
    indicators = models.JSONField(default=list)
    copies = models.PositiveIntegerField()
    boards = models.PositiveIntegerField()
    countries = models.PositiveIntegerField()
    online = models.PositiveIntegerField()
    here = models.BooleanField(null=True)
    """Whether the work is in a country of ours; empty where that is not known."""
    first_at = models.DateTimeField()
    newest_at = models.DateTimeField()

    state = models.CharField(max_length=8, default=State.OPEN)
    round = models.PositiveIntegerField(default=1)
    """Counts decisions: each one, and each taking back, ends a round."""
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reopened_why = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="decided_cases")
    claimed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="claimed_cases")
    claimed_until = models.DateTimeField(null=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged_cases")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["cluster_id", "tenant"], name="one_case_a_body")]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "state", "-rank", "id"]),
            models.Index(fields=["tenant", "state", "shown_band", "-rank", "id"]),
            models.Index(fields=["claimed_by", "-rank", "id"]),
        ]

    def __str__(self) -> str:
        return f"case {self.pk} ({self.state})"


class CaseFacet(models.Model):
    """One value a case is filtered by: a language, sector, corridor, district, source or indicator. None for what a blind case hides."""

    LANGUAGE, SECTOR, CORRIDOR, SOURCE, INDICATOR = "language", "sector", "corridor", "source", "indicator"
    DISTRICT = "district"
    """As ``review.districts`` folds it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="facets")
    kind = models.CharField(max_length=10)
    value = models.CharField(max_length=100)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["case", "kind", "value"], name="one_facet_a_case")]
        indexes: ClassVar = [models.Index(fields=["kind", "value", "case"])]

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"


class SavedView(models.Model):
    """Filters of the queue under a name, for the person who saved them or, ``shared``, for all of one body who review."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=600, blank=True)
    """Query of an address, as ``listing.Filters.as_query`` writes it."""
    shared = models.BooleanField(default=False)
    tenant = models.BigIntegerField(default=DEFAULT)
    """The body it is shared with: the owner's when it was saved."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name")]

    def __str__(self) -> str:
        return self.name


class Batch(models.Model):
    """One answer given to several cases at once; each has a verdict of its own, which names the batch."""

    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="batches")
    tenant = models.BigIntegerField(default=DEFAULT)
    at = models.DateTimeField()
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=20, blank=True)
    asked = models.JSONField(default=list)
    """Ids of the cases, in the order of the page."""
    refused = models.JSONField(default=dict)
    """Case id -> ``Refusal`` for those that were not saved."""

    def __str__(self) -> str:
        return f"{self.outcome} on {len(self.asked)} cases"


class Verdict(models.Model):
    """One decision, or the taking back of one; append-only.

    At most one decision can exist for a round of a case, and at most one row that takes it back:
    of two people saving at once the database lets one win.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="verdicts")
    round = models.PositiveIntegerField()
    verdict = models.CharField(max_length=12)
    """An ``Outcome``; the one taken back where ``undoes`` is set."""
    reason = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="verdicts")
    at = models.DateTimeField()
    shown = models.JSONField(default=dict)
    """What lay before the person: band, blind or not, rules versions, and per advert the text hash and assessment id."""
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="undone_by")
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, related_name="verdicts")
    """Where it was given to several cases at once."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "round"], condition=models.Q(undoes__isnull=True), name="one_verdict_a_round"),
        ]
        indexes: ClassVar = [models.Index(fields=["who", "at"])]
        ordering: ClassVar = ["case", "id"]

    def __str__(self) -> str:
        return f"{self.verdict} on {self.case_id}, round {self.round}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that exists."""
        if not self._state.adding:
            raise AppendOnlyError(f"verdict {self.pk}: a decision is never changed; append one that undoes it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError(f"verdict {self.pk}: a decision is never removed; append one that undoes it")


class CorridorNote(models.Model):
    """A note of one body for a corridor, or a later state of one; append-only (``review.corridors``)."""

    WRITTEN, CHANGED, WITHDRAWN = "written", "changed", "withdrawn"

    tenant = models.BigIntegerField(default=DEFAULT)
    corridor = models.CharField(max_length=8)
    """``NP>QA``, as in ``CaseFacet``; ``>QA`` from anywhere."""
    action = models.CharField(max_length=10, default=WRITTEN)
    text = models.TextField(blank=True)
    """Empty where it is withdrawn, and where its words have been erased."""
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="corridor_notes")
    at = models.DateTimeField()
    follows = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    first = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="later")
    """The row the note began with; empty in that row."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "corridor"])]

    def __str__(self) -> str:
        return f"note {self.pk} for {self.corridor} ({self.action})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that exists."""
        if not self._state.adding:
            raise AppendOnlyError(f"corridor note {self.pk}: a note is never changed; append one that follows it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Refuse."""
        raise AppendOnlyError(f"corridor note {self.pk}: a note is never removed; withdraw it")


class SecondReading(models.Model):
    """A decision drawn to be answered once more by somebody who does not see it; empty until that is done, then never changed."""

    verdict = models.OneToOneField(Verdict, on_delete=models.PROTECT, related_name="second")
    outcome = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="second_readings")
    at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"second reading of verdict {self.verdict_id}"


class Practice(models.Model):
    """One answer of a person who practises; seen by that person alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="practice")
    example = models.CharField(max_length=64)
    """``review.training.key`` of the example."""
    said = models.BooleanField()
    right = models.BooleanField()
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "example"])]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.example} {'right' if self.right else 'wrong'}"


class CasePractice(models.Model):
    """One answer of a person who practises on a past decision; seen by that person alone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="case_practice")
    verdict = models.ForeignKey(Verdict, on_delete=models.PROTECT, related_name="practice")
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=20)
    right = models.BooleanField()
    """Whether the outcome is that of the decision."""
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "verdict"])]

    def __str__(self) -> str:
        return f"{self.user_id}: verdict {self.verdict_id} {'right' if self.right else 'wrong'}"


class ReviewNote(models.Model):
    """Word to a reviewer about a case of theirs, kept until read: that somebody took it over."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="notes")
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="review_notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["recipient", "read_at"])]

    def __str__(self) -> str:
        return f"case {self.case_id} taken over by {self.author_id}"
