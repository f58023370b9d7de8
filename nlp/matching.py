"""Find the terms of a lexicon in a folded text.

A text is cut once into runs of letters; each run, and each run with those after it where a term goes on, is looked up in a table
that fills itself with what was met (``Steps``). Adverts repeat few words, so most runs cost one look into a dictionary.
Languages written without spaces, and terms that begin or end with a sign ("%", "/day"), are found by an automaton instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from nlp.runs import CUT, WORD, Entry, Part, Tag, is_word, runs
from nlp.trees import GAP, Branch, Node, Steps

_MARK = re.compile(r"[^\x00-\x7f]")
LONGEST_IN_GAP = 24
"""Letters of each of them at most."""


class Matcher:
    """The terms of one language, ready to be found."""

    def __init__(self, entries: Iterable[Entry], *, spaces: bool) -> None:
        regular: list[Entry] = []
        odd: list[Entry] = []
        for entry in entries:
            (regular if spaces and is_word(entry.literal[:1]) and is_word(entry.literal[-1:]) else odd).append(entry)
        self._steps = Steps(regular) if regular else None
        self._odd = _Odd(odd, spaces=spaces)

    def find(self, text: str, written: str = "") -> list[Tag]:
        """The tags of folded ``text``, in no order; ``written``, of the same length, is the unfolded text where accents must agree."""
        found: list[Tag] = []
        if self._steps is not None:
            cut = runs(text)
            _walk(self._steps, _Reader(text, written, *cut, [word[:CUT] for word in cut.words], found))
        found.extend(tag for tag, entry in self._odd.find(text) if not written or _accents_agree(entry, written[tag.start : tag.end]))
        return found


class _Reader(NamedTuple):
    """The text in which terms are looked for, and those found so far."""

    text: str
    written: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    joined: list[str]
    heads: list[str]
    """The first letters of each word."""
    found: list[Tag]


def _walk(steps: Steps, reader: _Reader) -> None:
    _, written, words, starts, ends, joined, heads, found = reader
    if not words:
        return
    words_after, joined_after = [*words[1:], ""], [*joined, ""]  # nothing follows the last
    for place, (step, word, key) in enumerate(zip(map(steps.__getitem__, words), words_after, joined_after, strict=True)):
        if step is None:
            continue
        names, marked, rests, near, far, branches, following = step
        if names:
            start, end = starts[place], ends[place]
            if written and marked:
                names = tuple(entry.tag for entry in marked if _accents_agree(entry, written[start:end]))
            for name in names:
                found.append(tuple.__new__(Tag, (name, start, end)))  # half the time of Tag(...)
        if rests and (far.open(words, heads, place + 1) if far else word in near[0] or word[: near[2]] in near[1]):
            for length, node in rests:
                if len(rests) == 1 or node.may_follow(words, heads, place + 1):
                    _complete(node, reader, starts[place], starts[place] + length, place)
        if branches and (key in following[0] or key[: following[2]] in following[1]):
            for branch in branches:
                _go_on(branch, reader, starts[place], place)


def _go_on(branch: Branch | None, reader: _Reader, start: int, place: int) -> None:
    """Follow literals of several runs from the run numbered ``place`` on."""
    joined, last = reader.joined, place
    while branch is not None and last < len(joined):
        key, last = joined[last], last + 1
        if branch.firsts and key[: branch.cut] in branch.firsts:
            for stem in branch.reached_stems(key):
                _end(stem, reader, start, reader.ends[last - 1] + stem.length, last)
        node = branch.exact.get(key)
        if node is None:
            return
        if not isinstance(node, Node):
            node = branch.node(key)
        if not node.bare:
            _end(node, reader, start, reader.ends[last], last)
        branch = node.literal


def _end(node: Node, reader: _Reader, start: int, at: int, place: int) -> None:
    for entry in node.ending:
        _add(entry, reader, start, reader.ends[place])
    if node.goes_on and node.may_follow(reader.words, reader.heads, place + 1):
        _complete(node, reader, start, at, place)


def _complete(node: Node, reader: _Reader, start: int, at: int, place: int) -> None:
    """Add the terms whose literal begins at ``start`` and ends at ``at``, in the run numbered ``place``, and which go on behind it."""
    for entry in node.odd:
        match = _pattern(entry.after, entry.open_right, True).match(reader.text, at)
        if match and (match.end() == len(reader.text) or not is_word(reader.text[match.end()])):
            _add(entry, reader, start, match.end())
    if node.onward:
        _branch(node, reader, start, place, set())


def _branch(node: Node, reader: _Reader, start: int, place: int, done: set[int]) -> None:
    """Try the words after the run numbered ``place``, the nearest first: each term is found once."""
    words, heads = reader.words, reader.heads
    for reach, branch in node.onward:
        exact, firsts, cut = branch.exact, branch.firsts, branch.cut
        for following in range(place + 1, min(place + 1 + reach, len(words))):
            word = words[following]
            if word in exact or (firsts and word[:cut] in firsts):
                for reached in branch.reached(word):
                    goes_on = bool(reached.onward) and reached.may_follow(words, heads, following + 1)
                    if (goes_on or reached.ending) and _linked(reader, place, following):
                        _arrive(reached, reader, start, following, done, goes_on=goes_on)


def _arrive(node: Node, reader: _Reader, start: int, place: int, done: set[int], *, goes_on: bool) -> None:
    for entry in node.ending:
        if id(entry) not in done:  # its hash takes long
            done.add(id(entry))
            _add(entry, reader, start, reader.ends[place])
    if goes_on:
        _branch(node, reader, start, place, done)


def _linked(reader: _Reader, place: int, following: int) -> bool:
    """Whether two words can belong to one term: up to three signs stand between each and the next, and no very long word."""
    text, _, words, starts, ends, *_ = reader
    for here in range(place, following):
        between = text[ends[here] : starts[here + 1]]
        if between != " " and (len(between) > 3 or "_" in between):
            return False
    return following == place + 1 or max(map(len, words[place + 1 : following])) <= LONGEST_IN_GAP


def _add(entry: Entry, reader: _Reader, start: int, end: int) -> None:
    if not reader.written or _accents_agree(entry, reader.written[start:end]):
        reader.found.append(tuple.__new__(Tag, (entry[0], start, end)))


class _Odd:
    """Terms that do not begin and end at runs of letters, found by an automaton wherever they stand."""

    def __init__(self, entries: Sequence[Entry], *, spaces: bool) -> None:
        literals: dict[str, list[Entry]] = {}
        for entry in entries:
            literals.setdefault(entry.literal, []).append(entry)
        self._entries = list(literals.values())
        self._automaton = AhoCorasick(list(literals))
        self._spaces = spaces

    def find(self, text: str) -> Iterator[tuple[Tag, Entry]]:
        """The terms in ``text`` with the whole words each covers."""
        for number, start, end in self._automaton.find_matches_as_indexes(text, overlapping=True):
            for entry in self._entries[number]:
                place = _widened(entry, text, start, end) if self._spaces else _as_it_stands(entry, text, start, end)
                if place:
                    yield Tag(entry.tag, *place), entry


def _as_it_stands(entry: Entry, text: str, start: int, end: int) -> tuple[int, int] | None:
    if not entry.after:
        return start, end
    match = _pattern(entry.after, entry.open_right, False).match(text, end)
    return (start, match.end()) if match else None


def _widened(entry: Entry, text: str, start: int, end: int) -> tuple[int, int] | None:
    """The whole words of a term with open ends or a further part, or ``None`` where it is only part of another word."""
    if start > 0 and is_word(text[start - 1]) and is_word(text[start]):
        if not entry.open_left:
            return None
        start = _before(text, start)
    if entry.after:
        match = _pattern(entry.after, entry.open_right, True).match(text, end)
        if match is None:
            return None
        end = match.end()
    elif entry.open_right:
        while end < len(text) and is_word(text[end]):
            end += 1
    return (start, end) if end == len(text) or not is_word(text[end]) else None


def _before(text: str, start: int) -> int:
    while start > 0 and is_word(text[start - 1]):
        start -= 1
    return start


@lru_cache(maxsize=20_000)
def _pattern(after: tuple[Part, ...], open_right: bool, spaces: bool) -> re.Pattern[str]:
    """A pattern of what must follow a literal; made when first needed: a language has thousands, a text needs a few."""
    gap = rf"(?:\W{{1,3}}(?:{WORD}){{1,{LONGEST_IN_GAP}}}){{0,{GAP}}}?" if spaces else r"[^.!?\n]{0,8}?"
    between, any_ending = (r"\W{1,3}", rf"(?:{WORD})*") if spaces else ("", "")
    out = [any_ending if open_right else ""]
    for part in after:
        out.append(gap * part.gaps + between + (any_ending if part.open_left else "") + re.escape(part.text))
        out.append(any_ending if part.open_right else "")
    return re.compile("".join(out))


def is_marked(written: str) -> bool:
    """Whether a text writes its accents: at least one letter in twenty bears one."""
    return len(_MARK.findall(written[:2000])) * 20 > min(len(written), 2000)


def _accents_agree(entry: Entry, written: str) -> bool:
    lower = unicodedata.normalize("NFC", written).lower()
    return all(word in lower for word in entry.marked)
