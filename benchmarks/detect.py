"""Finding against spaCy's blank tokeniser alone on the same texts: ``python -m benchmarks.detect [FILE] [COUNT]``.

FILE holds JSON lines with ``text`` (.gz too); without one the adverts of our own corpus are read. Both sides run in this process,
on one core.
"""

from __future__ import annotations

import gzip
import json
import resource
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from settings.env import ROOT


def texts(path: Path | None, count: int) -> list[str]:
    """The first ``count`` texts of a file, or of the corpus."""
    if path is None:
        files = sorted((ROOT / "models" / "corpus").glob("*.jsonl"))
        lines = [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    else:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
            lines = [line for _, line in zip(range(count), file, strict=False)]
    return [str(json.loads(line)["text"]) for line in lines[:count]]


def seconds(work: object, given: list[str]) -> float:
    """CPU seconds that ``work`` takes for all texts, after a warm-up on some."""
    for text in given[:50]:
        work(text)  # type: ignore[operator]
    started = time.process_time()
    for text in given:
        work(text)  # type: ignore[operator]
    return time.process_time() - started


def main() -> None:
    """Measure and print."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    given = texts(path, int(sys.argv[2]) if len(sys.argv) > 2 else 2000)
    import spacy

    from adverts import judging
    from nlp import find

    now = datetime.now(UTC)

    def judge(text: str) -> object:
        return judging.judge(text, now=now)

    reference = seconds(spacy.blank("en").tokenizer, given)
    print(f"{len(given)} adverts, {sum(map(len, given)) / len(given):.0f} characters on average")
    print(f"spaCy blank tokeniser alone  {len(given) / reference:8.0f} adverts/s  1.00")
    for name, work in (("rules alone", find.find), ("rules and models", judge)):
        taken = seconds(work, given)
        print(f"{name:28} {len(given) / taken:8.0f} adverts/s  {reference / taken:.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
