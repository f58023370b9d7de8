"""What a notice says, frozen: the thing that is approved, and its hash."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

SHOWN_STATES = frozenset({"human-checked", "native-approved"})
"""Only texts that a person has checked are shown to anybody outside."""

LATER: dict[str, str] = {
    "from_country": "",
    "to_country": "",
    "occupation": "",
    "source_language": "",
    "short": "",
    "made_from": "",
}
"""Fields that came later with what stands for "not said". They count in the hash only where something is said: old approvals stay good."""


@dataclass(frozen=True, slots=True)
class Text:
    """The notice in one language."""

    language: str
    title: str
    help_lines: str
    body: str
    state: str
    short: str = ""
    """What can be sent on by messenger; empty: made of title, first help line and address."""
    made_from: str = ""
    """``words`` of the source text it was translated from or last compared with; empty for the source itself and where nobody noted it."""

    @property
    def checked(self) -> bool:
        """Whether a person has checked it."""
        return self.state in SHOWN_STATES

    @property
    def words(self) -> str:
        """SHA-256 of what it says, whatever its state."""
        return hashlib.sha256(_as_json([self.title, self.help_lines, self.body, self.short]).encode()).hexdigest()


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
    from_country: str = ""
    """Country the workers come from, ISO 3166-1 alpha-2; empty: any."""
    to_country: str = ""
    """Country of work; empty: any."""
    occupation: str = ""
    """One of ``notices.subjects.OCCUPATIONS``; empty: any."""
    source_language: str = ""
    """Language the others are translated from; empty where nobody said."""

    @property
    def source(self) -> Text | None:
        """The text the others are translated from."""
        return next((text for text in self.texts if text.language == self.source_language), None)

    def is_stale(self, text: Text) -> bool:
        """Whether the source has changed since ``text`` was made from it or compared with it."""
        source = self.source
        return source is not None and text.language != source.language and bool(text.made_from) and text.made_from != source.words

    @property
    def shown_texts(self) -> tuple[Text, ...]:
        """The texts that may be published: checked by a person, and not older than their source."""
        return tuple(text for text in self.texts if text.checked and not self.is_stale(text))

    def digest(self) -> str:
        """SHA-256 over everything: a letter changed anywhere gives another one. The order of texts and claims plays no part."""
        fields = _said(asdict(self))
        fields["texts"] = sorted(map(_said, fields["texts"]), key=_as_json)
        fields["claims"] = sorted(fields["claims"], key=_as_json)
        return hashlib.sha256(_as_json(fields).encode()).hexdigest()


def _said(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name not in LATER or value != LATER[name]}


def _as_json(value: object) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a notice")
