"""Find indicators and protective signals in one text: fold, tag with concepts, look for situations, weigh their scope."""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter

from adverts.records import ContactSpan, Findings, Match
from nlp import bare, catalogue, clock, contacts, dayparts, language, lexicon, money, naming, scope, segment, situations
from nlp.lexicon import Tag
from nlp.normalise import Folded, fold

LONGEST = 50_000
"""Characters read at most; a note says so where a text is longer."""
MOST_TAGS = 400
"""Tags weighed in one sentence at most: hostile text repeats one word without end."""
MOST_TRIES = 4
"""Negations tried for one situation in one sentence at most."""
MOST_PLACES = 3
"""Places shown for one indicator at most (labelling guide, rule 3)."""
SECONDS = 0.8
"""Time given to one text; what was found by then is returned with a note."""
PAIR = 260
"""Characters of two neighbouring sentences that are also read as one, at most."""

Grouped = dict[str, list[Tag]]


@dataclass(frozen=True, slots=True)
class Reading:
    """One text, folded, tagged and cut: what all rules look at."""

    text: str
    folded: Folded
    guess: language.Guess
    tags: tuple[Tag, ...]
    sentences: tuple[segment.Sentence, ...]
    letters_per_word: float


def read(text: str, *, languages: tuple[str, ...] = (), spans: Sequence[ContactSpan] | None = None) -> Reading:
    """Fold, identify, tag and cut ``text``.

    ``languages`` are what its source declares; ``spans`` its contacts where they are known (the ledger's text shows them masked).
    """
    folded = fold(text[:LONGEST])
    guess = language.guess(folded.text, declared=languages)
    ordered = lexicon.without_decoys(sorted(set(_lexical(folded, text, guess.all)), key=_place))
    tags = set(ordered)
    sums = list(_sums(folded.text))
    sums += bare.tags(folded.text, ordered, sums)
    tags.update(clock.tags(folded.text, ordered, sums))
    tags.update(dayparts.tags(folded.text, ordered))
    tags.update(sums)
    tags.update(_contacts(folded, text, spans))
    tags.update(naming.tags(folded, text[:LONGEST]))
    dense = guess.main in lexicon.codes() and not lexicon.language(guess.main).spaces
    per_word = situations.LETTERS_PER_WORD_DENSE if dense else situations.LETTERS_PER_WORD
    return Reading(text, folded, guess, tuple(sorted(tags, key=_place)), tuple(segment.sentences(folded.text)), per_word)


@dataclass(frozen=True, slots=True)
class Weighed:
    """A situation that stands in the text, and whether it counts."""

    indicator: catalogue.Indicator
    hit: situations.Hit
    undone: str
    """Why it does not count (negation, payer, warning); empty where it does."""


def find(text: str, *, languages: tuple[str, ...] = (), spans: Sequence[ContactSpan] | None = None) -> Findings:
    """What the rules alone find in ``text``; ``text[m.start:m.end] == m.quote`` holds for all."""
    reading = read(text, languages=languages, spans=spans)
    weighed, notes = weigh(reading)
    return findings(reading, (to_match(reading, found) for found in weighed if not found.undone), notes=notes)


def weigh(reading: Reading, *, rules: Sequence[catalogue.Indicator] | None = None) -> tuple[list[Weighed], list[str]]:
    """The situations of ``rules`` (all where none are given) that stand in a text, undone ones too, and notes for the reviewer."""
    until = time.monotonic() + SECONDS
    notes = [f"only the first {LONGEST} characters were read"] if len(reading.text) > LONGEST else []
    if not reading.guess.sure:
        notes.append("language-unsure")
    index = _index_of(rules) if rules is not None else _default_index()
    everywhere = frozenset([tag[0] for tag in reading.tags])
    advice = "the whole text warns of this" if scope.is_advice(reading.tags, reading.sentences[:1]) else ""
    possible = {where: _possible(filed, everywhere) for where, filed in index.items()}
    begins = {where: [start for name, start, _ in reading.tags if name in filed] if filed else [] for where, filed in possible.items()}
    found: list[Weighed] = []
    for unit, where in _units(reading):
        if not begins[where] or not _begun(begins[where], unit):
            continue
        if time.monotonic() > until:
            notes.append("reading was stopped for time; what was found until then is shown")
            break
        for one in _weighed(reading, unit, where, possible[where]):
            found.append(replace(one, undone=advice) if advice and not one.undone and one.hit.situation.negatable else one)
    return found, notes


