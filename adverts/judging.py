"""Judge one text: rules find, the sentence model proposes, scope and a second look dispose, the combination rule gives the band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache

import numpy as np

from adverts.records import Assessment, ContactSpan, Findings, Match
from models import artefacts, score, second
from models.second import Candidate, SecondLook, Surroundings
from models.sentences import SentenceModel, Unit
from nlp import bands, catalogue, facts, find

LONG = 800
"""Characters from which an advert without any situation is passed over by the model."""
SPEAKS_OF_WARNING = frozenset({"warning", "scam"})
"""In a sentence with one of these the model proposes nothing: it may be advice."""


def judge(
    text: str,
    *,
    advert_id: str = "",
    languages: Sequence[str] = (),
    spans: Sequence[ContactSpan] | None = None,
    text_hash: str = "",
    now: datetime,
) -> Assessment:
    """The assessment of one text by the rules and the models in use."""
    reading = find.read(text, languages=tuple(languages), spans=spans)
    found = found_in(reading, artefacts.sentence_model(), second.current())
    risk_model = artefacts.current()
    judgement = bands.combine(found.indicators, catalogue.by_id())
    return Assessment(
        advert_id=advert_id,
        text_hash=text_hash,
        findings=Findings(found.language, found.indicators, found.signals, facts.unsaid(reading, found), found.notes),
        risk=score.risk(found, judgement.band, catalogue.by_id(), model=risk_model),
        band=judgement.band,
        reasons=judgement.reasons,
        rules_version=catalogue.version(),
        model_version=model_version(),
        made_at=now,
    )


def model_version() -> str:
    """The names of the models in use."""
    return f"{artefacts.current().version} {artefacts.sentence_version()}"


def found_in(reading: find.Reading, model: SentenceModel | None, look: SecondLook | None = None) -> Findings:
    """What rules and model together find in a text that was read, after the second ``look``; the rules alone where there is no model."""
    made, notes = candidates(reading, model)
    if look is None or not made:
        return find.findings(reading, (one.match for one in made), notes=notes)
    return find.findings(reading, look.believed(made, surroundings(reading), severities()), notes=notes)


def candidates(reading: find.Reading, model: SentenceModel | None) -> tuple[list[Candidate], list[str]]:
    """What rules and sentence model say, before the second look, and notes for the reviewer."""
    weighed, notes = find.weigh(reading)
    standing = [one for one in weighed if not one.undone]
    rules = [Candidate(find.to_match(reading, one), one.hit.situation.name, -1.0) for one in standing]
    if model is None or _ordinary(reading, weighed):
        return rules, notes
    units = sentence_units(reading, weighed)
    return list(_merged(reading, rules, units, model)), notes


def _ordinary(reading: find.Reading, weighed: Iterable[find.Weighed]) -> bool:
    """Whether a long advert holds no situation at all: of the labelled ones like that the model alone was right about none."""
    return len(reading.text) > LONG and all(one.indicator.is_signal for one in weighed)


def surroundings(reading: find.Reading) -> Surroundings:
    """What the second look wants to know of the advert."""
    return Surroundings(frozenset(tag.name for tag in reading.tags), len(reading.text))


@cache
def severities() -> dict[str, str]:
    """Severity by indicator; signals are ``protective``."""
    return {rule.id: rule.severity for rule in catalogue.indicators()}


def sentence_units(reading: find.Reading, weighed: Iterable[find.Weighed]) -> tuple[Unit, ...]:
    """The sentences of a text as the sentence model sees them."""
    marks = [(one.hit.start, one.indicator.id, bool(one.undone)) for one in weighed if one.hit.situation.scope != "advert"]
    units = []
    for sentence in reading.sentences:
        here = [(name, undone) for start, name, undone in marks if sentence.start <= start < sentence.end]
        tags = tuple(find.inside(reading.tags, sentence))
        if not here:
            units.append(Unit(sentence.start, sentence.end, tags, frozenset()))
            continue
        rules = frozenset([name for name, undone in here if not undone])
        units.append(Unit(sentence.start, sentence.end, tags, rules, frozenset([name for name, undone in here if undone]) - rules))
    return tuple(units)


def _merged(reading: find.Reading, rules: Sequence[Candidate], units: Sequence[Unit], model: SentenceModel) -> Iterator[Candidate]:
    if not units:
        yield from rules
        return
    probability = model.probabilities(units)
    places = {name: column for column, name in enumerate(model.indicators)}
    ruled = set()
    for rule in rules:
        column, row = places.get(rule.match.id), _row_of(reading, rule.match, units)
        if column is None or row is None:
            yield rule
            continue
        ruled.add((rule.match.id, row))
        yield replace(rule, likely=float(probability[row, column]))
    rows, columns = np.nonzero(probability >= model.thresholds)
    for row, sure in zip(rows.tolist(), columns.tolist(), strict=True):
        unit, name, likely = units[row], model.indicators[sure], float(probability[row, sure])
        if (name, row) in ruled or name in unit.undone or any(tag in SPEAKS_OF_WARNING for tag, _, _ in unit.tags):
            continue
        span = model.speaking(unit, sure)
        if span is not None:
            yield Candidate(_proposed(reading, name, span, likely), "model", likely)


def _row_of(reading: find.Reading, match: Match, units: Sequence[Unit]) -> int | None:
    start, _ = reading.folded.folded(match.start, match.end)
    return next((row for row, unit in enumerate(units) if unit.start <= start < unit.end), None)


def _proposed(reading: find.Reading, name: str, span: tuple[int, int], likely: float) -> Match:
    start, end = reading.folded.original(*span)
    why = catalogue.by_id()[name].why
    return Match(
        name,
        start,
        end,
        reading.text[start:end],
        round(likely, 3),
        why,
        f"model {artefacts.sentence_version()}",
        "proposed by the sentence model",
    )
