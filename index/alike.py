"""The words by which adverts like a given one are looked for; the same for every engine."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from heapq import nlargest
from typing import TypeAlias

from index.mapping import EMPTY

CONSIDERED = 500
"""Different words of one text that are weighed, the most frequent ones."""
LOOKED_FOR = 25
"""Words that similar adverts are looked for by."""

FieldPiece: TypeAlias = tuple[str, str]


def rarest(texts: Mapping[str, str], *, documents: int, having: Callable[[str, str], int]) -> list[FieldPiece]:
    """Field and piece of the words that weigh most: often in these texts, in few of all ``documents``.

    ``texts`` are pieces with a space between each, by field; ``having(field, piece)`` counts the documents that have a piece.
    Words that no other document has are left out.
    """
    return [(field, piece) for _weight, field, piece in nlargest(LOOKED_FOR, _weighed(texts, documents, having))]


def _weighed(texts: Mapping[str, str], documents: int, having: Callable[[str, str], int]) -> Iterator[tuple[float, str, str]]:
    for field, text in texts.items():
        for piece, times in Counter(text.split()).most_common(CONSIDERED):
            others = having(field, piece) if piece != EMPTY else 0
            if others > 1:
                yield times * math.log(1 + documents / others), field, piece
