"""Judge one text: rules find, the sentence model proposes and doubts, scope disposes, the combination rule gives the band."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from adverts.records import Assessment, ContactSpan, Findings, Match
from models import artefacts, score
from models.sentences import SentenceModel, Unit
from nlp import bands, catalogue, facts, find

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
    found = found_in(reading, artefacts.sentence_model())
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


def found_in(reading: find.Reading, model: SentenceModel | None) -> Findings:
    """What rules and model together find in a text that was read; the rules alone where there is no model."""
    weighed, notes = find.weigh(reading)
    rules = [find.to_match(reading, one) for one in weighed if not one.undone]
    if model is None:
        return find.findings(reading, rules, notes=notes)
    units = sentence_units(reading, weighed)
    return find.findings(reading, _merged(reading, rules, units, model), notes=notes)


def sentence_units(reading: find.Reading, weighed: Iterable[find.Weighed]) -> tuple[Unit, ...]:
    """The sentences of a text as the sentence model sees them."""
    marks = [(one.hit.start, one.indicator.id, bool(one.undone)) for one in weighed if one.hit.situation.scope != "advert"]
    units = []
    for sentence in reading.sentences:
        here = [(name, undone) for start, name, undone in marks if sentence.start <= start < sentence.end]
        tags = tuple((tag.name, tag.start, tag.end) for tag in find.inside(reading.tags, sentence))
        rules = frozenset(name for name, undone in here if not undone)
        units.append(Unit(sentence.start, sentence.end, tags, rules, frozenset(name for name, undone in here if undone) - rules))
    return tuple(units)


def _merged(reading: find.Reading, rules: Sequence[Match], units: Sequence[Unit], model: SentenceModel) -> Iterator[Match]:
    if not units:
        yield from rules
        return
    probability = model.probabilities(units)
    places = {name: column for column, name in enumerate(model.indicators)}
    for match in rules:
        column, row = places.get(match.id), _row_of(reading, match, units)
        if column is None or row is None or probability[row, column] >= model.doubts[column]:
            yield match
    ruled = {(match.id, row) for match in rules if (row := _row_of(reading, match, units)) is not None}
    for row, unit in enumerate(units):
        if SPEAKS_OF_WARNING & {name for name, _, _ in unit.tags}:
            continue
        for name, column in places.items():
            likely = float(probability[row, column])
            if likely >= model.thresholds[column] and (name, row) not in ruled and name not in unit.undone:
                span = model.speaking(unit, column)
                if span is not None:
                    yield _proposed(reading, name, span, likely)


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
