"""Tables of notices; written by this folder alone."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Notice(models.Model):
    """One notice: what it claims, who wrote and approved it, and until when it holds."""

    TYPES: ClassVar = [
        ("safe-labour", _("Safe labour: what a fair offer looks like")),
        ("pattern-warning", _("Warning about a pattern, no employer named")),
        ("official-relay", _("Passing on an official warning")),
        ("correction", _("Correction of an earlier notice")),
        ("cancellation", _("Cancels an earlier notice: it no longer holds")),
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
    """The published notice that this one updates, corrects or cancels."""
    from_country = models.CharField(max_length=2, blank=True)
    to_country = models.CharField(max_length=2, blank=True)
    occupation = models.CharField(max_length=16, blank=True)
    source_language = models.CharField(max_length=12, blank=True)
    """Language the other texts are translated from."""
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
        (DRAFT, _("Draft")),
        (MACHINE, _("Machine translation, unchecked")),
        (CHECKED, _("Checked by a person")),
        (NATIVE, _("Approved by a native speaker")),
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
    short = models.TextField(blank=True)
    """Text for messengers."""
    made_from = models.CharField(max_length=64, blank=True)
    """Hash of the source text's words it was made from or last compared with."""
    worded_by = models.CharField(max_length=150, blank=True)
    """User name of who wrote these words: somebody else must check them."""
    checked_by = models.CharField(max_length=150, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

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


class Comment(models.Model):
    """What an adviser said of a draft; kept for good, with the content it was said of."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    about = models.CharField(max_length=160, blank=True)
    """The start of the claim, or the language, it speaks of; empty: the whole notice."""
    body = models.TextField()
    content_hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.author_id} on {self.notice_id}"


class Reply(models.Model):
    """What somebody outside says is wrong with a published notice, and what became of it."""

    WHO: ClassVar = [
        ("employer", pgettext_lazy("who writes", "employer")),
        ("agency", pgettext_lazy("who writes", "agency")),
        ("worker", pgettext_lazy("who writes", "worker")),
        ("other", pgettext_lazy("who writes", "other")),
    ]
    OUTCOMES: ClassVar = [("corrected", _("Corrected")), ("kept", _("Notice stands")), ("unfounded", _("Not about a notice"))]

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="replies")
    received_at = models.DateTimeField()
    due_on = models.DateField()
    """Last day for an answer: five working days after it came."""
    who = models.CharField(max_length=8, choices=WHO)
    said = models.TextField()
    contact = models.TextField(blank=True)
    """Where the answer goes, encrypted; emptied half a year after the answer."""
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=150, blank=True)
    outcome = models.CharField(max_length=10, choices=OUTCOMES, blank=True)
    answer = models.TextField(blank=True)
    """Shown in the public log: names nobody."""

    class Meta:
        ordering: ClassVar = ["due_on", "pk"]

    def __str__(self) -> str:
        return f"reply {self.pk} to {self.notice_id}"


class Reminder(models.Model):
    """A reminder that was sent; one of each kind for each last day."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="reminders")
    last_day = models.DateField()
    days_before = models.SmallIntegerField()
    """-1: it has expired."""
    sent_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "last_day", "days_before"], name="one_reminder_of_each_kind")]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.days_before} days"


class AnswerCount(models.Model):
    """How often an answer of the comprehension check was chosen: a number and nothing else."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="answer_counts")
    language = models.CharField(max_length=12)
    question = models.PositiveSmallIntegerField()
    right = models.PositiveIntegerField(default=0)
    wrong = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["notice", "language", "question"], name="one_count_a_question")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.language} {self.question}"
