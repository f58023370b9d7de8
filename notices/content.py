"""What a notice says, frozen: the thing that is approved, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date

SHOWN_STATES = frozenset({"human-checked", "native-approved"})
"""Only texts that a person has checked are shown to anybody outside."""


@dataclass(frozen=True, slots=True)
class Text:
    """The notice in one language."""

    language: str
    title: str
    help_lines: str
    body: str
    state: str

    @property
    def shown(self) -> bool:
        """Whether it may be published at all."""
        return self.state in SHOWN_STATES


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of fact with its source."""

    text: str
    source_title: str
    source_url: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Content:
    """All that a reader of a notice is told."""

    slug: str
    type: str
    valid_until: date | None
    supersedes: str
    """Slug of the notice it updates or corrects; empty where none."""
    texts: tuple[Text, ...]
    claims: tuple[Claim, ...]

    @property
    def shown_texts(self) -> tuple[Text, ...]:
        """The texts that may be published."""
        return tuple(text for text in self.texts if text.shown)

    def digest(self) -> str:
        """SHA-256 over everything: a letter changed anywhere gives another one. The order of texts and claims plays no part."""
        fields = asdict(self)
        fields["texts"] = sorted(fields["texts"], key=_as_json)
        fields["claims"] = sorted(fields["claims"], key=_as_json)
        return hashlib.sha256(_as_json(fields).encode()).hexdigest()


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a notice")