def findings(reading: Reading, matches: Iterable[Match], *, notes: Sequence[str] = ()) -> Findings:
    """Findings from matches of rules and model: the strongest places of each, in order, with contradictions noted."""
    known = catalogue.by_id()
    found: dict[str, list[Match]] = defaultdict(list)
    for match in matches:
        found[match.id].append(match)
    kept = [match for places in found.values() for match in _best(places)]
    signals = tuple(sorted((m for m in kept if m.id in known and known[m.id].is_signal), key=_match_place))
    flags = tuple(sorted((m for m in kept if not (m.id in known and known[m.id].is_signal)), key=_match_place))
    contradiction = any(m.id == "no-fee-statement" for m in signals) and any(known[m.id].group == "A" for m in flags if m.id in known)
    return Findings(reading.guess.main, flags, signals, notes=(*notes, *(("contradictory-claims",) if contradiction else ())))


_place = itemgetter(1, 2, 0)
_start = itemgetter(1)


def _match_place(match: Match) -> tuple[int, int, str]:
    return match.start, match.end, match.id


def _lexical(folded: Folded, text: str, codes: Iterable[str]) -> Iterator[Tag]:
    for code in codes:
        lang = lexicon.language(code)
        written = ""
        if lang.marks_kept:
            written = text[: len(folded.text)] if folded.kept is None else "".join(text[place] for place in folded.kept)
        yield from lang.tags_anywhere(folded.text, written)


_LIFTED = re.compile(r"\b(?:lift|weigh|carry|push|pull|load)")
_PERCENT = re.compile(r"\d{1,3}(?:[.,]\d)?(?:\s?-\s?\d{1,3})?\s?[%٪]")


def _sums(text: str) -> Iterator[Tag]:
    for found in money.find(text):
        if "pound" in text[found.start : found.end] and _LIFTED.search(text, max(0, found.start - 60), found.start):
            continue  # a weight
        yield Tag("amount", found.start, found.end)
    for percent in _PERCENT.finditer(text) if "%" in text or "٪" in text else ():
        yield Tag("percent", *percent.span())


def _contacts(folded: Folded, text: str, spans: Sequence[ContactSpan] | None) -> Iterator[Tag]:
    for found in contacts.find(text[:LONGEST]) if spans is None else spans:
        yield Tag(f"contact.{found.kind}", *folded.folded(found.start, found.end))


@dataclass(frozen=True, slots=True)
class _Rule:
    indicator: catalogue.Indicator
    situation: situations.Situation


_RuleIndex = dict[str, dict[str, list[_Rule]]]


@cache
def _default_index() -> _RuleIndex:
    return _index_of(catalogue.indicators())


def _index_of(indicators: Sequence[catalogue.Indicator]) -> _RuleIndex:
    """Scope -> tag -> the situations with a slot that this tag can fill, filed under their narrowest slot alone."""
    index: _RuleIndex = {"sentence": defaultdict(list), "pair": defaultdict(list), "advert": defaultdict(list)}
    for indicator in indicators:
        for situation in indicator.situations:
            for tag in min(situation.slots, key=_narrow):
                index[situation.scope][tag].append(_Rule(indicator, situation))
    return index


_COMMON = frozenset(
    {
        "no<",
        "no>",
        "no.fused",
        "worker",
        "you",
        "we",
        "job",
        "amount",
        "number",
        "pay",
        "salary",
        "employer",
        "after",
        "before",
        "month",
        "year",
    }
)


def _narrow(slot: tuple[str, ...]) -> tuple[int, int]:
    return len(_COMMON.intersection(slot)), len(slot)


def _units(reading: Reading) -> Iterator[tuple[segment.Sentence, str]]:
    """Stretches of text to look at: each sentence, each pair of short neighbours, the whole advert."""
    previous: segment.Sentence | None = None
    for sentence in reading.sentences:
        yield sentence, "sentence"
        if previous is None:
            yield sentence, "pair"  # an advert of one sentence has no neighbours
        if previous and sentence.end - previous.start <= PAIR:
            yield segment.Sentence(previous.start, sentence.end), "pair"
        previous = sentence
    yield segment.Sentence(0, len(reading.folded.text)), "advert"


