"""The words of each language and an automaton that finds them: text in, tags (concept, place) out."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ahocorasick_rs import AhoCorasick

from adverts.records import FairwatchError
from nlp.normalise import fold_term

LANGUAGES = Path(__file__).parent / "languages"
CONCEPTS = Path(__file__).parent / "concepts.yml"

# combining vowel signs and viramas of Indic scripts are part of the word though Unicode calls them marks
WORD = r"[^\W_\u0e00-\u0e7f]|[\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc-\u09cd\u09d7]"
_IS_WORD = re.compile(WORD)
_TERM_TOKEN = re.compile(r"\((?P<choice>[^()]*)\)|(?P<word>\S+)")


class LexiconError(FairwatchError):
    """A language file cannot be used; names file, key, value and remedy."""


class Tag(NamedTuple):
    """A concept found in a folded text. A tuple, since thousands are compared and hashed for one advert."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One term of a lexicon, ready to be looked up by its fixed beginning."""

    tag: str
    literal: str
    open_left: bool
    open_right: bool
    rest: re.Pattern[str] | None
    """What must follow the literal, where the term goes on after a gap or an open ending."""
    marked: tuple[str, ...] = ()
    """Its words with their accents, where they must be right."""


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
    entries: tuple[Entry, ...]
    examples: tuple[Mapping[str, str], ...] = ()

    def tags(self, text: str, written: str = "") -> list[Tag]:
        """The concepts in folded ``text`` in order of place; ``written`` is the text before folding, of the same length, or empty."""
        found = sorted(self._found(text, written), key=_place)
        return found

    def _found(self, text: str, written: str) -> Iterator[Tag]:
        by_literal, automaton = _compiled(self)
        strict = self.marks_kept and bool(written) and _is_marked(written)
        for number, start, end in automaton.find_matches_as_indexes(text, overlapping=True):
            for tag, first, last, entry in _places(by_literal[number], text, start, end, spaces=self.spaces):
                if not strict or _accents_agree(entry, written[first:last]):
                    yield Tag(tag, first, last)


def without_decoys(found: list[Tag]) -> list[Tag]:
    """Tags without those that stand inside a decoy ("direct deposit") or, for negations, inside an idiom ("not only").

    Over all languages of a text at once: a decoy of one holds against the words of another.
    """
    decoys = [tag for tag in found if tag.name == "decoys"]
    idioms = [tag for tag in found if tag.name == "no.idioms"]
    kept = []
    for tag in found:
        covering = idioms if tag.name in {"no<", "no>"} else () if tag.name.startswith(("payer.", "no.")) else decoys
        if tag.name != "decoys" and not any(cover.start <= tag.start and tag.end <= cover.end for cover in covering):
            kept.append(tag)
    return kept


def _accents_agree(entry: Entry, written: str) -> bool:
    lower = unicodedata.normalize("NFC", written).lower()
    return all(word in lower for word in entry.marked)


def _place(tag: Tag) -> tuple[int, int]:
    return tag.start, tag.end


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
    spaces, kept = data.get("spaces", "true") == "true", data.get("marks") == "kept"
    entries = [
        entry
        for tag, terms in _tagged_terms(data)
        for term in terms
        for entry in _entries(str(term), tag, spaces=spaces, marks_kept=kept, where=f"{name}: {tag}")
    ]
    return Language(
        code=str(data["code"]),
        name=str(data["name"]),
        endonym=str(data.get("endonym", data["name"])),
        script=str(data.get("script", "Latn")),
        spaces=spaces,
        marks_kept=kept,
        checked_by_native=data.get("checked_by_native") == "true",
        frequent=frozenset(fold_term(str(word)) for word in data.get("frequent", [])),
        entries=tuple(dict.fromkeys(entries)),
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


def _entries(term: str, tag: str, *, spaces: bool, marks_kept: bool, where: str) -> Iterator[Entry]:
    parts = [m.group("choice").split("|") if m.group("choice") is not None else [m.group("word")] for m in _TERM_TOKEN.finditer(term)]
    for choice in itertools.product(*parts):
        words = [word for part in choice for word in part.split()]
        if not words or words[0] == "..." or words[-1] == "...":
            raise LexiconError(f"{where}: {term!r}: a term begins and ends with a word; take the dots away")
        yield _entry(words, tag, spaces=spaces, marks_kept=marks_kept)


def _entry(words: list[str], tag: str, *, spaces: bool, marks_kept: bool) -> Entry:
    folded = [fold_term(word.strip("*")) if word != "..." else word for word in words]
    fixed = 1
    while fixed < len(words) and not words[fixed - 1].endswith("*") and words[fixed] != "..." and not words[fixed].startswith("*"):
        fixed += 1
    literal = (" " if spaces else "").join(folded[:fixed])
    rest = _rest(words, folded, fixed, spaces=spaces) if fixed < len(words) else None
    marked = tuple(_composed(word) for word, plain in zip(words, folded, strict=True) if marks_kept and plain != word.strip("*"))
    return Entry(tag, literal, words[0].startswith("*"), words[fixed - 1].endswith("*"), rest, marked)


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word.strip("*").lower())


