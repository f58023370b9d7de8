"""Tables of notices; written by this folder alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Notice(models.Model):
    """One notice: what it claims, who wrote and approved it, and until when it holds."""

    TYPES: ClassVar = [
        ("safe-labour", "Safe labour: what a fair offer looks like"),
        ("pattern-warning", "Warning about a pattern, no employer named"),
        ("official-relay", "Passing on an official warning"),
        ("correction", "Correction of an earlier notice"),
    ]

    slug = models.SlugField(max_length=80, unique=True)
    type = models.CharField(max_length=16, choices=TYPES)
    valid_until = models.DateField(null=True, blank=True)
    """Last day on which it holds; required before approval."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notices_written")
    approver = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="notices_approved")
    editors = models.JSONField(default=list)
    """User names of all who changed it: none of them may approve."""
    approved_hash = models.CharField(max_length=64, blank=True)
    """Content hash that was approved; approval holds for exactly this content."""
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.TextField(blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="updates")
    """The published notice that this one updates or corrects."""
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-updated_at", "pk"]

    def __str__(self) -> str:
        return self.slug


class NoticeText(models.Model):
    """A notice in one language, with its own state of review."""

    DRAFT, MACHINE, CHECKED, NATIVE = "draft", "machine-draft", "human-checked", "native-approved"
    STATES: ClassVar = [
        (DRAFT, "Draft"),
        (MACHINE, "Machine translation, unchecked"),
        (CHECKED, "Checked by a person"),
        (NATIVE, "Approved by a native speaker"),
    ]

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=12)
    """BCP 47 code."""
    title = models.CharField(max_length=160)
    help_lines = models.TextField()
    """Where to get help, one a line, name and number; shown first."""
    body = models.TextField()
    """Paragraphs, ``- `` lists and ``## `` headings; everything else is shown as written."""
    state = models.CharField(max_length=16, choices=STATES, default=DRAFT)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "language"], name="one_text_a_language")]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return f"{self.notice_id} in {self.language}"


class Claim(models.Model):
    """One statement of fact in a notice, with where it was checked and when."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="claims")
    text = models.TextField()
    source_title = models.CharField(max_length=200)
    source_url = models.URLField(max_length=500, blank=True)
    checked_on = models.DateField()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.text[:60]
