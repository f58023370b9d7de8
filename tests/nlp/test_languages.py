"""Every language file: it loads, knows its concepts, and its own examples hold."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from nlp import lexicon
from nlp.find import find
from nlp.language import guess
from nlp.normalise import fold


def examples() -> Iterator[tuple[str, str, str, bool]]:
    for code in lexicon.codes():
        for example in lexicon.language(code).examples:
            yield code, example["indicator"], example.get("match") or example["no_match"], "match" in example


@pytest.mark.parametrize("code", lexicon.codes())
def test_a_language_names_words_for_most_concepts(code: str) -> None:
    tags = {entry.tag for entry in lexicon.language(code).entries}
    missing = lexicon.concepts() - tags
    assert len(missing) <= 25, sorted(missing)
    assert tags & {"no<", "no>", "no.fused"}
    assert {"payer.worker", "payer.employer", "warning"} <= tags
    assert len(lexicon.language(code).frequent) >= 25


@pytest.mark.parametrize(("code", "indicator", "text", "matches"), list(examples()))
def test_its_examples_hold(code: str, indicator: str, text: str, matches: bool) -> None:
    found = find(text, languages=(code,))
    assert (indicator in {match.id for match in (*found.indicators, *found.signals)}) is matches


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("We are looking for a cook who will work with us at the hotel", "en"),
        ("Buscamos un cocinero para trabajar con nosotros en el hotel", "es"),
    ],
)
def test_languages_are_told_apart(text: str, code: str) -> None:
    assert guess(fold(text).text).main == code


def test_no_letters_is_no_language() -> None:
    assert guess("12345 !!!").main == "und"
