"""Adverts for benchmarks: invented ones in six scripts, or a file of real ones multiplied with changed words."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from index.documents import Document

NOW = datetime(2026, 6, 1, tzinfo=UTC)
WORDS_A_TEXT = 180

_SCRIPTS = {"en": 0.7, "th": 0.06, "zh": 0.06, "ar": 0.06, "hi": 0.06, "am": 0.06}
_LETTERS = {
    "en": "abcdefghilmnoprstuvw", "th": "กขคงจชตทนบปผพมยรลวสหอ", "zh": "".join(map(chr, range(0x4E00, 0x4E00 + 900))),
    "ar": "ابتجحدرسشصطعفقكلمنهوي", "hi": "कखगघचजटडतदनपबमयरलवसह", "am": "ሀለመረሰቀበተነአከወዘየደገጠጸፈ",
}  # fmt: skip
_FIXED = ["registration", "fee", "visa", "passport", "nurse", "driver", "salary"]
_COUNTRIES = ("QA", "AE", "SA", "KW", "OM", "MY", "TH", "RO", "PL", "JO")
_SECTORS = ("care", "construction", "domestic", "fishing", "hospitality", "transport")
_ORIGINS = ("NP", "BD", "PH", "IN", "VN", "ID", "ET", "UA")
_BANDS = ("urgent", "priority", "labour-law", "fraud", "watch", "none")


def documents(size: int, *, words: int = WORDS_A_TEXT) -> Iterator[Document]:
    """Synthetic adverts, the same for the same ``size``: word frequencies as in language, six scripts, filters of every kind."""
    chance = random.Random(size)  # noqa: S311
    lexicons = {script: _lexicon(script, chance) for script in _SCRIPTS}
    for number in range(size):
        script = chance.choices([*_SCRIPTS], [*_SCRIPTS.values()])[0]
        lexicon, weights = lexicons[script]
        joint = "" if script in {"th", "zh"} else " "
        body = chance.choices(lexicon, cum_weights=weights, k=words)
        lines = [joint.join(body[at : at + 12]) for at in range(0, len(body), 12)]
        title = joint.join(body[:4])
        seen = NOW - timedelta(minutes=chance.randrange(400 * 24 * 60))
        yield Document(
            doc_id=hashlib.sha256(str(number).encode()).hexdigest()[:32],
            stamp=str(number),
            position=number,
            title=title,
            text=title + "\n" + "\n".join(lines),
            employer=" ".join(chance.choices(lexicon, cum_weights=weights, k=2)),
            place=chance.choice(lexicon),
            source=f"board-{chance.randrange(40)}",
            languages=(script,),
            country=chance.choice(_COUNTRIES),
            indicators=tuple({f"indicator-{chance.randrange(41)}" for _ in range(chance.randrange(4))}),
            signals=tuple({f"signal-{chance.randrange(13)}" for _ in range(chance.randrange(3))}),
            band=chance.choices(_BANDS, (1, 3, 6, 4, 20, 66))[0],
            risk=round(chance.random() ** 3, 6),
            sectors=tuple({chance.choice(_SECTORS) for _ in range(chance.randrange(3))}),
            origins=tuple({chance.choice(_ORIGINS) for _ in range(chance.randrange(3))}),
            reach=int(chance.paretovariate(1.2)),
            cluster=hashlib.sha256(f"c{number // 3}".encode()).hexdigest()[:32],
            posted_on=seen.date(),
            first_seen_at=seen,
            seen_at=seen + timedelta(days=3),
        )


def _lexicon(script: str, chance: random.Random) -> tuple[list[str], list[float]]:
    words = {"".join(chance.choices(_LETTERS[script], k=chance.randrange(2, 9 if script != "zh" else 4))) for _ in range(20_000)}
    ordered = _FIXED + sorted(words) if script == "en" else sorted(words)
    total, sums = 0.0, []
    for rank in range(len(ordered)):
        total += 1 / (rank + 20)
        sums.append(total)
    return ordered, sums


def from_file(path: Path, size: int) -> Iterator[Document]:
    """Adverts of a JSON lines file (may be gzipped; ``text``, ``title``, ``lang``), as often as needed: each copy with changed words.

    About every sixth word is another word of the same language, so that copies are neither equal nor of other frequencies.
    """
    texts = list(_read(path))
    lexicons: dict[str, list[str]] = defaultdict(list)
    for language, _title, text in texts:
        lexicons[language].extend(text.split()[:100])
    for number, invented in enumerate(documents(size, words=8)):
        chance = random.Random(number)  # noqa: S311
        language, title, text = texts[number % len(texts)]
        changed = _changed(text, lexicons[language], chance) if number >= len(texts) else text
        yield replace(invented, title=_changed(title, lexicons[language], chance), text=changed, languages=(language,))


def _changed(text: str, lexicon: list[str], chance: random.Random) -> str:
    words = text.split(" ")
    for at in range(chance.randrange(6), len(words), 6):
        words[at] = chance.choice(lexicon)
    return " ".join(words)


def _read(path: Path) -> Iterator[tuple[str, str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("text"):
                yield str(row.get("lang") or "und"), str(row.get("title") or ""), str(row["text"])
