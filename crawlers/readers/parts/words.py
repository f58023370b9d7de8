"""The word lists of ``words.yml`` as questions: is this a label, an occupation, a button, a job's address?

Matching ignores case and surrounding punctuation. Scripts that write no blanks (and Indic ones, whose vowel signs are no letters to
Python) are matched anywhere inside; German-like compounds too.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from ahocorasick_rs import AhoCorasick

from crawlers.remember import remembered

_COMPOUNDING = frozenset({"de", "nl", "sv", "no", "da", "fi"})
_MARKERS = re.compile(
    r"\((?:[mwfdxkh](?:ann|/in)?\s?[/|,*]\s?){1,4}[mwfdxkh](?:os\.?)?\s?\)|\b[mwfdhx]\s?/\s?[mwfdhx](?:\s?/\s?[mwfdx])?\b|\(all genders\)"
    r"|\b[\w-]{3,}(?:/in|\*in|:in|/-in)\b|/[aeé]?r?trice\b|\bk/m\b|\(h/f\)|\bH/F\b",
    re.I,
)
"""Gender marks of job titles: (m/w/d), (H/F), k/m, Verkäufer*in."""


@cache
def table() -> dict[str, Any]:
    """The whole of ``words.yml``."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return dict(yaml.load(Path(__file__).with_name("words.yml").read_text(encoding="utf-8"), loader))  # noqa: S506 - a safe loader


def split(text: str) -> tuple[str, ...]:
    """The entries of a comma-separated list."""
    return tuple(word for part in str(text).split(",") if (word := part.strip()))


@cache
def entries(name: str) -> frozenset[str]:
    """All entries of a list or of all its languages, in lower case."""
    found = table()[name]
    lists = found.values() if isinstance(found, dict) else [found]
    return frozenset(word.lower() for text in lists for word in split(text))


@remembered
def bare(text: str) -> str:
    """A short text in lower case without surrounding punctuation, for comparing with a list."""
    return " ".join(text.lower().replace("’", "'").split()).strip(" :：*•·-–—|>»«<→←.…!¡?¿()[]▶►\u200b\ufeff#+&")


@cache
def _labels() -> dict[str, str]:
    found: dict[str, str] = {}
    for field, languages in table()["labels"].items():
        for words in languages.values():
            for word in split(words):
                found.setdefault(word.lower(), field)
    return found


@cache
def longest_label() -> int:
    """Length of the longest label, in characters."""
    return max(map(len, _labels()))


@remembered
def label(text: str) -> str:
    """The field that a label names (title, employer, place, pay, posted, until, id, other), "" for any other text."""
    if len(text) > longest_label() + 12:
        return ""
    low = bare(text)
    return _labels().get(low) or _labels().get(low.split(" (")[0].split("（")[0].strip()) or ""


@remembered
def is_section(text: str) -> bool:
    """Whether a line is a heading over a part of an advert: Responsibilities, Wir bieten."""
    if len(text) > 60:
        return False
    low = bare(text)
    return low in entries("sections") or low.split(":")[0].strip() in entries("sections")


@remembered
def is_ui(text: str) -> bool:
    """Whether a text is a button, chip or link of the site rather than words of an advert."""
    return not (low := bare(text)) or (len(low) <= 40 and (low in entries("ui") or low in entries("apply")))


def is_apply(text: str) -> bool:
    """Whether a link or button is the one by which one applies."""
    return len(text) <= 60 and bare(text) in entries("apply")


def is_next(text: str) -> bool:
    """Whether a link leads to the next page."""
    low = text.strip().lower()
    return len(low) <= 30 and (low in _nexts() or bare(low) in _nexts() - {""})


@cache
def _nexts() -> frozenset[str]:
    return frozenset(word.lower() for word in split(table()["next"]["words"]))


@dataclass(frozen=True, slots=True)
class _Terms:
    """The entries of a list as one automaton, with the edges each must have in the text."""

    automaton: AhoCorasick
    names: tuple[str, ...]
    opens: tuple[bool, ...]
    """Whether an entry may begin inside a word."""
    closes: tuple[bool, ...]
    """Whether it may end inside a word."""

    def found(self, text: str) -> set[str]:
        """The entries that the text has."""
        low = text.lower()
        hits: set[str] = set()
        for place, start, end in self.automaton.find_matches_as_indexes(low, overlapping=True):
            if (self.opens[place] or _edge_before(low, start)) and (self.closes[place] or end == len(low) or not low[end].isalpha()):
                hits.add(self.names[place])
        return hits


def _edge_before(low: str, start: int) -> bool:
    """Whether a word begins here; Arabic articles and prepositions grown onto the word do not count."""
    if start == 0 or not low[start - 1].isalpha():
        return True
    if "\u0600" <= low[start] <= "\u06ff":
        return any(
            low.startswith(prefix, start - len(prefix)) and (start == len(prefix) or not low[start - len(prefix) - 1].isalpha())
            for prefix in _GROWN
        )
    return False


_GROWN = ("ال", "وال", "بال", "لل", "و", "ب", "ل")


