"""Adverts that people decided on, as STIX 2.1 and as MISP events, pure: built to the standards by hand; nothing need be installed.

Neither standard has a word for a job advert. In STIX it is a ``url`` with ``note`` objects for the words seen, held together by a
``report``; in MISP an event with a ``url`` and ``text`` attributes that are not for detection (``to_ids`` false). Ids are made from
what they name (UUID 5): the same advert decided on the same day is the same object in every export. There is no actor, no person and no
contact in it.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from adverts.accountability.trust_desk import TOLD, Told

TLP: Mapping[str, str] = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
"""The marking objects that STIX 2.1 itself defines (section 7.2.1.4)."""
_OBSERVABLES = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""Namespace of ids of observables (STIX 2.1, section 2.9)."""
SAYS = (
    "Words in a public job advert that call for questions; a person decided on it. They prove nothing about anybody. Not for immigration "
    "enforcement, not against workers."
)


def stix(adverts: Sequence[Told], *, sender: str, tlp: str) -> bytes:
    """A STIX 2.1 bundle; ``sender`` is the address of this installation."""
    objects = [_identity(sender), *(part for one in adverts for part in _reported(one, sender, tlp))]
    unique = {part["id"]: part for part in objects}
    name = "\n".join(sorted(unique))
    return _bytes({"type": "bundle", "id": f"bundle--{_uuid(sender, name)}", "objects": list(unique.values())})


def _identity(sender: str) -> dict[str, Any]:
    # an identity never changes here, so that its times must not either
    born = "2026-01-01T00:00:00.000Z"
    return {
        "type": "identity", "spec_version": "2.1", "id": f"identity--{_uuid(sender, 'sender')}", "created": born, "modified": born,
        "name": sender, "identity_class": "organization",
    }  # fmt: skip


def _reported(one: Told, sender: str, tlp: str) -> Iterator[dict[str, Any]]:
    when = f"{one.decided_on}T00:00:00.000Z"
    marks = {"object_marking_refs": [TLP[tlp]]}
    made = {"spec_version": "2.1", "created": when, "modified": when, "created_by_ref": f"identity--{_uuid(sender, 'sender')}", **marks}
    url = _address(one, marks)
    notes = [
        {
            "type": "note", "id": f"note--{_uuid(sender, f'{one.id} {one.decided_on} {number}')}", **made,
            "abstract": each.title, "content": f"“{each.quote}” {each.why}".strip(), "labels": [each.indicator], "object_refs": [url["id"]],
        }
        for number, each in enumerate(one.findings)
    ]  # fmt: skip
    yield url
    yield from notes
    yield {
        "type": "report", "id": f"report--{_uuid(sender, f'{one.id} {one.decided_on}')}", **made, "name": one.title or "Job advert",
        "description": f"{TOLD[one.decided]} {SAYS} Captured {one.captured_at}, SHA-256 {one.capture_sha256}.",
        "report_types": ["observed-data"], "published": when, "labels": _labels(one),
        "object_refs": [url["id"], *(note["id"] for note in notes)],
    }  # fmt: skip


def _address(one: Told, marks: Mapping[str, Any]) -> dict[str, Any]:
    name = json.dumps({"value": one.url}, ensure_ascii=False, separators=(",", ":"))
    return {"type": "url", "spec_version": "2.1", "id": f"url--{uuid.uuid5(_OBSERVABLES, name)}", "value": one.url, **marks}


def misp(adverts: Iterable[Told], *, sender: str, tlp: str) -> bytes:
    """MISP events, one an advert, as MISP's own export has them; neither published nor shared beyond the receiver."""
    return _bytes({"response": [{"Event": _event(one, sender, tlp)} for one in adverts]})


def _event(one: Told, sender: str, tlp: str) -> dict[str, Any]:
    stamp = str(int(datetime.fromisoformat(one.decided_on).replace(tzinfo=UTC).timestamp()))
    said = [("text", f"{each.title}: “{each.quote}” {each.why}".strip(), each.indicator) for each in one.findings]
    rows = [("url", one.url, f"Captured {one.captured_at}, SHA-256 {one.capture_sha256}"), *said]
    return {
        "uuid": _uuid(sender, f"{one.id} {one.decided_on} event"),
        "info": f"Job advert: {one.title or one.id}. {TOLD[one.decided]} {SAYS}",
        "date": one.decided_on, "timestamp": stamp, "analysis": "2", "threat_level_id": "4", "distribution": "0", "published": False,
        "Orgc": {"name": sender, "uuid": _uuid(sender, "sender")},
        "Tag": [{"name": f"tlp:{tlp}"}, *({"name": f'fairwatch:indicator="{label}"'} for label in _labels(one))],
        "Attribute": [
            {
                "uuid": _uuid(sender, f"{one.id} {one.decided_on} attribute {number}"), "type": kind, "category": "External analysis",
                "value": value, "comment": comment, "to_ids": False, "distribution": "5", "timestamp": stamp,
            }
            for number, (kind, value, comment) in enumerate(rows)
        ],
    }  # fmt: skip


def _labels(one: Told) -> list[str]:
    return sorted({each.indicator for each in one.findings}) or ["none-named"]


def _uuid(sender: str, name: str) -> str:
    return str(uuid.uuid5(uuid.uuid5(uuid.NAMESPACE_URL, sender), name))


def _bytes(body: Mapping[str, Any]) -> bytes:
    return (json.dumps(body, ensure_ascii=False, indent=1) + "\n").encode()
