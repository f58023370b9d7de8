"""What changed between two states of an advert, and what the copies of a cluster have in common; pure, by words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 600
"""Words compared of each text: difflib is quadratic at worst, and strangers choose the texts."""

MOST_TEXTS = 6
"""Copies compared to find the common text of a cluster."""

_WORDS = re.compile(r"\d+(?:[.,]\d+)+|\w+|\W")
_CUT = " […]"


@dataclass(frozen=True, slots=True)
class Piece:
    """Words with one fate: ``same``, ``removed`` or ``added``; in a common text ``same`` or ``slot``."""

    kind: str
    text: str


def changes(before: str, after: str) -> list[Piece]:
    """The words that stayed, went and came, in reading order; both texts are cut to ``MOST_WORDS``."""
    old, new = _words(before), _words(after)
    pieces: list[Piece] = []
    gone, come = "", ""
    steps = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    for place, (kind, i, j, k, m) in enumerate(steps):
        went, came = "".join(old[i:j]), "".join(new[k:m])
        # a space that stayed between two changed words is no island of common text
        if kind == "equal" and (went.strip() or place in (0, len(steps) - 1)):
            pieces += [*_changed(gone, come), Piece("same", went)]
            gone, come = "", ""
        else:
            gone, come = gone + went, come + came
    return pieces + _changed(gone, come)


def around_changes(pieces: Sequence[Piece], *, context: int = 60) -> list[Piece]:
    """The changes with about ``context`` characters before and behind each; what lies between is left out."""
    short: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind != "same" or len(piece.text) <= 2 * context + 3:
            short.append(piece)
            continue
        head = piece.text[:context] if place > 0 else ""
        tail = piece.text[-context:] if place < len(pieces) - 1 else ""
        short.append(Piece("same", f"{head} … {tail}"))
    return short


def _changed(gone: str, come: str) -> list[Piece]:
    return [Piece(kind, text) for kind, text in (("removed", gone), ("added", come)) if text]


def common_text(texts: Sequence[str]) -> list[Piece]:
    """The first text, with what all the others share as ``same`` and what differs as ``slot``; empty for fewer than two.

    A cluster is held together by contacts too, so texts may share nothing: then there is one slot.
    """
    if len(texts) < 2:
        return []
    words = _words(texts[0])
    shared = [True] * len(words)
    for other in texts[1:MOST_TEXTS]:
        kept = [False] * len(words)
        for i, _, size in SequenceMatcher(None, words, _words(other), autojunk=False).get_matching_blocks():
            kept[i : i + size] = [True] * size
        shared = [one and two for one, two in zip(shared, kept, strict=True)]
    return _runs(words, shared)


def _runs(words: Sequence[str], shared: Sequence[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    for place, (word, is_shared) in enumerate(zip(words, shared, strict=True)):
        # a space both texts have between two differing words is no common text
        alone = not word.strip() and 0 < place < len(words) - 1 and not shared[place - 1] and not shared[place + 1]
        kind = "same" if is_shared and not alone else "slot"
        if pieces and pieces[-1].kind == kind:
            pieces[-1] = Piece(kind, pieces[-1].text + word)
        else:
            pieces.append(Piece(kind, word))
    return pieces


def _words(text: str) -> list[str]:
    # a text of one endless word is cut as well, or it would fill the page
    words = [word[:200] for word in _WORDS.findall(text[: MOST_WORDS * 20])]
    return words if len(words) <= MOST_WORDS else [*words[:MOST_WORDS], _CUT]
