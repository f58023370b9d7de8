"""Finding against spaCy's blank tokeniser alone and against presidio-analyzer, on the same texts in the same run.

    python -m benchmarks.detect [FILE] [COUNT]

FILE holds JSON lines with ``text`` (.gz too); without one the adverts of our own corpus are read. All sides run on one core; what is
compared is processor time, and they take turns portion by portion, so that what else the machine does strikes all alike.

presidio-analyzer is given a blank spaCy pipeline (no model, nothing but its tokens) and the same patterns: each term of our lexicon of
the language that most of the texts are in, as it is written there, as one regular expression. It then does a part of what we do: our
findings are situations, made of several such terms near one another. Being slow it reads a few of the texts alone.
"""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from crawlers import footprint
from settings.env import ROOT

PORTION = 20
WARM_UP = 50
FEW = 3
"""Texts of a warm-up where one takes long."""
EVERY = 50
"""presidio-analyzer gets one portion of this many."""


def texts(path: Path | None, count: int) -> list[str]:
    """The first ``count`` texts of a file, or of the corpus."""
    if path is None:
        files = sorted((ROOT / "models" / "corpus").glob("*.jsonl"))
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    else:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            lines = [line for _, line in zip(range(count), file, strict=False)]
    return [str(json.loads(line)["text"]) for line in lines[:count]]


def measured(sides: dict[str, tuple[Callable[[str], object], int]], given: Sequence[str]) -> dict[str, float]:
    """Processor seconds a text by side; a side is what it does with a text, and that it gets every so many-th portion."""
    for act, every in sides.values():
        for text in given[: WARM_UP if every == 1 else FEW]:
            act(text)
    spent: dict[str, float] = dict.fromkeys(sides, 0.0)
    read = dict.fromkeys(sides, 0)
    for number, place in enumerate(range(0, len(given), PORTION)):
        portion = given[place : place + PORTION]
        for name, (act, every) in sides.items():
            if number % every == 0:
                started = time.process_time()
                for text in portion:
                    act(text)
                spent[name] += time.process_time() - started
                read[name] += len(portion)
    return {name: spent[name] / read[name] for name in sides}


def judge() -> Callable[[str], object]:
    """Our work on one text: rules, models and the combination rule, as ``manage.py detect`` does it."""
    from adverts import judging

    now = datetime.now(UTC)

    def work(text: str) -> object:
        return judging.judge(text, now=now)

    for file in sorted((ROOT / "models" / "corpus").glob("??.jsonl")):  # every language is loaded: a start happens once a process
        with file.open(encoding="utf-8") as lines:
            work(str(json.loads(next(lines))["text"]))
    return work


def terms(code: str) -> list[str]:
    """The terms of a language as its file has them, each as a regular expression."""
    from nlp import lexicon

    data = yaml.load((lexicon.LANGUAGES / f"{code}.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (all text)
    groups = [data.get(name) or [] for name in ("breaks", "warning", "decoys")]
    groups += [found or [] for name in ("negation", "payer", "concepts", "phrases") for found in data.get(name, {}).values()]
    return list(dict.fromkeys(_as_pattern(str(term)) for group in groups for term in group))


def _as_pattern(term: str) -> str:
    words = re.findall(r"\([^()]*\)|\S+", term)
    choices = ["|".join(_word(one) for one in word.strip("()").split("|")) for word in words]
    return r"\b" + r"\W+".join(f"(?:{choice})" for choice in choices) + r"\b"


def _word(word: str) -> str:
    if word == "...":
        return r"(?:\w+\W+){0,3}?"
    return re.escape(word).replace(r"\*", r"\w*")


def presidio(given: Sequence[str]) -> tuple[Callable[[str], object], int]:
    """presidio-analyzer with the same patterns as we have, and how many that are."""
    import spacy
    from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry
    from presidio_analyzer.nlp_engine import SpacyNlpEngine

    from nlp import catalogue, language, lexicon
    from nlp.normalise import fold

    class Blank(SpacyNlpEngine):
        """A pipeline without a model."""

        def load(self) -> None:
            self.nlp: Any = {"en": spacy.blank("en")}

    known = lexicon.codes()
    spoken = Counter(language.guess(fold(text).text).main for text in given[:200])
    patterns = [
        Pattern(f"p{n}", term, 0.8) for n, term in enumerate(terms(next(code for code, _ in spoken.most_common() if code in known)))
    ]
    rules = catalogue.indicators()
    registry = RecognizerRegistry(supported_languages=["en"])
    for n, rule in enumerate(rules):
        mine = patterns[n :: len(rules)]
        registry.add_recognizer(PatternRecognizer(supported_entity=f"E{n}", name=rule.id, patterns=mine, supported_language="en"))
    engine = AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=["en"])

    def work(text: str) -> object:
        return engine.analyze(text, language="en")

    return work, len(patterns)


def main(path: Path | None, count: int) -> None:
    """Measure and print."""
    import spacy

    from nlp import find

    given = texts(path, count)
    analyse, patterns = presidio(given)
    ours = "rules and models"
    sides = {
        "spaCy's blank tokeniser alone": (spacy.blank("en").tokenizer, 1),
        f"presidio-analyzer, {patterns:,} patterns": (analyse, EVERY),
        ours: (judge(), 1),
    }
    taken = measured(sides, given)
    # apart and afterwards: read beside ours it would meet each new word first and make ours look quicker
    taken |= measured({"rules alone, a second pass": (find.find, 1)}, given)
    print(f"{len(given)} adverts, {sum(map(len, given)) / len(given):.0f} characters on average")
    print(f"{'':36}adverts/s   {ours}: times as fast")
    for name, seconds in taken.items():
        print(f"{name:36}{1 / seconds:9.0f}   {seconds / taken[ours]:9.2f}")
    print(f"peak memory of {ours} in a process of its own: {peak(path, count)} MB")


def peak(path: Path | None, count: int) -> int:
    """Peak memory in MB of a fresh process that reads the same texts and holds nothing else."""
    asked = [sys.executable, "-m", "benchmarks.detect", str(path or "-"), str(count), "--memory"]
    done = subprocess.run(asked, capture_output=True, text=True, check=True, cwd=ROOT)
    return int(done.stdout)


def _memory(path: Path | None, count: int) -> None:
    work = judge()
    for text in texts(path, count):
        work(text)
    print(footprint.peak() // 2**20)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--memory"]
    warnings.simplefilter("ignore")
    (_memory if "--memory" in sys.argv else main)(
        Path(words[0]) if words and words[0] != "-" else None, int(words[1]) if len(words) > 1 else 2000
    )
