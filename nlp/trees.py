"""The terms of a language as a tree: from run to run of a literal, and from word to word behind it.

A tree grows where a text first reaches it: of a language's tens of thousands of terms an advert comes near a few hundred.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence, Set
from operator import add
from typing import NamedTuple

from nlp.runs import CUT, RUN, Entry, pattern_for

MOST_STEPS = 40_000
"""Words remembered for one language at most."""
GAP = 3
"""Words that a gap in a term holds at most."""
LONGEST_RUN = 80
"""Letters of one run that are looked at: no word of any language is longer."""


_Waiting = tuple[Entry, tuple[str, ...], int]
"""A term, the further runs of its literal, each with what separates it from the one before, and how many of these and of the words
behind the literal lie behind."""
_LITERAL = -1


class Branch:
    """The runs that may follow somewhere, and where they lead."""

    __slots__ = ("cut", "exact", "firsts", "stems")

    def __init__(self) -> None:
        self.exact: dict[str, Node | list[_Waiting]] = {}
        self.stems: dict[str, Node | list[_Waiting]] = {}
        """The same for runs whose ending is open."""
        self.cut = CUT
        self.firsts: dict[str, tuple[int, ...]] = {}
        """The first ``cut`` characters of the stems, and how long those are: most words need no further look."""

    def finish(self) -> None:
        """Sum up the stems, once all terms are there."""
        if self.stems:
            self.cut, self.firsts = _firsts(self.stems)

    def reached(self, key: str) -> list[Node]:
        """The nodes that ``key`` leads to."""
        found = [self.node(key)] if key in self.exact else []
        return found + self.reached_stems(key) if key[: self.cut] in self.firsts else found

    def reached_stems(self, key: str) -> list[Node]:
        """The nodes of the stems that ``key`` begins with."""
        stems = self.stems
        return [_grown(stems, key[:length]) for length in self.firsts[key[: self.cut]] if length <= len(key) and key[:length] in stems]

    def node(self, key: str) -> Node:
        """The node of a run that is known to be there."""
        return _grown(self.exact, key)


def _firsts(stems: Collection[str]) -> tuple[int, dict[str, tuple[int, ...]]]:
    """Letters by which it is first asked whether a word may begin with a stem, and for each such beginning the lengths of its stems."""
    cut = min([CUT, *map(len, stems)])
    lengths: dict[str, set[int]] = {}
    for stem in stems:
        lengths.setdefault(stem[:cut], set()).add(len(stem))
    return cut, {first: tuple(sorted(found)) for first, found in lengths.items()}


class Node:
    """Where a term may stand after some of its runs: the terms that end here, and the branches by which others go on."""

    __slots__ = ("bare", "ending", "far", "goes_on", "length", "literal", "near", "odd", "onward")

    def __init__(self, waiting: Iterable[_Waiting], length: int) -> None:
        self.length = length
        """Characters of the last run, with what separates it from the one before where both belong to the literal."""
        self.ending: list[Entry] = []
        self.odd: list[Entry] = []
        """Terms with a further word that is open on its left or no run of letters: a pattern decides."""
        branches: dict[int, Branch] = {}
        for entry, keys, behind in waiting:
            if behind < len(keys):
                gaps, key, stem = _LITERAL, keys[behind], entry.open_right and behind == len(keys) - 1
            elif behind == len(keys) + len(entry.after):
                self.ending.append(entry)
                continue
            elif behind == len(keys) and _is_odd(entry):
                self.odd.append(entry)
                continue
            else:
                gaps, key, _, stem = entry.after[behind - len(keys)]
            if (branch := branches.get(gaps)) is None:
                branch = branches[gaps] = Branch()
            filed = branch.stems if stem else branch.exact
            filed.setdefault(key, []).append((entry, keys, behind + 1))  # type: ignore[union-attr]  # nothing has grown yet
        for branch in branches.values():
            branch.finish()
        self.literal = branches.pop(_LITERAL, None)
        """The further runs of literals."""
        self.near = branches.pop(0, None)
        """The words that may follow a literal at once."""
        self.far = tuple((1 + GAP * gaps, branch) for gaps, branch in branches.items())
        """Those that may follow within so many words."""
        self.onward = self.far if self.near is None else ((1, self.near), *self.far)
        """Both, the nearest first."""
        self.goes_on = bool(self.near or self.far or self.odd)
        """Whether a term may go on behind its literal."""
        self.bare = not self.ending and not self.goes_on
        """Whether nothing is here but the way to longer literals."""

    def may_follow(self, words: Sequence[str], heads: Sequence[str], place: int) -> bool:
        """Whether a term may go on with the word numbered ``place`` or those after it: a quick answer that is right where it is no.

        ``heads`` are the first letters of each word.
        """
        near = self.near
        if near is not None and place < len(words):
            word = words[place]
            if word in near.exact or (near.firsts and word[: near.cut] in near.firsts):
                return True
        for reach, branch in self.far:
            if _within(reach, branch.exact.keys(), branch.firsts.keys(), branch.cut, words, heads, place):
                return True
        return bool(self.odd)


def _within(reach: int, exact: Set[str], firsts: Set[str], cut: int, words: Sequence[str], heads: Sequence[str], place: int) -> bool:
    """Whether one of the ``reach`` words from that numbered ``place`` on is, or begins with, one that was asked for."""
    if not exact.isdisjoint(words[place : place + reach]):
        return True
    if not firsts:
        return False
    return not firsts.isdisjoint(heads[place : place + reach] if cut == CUT else [word[:cut] for word in words[place : place + reach]])


def _grown(waiting: dict[str, Node | list[_Waiting]], key: str) -> Node:
    found = waiting[key]
    if not isinstance(found, Node):
        found = waiting[key] = Node(found, len(key))
    return found


class Ahead(NamedTuple):
    """What may come next, so that most words need no further look."""

    exact: Set[str]
    firsts: Set[str]
    """The first ``cut`` characters of what may come with an open ending."""
    cut: int


class Reach(NamedTuple):
    """What may come within so many words."""

    reach: int
    exact: Set[str]
    firsts: Set[str]
    cut: int
    always: bool
    """Whether a pattern decides: a further look is then always needed."""

    def open(self, words: Sequence[str], heads: Sequence[str], place: int) -> bool:
        """Whether one of them stands among the words from that numbered ``place`` on; ``heads`` are the first letters of each."""
        reach, exact, firsts, cut, always = self
        return always or _within(reach, exact, firsts, cut, words, heads, place)


class Step(NamedTuple):
    """What begins or ends at one run."""

    names: tuple[str, ...]
    """The terms that end here."""
    marked: tuple[Entry, ...]
    """Their entries, where an accent matters."""
    rests: tuple[tuple[int, Node], ...]
    """Those that go on after a gap, with the length of their literal."""
    near: Ahead
    """The words with which these may go on at once."""
    far: Reach | None
    """Those with which they may go on, where for some it is further away or by a pattern."""
    branches: tuple[Branch, ...]
    """Those by which longer literals go on."""
    next: Ahead
    """The runs with which these may go on."""


class Steps(dict[str, "Step | None"]):
    """One run -> what begins or ends there; ``None`` where nothing does. Fills itself with the words met."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self._roots = _Roots(entry for entry in entries if not entry.open_left)
        self._left = _Roots(entry for entry in entries if entry.open_left)
        self._made: dict[tuple[tuple[int, int], ...], Step | None] = {(): None}
        """Steps by the nodes they are made of: the forms of one word lead to the same."""

    def __missing__(self, word: str) -> Step | None:
        if len(self) >= MOST_STEPS:
            self.clear()
        nodes = self._nodes(word)
        made_of = tuple([(id(node), taken) for node, taken in nodes])  # nodes live as long as the roots
        if made_of not in self._made:
            self._made[made_of] = _step(nodes)
        step = self[word] = self._made[made_of]
        return step

    def _nodes(self, word: str) -> list[tuple[Node, int]]:
        """The nodes a word leads to, with how much of it each takes."""
        nodes = [(node, node.length) for node in self._roots.reached(word)]
        for skipped in self._left.beginnings(word):
            nodes += [(node, skipped + node.length) for node in self._left.reached(word[skipped:])]
        return nodes


