"""The trained model on disk: a skops file with an allow-list of types, and its card with checksum and versions."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import skops.io

from adverts.records import FairwatchError
from models import sentences
from models.features import VERSION, Columns
from models.sentences import SentenceModel

FOLDER = Path(__file__).parent
FILE = FOLDER / "risk.skops"
SENTENCES = FOLDER / "sentences.skops"
CARDS = FOLDER / "cards"
FLOORS = FOLDER / "floors.json"
"""Bounds measured on ordinary adverts (``manage.py calibrate``): numbers only."""

_ADDRESS = re.compile(r"(?<=__id__\": )\d+|(?<!\d)\d{10,20}(?=\.npy)")

TRUSTED = [
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
]
"""Types beside those skops trusts by itself that our own model holds. A file with any other is refused."""


class ArtefactError(FairwatchError):
    """The model file is missing, changed or does not fit the code."""


@dataclass(frozen=True, eq=False)
class RiskModel:
    """A trained risk model, ready to score."""

    version: str
    columns: Columns
    high: Any
    """Classifier of "an inspector should look soon" (risk high)."""
    medium: Any
    """Classifier of "worth a look" (risk medium or high)."""


def save(model: dict[str, Any], card: dict[str, Any], *, file: Path = FILE, cards: Path = CARDS) -> str:
    """Write model and card; returns the version, which is a hash of the file's bytes. Cards of models no longer in use go."""
    file.write_bytes(_canonical(skops.io.dumps(model)))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    version = f"{file.stem}-{digest[:12]}"
    for old in cards.glob(f"{file.stem}-*.json"):
        old.unlink()
    cards.mkdir(exist_ok=True)
    full = {"version": version, "sha256": digest, **card}
    (cards / f"{version}.json").write_text(json.dumps(full, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return version


def _canonical(raw: bytes) -> bytes:
    """The same skops file with memory addresses replaced by running numbers and no times, so that equal models are equal bytes."""
    source = zipfile.ZipFile(io.BytesIO(raw))
    numbers: dict[str, str] = {}
    schema = _ADDRESS.sub(_numbered(numbers), source.read("schema.json").decode())
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        contents = {_ADDRESS.sub(_numbered(numbers), name): source.read(name) for name in source.namelist() if name != "schema.json"}
        for name, content in sorted({**contents, "schema.json": schema.encode()}.items()):
            target.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _numbered(numbers: dict[str, str]) -> Callable[[re.Match[str]], str]:
    def number(address: re.Match[str]) -> str:
        return numbers.setdefault(address.group(), str(len(numbers) + 1))

    return number


def load(file: Path = FILE, *, cards: Path = CARDS) -> RiskModel:
    """Read the risk model. Raises ``ArtefactError`` naming the file and the remedy."""
    version, stored = _stored(file, cards, features=VERSION)
    return RiskModel(version, Columns(tuple(stored["indicators"]), tuple(stored["signals"])), stored["high"], stored["medium"])


def load_sentences(file: Path = SENTENCES, *, cards: Path = CARDS, bounded: bool = True) -> SentenceModel:
    """Read the sentence model; not ``bounded``: without the bounds of ``floors``. Raises ``ArtefactError`` naming file and remedy."""
    _, stored = _stored(file, cards, features=sentences.VERSION)
    if bounded:
        return as_sentence_model(stored)
    return as_sentence_model({**stored, "thresholds": stored["tuned"]})


def as_sentence_model(stored: dict[str, Any]) -> SentenceModel:
    """The sentence model from its plain data."""
    sparse = stored["weights"]
    weights = np.zeros(sparse["shape"], dtype=np.float64)
    weights[sparse["rows"], sparse["columns"]] = sparse["values"]
    return SentenceModel(
        indicators=tuple(stored["indicators"]),
        vocabulary={name: place for place, name in enumerate(stored["vocabulary"])},
        weights=weights,
        bias=stored["bias"],
        thresholds=stored["thresholds"],
    )


def _stored(file: Path, cards: Path, *, features: str) -> tuple[str, dict[str, Any]]:
    """Version and content of a model file whose checksum has a card, whose types are allowed and whose features are ours."""
    if not file.exists():
        raise ArtefactError(f"{file.name}: no model file; make one with `manage.py train`")
    version = f"{file.stem}-{hashlib.sha256(file.read_bytes()).hexdigest()[:12]}"
    if not (cards / f"{version}.json").exists():
        raise ArtefactError(f"{file.name}: no card {version}.json: the file was changed or is not ours; train anew with `manage.py train`")
    try:
        stored: dict[str, Any] = skops.io.load(file, trusted=TRUSTED)
    except skops.io.exceptions.UntrustedTypesFoundException as error:
        raise ArtefactError(f"{file.name}: holds types that are not allowed ({error}); train anew with `manage.py train`") from error
    if stored["features"] != features:
        raise ArtefactError(
            f"{file.name}: made for features {stored['features']!r}, the code has {features!r}; train anew with `manage.py train`"
        )
    return version, stored


@cache
def current() -> RiskModel:
    """The model in use, read once."""
    return load()


@cache
def sentence_model() -> SentenceModel | None:
    """The sentence model in use, read once; ``None`` where none was trained: the rules then find alone."""
    return load_sentences() if SENTENCES.exists() else None


def floors(path: Path = FLOORS) -> dict[str, float]:
    """Indicator -> least probability to propose it; empty where none were measured."""
    found: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


@cache
def sentence_version() -> str:
    """The name of the sentence model in use."""
    return f"{SENTENCES.stem}-{hashlib.sha256(SENTENCES.read_bytes()).hexdigest()[:12]}" if SENTENCES.exists() else "no-sentences"