def _grouped(tags: Iterable[Tag]) -> Grouped:
    grouped: Grouped = defaultdict(list)
    for tag in tags:
        grouped[tag.name].append(tag)
    return grouped


def inside(tags: Sequence[Tag], unit: segment.Sentence) -> list[Tag]:
    """The tags of ``tags`` (in order of place) that lie within ``unit``."""
    first = bisect_left(tags, unit.start, key=_start)
    last = bisect_left(tags, unit.end, first, key=_start)
    return [tag for tag in tags[first:last] if tag[2] <= unit.end]


def _begun(begins: Sequence[int], unit: segment.Sentence) -> bool:
    """Whether a tag under which a rule is filed begins in ``unit``; ``begins`` are the places of all such tags, in order."""
    place = bisect_left(begins, unit[0])
    return place < len(begins) and begins[place] < unit[1]


def _possible(filed: Mapping[str, list[_Rule]], everywhere: frozenset[str]) -> dict[str, list[_Rule]]:
    """The rules of an index that the advert as a whole leaves open: few, so that most sentences need no look."""
    rules = {name: [rule for rule in filed[name] if _open(rule.situation, everywhere)] for name in everywhere if name in filed}
    return {name: found for name, found in rules.items() if found}


def _open(situation: situations.Situation, everywhere: frozenset[str]) -> bool:
    """Whether something in the advert could fill every slot of ``situation``, and nothing in it keeps it from being looked for."""
    if not situation.may_stand(everywhere) or not situation.nowhere.isdisjoint(everywhere):
        return False
    return not situation.somewhere or not situation.somewhere.isdisjoint(everywhere)


def _weighed(reading: Reading, unit: segment.Sentence, where: str, filed: Mapping[str, list[_Rule]]) -> Iterator[Weighed]:
    here = inside(reading.tags, unit)[:MOST_TAGS]
    names = dict.fromkeys([tag[0] for tag in here])
    rules = {id(rule): rule for name in names if name in filed for rule in filed[name] if rule.situation.may_stand(names.keys())}
    if not rules:
        return
    grouped = _grouped(here)
    local = grouped if where != "advert" else {}
    for rule in rules.values():
        if not rule.situation.unless.isdisjoint(names):
            continue
        hit = _governed(reading, rule.situation, grouped)
        if hit is not None:
            yield Weighed(rule.indicator, hit, scope.undone(hit, reading.folded.text, local, letters_per_word=reading.letters_per_word))


def _governed(reading: Reading, situation: situations.Situation, grouped: Grouped) -> situations.Hit | None:
    """The closest hit whose own "no", where it has one, governs the words it stands with."""
    tags: Grouped = grouped
    for _ in range(MOST_TRIES):
        hit = situations.look_for(situation, tags, letters_per_word=reading.letters_per_word)
        if hit is None:
            return None
        astray = scope.astray(hit, reading.folded.text, grouped, letters_per_word=reading.letters_per_word)
        if not astray:
            return hit
        tags = {name: [tag for tag in found if tag not in astray] for name, found in tags.items()}
    return None


def to_match(reading: Reading, weighed: Weighed) -> Match:
    """What is said of a situation that counts."""
    situation = weighed.hit.situation
    start, end = reading.folded.original(weighed.hit.start, weighed.hit.end)
    if situation.scope == "advert":
        longest = max(weighed.hit.parts, key=_length)
        start, end = reading.folded.original(longest.start, longest.end)
    return Match(
        id=weighed.indicator.id,
        start=start,
        end=end,
        quote=reading.text[start:end],
        strength=situation.strength,
        why=situation.why or weighed.indicator.why,
        origin=f"rule {catalogue.version()}",
    )


def _length(tag: Tag) -> int:
    return tag.end - tag.start


def _best(matches: Sequence[Match]) -> list[Match]:
    """The strongest places of one indicator, overlapping ones made one, ``MOST_PLACES`` at the most."""
    kept: list[Match] = []
    for match in sorted(matches, key=_strongest):
        clash = next((i for i, other in enumerate(kept) if match.start < other.end and other.start < match.end), None)
        if clash is None:
            kept.append(match)
    return [replace(match) for match in kept[:MOST_PLACES]]


def _strongest(match: Match) -> tuple[float, int, int]:
    return -match.strength, match.end - match.start, match.start
