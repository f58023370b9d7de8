"""Tables of linking: the signature of each advert's text. Links and clusters lie in the ledger and are written from here alone."""

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
