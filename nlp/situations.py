"""A situation: concepts that must stand near one another. Read from an indicator's file, looked for among the tags of a sentence."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache
from typing import Any

from adverts.records import FairwatchError
from nlp import lexicon
from nlp.lexicon import Tag

COMPUTED = frozenset({
    "amount", "number", "hours", "long_hours", "long_span", "long_week", "round_clock", "twentyfour_seven", "seven_days", "six_days", "minor_age", "age_range",
    "contact.phone", "contact.email", "contact.handle", "contact.messenger", "contact.link", "named", "big_pay",
})  # fmt: skip
"""Tags that are computed from the text rather than listed in a language file."""
POLARITY = frozenset({"no<", "no>", "no.fused", "no.idioms", "payer.worker", "payer.employer", "warning", "breaks"})

# a slot may name one of these instead of listing its parts
GROUPS = {
    "no": ("no<", "no>", "no.fused", "forbidden"),
    "not": ("no<", "no>", "no.fused"),
    "worker_pays": ("payer.worker", "own_cost"),
    "employer_pays": ("payer.employer", "company_pays", "free"),
    "holder": ("employer", "agency", "we", "safe_place"),
    "identity": ("passport", "papers"),
    "cost_item": ("cost_item_visa", "cost_item_travel", "cost_item_training", "cost_item_medical", "cost_item_gear", "cost_item_paper"),
    "contact": ("contact.phone", "contact.email", "contact.handle", "contact.messenger", "contact.link", "messenger"),
}

LETTERS_PER_WORD = 6.5
LETTERS_PER_WORD_DENSE = 2.6
"""Chinese and Thai say a word in fewer characters."""


class SituationError(FairwatchError):
    """An indicator file describes a situation that cannot be read."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Concepts, one from each slot, within a distance of one another."""

    slots: tuple[tuple[str, ...], ...]
    """The names that can fill each slot, sorted: findings must not depend on the order of a set."""
    within: int
    """Words from the first to the last."""
    unless: frozenset[str]
    """Tags that must not stand in the same sentence."""
    nowhere: frozenset[str]
    """Tags that must not stand anywhere in the advert."""
    somewhere: frozenset[str]
    """Tags of which one must stand somewhere in the advert; none asked where empty."""
    ordered: bool
    strength: float
    negatable: bool
    """False where the situation holds its own "no" and another negation does not undo it."""
    worker_pays: bool
    """True where somebody must pay, and it must not be the employer."""
    scope: str
    """sentence, pair (of neighbouring short sentences) or advert."""
    why: str

    def may_stand(self, names: Set[str]) -> bool:
        """Whether tags with these names could fill all slots: where not, no place need be looked at."""
        return not any(map(names.isdisjoint, self.slots))

    @property
    def name(self) -> str:
        """A short name that stays when other situations come and go: made from the slots and where they are looked for."""
        slots = ";".join("|".join(slot) for slot in self.slots)
        return f"{zlib.crc32(f'{self.scope}:{self.within}:{slots}'.encode()):08x}"

    @property
    def tags(self) -> frozenset[str]:
        """All tags that can fill a slot."""
        return frozenset(name for slot in self.slots for name in slot)


@dataclass(frozen=True, slots=True)
class Hit:
    """A situation found: the tags that fill its slots, in order of place."""

    situation: Situation
    parts: tuple[Tag, ...]

    @property
    def start(self) -> int:
        """Where the first part begins."""
        return min(part.start for part in self.parts)

    @property
    def end(self) -> int:
        """Where the last part ends."""
        return max(part.end for part in self.parts)


@cache
def _known() -> frozenset[str]:
    return lexicon.concepts() | COMPUTED | POLARITY


