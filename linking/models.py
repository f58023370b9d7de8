"""Tables of linking: the signature of each advert's text, and what people said against links.

Links and clusters lie in the ledger and are written from this folder alone.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Signature(models.Model):
    """The MinHash signature of an advert's text, and which state of the advert it was made for."""

    advert = models.OneToOneField("adverts.Advert", on_delete=models.CASCADE, primary_key=True, related_name="signature")
    position = models.BigIntegerField(db_index=True)
    """The advert's ledger position when it was linked: another position means work."""
    text_hash = models.CharField(max_length=64)
    algorithm = models.CharField(max_length=30)
    digest = models.BinaryField()
    """128 unsigned 32-bit numbers, little endian; empty for a text too short to compare."""

    def __str__(self) -> str:
        return f"signature of {self.advert_id}"


class SignatureBand(models.Model):
    """One band of a signature: adverts that share one are candidates. Rows, so that the look-up works in every database."""

    signature = models.ForeignKey(Signature, on_delete=models.CASCADE, related_name="bands")
    number = models.PositiveSmallIntegerField()
    value = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["value", "number"])]

    def __str__(self) -> str:
        return f"{self.signature_id} band {self.number}"


class Parting(models.Model):
    """A person's word that an advert is not the same as those it was together with; taken back by ``undone_at``, never removed."""

    advert = models.ForeignKey("adverts.Advert", on_delete=models.CASCADE, related_name="partings")
    beside = models.ForeignKey("adverts.Advert", on_delete=models.CASCADE, related_name="+")
    """One of those it was parted from: the one it was linked to most strongly."""
    others = models.JSONField()
    """Ids of all adverts it was together with then."""
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    applied = models.BooleanField(default=False)
    """Whether the clusters follow it, or follow its having been taken back."""

    def __str__(self) -> str:
        return f"{self.advert_id} apart from {len(self.others)}"


class CommonContact(models.Model):
    """A contact that links nothing because a person said that it is a switchboard or a public office."""

    key = models.CharField(max_length=64, unique=True)
    """Keyed hash of the contact, as in ``adverts.Contact``."""
    masked = models.CharField(max_length=200)
    why = models.CharField(max_length=300)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    applied = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.masked
