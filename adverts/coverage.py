"""The coverage page: what is covered in which language, who checked it, and how well it does. Written from the files, never by hand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from adverts.labelled import read_labelled
from adverts.training import own_corpus
from models import artefacts
from nlp import catalogue, lexicon
from settings.env import ROOT

PAGE = ROOT / "docs" / "coverage.md"


def page() -> str:
    """The page as Markdown; the same files give the same page."""
    return "\n".join([*_head(), *_languages(), *_indicators()]) + "\n"


def write(path: Path = PAGE) -> None:
    """Write the page where the documentation keeps it."""
    path.write_text(page(), encoding="utf-8")


def _head() -> Iterator[str]:
    unchecked = [code for code in lexicon.codes() if not lexicon.language(code).checked_by_native]
    yield "# What Fairwatch can read"
    yield ""
    yield "`manage.py coverage` writes this page from the language files, the indicator files, the corpus and the model card."
    yield ""
    yield f"**Not yet checked by a native speaker:** {', '.join(unchecked) or 'none'}."
    yield ""


def _languages() -> Iterator[str]:
    corpus = Counter(advert.language for advert in read_labelled(own_corpus()))
    figures = _card().get("findings_on_grouped_splits", {}).get("by_language", {})
    yield "## Languages"
    yield ""
    yield "Terms: words and phrases in the language file. Adverts: labelled ones of our own corpus. Precision and recall: all indicators,"
    yield "adverts of the corpus that the sentence model did not see (grouped splits); who wrote the language file may have seen them."
    yield ""
    yield "| language | code | native check | terms | concepts | adverts | precision | recall |"
    yield "|---|---|---|---:|---:|---:|---:|---:|"
    for code in lexicon.codes():
        language = lexicon.language(code)
        concepts = {entry.tag for entry in language.entries} & lexicon.concepts()
        checked = "yes" if language.checked_by_native else "no"
        yield (
            f"| {language.name} | {code} | {checked} | {len(language.entries)} | {len(concepts)} of {len(lexicon.concepts())} "
            f"| {corpus[code]} | {_figures(figures.get(code))} |"
        )
    yield ""


def _indicators() -> Iterator[str]:
    figures = _card().get("findings_on_grouped_splits", {}).get("by_indicator", {})
    yield "## Indicators and signals"
    yield ""
    yield "Examples: texts that must match and must not, with the number of languages they are in. The tests run all of them."
    yield ""
    yield "| id | severity | must | must not | languages | precision | recall |"
    yield "|---|---|---:|---:|---:|---:|---:|"
    for rule in catalogue.indicators():
        must = sum(example.matches for example in rule.examples)
        languages = {example.language for example in rule.examples if example.language}
        yield (
            f"| {rule.id} | {rule.severity} | {must} | {len(rule.examples) - must} | {len(languages)} | {_figures(figures.get(rule.id))} |"
        )


def _figures(row: Mapping[str, float] | None) -> str:
    return f"{row['precision']:.2f} | {row['recall']:.2f}" if row and row["n"] else "– | –"


def _card() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((artefacts.CARDS / f"{artefacts.current().version}.json").read_text(encoding="utf-8"))
    return found
