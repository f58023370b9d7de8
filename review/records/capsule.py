"""Evidence capsules: a BagIt ZIP of one advert with its captures, sheets, findings, log and a script that checks all of it.

A capsule is made in a spool folder of its own, packed by ``review.records.packing`` in a process with limits, written down in the
audit log, and only then handed out. It is not kept. Killed at any moment, there is a whole capsule or none.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction

from adverts.models import Advert, Profile
from adverts.records import FairwatchError
from review import tenancy
from review.records import contents, unmasking
from review.records.acting import log
from review.records.models import CapsuleExport, UnmaskRequest
from review.records.sheet import Shown, sheets
from settings.env import ROOT, current

TIME_LIMIT = 150
"""Seconds for packing; the longest advert takes a few."""
LEFT_AFTER = 3600
"""Seconds after which a spool folder belongs to nobody any more."""


class CapsuleError(FairwatchError):
    """A capsule could not be made; the message says of which advert, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Capsule:
    """A capsule that was made and written down."""

    path: Path
    name: str
    sha256: str
    fingerprint: str
    size: int


@contextmanager
def spool() -> Iterator[Path]:
    """A folder of its own that goes away in the end, also those that killed processes left."""
    root = current().data_dir / "spool"
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    for left in root.iterdir():
        if time.time() - left.stat().st_mtime > LEFT_AFTER:
            shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="capsule-", dir=root))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def make(advert: Advert, *, folder: Path, user: User, language: str, made_at: datetime, requests: Sequence[UnmaskRequest] = ()) -> Capsule:
    """Make a capsule in ``folder`` and write it down.

    ``requests`` are grants of this person whose contacts stand in clear on the sheets; each is a look and logged as one.
    Raises ``CapsuleError`` where packing fails or takes too long.
    """
    shown = [Shown(_kind(advert, one), one.masked, unmasking.look(one.pk, user=user, now=made_at)) for one in requests]
    name = f"fairwatch-{advert.pk[:12]}-{made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    _fill(advert, folder, name=name, user=user, language=language, made_at=made_at, shown=shown)
    target = folder / f"{name}.zip"
    made = _pack(folder, target, advert.pk)
    capsule = Capsule(target, f"{name}.zip", str(made["sha256"]), str(made["fingerprint"]), int(str(made["size"])))
    with transaction.atomic():
        row = CapsuleExport.objects.create(
            advert_id=advert.pk, by=user, made_at=made_at, language=language, sha256=capsule.sha256,
            fingerprint=capsule.fingerprint, size=capsule.size, shown=[one.contact_id for one in requests],
            tenant=tenancy.body_of(user),
        )  # fmt: skip
        facts = {"sha256": capsule.sha256, "fingerprint": capsule.fingerprint, "size": capsule.size, "shown": len(shown)}
        log(user, "capsule.exported", f"advert:{advert.pk}", now=made_at, capsule=row.pk, **facts)
    return capsule


def hand_out(capsule: Capsule, target: Path) -> None:
    """Put a capsule where it was asked for, whole or not at all; a file that is there is replaced."""
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.copyfile(capsule.path, part)
        part.replace(target)
    except OSError as error:
        raise CapsuleError(f"{target}: cannot be written ({error}); choose another place") from error


def _fill(advert: Advert, folder: Path, *, name: str, user: User, language: str, made_at: datetime, shown: Sequence[Shown]) -> None:
    found = contents.gather(advert, captures=current().captures_dir, user=user, made_at=made_at)
    by = user.get_full_name() or user.get_username()
    data = folder / "data"
    data.mkdir()
    for file, content in {**contents.files(found), **sheets(found, language=language, shown=shown, by=by)}.items():
        (data / file).write_bytes(content)
    profile = Profile.objects.filter(user=user).first()
    organisation = profile.organisation if profile else ""
    tags = _tags(name=name, made_at=made_at.astimezone(UTC), by=by, organisation=organisation, advert_id=advert.pk, language=language)
    (folder / "job.json").write_text(json.dumps({"name": name, "language": language, "tags": tags}), encoding="utf-8")


def _pack(folder: Path, target: Path, advert_id: str) -> dict[str, object]:
    command = [sys.executable, "-m", "review.records.packing", str(folder), str(target)]
    try:
        done = subprocess.run(command, cwd=ROOT, env=_environment(folder), capture_output=True, check=True, timeout=TIME_LIMIT)  # noqa: S603
        made: dict[str, object] = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise CapsuleError(f"advert {advert_id}: packing took longer than {TIME_LIMIT} s; try again, then ask the operator") from error
    except (subprocess.CalledProcessError, ValueError, OSError) as error:
        said = getattr(error, "stderr", b"") or b""
        last = said.decode("utf-8", "replace").strip().splitlines()[-1:] or [str(error)]
        raise CapsuleError(
            f"advert {advert_id}: packing failed ({last[0][:300]}); ask the operator to look at free disk and memory"
        ) from error
    return made


def _kind(advert: Advert, request: UnmaskRequest) -> str:
    return next((str(one["kind"]) for one in advert.contacts if one.get("key") == request.contact_id), "contact")


def _tags(*, name: str, made_at: datetime, by: str, organisation: str, advert_id: str, language: str) -> dict[str, str]:
    """The fields of ``bag-info.txt`` (RFC 8493, section 2.2.2)."""
    return {
        "Source-Organization": organisation or "Fairwatch",
        "External-Identifier": advert_id,
        "External-Description": "Evidence capsule of one public job advert: indicators seen and questions to ask, no proof against anybody",
        "Bagging-Date": made_at.date().isoformat(),
        "Bag-Group-Identifier": name,
        "Contact-Name": by,
        "Fairwatch-Made-At": made_at.isoformat(),
        "Fairwatch-Language": language,
        "Bag-Software-Agent": "Fairwatch with bagit.py",
    }


def _environment(folder: Path) -> dict[str, str]:
    """All the packing process gets: no key, no address of the ledger."""
    return {"HOME": str(folder), "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0", "PYTHONDONTWRITEBYTECODE": "1"}
