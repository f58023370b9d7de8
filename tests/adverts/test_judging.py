from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adverts import judging
from adverts.records import Band
from tests.boards import content

NOW = datetime(2026, 5, 1, tzinfo=UTC)
BOARDS = content.public()


@pytest.mark.parametrize("advert", BOARDS[::4], ids=lambda advert: advert.id)
def test_quotes_hold_on_the_sample_boards(advert: content.Written) -> None:
    text = f"{advert.title}\n\n{advert.text}"
    made = judging.judge(text, now=NOW)
    matches = (*made.findings.indicators, *made.findings.signals)
    assert all(text[match.start : match.end] == match.quote for match in matches)
    assert all(match.why and match.origin for match in matches)


@settings(max_examples=60)
@given(
    st.lists(
        st.sampled_from(
            [
                "passport",
                "kept",
                "by",
                "our",
                "office",
                "fee",
                "$500",
                "before",
                "salary",
                "deducted",
                "until",
                "season",
                "ends",
                ".",
                "\n",
                "no",
                "never",
            ]
        ),
        max_size=50,
    ).map(" ".join)
)
def test_quotes_hold_on_any_mixture(text: str) -> None:
    made = judging.judge(text, now=NOW)
    assert all(text[match.start : match.end] == match.quote for match in (*made.findings.indicators, *made.findings.signals))
    assert 0 <= made.risk <= 1


def test_a_model_finding_says_that_it_is_one() -> None:
    origins = {match.origin.split()[0] for advert in BOARDS for match in judging.judge(advert.text, now=NOW).findings.indicators}
    assert origins <= {"rule", "model"}


def test_the_same_text_is_judged_the_same() -> None:
    texts = [advert.text for advert in BOARDS[:20]]
    first = json.dumps([[(m.id, m.start) for m in judging.judge(text, now=NOW).findings.indicators] for text in texts])
    assert first == json.dumps([[(m.id, m.start) for m in judging.judge(text, now=NOW).findings.indicators] for text in texts])


def test_nothing_in_the_text_is_band_none() -> None:
    made = judging.judge("", now=NOW)
    assert (made.band, made.risk, made.findings.indicators) == (Band.NONE, 0.0, ())


def test_versions_are_named() -> None:
    made = judging.judge("Cook wanted", now=NOW)
    assert made.rules_version.startswith("rules-")
    assert "risk-" in made.model_version
