"""Which languages a text is written in: by script and by the small words each language file lists, then by py3langid."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import itemgetter

from nlp import lexicon
from nlp.runs import runs

_SCRIPTS = {
    "Latn": re.compile(r"[a-z]{2,}"),
    "Cyrl": re.compile(r"[\u0400-\u04ff]+"),
    "Arab": re.compile(r"[\u0600-\u06ff]+"),
    "Deva": re.compile(r"[\u0900-\u097f]+"),
    "Beng": re.compile(r"[\u0980-\u09ff]+"),
    "Ethi": re.compile(r"[\u1200-\u137f]+"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]+"),
    "Hans": re.compile(r"[\u4e00-\u9fff]+"),
}
_BEYOND_LATIN = re.compile("[\u0400-\u137f\u4e00-\u9fff]")
SAMPLE = 4_000
"""Characters looked at: enough to tell, whatever the length."""
FIRST, LAST = 200, 100
"""Words that vote, from the beginning and from the end of the sample: adverts in two languages begin in one and end in the other."""
MOST_TIMES = 4
"""Times that one of them counts at most."""
CERTAIN = 4
"""Small words of one language that make it sure without asking further."""


LEAD = 3
"""Votes by which the first must lead to be sure: short texts share small words with many languages."""
MOST_TRIED = 6
"""Languages whose whole lexicon is tried on a text in doubt."""
MOST_WORDS = 12
"""Lexicon words that count for one language at most."""
MODEL_SAYS = 3
"""Votes that py3langid's answer is worth."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The languages of a text."""

    main: str
    """Code of a language that has a file, another BCP 47 code, or ``und``."""
    all: tuple[str, ...]
    """Codes with a file whose words are worth looking for, the main one first."""
    sure: bool


def guess(text: str, *, declared: tuple[str, ...] = ()) -> Guess:
    """The languages of folded ``text``; ``declared`` are what its source says, believed where the text leaves doubt."""
    sample = text[:SAMPLE]
    scripts = _scripts(sample)
    votes = _votes(sample, scripts)
    for code in declared:
        short = code.split("-")[0].lower()
        if short in lexicon.codes():
            votes[short] = votes.get(short, 0) + 2
    written_in = _written_in()
    ranked = [code for code, cast in sorted(votes.items(), key=_cast, reverse=True) if cast >= CERTAIN or written_in[code] in scripts]
    if ranked and votes[ranked[0]] >= CERTAIN and (len(ranked) == 1 or votes[ranked[0]] >= votes[ranked[1]] + LEAD):
        return Guess(ranked[0], _worth(ranked, votes, scripts), True)
    by_model = _by_model(sample)
    for code in (by_model, *(("en",) if "Latn" in scripts else ())):
        if code in lexicon.codes() and code not in ranked:
            ranked.append(code)
    for code in ranked[:MOST_TRIED]:
        words = min(len(lexicon.language(code).tags_anywhere(sample)), MOST_WORDS)
        votes[code] = votes.get(code, 0) + words + (MODEL_SAYS if code == by_model else 0)
    ranked = sorted(ranked[:MOST_TRIED], key=votes.__getitem__, reverse=True)
    if not ranked or not votes[ranked[0]]:
        return Guess(by_model, _worth([code for code in (by_model,) if code in lexicon.codes()], votes, scripts), False)
    main = by_model if by_model not in lexicon.codes() and by_model != "und" and votes[ranked[0]] < CERTAIN else ranked[0]
    return Guess(main, _worth(ranked, votes, scripts), votes[ranked[0]] >= CERTAIN + LEAD)


_cast = itemgetter(1)


@cache
def _written_in() -> dict[str, str]:
    """The script of each language that has a file."""
    return {code: lexicon.language(code).script for code in lexicon.codes()}


def _worth(ranked: list[str], votes: Mapping[str, int], scripts: frozenset[str]) -> tuple[str, ...]:
    """Languages to look for: the first, those with half of its votes, and for each script in the text at least one."""
    chosen = ranked[:1] + [code for code in ranked[1:4] if votes[code] * 2 >= votes[ranked[0]] and votes[code] >= 3]
    written_in = _written_in()
    chosen += _of_scripts(scripts, frozenset([written_in[code] for code in chosen]))
    return tuple(dict.fromkeys(chosen))


@lru_cache(maxsize=256)
def _of_scripts(scripts: frozenset[str], present: frozenset[str]) -> tuple[str, ...]:
    """The languages of the scripts of a text, those left out for which one is ``present``."""
    wanted = scripts - present
    found = [code for code, script in _written_in().items() if script in wanted and (script != "Latn" or code == "en")]
    # people mix the two in one advert
    return (*found, *(code for code in ("ru", "uk") if "Cyrl" in scripts and code in lexicon.codes()))


def _scripts(sample: str) -> frozenset[str]:
    if sample.isascii() or not _BEYOND_LATIN.search(sample):
        return frozenset({"Latn"}) if _SCRIPTS["Latn"].search(sample) else frozenset()
    return frozenset(name for name, pattern in _SCRIPTS.items() if pattern.search(sample))


@cache
def _small_words() -> dict[str, tuple[tuple[str, ...], int]]:
    """Small word -> the languages that list it, and what it is worth to each."""
    by_word: dict[str, list[str]] = {}
    for code in lexicon.codes():
        for word in lexicon.language(code).frequent:
            by_word.setdefault(word, []).append(code)
    return {word: (tuple(found), 2 if len(found) == 1 else 1) for word, found in by_word.items()}


def _votes(sample: str, scripts: frozenset[str]) -> dict[str, int]:
    """Votes of the small words: one for each language that lists it, doubled where no other does."""
    known = _small_words()
    votes: dict[str, int] = {}
    words = runs(sample).words
    if len(words) > FIRST + LAST:
        words = words[:FIRST] + words[-LAST:]
    for word, times in Counter(filter(known.__contains__, words)).items():
        found, worth = known[word]
        worth *= times if times < MOST_TIMES else MOST_TIMES
        for code in found:
            votes[code] = votes.get(code, 0) + worth
    for code, script in _without_spaces():
        votes[code] = votes.get(code, 0) + (2 * len(_SCRIPTS[script].findall(sample)) if script in scripts else 0)
    return votes


@cache
def _without_spaces() -> tuple[tuple[str, str], ...]:
    return tuple((code, script) for code, script in _written_in().items() if not lexicon.language(code).spaces)


@cache
def _identifier() -> object:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _by_model(sample: str) -> str:
    if not any(char.isalpha() for char in sample):
        return "und"
    code, certainty = _identifier().classify(sample)  # type: ignore[attr-defined]
    return str(code) if certainty > 0.5 else "und"