def _rest(words: list[str], folded: list[str], fixed: int, *, spaces: bool) -> re.Pattern[str]:
    gap = rf"(?:\W{{1,3}}(?:{WORD}){{1,24}}){{0,3}}?" if spaces else r"[^.!?\n]{0,8}?"
    between = r"\W{1,3}" if spaces else ""
    out = [rf"(?:{WORD})*" if spaces and words[fixed - 1].endswith("*") else ""]
    for word, plain in zip(words[fixed:], folded[fixed:], strict=True):
        if word == "...":
            out.append(gap)
            continue
        head, tail = (
            (rf"(?:{WORD})*" if spaces and word.startswith("*") else ""),
            (rf"(?:{WORD})*" if spaces and word.endswith("*") else ""),
        )
        out.append(between + head + re.escape(plain) + tail)
    return _pattern("".join(out))


@cache
def _pattern(text: str) -> re.Pattern[str]:
    # determiners and pronouns multiply terms, not endings: a language of 50,000 terms has some 4,000 patterns
    return re.compile(text)


@dataclass(frozen=True, slots=True)
class _Literal:
    """The terms that begin with one literal, parted by what must be checked around it."""

    whole: tuple[Entry, ...]
    """Nothing may go before or after: the commonest, checked once for all."""
    others: tuple[Entry, ...]


@cache
def _compiled(lang: Language) -> tuple[list[_Literal], AhoCorasick]:
    literals: dict[str, list[Entry]] = {}
    for entry in lang.entries:
        literals.setdefault(entry.literal, []).append(entry)
    return [_parted(entries) for entries in literals.values()], AhoCorasick(list(literals))


def _parted(entries: list[Entry]) -> _Literal:
    whole = tuple(entry for entry in entries if not entry.open_left and not entry.open_right and entry.rest is None)
    return _Literal(whole, tuple(entry for entry in entries if entry not in whole))


def _places(literal: _Literal, text: str, start: int, end: int, *, spaces: bool) -> Iterator[tuple[str, int, int, Entry]]:
    """The terms that stand at a hit, with the whole words each covers."""
    if not spaces:
        for entry in (*literal.whole, *literal.others):
            last = _rest_end(entry, text, end)
            if last >= 0:
                yield entry.tag, start, last, entry
        return
    left = start == 0 or not _is_word(text[start - 1])
    if left and literal.whole and (end == len(text) or not _is_word(text[end])):
        for entry in literal.whole:
            yield entry.tag, start, end, entry
    for entry in literal.others:
        if left or entry.open_left:
            place = _widened(entry, text, start, end)
            if place:
                yield entry.tag, *place, entry


def _widened(entry: Entry, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole words of a term with open ends or a further part, or ``None`` where it is only part of another word."""
    if entry.open_left:
        while start > 0 and _is_word(text[start - 1]):
            start -= 1
    if entry.rest:
        end = _rest_end(entry, text, end)
        return (start, end) if end >= 0 and (end == len(text) or not _is_word(text[end])) else None
    if entry.open_right:
        while end < len(text) and _is_word(text[end]):
            end += 1
        return start, end
    return (start, end) if end == len(text) or not _is_word(text[end]) else None


def _rest_end(entry: Entry, text: str, end: int) -> int:
    if entry.rest is None:
        return end
    found = entry.rest.match(text, end)
    return found.end() if found else -1


@lru_cache(maxsize=20_000)
def _is_word(char: str) -> bool:
    return bool(_IS_WORD.match(char))


_MARK = re.compile(r"[^\x00-\x7f]")


def _is_marked(written: str) -> bool:
    """Whether a text writes its accents: at least one letter in twenty bears one."""
    return len(_MARK.findall(written[:2000])) * 20 > min(len(written), 2000)


def _read(path: Path) -> dict[str, Any]:
    try:
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 (all text: "no" must stay a word)
    except yaml.YAMLError as error:
        raise LexiconError(f"{path.name}: not valid YAML: {error}") from error
    if not isinstance(data, dict):
        raise LexiconError(f"{path.name}: a mapping is expected; see docs/add-a-language.md")
    return data
