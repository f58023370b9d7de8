"""What goes into an evidence capsule, gathered from ledger, captures and audit log as they stood at one moment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User

from adverts import audit, store
from adverts.audit import GENESIS
from adverts.models import Advert, AdvertVersion, Assessment, AuditEntry, ClusterMember
from review import tenancy
from review.models import Case
from review.records import warcs
from review.records.warcs import Copied, Wanted

FACTS: tuple[str, ...] = (
    "advert_id", "source", "source_id", "url", "title", "employer", "place", "country", "pay_raw", "posted_on", "valid_until",
    "first_seen_at", "seen_at", "closed_at", "languages", "reader", "reader_version", "text_hash",
)  # fmt: skip
MOST_ENTRIES = 5_000


@dataclass(frozen=True, slots=True)
class Contents:
    """All that one capsule holds but its sheets."""

    advert: Advert
    assessment: Assessment | None
    versions: tuple[AdvertVersion, ...]
    captures: tuple[Copied, ...]
    chain: tuple[bytes, ...]
    entries: tuple[AuditEntry, ...]
    head: tuple[int, str]
    """Number and digest of the newest audit entry at that moment."""
    cluster: tuple[str, ...]
    """Ids of the adverts it is grouped with."""
    made_at: datetime


def gather(advert: Advert, *, captures: Path, user: User, made_at: datetime) -> Contents:
    """Everything about an advert as it stood before ``made_at``: the same moment gives the same contents.

    Of the audit log nothing of another body than the person's: neither its case, nor what its people did.
    """
    versions = tuple(advert.versions.filter(at__lt=made_at).order_by("number"))
    copied = warcs.copy(captures, _wanted(advert, versions))
    member = ClusterMember.objects.filter(advert=advert).first()
    cluster = tuple(sorted(set(store.members_of(member.cluster_id)) - {advert.pk})) if member else ()
    head = AuditEntry.objects.filter(at__lt=made_at).order_by("-number").first()
    return Contents(
        advert=advert,
        assessment=store.latest_assessment(advert.pk),
        versions=versions,
        captures=tuple(copied),
        chain=tuple(warcs.chain_lines(captures, copied)),
        entries=tuple(_entries(advert, member.cluster_id if member else "", head, user)),
        head=(head.number, head.digest) if head else (0, GENESIS),
        cluster=cluster,
        made_at=made_at,
    )


def files(contents: Contents) -> dict[str, bytes]:
    """Name -> content of the machine-readable files, the same bytes for the same contents."""
    return {
        "advert.json": _json(_advert(contents)),
        "findings.json": _json(_findings(contents)),
        "captures.warc.gz": b"".join(one.content for one in contents.captures),
        "collection-log.jsonl": _lines(one.log_row() for one in contents.captures),
        "capture-chain.jsonl": b"".join(line + b"\n" for line in contents.chain),
        "audit.jsonl": _lines(_audit(contents)),
    }


def _wanted(advert: Advert, versions: Iterable[AdvertVersion]) -> list[Wanted]:
    found = []
    for version in versions:
        why, state = f"version {version.number}, {version.event}", version.state
        proof = state.get("evidence") or {name: state.get(f"capture_{name}") for name in ("file", "offset", "sha256")}
        if proof.get("file") and isinstance(proof.get("offset"), int):
            found.append(Wanted(str(proof["file"]), proof["offset"], str(proof.get("sha256") or ""), why))
    if advert.capture_file and advert.capture_offset is not None:
        found.append(Wanted(advert.capture_file, advert.capture_offset, advert.capture_sha256, "newest"))
    # the first reason to want a capture stays: a dict keeps the first place and the last value
    return list({(one.file, one.offset): one for one in reversed(found)}.values())[::-1]


def _entries(advert: Advert, cluster_id: str, head: AuditEntry | None, user: User) -> Sequence[AuditEntry]:
    bodies = tenancy.bodies_of(user)
    subjects = [f"advert:{advert.pk}"]
    if cluster_id:
        cases = Case.objects.filter(cluster_id=cluster_id, tenant=bodies.own).values_list("pk", flat=True)
        subjects += [f"cluster:{cluster_id}", *(f"case:{pk}" for pk in cases)]
    rows = AuditEntry.objects.filter(subject__in=subjects, number__lte=head.number if head else 0)
    if bodies.several:
        actors = set(rows.order_by().values_list("actor", flat=True).distinct())
        rows = rows.exclude(actor__in=tenancy.outside(bodies.own, actors))
    return list(rows.order_by("-number")[:MOST_ENTRIES])[::-1]


def _advert(contents: Contents) -> dict[str, Any]:
    row = contents.advert
    facts = {name: _plain(getattr(row, name)) for name in FACTS}
    digest = hashlib.sha256(row.text.encode("utf-8", "surrogatepass")).hexdigest()
    contacts = [{name: one.get(name) for name in ("kind", "start", "end", "masked")} for one in row.contacts]
    versions = [{"number": one.number, "event": one.event, "at": _plain(one.at), "changes": one.changes} for one in contents.versions]
    return {
        **facts, "text": row.text, "text_sha256": digest, "contacts_masked": contacts, "versions": versions,
        "grouped_with": list(contents.cluster), "made_at": _plain(contents.made_at),
    }  # fmt: skip


def _findings(contents: Contents) -> dict[str, Any]:
    found = contents.assessment
    if found is None:
        return {"assessed": False, "indicators": [], "signals": [], "text_sha256": ""}
    return {
        "assessed": True,
        "text_sha256": found.text_hash,
        "language": found.language,
        "band": found.band,
        "reasons": found.reasons,
        "indicators": found.indicators,
        "signals": found.signals,
        "unsaid": found.questions,
        "notes": found.notes,
        "rules_version": found.rules_version,
        "model_version": found.model_version,
        "made_at": _plain(found.made_at),
        "meaning": "Indicators seen in a public advert and questions to ask; never proof of what happened to anybody.",
    }


def _audit(contents: Contents) -> Iterable[Mapping[str, Any]]:
    number, digest = contents.head
    yield {"log": "fairwatch-audit", "entries": len(contents.entries), "head_number": number, "head_digest": digest}
    yield from map(audit.as_row, contents.entries)


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8", "surrogatepass")


def _lines(rows: Iterable[Mapping[str, Any]]) -> bytes:
    packed = [json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":")) for row in rows]
    return "".join(line + "\n" for line in packed).encode("utf-8", "surrogatepass")


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value if value is None or isinstance(value, str | int | float | list) else str(value)
