"""Measure the matching of subscriptions against asking each subscription about each advert, in the same run.

    python -m benchmarks.alerts_matching [SUBSCRIPTIONS] [ADVERTS] [--asked N]

10,000 subscriptions and 50,000 invented adverts where nothing is given. The plain reference, "one after the other", compares every
subscription with each of the first N adverts (50) by ``alerts.matching.wants``, the texts cut once an advert; its time is given an advert,
so that the ratio does not depend on N. Both must find the same. What is compared is processor time.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from adverts.records import Band
from alerts.facts import AdvertFacts
from alerts.matching import Matcher, Subject, Wanted, wants
from index.cutting import words
from index.plan import plan
from index.syntax import parse
from nlp.segment import terms

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
COUNTRIES = ("PL", "DE", "AE", "QA", "MY", "SA", "IT", "ES", "GB", "JP", "KW", "RO")
INDICATORS = ("document-retention", "deposit-or-bond", "minors-targeted", "no-rest-day", "debt-repaid-by-work")
WORDS = tuple(f"work{number}" for number in range(2000))
BANDS = (Band.URGENT, Band.PRIORITY, Band.LABOUR_LAW, Band.WATCH, Band.NONE)


def cut(text: str) -> tuple[str, ...]:
    """Cuts texts as the index does."""
    return words(terms, text)


def subscriptions(count: int, draw: random.Random) -> list[Wanted]:
    """Invented ones: two conditions each, such as a country and a word; one in six a country and an indicator, the broadest."""
    made = []
    for key in range(count):
        country, indicator, word = draw.choice(COUNTRIES), draw.choice(INDICATORS), draw.choice(WORDS)
        query = draw.choice(
            [
                f"country:{country} indicator:{indicator}",
                f"country:{country} {word}",
                f"indicator:{indicator} {word}",
                f"{word} {draw.choice(WORDS)}",
                f"(country:{country} OR country:{draw.choice(COUNTRIES)}) {word}",
                f"country:{country} band:urgent {word}",
            ]
        )
        made.append(Wanted(key, plan(parse(query).query.where, terms), draw.choice([Band.URGENT, Band.PRIORITY, Band.WATCH])))
    return made


def adverts(count: int, draw: random.Random) -> Iterator[AdvertFacts]:
    """Invented ones of about sixty words; half of them have indicators."""
    for number in range(count):
        title = f"{draw.choice(WORDS)} wanted"
        yield AdvertFacts(
            advert_id=f"{number:032}",
            assessment_id=number,
            made_at=NOW,
            cluster_id=f"{number // 3:032}",
            title=title,
            raw_title=title,
            text=f"{title} " + " ".join(f"{draw.choice(WORDS)} word{draw.randrange(5000)}" for _ in range(30)),
            employer="Amber",
            place="Somewhere",
            country=draw.choice(COUNTRIES),
            source="board",
            languages=("en",),
            band=draw.choice(BANDS),
            risk=draw.random(),
            indicators=frozenset(draw.sample(INDICATORS, draw.randrange(3))),
            signals=frozenset(),
            first_seen_at=NOW - timedelta(days=1),
            seen_at=NOW,
            posted_on=None,
            online=True,
        )


def main(count: int, size: int, asked: int) -> None:
    """Print times, the cost of one subscription and the ratio."""
    draw = random.Random(8)  # noqa: S311 (invented adverts)
    wanted, batch = subscriptions(count, draw), list(adverts(size, draw))
    start = time.process_time()
    matcher = Matcher(wanted, cutter=cut)
    found = [matcher.matches(facts) for facts in batch]
    ours = time.process_time() - start
    start = time.process_time()
    plain = [_one_after_the_other(wanted, facts) for facts in batch[:asked]]
    reference = (time.process_time() - start) / len(plain) * size
    if plain != found[: len(plain)]:
        raise SystemExit("the two do not find the same")
    print(f"{count:,} subscriptions, {size:,} adverts, {sum(map(len, found)):,} matches")
    print(f"one pass: {ours:.1f} s, {ours / count * 1000:.2f} ms a subscription, {ours / size * 1000:.2f} ms an advert")
    print(f"one after the other: {reference:.0f} s for as many adverts, measured on {len(plain)}")
    print(f"ratio: one pass takes {ours / reference:.4f} of the time, {reference / ours:.0f} times less")


def _one_after_the_other(wanted: list[Wanted], facts: AdvertFacts) -> set[int]:
    subject = Subject(facts, cut)
    return {each.key for each in wanted if wants(each, subject)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subscriptions", type=int, nargs="?", default=10_000)
    parser.add_argument("adverts", type=int, nargs="?", default=50_000)
    parser.add_argument("--asked", type=int, default=50, help="adverts that the reference is measured on")
    given = parser.parse_args()
    main(given.subscriptions, given.adverts, given.asked)
