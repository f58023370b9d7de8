"""Tables of the ledger. Written by ``adverts/`` alone; other folders read through ``adverts.store``."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models


class Advert(models.Model):
    """The newest known state of one advert; earlier states are in ``AdvertVersion``."""

    advert_id = models.CharField(max_length=32, primary_key=True)
    position = models.BigIntegerField(unique=True)
    """Grows with every write to any advert: the index follows it."""
    source = models.CharField(max_length=100, db_index=True)
    source_id = models.CharField(max_length=500, blank=True)
    url = models.TextField()
    title = models.TextField(blank=True)
    text = models.TextField()
    text_hash = models.CharField(max_length=64, db_index=True)
    employer = models.TextField(blank=True)
    place = models.TextField(blank=True)
    country = models.CharField(max_length=2, blank=True)
    pay_raw = models.TextField(blank=True)
    pay_low = models.FloatField(null=True)
    pay_high = models.FloatField(null=True)
    pay_currency = models.CharField(max_length=3, blank=True)
    pay_period = models.CharField(max_length=10, blank=True)
    posted_on = models.DateField(null=True)
    valid_until = models.DateField(null=True)
    languages = models.JSONField(default=list)
    contacts = models.JSONField(default=list)
    """List of {kind, start, end, masked, key}: never a clear value."""
    first_seen_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    """When the advert was last seen online."""
    closed_at = models.DateTimeField(null=True)
    """When it was found to be gone; empty while online."""
    capture_file = models.TextField(blank=True)
    capture_offset = models.BigIntegerField(null=True)
    capture_sha256 = models.CharField(max_length=64, blank=True)
    reader = models.CharField(max_length=50, blank=True)
    reader_version = models.CharField(max_length=20, blank=True)
    etag = models.TextField(blank=True)
    last_modified = models.TextField(blank=True)

    class Meta:
        # the operator's page counts sources from the first alone, without reading an advert
        indexes: ClassVar = [models.Index(fields=["source", "closed_at", "seen_at"]), models.Index(fields=["seen_at"])]

    def __str__(self) -> str:
        return f"{self.source}: {self.title[:60]}"


class AdvertVersion(models.Model):
    """One state an advert had; append-only."""

    CREATED, CHANGED, CLOSED, RETURNED = "created", "changed", "closed", "returned"

    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=10)
    at = models.DateTimeField()
    changes = models.JSONField(default=dict)
    """Field name -> [before, after] for a change."""
    state = models.JSONField(default=dict)
    """The advert's fields at that moment."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["advert", "number"], name="one_version_a_number")]
        ordering: ClassVar = ["advert", "number"]

    def __str__(self) -> str:
        return f"{self.advert_id} #{self.number} {self.event}"


class Reject(models.Model):
    """A landing line that could not be taken, with what is wrong and what to do."""

    file = models.TextField()
    line = models.PositiveIntegerField()
    field = models.CharField(max_length=50)
    value = models.TextField()
    reason = models.TextField()
    remedy = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["file", "line"], name="one_reject_a_line")]

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.reason}"


class LandingFile(models.Model):
    """How far a landing file has been taken in, so that intake resumes after a stop."""

    name = models.TextField(unique=True)
    offset = models.BigIntegerField(default=0)
    """Bytes taken."""
    lines = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} up to byte {self.offset}"


class Assessment(models.Model):
    """The judgement of one text by one version of rules and model; append-only."""

    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="assessments")
    text_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=20)
    indicators = models.JSONField(default=list)
    signals = models.JSONField(default=list)
    questions = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    risk = models.FloatField()
    band = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)
    rules_version = models.CharField(max_length=120)
    model_version = models.CharField(max_length=120)
    """Names of all models in use."""
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["advert", "text_hash", "rules_version", "model_version"], name="one_assessment_a_text_and_version"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["band", "-risk"])]

    def __str__(self) -> str:
        return f"{self.advert_id}: {self.band} {self.risk:.2f}"


class Contact(models.Model):
    """A contact seen in adverts, under its keyed hash; the clear value is in the vault alone."""

    key = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=12)
    masked = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.masked


class AdvertContact(models.Model):
    """Which advert shows which contact."""

    advert = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="contact_links")
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="advert_links")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["advert", "contact"], name="one_link_a_contact")]

    def __str__(self) -> str:
        return f"{self.advert_id} {self.contact_id}"


class VaultEntry(models.Model):
    """The clear value of a contact, encrypted; the only place where one is kept."""

    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, primary_key=True, related_name="vault")
    ciphertext = models.BinaryField()

    def __str__(self) -> str:
        return f"vault entry of {self.contact_id}"


class Cluster(models.Model):
    """Adverts that belong together; written by ``linking/`` alone. Every advert is in exactly one, if only by itself."""

    cluster_id = models.CharField(max_length=32, primary_key=True)
    size = models.PositiveIntegerField(default=1)
    boards = models.PositiveIntegerField(default=1)
    """Number of sources."""
    reach = models.PositiveIntegerField(default=1)
    """Copies online now."""
    countries = models.JSONField(default=list)
    newest_at = models.DateTimeField()
    """When its newest advert was first seen."""
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.cluster_id} ({self.size})"


class ClusterMember(models.Model):
    """Which cluster an advert is in; written by ``linking/`` alone."""

    advert = models.OneToOneField(Advert, on_delete=models.CASCADE, primary_key=True, related_name="membership")
    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="members")

    def __str__(self) -> str:
        return f"{self.advert_id} in {self.cluster_id}"


class ClusterLink(models.Model):
    """Why two adverts belong together; written by ``linking/`` alone."""

    a = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="links_out")
    b = models.ForeignKey(Advert, on_delete=models.CASCADE, related_name="links_in")
    kind = models.CharField(max_length=12)
    """template, phone, email, handle, messenger or link."""
    strength = models.FloatField()
    """0..1."""
    reason = models.TextField()
    value = models.CharField(max_length=64, blank=True)
    """Key of the shared contact; empty for a template."""

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["a", "b", "kind", "value"], name="one_link_a_pair_kind_and_value")]

    def __str__(self) -> str:
        return f"{self.a_id} - {self.b_id}: {self.kind}"


class AuditEntry(models.Model):
    """One act, chained by hash to the one before; written by ``adverts.audit`` alone and never changed."""

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=60, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    detail = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"#{self.number} {self.actor} {self.action} {self.subject}"


class Run(models.Model):
    """One run of one stage: when, how it ended, what it counted."""

    stage = models.CharField(max_length=120, db_index=True)
    """Name of the stage, or ``crawl:<source>``."""
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ok = models.BooleanField(null=True)
    counts = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.stage} {self.started_at:%Y-%m-%d %H:%M}"


class Lease(models.Model):
    """Who works on what until when; written by ``adverts.leases`` alone."""

    stage = models.CharField(max_length=30)
    item = models.CharField(max_length=120)
    """Id of an advert, name of a source, or ``all`` for a stage that one process does at a time."""
    holder = models.CharField(max_length=250)
    until = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["stage", "item"], name="one_lease_an_item")]

    def __str__(self) -> str:
        return f"{self.stage} {self.item} until {self.until:%H:%M:%S}"


class Profile(models.Model):
    """What Fairwatch knows of an account beyond Django's own fields."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    organisation = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=60, default="UTC")

    def __str__(self) -> str:
        return str(self.user)
