"""The words of each language and an automaton that finds them: text in, tags (concept, place) out."""

from __future__ import annotations

import gc
import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from operator import itemgetter
from pathlib import Path
from typing import Any

import yaml

from adverts.records import FairwatchError
from nlp import matching
from nlp.matching import Matcher
from nlp.normalise import fold_term
from nlp.runs import WORD, Entry, Part, Tag

__all__ = ["WORD", "Entry", "Language", "LexiconError", "Tag", "codes", "concepts", "language", "parse", "without_decoys"]

LANGUAGES = Path(__file__).parent / "languages"
CONCEPTS = Path(__file__).parent / "concepts.yml"

_TERM_TOKEN = re.compile(r"\((?P<choice>[^()]*)\)|(?P<word>\S+)")


_INNER = re.compile(r"\((?P<outer>[^()]*)\((?P<choice>[^()]*)\)(?P<after>[^()]*)")
"""A choice inside a choice, to the next bracket."""


class LexiconError(FairwatchError):
    """A language file cannot be used; names file, key, value and remedy."""


@dataclass(frozen=True, eq=False)
class Language:
    """A language file, read and checked."""

    code: str
    name: str
    endonym: str
    script: str
    spaces: bool
    marks_kept: bool
    checked_by_native: bool
    frequent: frozenset[str]
    terms: tuple[tuple[str, tuple[str, ...]], ...]
    """Its terms as they are written, by tag."""
    examples: tuple[Mapping[str, str], ...] = ()

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The terms ready to be looked up. Made when first needed: few texts need more than one language, and it has tens of thousands."""
        where = f"{self.code}.yml"
        made = [
            entry
            for tag, terms in self.terms
            for term in terms
            for entry in _entries(term, tag, spaces=self.spaces, marks_kept=self.marks_kept, where=f"{where}: {tag}")
        ]
        return tuple(dict.fromkeys(made))

    def tags(self, text: str, written: str = "") -> list[Tag]:
        """The concepts in folded ``text`` in order of place; ``written`` is the text before folding, of the same length, or empty."""
        return sorted(self.tags_anywhere(text, written), key=_place)

    def tags_anywhere(self, text: str, written: str = "") -> list[Tag]:
        """The same in no order, for who sorts the tags of several languages together or counts them."""
        strict = self.marks_kept and bool(written) and matching.is_marked(written)
        return _matcher(self).find(text, written if strict else "")


OFTEN = (50_000, 20, 20)
"""How often the collector looks for circles: reading one text makes thousands of tags that die with it, and none in a circle."""


@cache
def _matcher(lang: Language) -> Matcher:
    made = Matcher(lang.entries, spaces=lang.spaces)
    gc.freeze()  # terms by the ten thousand live as long as the process: the collector need not walk through them again and again
    gc.set_threshold(*OFTEN)
    return made


def without_decoys(found: list[Tag]) -> list[Tag]:
    """Tags without those that stand inside a decoy ("direct deposit") or, for negations, inside an idiom ("not only").

    ``found`` is in order of place, over all languages of a text at once: a decoy of one holds against the words of another.
    """
    decoys = [tag for tag in found if tag.name == "decoys"]
    idioms = [tag for tag in found if tag.name == "no.idioms"]
    if not decoys and not idioms:
        return found
    reached = {"decoys": -1, "no.idioms": -1}
    waiting = sorted([*decoys, *idioms], key=_place, reverse=True)
    kept = []
    for tag in found:
        name, start, end = tag
        while waiting and waiting[-1].start <= start:
            cover = waiting.pop()
            reached[cover.name] = max(reached[cover.name], cover.end)
        covered_by = "no.idioms" if name in _NEGATIONS else "" if name.startswith(("payer.", "no.")) else "decoys"
        if name != "decoys" and not (covered_by and reached[covered_by] >= end):
            kept.append(tag)
    return kept


_NEGATIONS = frozenset({"no<", "no>"})
_place = itemgetter(1, 2)


@cache
def concepts() -> frozenset[str]:
    """The ids of all concepts."""
    return frozenset(_read(CONCEPTS))


@cache
def codes(folder: Path = LANGUAGES) -> tuple[str, ...]:
    """The codes of all languages that have a file."""
    return tuple(sorted(path.stem for path in folder.glob("*.yml")))


@cache
def language(code: str, folder: Path = LANGUAGES) -> Language:
    """The language of a code. Raises ``LexiconError`` where its file is missing or wrong."""
    path = folder / f"{code}.yml"
    if not path.exists():
        raise LexiconError(f"{path.name}: no such language file; known are {', '.join(codes(folder))}")
    return parse(_read(path), name=path.name)


def parse(data: Mapping[str, Any], *, name: str) -> Language:
    """A language from the content of its file; ``name`` stands in messages."""
    unknown = set(data.get("concepts", {})) - concepts()
    if unknown:
        raise LexiconError(f"{name}: concepts: {', '.join(sorted(unknown))}: no such concept; see nlp/concepts.yml")
    terms = tuple((tag, tuple(map(str, written))) for tag, written in _tagged_terms(data))
    for tag, written in terms:
        for term in written:
            _check(term, where=f"{name}: {tag}")
    return Language(
        code=str(data["code"]),
        name=str(data["name"]),
        endonym=str(data.get("endonym", data["name"])),
        script=str(data.get("script", "Latn")),
        spaces=data.get("spaces", "true") == "true",
        marks_kept=data.get("marks") == "kept",
        checked_by_native=data.get("checked_by_native") == "true",
        frequent=frozenset(fold_term(str(word)) for word in data.get("frequent", [])),
        terms=terms,
        examples=tuple(data.get("examples", [])),
    )


def _tagged_terms(data: Mapping[str, Any]) -> Iterator[tuple[str, list[str]]]:
    negation, payer = data.get("negation", {}), data.get("payer", {})
    yield from (
        ("no<" if side == "before" else "no>" if side == "after" else f"no.{side}", terms or []) for side, terms in negation.items()
    )
    yield from ((f"payer.{who}", terms or []) for who, terms in payer.items())
    yield from ((tag, data.get(tag) or []) for tag in ("warning", "breaks", "decoys"))
    yield from ((concept, terms or []) for concept, terms in data.get("concepts", {}).items())
    yield from ((f"phrase.{indicator}", terms or []) for indicator, terms in data.get("phrases", {}).items())


def _check(term: str, *, where: str) -> None:
    """Raise ``LexiconError`` where ``term`` begins or ends with a gap."""
    words = term.split()
    if not words or "..." in (words[0], words[-1]):
        raise _open_ended(term, where)


def _open_ended(term: str, where: str) -> LexiconError:
    return LexiconError(f"{where}: {term!r}: a term begins and ends with a word; take the dots away")


def _choices(term: str) -> list[list[str]]:
    return [m["choice"].split("|") if m["choice"] is not None else [m["word"]] for m in _TERM_TOKEN.finditer(_flat(term))]


def _flat(term: str) -> str:
    """The same term without choices inside choices: ``(a|b (c|d))`` becomes ``(a|b c|b d)``."""
    while inner := _INNER.search(term):
        outer = inner["outer"].rfind("|") + 1, inner["after"].find("|")
        head, before = inner["outer"][: outer[0]], inner["outer"][outer[0] :]
        after, tail = (inner["after"], "") if outer[1] < 0 else (inner["after"][: outer[1]], inner["after"][outer[1] :])
        made = "|".join(f"{before}{choice}{after}" for choice in inner["choice"].split("|"))
        term = f"{term[: inner.start()]}({head}{made}{tail}{term[inner.end() :]}"
    return term


def _entries(term: str, tag: str, *, spaces: bool, marks_kept: bool, where: str) -> Iterator[Entry]:
    for choice in itertools.product(*_choices(term)):
        words = [word for part in choice for word in part.split()]
        if not words or words[0] == "..." or words[-1] == "...":
            raise _open_ended(term, where)
        yield _entry(words, tag, spaces=spaces, marks_kept=marks_kept)


def _entry(words: list[str], tag: str, *, spaces: bool, marks_kept: bool) -> Entry:
    folded = [fold_term(word.strip("*")) if word != "..." else word for word in words]
    fixed = 1
    while fixed < len(words) and not words[fixed - 1].endswith("*") and words[fixed] != "..." and not words[fixed].startswith("*"):
        fixed += 1
    literal = (" " if spaces else "").join(folded[:fixed])
    marked = tuple(_composed(word) for word, plain in zip(words, folded, strict=True) if marks_kept and plain != word.strip("*"))
    ends = words[0].startswith("*"), words[fixed - 1].endswith("*")
    return Entry(tag, literal, *ends, tuple(_parts(words[fixed:], folded[fixed:])), marked)


def _parts(words: list[str], folded: list[str]) -> Iterator[Part]:
    gaps = 0
    for word, plain in zip(words, folded, strict=True):
        if word == "...":
            gaps += 1
        else:
            yield Part(gaps, plain, word.startswith("*"), word.endswith("*"))
            gaps = 0


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip("*").lower())


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (all text: "no" must stay a word)
    except yaml.YAMLError as error:
        raise LexiconError(f"{path.name}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise LexiconError(f"{path.name}: a mapping is expected; see docs/add-a-language.md")
    return data
