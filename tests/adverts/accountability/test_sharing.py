"""STIX 2.1 and MISP by hand: what the standards require of each object, equal ids for equal things, no contact, nothing for detection.

What is checked here is written down from the standards; with the extra ``share`` installed their own libraries read the files back too.
"""

from __future__ import annotations

import importlib.util
import json
import re
import uuid
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adverts.accountability import sharing
from adverts.accountability.trust_desk import Quote, Told
from tests.adverts.accountability.test_trust_desk import case as case  # a fixture

ONE = Told(
    id="a" * 32, url="https://board-a.example/jobs/1", title="Packers wanted", decided="act", decided_on="2026-11-20",
    captured_at="2026-11-19T08:00:00+00:00", capture_sha256="ab" * 32, online=True,
    findings=(Quote("document-retention", "Papers kept", "keep your passport", "They go."), Quote("fee", "Fee", "300 EUR", "Paid.")),
)  # fmt: skip
TWO = replace(ONE, id="b" * 32, findings=(), title="")
SENDER = "https://fairwatch.example"


def bundle(*adverts: Told, tlp: str = "amber") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sharing.stix(adverts, sender=SENDER, tlp=tlp))
    return found


REQUIRED = {
    "identity": {"created", "modified", "name"},
    "url": {"value"},
    "note": {"created", "modified", "content", "object_refs"},
    "report": {"created", "modified", "name", "published", "object_refs"},
}


def test_stix_objects_have_what_is_required() -> None:
    found = bundle(ONE, TWO)
    assert found["type"] == "bundle"
    ids = [part["id"] for part in found["objects"]]
    assert len(ids) == len(set(ids)) == 6  # one sender, one address, two notes, two reports
    for part in found["objects"]:
        assert {"type", "id", "spec_version", *REQUIRED[part["type"]]} <= set(part)
        assert part["spec_version"] == "2.1"
        kind, _, name = part["id"].partition("--")
        assert kind == part["type"]
        assert uuid.UUID(name).version == 5
        assert all(
            re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", part[key])
            for key in ("created", "modified", "published")
            if key in part
        )
        assert set(part.get("object_refs", [])) <= set(ids)
        assert part.get("created_by_ref", ids[0]) in ids
        assert all(part.get("object_refs", ["x"]))
    assert {tuple(part["object_marking_refs"]) for part in found["objects"] if part["type"] != "identity"} == {(sharing.TLP["amber"],)}


def test_the_id_of_an_address_is_the_one_of_the_standard() -> None:
    """UUID 5 of the canonical JSON of its identifying property, in the namespace that STIX gives."""
    (url,) = [part for part in bundle(ONE)["objects"] if part["type"] == "url"]
    known = uuid.uuid5(uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7"), '{"value":"https://board-a.example/jobs/1"}')
    assert url["id"] == f"url--{known}"


def test_the_same_adverts_give_the_same_bytes() -> None:
    for build in (sharing.stix, sharing.misp):
        assert build([ONE, TWO], sender=SENDER, tlp="green") == build([ONE, TWO], sender=SENDER, tlp="green")
    assert bundle(ONE)["id"] != bundle(TWO)["id"]


def test_misp_events() -> None:
    body = json.loads(sharing.misp([ONE, TWO], sender=SENDER, tlp="green"))
    first, second = (one["Event"] for one in body["response"])
    assert {"uuid", "info", "date", "analysis", "threat_level_id", "distribution", "Attribute", "Tag", "Orgc"} <= set(first)
    assert (first["distribution"], first["published"], first["threat_level_id"]) == ("0", False, "4")
    assert [(one["type"], one["to_ids"]) for one in first["Attribute"]] == [("url", False), ("text", False), ("text", False)]
    assert {one["name"] for one in first["Tag"]} == {"tlp:green", 'fairwatch:indicator="document-retention"', 'fairwatch:indicator="fee"'}
    uuids = [part["uuid"] for event in (first, second) for part in (event, *event["Attribute"])]
    assert len(uuids) == len(set(uuids))


def test_nobody_is_accused() -> None:
    whole = (sharing.stix([ONE], sender=SENDER, tlp="amber") + sharing.misp([ONE], sender=SENDER, tlp="amber")).decode()
    assert not re.search(r"traffick|threat-actor|malicious|criminal", whole, re.IGNORECASE)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["stix", "misp"])
def test_the_command(case: Any, tmp_path: Path, kind: str) -> None:
    out = StringIO()
    row, undecided = case(), case(None, title="Nobody looked")
    call_command("share", **{kind: tmp_path / "shared.json"}, stdout=out)
    raw = (tmp_path / "shared.json").read_text()
    assert "1 adverts, TLP:AMBER" in out.getvalue()
    assert row.url in raw
    assert undecided.url not in raw
    assert "ines" not in raw.replace("lines", "")


@pytest.mark.django_db
@pytest.mark.parametrize(("kind", "library"), [("stix", "stix2"), ("misp", "pymisp")])
def test_the_check(case: Any, tmp_path: Path, kind: str, library: str) -> None:
    """With the library the file is read back; without it the command says what to install, and writes nothing."""
    case()
    if importlib.util.find_spec(library):
        call_command("share", **{kind: tmp_path / "shared.json"}, check=True, stdout=StringIO())
        return
    with pytest.raises(CommandError, match=f"pip install {library}"):
        call_command("share", **{kind: tmp_path / "shared.json"}, check=True, stdout=StringIO())
    assert not (tmp_path / "shared.json").exists()