class _Roots:
    """The first runs of terms."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._exact: dict[str, list[Entry] | Node] = {}
        self._stems: dict[str, list[Entry] | Node] = {}
        for entry in entries:
            first = entry.literal.partition(" ")[0]
            if not first.isalnum():
                first = pattern_for(entry.literal).split(entry.literal, 1)[1]
            stem = entry.open_right and first == entry.literal
            waiting = (self._stems if stem else self._exact).setdefault(first, [])
            waiting.append(entry)  # type: ignore[union-attr]  # nothing grows before all terms are there
        self._cut, self._firsts = _firsts(self._stems)
        self._shortest = min([self._cut, *map(len, self._exact)])
        self._begin = frozenset([key[: self._shortest] for keys in (self._exact, self._stems) for key in keys])

    def beginnings(self, word: str) -> list[int]:
        """The places in ``word`` where one of the roots may begin."""
        if not self._begin:
            return []
        places = range(max(0, len(word) - LONGEST_RUN), len(word))
        return [place for place in places if word[place : place + self._shortest] in self._begin]

    def reached(self, word: str) -> list[Node]:
        """The trees that begin at ``word`` or at a stem of it."""
        found = [_tree(self._exact, word)] if word in self._exact else []
        lengths = self._firsts.get(word[: self._cut], ())
        return found + [_tree(self._stems, word[:length]) for length in lengths if length <= len(word) and word[:length] in self._stems]


def _tree(roots: dict[str, list[Entry] | Node], first: str) -> Node:
    found = roots[first]
    if not isinstance(found, Node):
        found = roots[first] = Node([(entry, _keys(entry.literal), 0) for entry in found], len(first))
    return found


def _keys(literal: str) -> tuple[str, ...]:
    """The runs of a literal after the first, each with what separates it from the one before."""
    if literal.isalnum():
        return ()
    words = literal.split(" ")
    if all(map(str.isalnum, words)):
        return tuple([f" {word}" for word in words[1:]])
    parts = pattern_for(literal).split(literal)
    return tuple(map(add, parts[2:-1:2], parts[3::2]))


def _is_odd(entry: Entry) -> bool:
    return any(part.open_left or not (part.text.isalnum() or RUN.fullmatch(part.text)) for part in entry.after)


def _step(nodes: Sequence[tuple[Node, int]]) -> Step | None:
    if not nodes:
        return None
    ending = tuple(entry for node, _ in nodes for entry in node.ending)
    rests = tuple((length, node) for node, length in nodes if node.goes_on)
    branches = tuple(node.literal for node, _ in nodes if node.literal is not None)
    near = [node.near for _, node in rests if node.near is not None]
    marked = ending if any(entry.marked for entry in ending) else ()
    return Step(
        tuple(entry.tag for entry in ending), marked, rests, _ahead(near), _reach(node for _, node in rests), branches, _ahead(branches)
    )


def _reach(nodes: Iterable[Node]) -> Reach | None:
    going_on = [node for node in nodes if node.onward or node.odd]
    odd, onward = any(node.odd for node in going_on), [one for node in going_on for one in node.onward]
    if not odd and all(reach == 1 for reach, _ in onward):
        return None
    ahead = _ahead([branch for _, branch in onward])
    return Reach(max([1, *(reach for reach, _ in onward)]), ahead.exact, ahead.firsts, ahead.cut, odd)


def _ahead(branches: Sequence[Branch]) -> Ahead:
    if len(branches) == 1:
        return Ahead(branches[0].exact.keys(), branches[0].firsts.keys(), branches[0].cut)
    cut = min([CUT, *(branch.cut for branch in branches)])
    exact = frozenset(key for branch in branches for key in branch.exact)
    return Ahead(exact, frozenset(first[:cut] for branch in branches for first in branch.firsts), cut)
