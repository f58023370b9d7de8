"""New words: what became frequent in adverts with indicators in the last four weeks, against the 26 before; pure.

* One cluster counts once, by its first advert within the 30 weeks: copies add nothing. What is counted is in how many clusters a word, or
  two words in a row, stands.
* Floors: at least ``SMALL`` clusters and ``SMALL`` different employers (a cluster without one counts as its own) in the four weeks, at
  least ``BASE_LEAST`` clusters before, and a share at least twice as large as before.
* Test: the log-likelihood ratio of the two shares (Dunning, Computational Linguistics 19, 1993), one degree of freedom. The bound is that
  of ``RARE`` divided by the number of words looked at in the group, so that one chance note in 1,000 groups is expected (Bonferroni).
* Left out: contacts, words with digits, words of the advert's own employer and place, and words written with a capital inside a sentence
  where the script has capitals and the language does not write its nouns so. In other scripts names cannot be told; the floors hold there
  too.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import NormalDist

from alerts.trends import SMALL, monday
from index.cutting import Cut

RECENT, BEFORE = 4, 26
"""Full weeks."""
BASE_LEAST = 50
"""Clusters before, under which nothing is compared."""
TWICE = 2.0
RARE = 0.001
MOST = 5
"""Notes of one group."""
COVERED = 0.8
"""A word that stands this often in a noted pair is not noted by itself."""
NOUNS_WITH_CAPITALS = frozenset({"de", "lb"})

_BEGINS = re.compile(r"(?:^|[.!?:;…•·*\-–—\"“„»«(\n\r])\s*$")
_GAP = re.compile(r"[ \t\u00a0\u200c\u200d]*")


@dataclass(frozen=True, slots=True)
class Text:
    """One cluster as its first advert says it."""

    owner: str
    """Its employer, or the cluster itself where none is named."""
    groups: tuple[str, ...]
    terms: Mapping[str, str]
    """Folded word or pair -> as it is written."""


@dataclass(frozen=True, slots=True)
class Note:
    """One word that became frequent."""

    group: str
    term: str
    """As it is mostly written, in small letters."""
    recent: int
    """Clusters with it in the four weeks."""
    recent_of: int
    before: int | None
    """Clusters with it before; None from 1 to 10."""
    before_of: int
    ratio: float
    """The log-likelihood ratio."""


def spans(today: date) -> tuple[date, date, date]:
    """First day of the weeks before, first day of the recent ones, first day after them: the running week is not over."""
    end = monday(today)
    middle = end - timedelta(weeks=RECENT)
    return middle - timedelta(weeks=BEFORE), middle, end


def terms_of(text: str, *, cut: Cut, language: str = "", own: Iterable[str] = ()) -> dict[str, str]:
    """Words and pairs of a text whose contacts are out; ``own`` are names of the advert: its employer and place."""
    names = {term.text for name in own for term in cut(name)}
    capitals = language.split("-")[0] not in NOUNS_WITH_CAPITALS
    found: dict[str, str] = {}
    last: tuple[str, str, int] | None = None
    for term in cut(text):
        written = text[term.start : term.end]
        if not _counts(term.text, names) or (capitals and _is_name(text, term.start, written)):
            last = None
            continue
        if len(term.text) > 2 or not term.text.isascii():
            found.setdefault(term.text, written.lower())
        if last is not None and _GAP.fullmatch(text, last[2], term.start):
            found.setdefault(f"{last[0]} {term.text}", f"{last[1]} {written}".lower())
        last = term.text, written, term.end
    return found


def _counts(word: str, names: Collection[str]) -> bool:
    return word not in names and len(word) <= 40 and not any(char.isdigit() for char in word) and any(char.isalpha() for char in word)


def _is_name(text: str, start: int, written: str) -> bool:
    """Whether a word begins with a capital though no sentence begins there; words in capitals throughout tell nothing."""
    if not written[:1].isupper() or written.isupper():
        return False
    return _BEGINS.search(text, max(0, start - 12), start) is None if start else False


def _sets() -> defaultdict[tuple[str, str], set[str]]:
    return defaultdict(set)


def _counters() -> defaultdict[tuple[str, str], Counter[str]]:
    return defaultdict(Counter)


@dataclass(slots=True)
class Tally:
    """Counts of both spans: first all recent texts, then those before, so that only words that can still be noted are kept."""

    clusters: Counter[tuple[str, bool]] = field(default_factory=Counter)
    owners: defaultdict[tuple[str, str], set[str]] = field(default_factory=_sets)
    recent: Counter[tuple[str, str]] = field(default_factory=Counter)
    before: Counter[tuple[str, str]] = field(default_factory=Counter)
    written: defaultdict[tuple[str, str], Counter[str]] = field(default_factory=_counters)
    closed: bool = False

    def add_recent(self, text: Text) -> None:
        """Count a text of the four weeks."""
        if self.closed:
            raise ValueError("add_recent after add_before: words were let go of; add all recent texts first")
        for group in text.groups:
            self.clusters[group, True] += 1
            for term, written in text.terms.items():
                self.recent[group, term] += 1
                if len(self.owners[group, term]) < SMALL:
                    self.owners[group, term].add(text.owner)
                self.written[group, term][written] += 1

    def add_before(self, text: Text) -> None:
        """Count a text of the weeks before."""
        self._close()
        for group in text.groups:
            self.clusters[group, False] += 1
            self.before.update(key for term in text.terms if (key := (group, term)) in self.recent)

    def _close(self) -> None:
        if not self.closed:
            kept = {key for key, number in self.recent.items() if number >= SMALL and len(self.owners[key]) >= SMALL}
            self.recent = Counter({key: self.recent[key] for key in kept})
            self.written = defaultdict(Counter, {key: self.written[key] for key in kept})
            self.owners.clear()
            self.closed = True

    def notes(self) -> list[Note]:
        """The notes of all groups, by group, the strongest first."""
        self._close()
        looked_at = Counter(group for group, _ in self.recent)
        return [note for group in sorted(looked_at) for note in self._of(group, looked_at[group])]

    def _of(self, group: str, looked_at: int) -> Iterator[Note]:
        recent_of, before_of = self.clusters[group, True], self.clusters[group, False]
        if before_of < BASE_LEAST:
            return
        found: dict[str, float] = {}
        for _, term in sorted(key for key in self.recent if key[0] == group):
            now, then = self.recent[group, term], self.before[group, term]
            grown = now * before_of >= TWICE * max(then, 0.5) * recent_of
            if grown and (ratio := likelihood(now, recent_of, then, before_of)) >= bound(looked_at):
                found[term] = ratio
        for term in sorted(self._uncovered(group, found), key=_Strength(found).of)[:MOST]:
            then = self.before[group, term]
            shown = self.written[group, term].most_common(1)[0][0]
            told = None if 0 < then < SMALL else then
            yield Note(group, shown, self.recent[group, term], recent_of, told, before_of, round(found[term], 1))

    def _uncovered(self, group: str, found: Mapping[str, float]) -> list[str]:
        """Without words that hardly stand outside a noted pair."""
        pairs: defaultdict[str, int] = defaultdict(int)
        for pair in found:
            for word in pair.split(" ") if " " in pair else ():
                pairs[word] = max(pairs[word], self.recent[group, pair])
        return [term for term in found if pairs[term] < COVERED * self.recent[group, term]]


def likelihood(now: int, now_of: int, then: int, then_of: int) -> float:
    """Dunning's log-likelihood ratio of two shares; 0 where they are equal."""
    share = (now + then) / (now_of + then_of)
    cells = (
        (now, now_of * share), (now_of - now, now_of * (1 - share)), (then, then_of * share), (then_of - then, then_of * (1 - share)),
    )  # fmt: skip
    return max(0.0, 2 * sum(seen * math.log(seen / expected) for seen, expected in cells if seen))


def bound(looked_at: int) -> float:
    """What the ratio must reach where so many words are looked at: the square of the normal quantile."""
    return NormalDist().inv_cdf(1 - RARE / max(1, looked_at) / 2) ** 2


@dataclass(frozen=True, slots=True)
class _Strength:
    found: Mapping[str, float]

    def of(self, term: str) -> tuple[float, str]:
        return -self.found[term], term
