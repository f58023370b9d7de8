"""Tables of the accounts: published reports, releases of noised counts, answers of job boards; written by this folder alone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class PublishedReport(models.Model):
    """A quarterly report as it was published. Pages show this and count nothing anew, so that two looks differ in no number."""

    quarter = models.CharField(max_length=6)
    edition = models.PositiveIntegerField()
    """1, or the next number where it had to be put right."""
    why = models.TextField(blank=True)
    """What a later edition puts right."""
    body = models.JSONField()
    sha256 = models.CharField(max_length=64)
    """Of the JSON file as it was published."""
    published_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["quarter", "edition"], name="one_report_an_edition")]
        ordering: ClassVar = ["-quarter", "-edition"]

    def __str__(self) -> str:
        return f"{self.quarter}, edition {self.edition}"


class BoardAnswer(models.Model):
    """What a job board says became of an advert that it was told of."""

    REMOVED, KEPT, UNKNOWN = "removed", "kept", "unknown"
    ANSWERS: ClassVar = [REMOVED, KEPT, UNKNOWN]

    advert_id = models.CharField(max_length=32, unique=True)
    """No foreign key: an advert can be erased, the count stays."""
    source = models.CharField(max_length=100, db_index=True)
    answer = models.CharField(max_length=8)
    on = models.DateField()
    """Day on which the board did it, as the board says."""
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} {self.advert_id}: {self.answer}"


class Release(models.Model):
    """Noised counts that were released for a period, and what they cost; never drawn anew, since each draw tells more."""

    period = models.CharField(max_length=8, db_index=True)
    year = models.PositiveIntegerField(db_index=True)
    """The year whose budget it is charged to."""
    epsilon = models.DecimalField(max_digits=9, decimal_places=6)
    body = models.JSONField()
    """The file as it was given out."""
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.period}: epsilon {self.epsilon}"
