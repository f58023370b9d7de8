"""Train the models: labelled adverts are read by the rules, then the sentence model learns, then the risk model on what both find."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from adverts import judging
from adverts.labelled import LabelledAdvert, read_labelled
from models import artefacts, evaluate, second, train_sentences
from models import train as train_risk
from models.features import Columns
from models.second import Candidate
from models.sentences import SentenceModel
from models.train_sentences import Taught
from nlp import bands, catalogue, find

FOLDS = 4
"""Parts of the corpus: the risk model learns from what a sentence model finds that did not see the advert."""


def own_corpus() -> list[Path]:
    """The files of ``models/corpus``, in order of name."""
    return sorted((artefacts.FOLDER / "corpus").glob("*.jsonl"))


def train(corpus: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Train and save both models; yields version and figures of each."""
    adverts = list(read_labelled(corpus))
    readings = [find.read(advert.text) for advert in adverts]
    taught = [_taught(advert, reading) for advert, reading in zip(adverts, readings, strict=True)]
    indicators = [rule.id for rule in catalogue.indicators() if not rule.is_signal]
    folds = fold_models(taught, indicators)
    tuned = train_sentences.thresholds([(one, folds[_fold(one)]) for one in taught], indicators)
    stored = train_sentences.stored(train_sentences.fit(taught, indicators), tuned, artefacts.floors())
    counts = {"adverts": len(adverts), "sentences": sum(len(advert.units) for advert in taught)}
    card = {
        "what": "Says which indicators a sentence carries, from the concepts in it: proposes what no rule found, weighs what one did.",
        "not": "No judgement of a person or firm.",
        "features": stored["features"],
        **counts,
        "by_language": train_risk.count([advert.language for advert in adverts]),
        "rules": catalogue.version(),
        "false alarms": "bounds of models/floors.json, measured on ordinary adverts",
        "thresholds": dict(zip(indicators, (float(value) for value in stored["thresholds"]), strict=True)),
        "limits": "Trained on adverts we wrote ourselves; few are by native speakers.",
    }
    yield artefacts.save(stored, card, file=artefacts.SENTENCES), counts
    yield _risk(adverts, readings, taught, speaking_as(artefacts.as_sentence_model(stored), folds))


def _taught(advert: LabelledAdvert, reading: find.Reading) -> Taught:
    weighed, _ = find.weigh(reading)
    units = judging.sentence_units(reading, weighed)
    places = [(name, *_folded(reading, quote)) for name, quote in advert.labels]
    labels = tuple(frozenset(name for name, start, end in places if start < unit.end and unit.start < end) for unit in units)
    return Taught(_group(advert), units, labels)


def _group(advert: LabelledAdvert) -> str:
    # the same plots were told in several languages under neighbouring numbers: parts of the corpus go by number, not by language
    number = "".join(char for char in advert.id if char.isdigit()) or "0"
    return str(int(number) // 4 % 40)


def _folded(reading: find.Reading, quote: str) -> tuple[int, int]:
    start = reading.text.find(quote)
    return reading.folded.folded(start, start + len(quote)) if start >= 0 else (0, 0)


def _risk(
    adverts: Sequence[LabelledAdvert],
    readings: Sequence[find.Reading],
    taught: Sequence[Taught],
    folds: Sequence[SentenceModel],
) -> tuple[str, dict[str, Any]]:
    cards, look = catalogue.by_id(), second.load()
    labelled, cases = [], []
    for advert, reading, one in zip(adverts, readings, taught, strict=True):
        found = judging.found_in(reading, folds[_fold(one)], look)
        band = bands.combine(found.indicators, cards).band
        labelled.append(train_risk.Labelled(advert.id, one.group, advert.language, found, band, advert.risk))
        cases.append(evaluate.Case(advert.id, advert.language, advert.text, advert.labels, advert.risk, found.indicators, 0.0))
    columns = Columns(folds[0].indicators, tuple(name for name, card in cards.items() if card.is_signal))
    model_data, card = train_risk.fit(labelled, cards, columns)
    figures = evaluate.evaluate(cases, judging.severities()).as_dict(judging.severities())
    figures.pop("ranking_ap_high")  # these cases carry no risk
    version = artefacts.save(model_data, {**card, "rules": catalogue.version(), "findings_on_grouped_splits": figures})
    return version, card["grouped_cross_validation"]


def fold_models(taught: Sequence[Taught], indicators: Sequence[str]) -> list[SentenceModel]:
    """One sentence model for each part of the corpus, which did not see that part."""
    return [train_sentences.fit([one for one in taught if _fold(one) != fold], indicators) for fold in range(FOLDS)]


def speaking_as(final: SentenceModel, folds: Sequence[SentenceModel]) -> list[SentenceModel]:
    """The models of the folds, speaking where ``final`` does."""
    return [replace(model, thresholds=final.thresholds) for model in folds]


def _fold(one: Taught) -> int:
    return int(one.group) % FOLDS


def cross_fitted(corpus: Sequence[Path], final: SentenceModel) -> Iterator[tuple[LabelledAdvert, find.Reading, Taught, list[Candidate]]]:
    """The adverts of ``corpus`` with what rules and a sentence model that did not see them find, before the second look."""
    adverts = list(read_labelled(corpus))
    readings = [find.read(advert.text) for advert in adverts]
    taught = [_taught(advert, reading) for advert, reading in zip(adverts, readings, strict=True)]
    folds = speaking_as(final, fold_models(taught, final.indicators))
    for advert, reading, one in zip(adverts, readings, taught, strict=True):
        yield advert, reading, one, judging.candidates(reading, folds[_fold(one)])[0]


def bounded(model: SentenceModel, bounds: Mapping[str, float]) -> SentenceModel:
    """``model`` with the ``bounds`` that ordinary adverts set."""
    return replace(model, thresholds=train_sentences.raised(model.thresholds, model.indicators, bounds))
