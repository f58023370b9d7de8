"""MinHash signatures of advert texts: numbers and contacts do not count, so that the same template gives the same signature. Pure."""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Iterator, Sequence

from rensa import RMinHash

PERMUTATIONS = 128
BANDS = 32
ROWS = PERMUTATIONS // BANDS
SEED = 42
ALGORITHM = "rensa-0.5 words3 128/32"
"""Stored beside each signature: another algorithm means another signature."""

FEWEST_WORDS = 12
"""Shorter texts are alike by chance ("waiter wanted, call ...") and get no signature."""
SIMILAR = 0.7
"""Estimated Jaccard similarity from which two texts count as one template."""

_FORMAT = f"<{PERMUTATIONS}I"
_WORDS = re.compile(r"[^\W\d_]+")
_DENSE = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u4e00-\u9fff]")


def signature(text: str) -> bytes:
    """The signature of ``text`` (128 x 32 bits, little endian), or nothing for a text too short to compare."""
    shingles = list(_shingles(text))
    if len(shingles) < FEWEST_WORDS:
        return b""
    minhash = RMinHash(num_perm=PERMUTATIONS, seed=SEED)
    minhash.update(shingles)
    return struct.pack(_FORMAT, *minhash.digest())


def _shingles(text: str) -> Iterator[str]:
    words = _WORDS.findall(text.lower())
    pieces: Sequence[str] = list(_DENSE.findall(text)) if len(_DENSE.findall(text)) > len(words) else words
    for at in range(len(pieces) - 2):
        yield " ".join(pieces[at : at + 3])


def bands(digest: bytes) -> list[int]:
    """The band values of a signature, signed 64-bit; none for an empty one."""
    if not digest:
        return []
    size = ROWS * 4
    return [_number(digest[at * size : (at + 1) * size]) for at in range(BANDS)]


def _number(part: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(part, digest_size=8).digest(), "little", signed=True)


def similarity(a: bytes, b: bytes) -> float:
    """Estimated Jaccard similarity of two signatures, 0..1."""
    if not a or not b:
        return 0.0
    one, two = struct.unpack(_FORMAT, a), struct.unpack(_FORMAT, b)
    same: int = sum(map(int.__eq__, one, two))
    return same / PERMUTATIONS
