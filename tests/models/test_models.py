from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.records import BAND_ORDER, Band, Findings, Match
from models import artefacts, features, score
from models.evaluate import Case, average_precision, covers, evaluate
from models.sentences import Unit
from models.sentences import features as sentence_features
from nlp import catalogue

IDS = [rule.id for rule in catalogue.indicators() if not rule.is_signal]


def findings(*ids: str) -> Findings:
    return Findings("en", tuple(Match(name, 0, 1, "x", 0.8, "why", "rule r") for name in ids))


@given(st.lists(st.sampled_from(IDS), max_size=5), st.sampled_from(list(Band)))
def test_risk_lies_between_floor_and_ceiling_of_the_band(ids: list[str], band: Band) -> None:
    risk = score.risk(findings(*ids), band, catalogue.by_id(), model=artefacts.current())
    assert 0 <= risk <= 1
    if ids:
        assert score.FLOOR[band] <= risk <= score.CEILING[band]


def test_nothing_found_is_no_risk() -> None:
    assert score.risk(findings(), Band.NONE, catalogue.by_id(), model=artefacts.current()) == 0.0


def test_bands_never_overlap_upside_down() -> None:
    order = [band for band in BAND_ORDER if band is not Band.FRAUD]
    assert [score.FLOOR[band] for band in order] == sorted((score.FLOOR[band] for band in order), reverse=True)


def test_features_have_a_name_each() -> None:
    columns = artefacts.current().columns
    row = features.row(findings("document-retention"), Band.URGENT, catalogue.by_id(), columns)
    assert row.shape == (len(columns.names),)
    assert row[columns.names.index("document-retention")] == pytest.approx(0.8)
    assert row[columns.names.index("band:urgent")] == 1


def test_the_card_names_the_model_and_its_limits() -> None:
    model = artefacts.current()
    card = json.loads((artefacts.CARDS / f"{model.version}.json").read_text())
    assert card["version"] == model.version
    assert card["limits"]
    assert set(card["grouped_cross_validation"]) == {"high", "medium"}


def test_a_changed_model_file_is_refused(tmp_path: Path) -> None:
    changed = tmp_path / "risk.skops"
    changed.write_bytes(artefacts.FILE.read_bytes() + b"x")
    with pytest.raises(artefacts.ArtefactError, match="no card"):
        artefacts.load(changed)


def test_a_missing_model_file_names_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(artefacts.ArtefactError, match=r"manage\.py train"):
        artefacts.load(tmp_path / "risk.skops")


def test_types_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    from sklearn.pipeline import FunctionTransformer

    artefacts.save(
        {"features": features.VERSION, "evil": FunctionTransformer(print)}, {}, file=tmp_path / "risk.skops", cards=tmp_path / "cards"
    )
    with pytest.raises(artefacts.ArtefactError, match="not allowed"):
        artefacts.load(tmp_path / "risk.skops", cards=tmp_path / "cards")


def test_saving_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    data = {"features": "x", "values": np.arange(5.0), "names": ["a", "b"]}
    first = artefacts.save(data, {}, file=tmp_path / "m.skops", cards=tmp_path / "cards")
    again = artefacts.save(
        {"features": "x", "values": np.arange(5.0), "names": ["a", "b"]}, {}, file=tmp_path / "m.skops", cards=tmp_path / "cards"
    )
    assert first == again
    assert len(list((tmp_path / "cards").glob("*.json"))) == 1


def test_pairs_of_concepts_know_their_order() -> None:
    unit = Unit(0, 40, (("keep", 0, 4), ("passport", 10, 18)), frozenset({"document-retention"}))
    found = next(sentence_features([unit]))
    assert {"t:keep", "t:passport", "p:keep|passport", "o:keep>passport", "r:document-retention"} <= set(found)
    assert "o:passport>keep" not in found


def test_the_sentence_model_gives_a_probability_for_each_sentence() -> None:
    model = artefacts.sentence_model()
    assert model is not None
    units = [Unit(0, 40, (("keep", 0, 4), ("passport", 10, 18)), frozenset({"document-retention"})), Unit(41, 50, (), frozenset())]
    probability = model.probabilities(units)
    assert probability.shape == (2, len(model.indicators))
    place = model.indicators.index("document-retention")
    assert probability[0, place] > 0.5 > probability[1, place]
    assert model.speaking(units[1], place) is None


@pytest.mark.parametrize(
    ("span", "quote", "enough"), [((0, 10), (5, 15), True), ((0, 10), (6, 20), False), ((2, 3), (0, 100), True), ((0, 5), (5, 9), False)]
)
def test_evidence_covers_half_of_the_shorter(span: tuple[int, int], quote: tuple[int, int], enough: bool) -> None:
    assert covers(span, quote) is enough


@pytest.mark.parametrize(
    ("ranked", "value"), [([True, False], 1.0), ([False, True], 0.5), ([False], 0.0), ([], 0.0), ([True, False, True], (1 + 2 / 3) / 2)]
)
def test_average_precision(ranked: list[bool], value: float) -> None:
    assert average_precision(ranked) == pytest.approx(value)


def test_evaluation_counts_right_wrong_and_missed() -> None:
    text = "the passport stays here, fee 500"
    right = Match("document-retention", 4, 18, text[4:18], 0.9, "", "rule")
    wrong = Match("recruitment-fee", 25, 32, text[25:32], 0.9, "", "rule")
    labels = (("document-retention", "passport stays here"), ("no-rest-day", "here"))
    report = evaluate([Case("1", "en", text, labels, "high", (right, wrong), 0.9)], dict.fromkeys(IDS, "high")).as_dict(
        dict.fromkeys(IDS, "high")
    )
    assert report["critical_high"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "evidence": 1.0, "n": 2}
    assert report["ranking_ap_high"] == 1.0


@given(st.lists(st.floats(0, 1), min_size=len(artefacts.current().columns.names), max_size=len(artefacts.current().columns.names)))
def test_risk_is_what_the_trained_classifiers_say(values: list[float]) -> None:
    model = artefacts.current()
    said = [float(one.predict_proba(np.asarray([values]))[0, 1]) for one in (model.high, model.medium)]
    assert score._probability(model, tuple(values)) == pytest.approx(0.6 * said[0] + 0.4 * said[1], abs=1e-12)


TAGS = ["fee", "pay", "no<", "no>", "worker", "passport", "company_form", "contact.phone"]
places = st.lists(st.tuples(st.sampled_from(TAGS), st.integers(0, 90), st.integers(1, 12)), max_size=8)


@given(st.lists(st.tuples(places, st.booleans()), min_size=1, max_size=4))
def test_the_table_of_weights_sums_what_the_named_features_sum(sentences: list[tuple[list[tuple[str, int, int]], bool]]) -> None:
    model = artefacts.sentence_model()
    assert model is not None
    units = [
        Unit(
            0,
            100,
            tuple((name, start, start + long) for name, start, long in sorted(found, key=lambda tag: tag[1:])),
            frozenset(["deposit-or-bond"] * ruled),
        )
        for found, ruled in sentences
    ]
    for said, named in zip(model.probabilities(units), sentence_features(units), strict=True):
        z = model.bias + sum(value * model.weights[model.vocabulary[name]] for name, value in named.items() if name in model.vocabulary)
        assert said == pytest.approx(1 / (1 + np.exp(-z)), abs=1e-12)