@cache
def _terms(name: str) -> _Terms:
    found = table()[name]
    by_language = found if isinstance(found, dict) else {"": found}
    opens: dict[str, bool] = {}
    closes: dict[str, bool] = {}
    for language, listed in by_language.items():
        for word in split(listed):
            stem, prefix = word.rstrip("*").lower(), word.endswith("*")
            inside = stem[0] >= "\u0900"
            opens[stem] = (
                opens.get(stem, False) or inside or not stem[0].isalnum() or (language in _COMPOUNDING and prefix and len(stem) >= 4)
            )
            closes[stem] = closes.get(stem, False) or inside or prefix or not stem[-1].isalnum()
    return _Terms(AhoCorasick(list(opens)), tuple(opens), tuple(opens.values()), tuple(closes[stem] for stem in opens))


@remembered
def occupations(text: str) -> int:
    """How many words of occupations a title has (gender marks such as (m/w/d) count too)."""
    short = text[:300]
    return len(_terms("occupations").found(short)) + (1 if _MARKERS.search(short) else 0)


def hiring(text: str) -> int:
    """How many different phrases of somebody who hires a text has; one inside another counts once."""
    found = _terms("hiring").found(text[:20_000])
    return sum(not any(phrase != other and phrase in other for other in found) for phrase in found)


def count(name: str, text: str) -> int:
    """How many different entries of a list a text has."""
    return len(_terms(name).found(text[:20_000]))


@remembered
def employment_type(text: str) -> bool:
    """Whether a short text is nothing but a kind of employment: Full-time, CDI, Vollzeit."""
    low = bare(text)
    if not low or len(low) > 60:
        return False
    pieces = [piece for part in re.split(r"[,/|·•()&+]| and | or | - ", low) if (piece := part.strip())]
    return bool(pieces) and all(piece in entries("employment_types") for piece in pieces)


@cache
def _job_tokens() -> tuple[frozenset[str], frozenset[str], tuple[str, ...]]:
    words = frozenset(word.lower() for word in split(table()["job_words"]["all"]))
    weak = frozenset(split(table()["weak_job_words"]))
    return words - weak, weak, split(table()["job_words"]["inside"])


def job_tokens(tokens: list[str]) -> bool:
    """Whether one of the words of an address or class name means a job."""
    strong, _, inside = _job_tokens()
    return any(token in strong or any(word in token for word in inside) for token in tokens)


@remembered
def job_text(text: str) -> bool:
    """Whether a title or heading has a word that means jobs, weak ones left out."""
    strong, _, inside = _job_tokens()
    tokens = re.findall(r"[^\W\d_]+", text.lower())
    return any(token in strong for token in tokens) or any(word in text for word in inside)


@cache
def _roles() -> dict[str, frozenset[str]]:
    return {role: frozenset(word.lower() for word in split(words)) for role, words in table()["roles"].items()}


_ARTICLE = re.compile(
    r"^(?:(?:\d{1,3}|two|three|five|six|seven|ten|top \d+)\s+(?:\w+\s+){0,4}(?:ways|tips|reasons|signs|things|steps|questions|mistakes"
    r"|scams)\b|how\s|why\s|what\s|when\s|where\s|who\s|is\s|are\s|should\s|can\s|do\s|wie\s|warum\s|was\s|comment\s|pourquoi\s|cómo\s"
    r"|por qué\s|como\s|come\s|jak\s|как\s|почему\s|як\s|nasıl\s|cara\s|كيف\s|كيفية\s|วิธี|如何|怎么|cách\s)|\?\s*$",
    re.I,
)


def article_title(title: str) -> bool:
    """Whether a title is that of an article: a question, "How to ...", "Ten tips ..."."""
    return bool(_ARTICLE.search(title[:200]))


@lru_cache(maxsize=20_000)
def roles_of(names: str) -> frozenset[str]:
    """The roles that class names, an id or a property name tell: ``jobCard-companyName`` gives employer.

    Whole words of the name count, and neighbouring ones joined (``job-title``); hashed class names (``css-1x2y``) tell nothing.
    """
    found: set[str] = set()
    for name in names.split()[:12]:
        tokens = name_tokens(name)
        joined = {first + second for first, second in itertools.pairwise(tokens)} | {"".join(tokens)}
        for role, words in _roles().items():
            if words & joined or (tokens and (tokens[-1] in words or tokens[0] in words)):
                found.add(role)
    return frozenset(found)


@lru_cache(maxsize=20_000)
def name_tokens(name: str) -> list[str]:
    """The words of a class name: ``jobCard-companyName`` gives job, card, company, name."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|[^A-Za-z]+", " ", name[:80])
    return [word.lower() for word in spaced.split() if len(word) > 1][:8]


@cache
def entries_of(name: str, part: str) -> frozenset[str]:
    """The entries of one part of a list: ``entries_of("roles", "not_card")``."""
    return frozenset(word.lower() for word in split(table()[name][part]))


def name_tokens_of(names: str) -> list[str]:
    """The words of several class names."""
    return [token for name in names.split()[:12] for token in name_tokens(name)]