def parse(data: Mapping[str, Any], *, where: str) -> Situation:
    """A situation from its entry in an indicator file; ``where`` stands in messages."""
    slots = tuple(tuple(sorted(_alternatives(part, where))) for part in str(data["find"]).split(","))
    unless, nowhere, somewhere = (_listed(data, key, where) for key in ("unless", "nowhere", "somewhere"))
    unknown = set(data) - {"find", "within", "unless", "nowhere", "somewhere", "order", "strength", "negatable", "payer", "scope", "why"}
    if unknown:
        raise SituationError(f"{where}: {', '.join(sorted(unknown))}: no such key of a situation")
    scope = str(data.get("scope", "sentence"))
    if scope not in {"sentence", "pair", "advert"}:
        raise SituationError(f"{where}: scope {scope!r} is none of sentence, pair, advert")
    own_no = any({"no<", "no>", "no.fused", "forbidden"}.intersection(slot) for slot in slots)
    return Situation(
        slots=slots,
        within=int(data.get("within", 12)),
        unless=unless,
        nowhere=nowhere,
        somewhere=somewhere,
        ordered=data.get("order") == "given",
        strength=float(data.get("strength", 0.8)),
        negatable=data["negatable"] == "true" if "negatable" in data else not own_no,
        worker_pays=data.get("payer") == "worker",
        scope=scope,
        why=str(data.get("why", "")),
    )


def _listed(data: Mapping[str, Any], key: str, where: str) -> frozenset[str]:
    return _alternatives(str(data[key]).replace(",", "|"), where) if data.get(key) else frozenset()


def _alternatives(text: str, where: str) -> frozenset[str]:
    names: set[str] = set()
    for name in (part.strip() for part in text.split("|")):
        names.update(GROUPS.get(name, (name,)))
    unknown = {name for name in names if name not in _known() and not name.startswith("phrase.")}
    if unknown:
        raise SituationError(f"{where}: {', '.join(sorted(unknown))}: no such concept; see nlp/concepts.yml")
    return frozenset(names)


def look_for(situation: Situation, by_name: Mapping[str, Sequence[Tag]], *, letters_per_word: float) -> Hit | None:
    """The closest hit of ``situation`` among tags grouped by name (each list in order of place), or ``None``."""
    choices = [[tag for name in slot for tag in by_name.get(name, ())] for slot in situation.slots]
    if not all(choices):
        return None
    reach = situation.within * letters_per_word
    best: Hit | None = None
    anchor = min(range(len(choices)), key=_length_of(choices))
    for tag in choices[anchor]:
        parts = _around(tag, anchor, choices, ordered=situation.ordered)
        if parts:
            hit = Hit(situation, tuple(parts))
            if hit.end - hit.start <= reach + 12 and (best is None or hit.end - hit.start < best.end - best.start):
                best = hit
    return best


def _length_of(choices: Sequence[Sequence[Tag]]) -> Any:
    def length(slot: int) -> int:
        return len(choices[slot])

    return length


def _around(anchor: Tag, place: int, choices: Sequence[Sequence[Tag]], *, ordered: bool) -> list[Tag] | None:
    """For each slot the tag nearest to ``anchor`` that overlaps none chosen before; ``None`` where a slot stays empty."""
    chosen: dict[int, Tag] = {place: anchor}
    for slot, options in enumerate(choices):
        if slot == place:
            continue
        fitting = [tag for tag in options if _fits(tag, slot, chosen, ordered=ordered)]
        if not fitting:
            return None
        chosen[slot] = min(fitting, key=_distance_from(anchor))
    return [chosen[slot] for slot in sorted(chosen)]


_FUSED = frozenset({"we", "you", "no.fused"})
"""What an ending can say: "retenemos" is both the verb and who does it."""


def _fits(tag: Tag, slot: int, chosen: Mapping[int, Tag], *, ordered: bool) -> bool:
    for other_slot, other in chosen.items():
        if tag.start < other.end and other.start < tag.end and not _FUSED.intersection((tag.name, other.name)):
            return False
        if ordered and (tag.start < other.start) != (slot < other_slot):
            return False
    return True


def _distance_from(anchor: Tag) -> Any:
    def distance(tag: Tag) -> int:
        return max(tag.start - anchor.end, anchor.start - tag.end)

    return distance
