"""Measure matching of all subscriptions in one pass against one plain loop per subscription, on the same adverts in the same run.

    python -m benchmarks.alerts_matching [SUBSCRIPTIONS] [ASSESSMENTS] [--sample N]

10,000 subscriptions and 50,000 new assessments where none are given, all invented. The reference asks ``alerts.matching.wants`` for every
advert and one subscription at a time, as code without the anchors would, for every ``SUBSCRIPTIONS / N``-th subscription (it would take
too long for all); texts are cut beforehand for both, and joined beforehand for the reference alone, which favours it. Both must find the
same, or the benchmark fails. Processor time is compared, so that what else the machine does counts for neither. The ledger is not read
here: its queries are counted in ``tests/alerts/test_matching_cost.py``.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product

from adverts.records import Band
from alerts.facts import AdvertFacts
from alerts.matching import Cutter, Matcher, Subject, Wanted, wants
from index import default_cut
from index.cutting import words
from index.plan import plan
from index.query import TextField
from index.syntax import parse

COUNTRIES = ("PL", "DE", "AE", "QA", "SA", "MY", "SG", "IT", "ES", "RO", "HR", "CY", "MT", "KW", "OM", "BH", "JO", "LB", "TR", "GR")
INDICATORS = ("document-retention", "deposit-or-bond", "no-rest-day", "debt-repaid-by-work", "pay-on-arrival", "recruitment-fee")
JOBS = ("packer", "cook", "nurse", "welder", "driver", "cleaner", "mason", "picker", "waiter", "carer", "tailor", "guard", "painter")
PLACES = ("warehouse", "farm", "hotel", "hospital", "shipyard", "kitchen", "orchard", "harbour", "villa", "factory", "office", "site")
FILLER = tuple(f"word{number}" for number in range(4000))
BANDS = (Band.URGENT, Band.PRIORITY, Band.LABOUR_LAW, Band.FRAUD, Band.WATCH)
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
LEAST_RATIO = 3.0
"""One pass must be at least this many times cheaper than the loops; about half of what was measured, because machines are noisy."""


def adverts(count: int, draw: random.Random) -> Iterator[AdvertFacts]:
    """Invented adverts of forty words each."""
    for number in range(count):
        job, place = draw.choice(JOBS), draw.choice(PLACES)
        text = " ".join((f"{job} wanted", place, *draw.choices(FILLER, k=37)))
        yield AdvertFacts(
            advert_id=f"{number:032}",
            assessment_id=number + 1,
            made_at=NOW,
            cluster_id="",
            title=f"{job} wanted",
            raw_title=f"{job} wanted",
            text=text,
            employer="",
            place=place,
            country=draw.choice(COUNTRIES),
            source="board-a",
            languages=("en",),
            band=draw.choice(BANDS),
            risk=draw.random(),
            indicators=frozenset(draw.sample(INDICATORS, k=draw.randint(0, 3))),
            signals=frozenset(),
            first_seen_at=NOW,
            seen_at=NOW,
            posted_on=None,
            online=True,
        )


def subscriptions(count: int, draw: random.Random) -> list[Wanted]:
    """Invented subscriptions: a corridor, an indicator or words, mostly several of them; none asks for everything."""
    shapes = (
        "country:{c} indicator:{i}",
        "country:{c} {j}",
        "{j} {p}",
        "country:{c} {f}",
        "indicator:{i} {p} -{j}",
        "{f} OR country:{c} {p}",
    )
    made = []
    for number in range(count):
        parts = {"c": draw.choice(COUNTRIES), "i": draw.choice(INDICATORS), "j": draw.choice(JOBS), "p": draw.choice(PLACES)}
        parsed = parse(draw.choice(shapes).format(f=draw.choice(FILLER), **parts))
        if parsed.problems:
            raise SystemExit(f"the benchmark asks what the index cannot read: {parsed.problems}")
        made.append(Wanted(number, plan(parsed.query.where, default_cut()), draw.choice(BANDS)))
    return made


def main(wanted_count: int, advert_count: int, sample: int) -> int:
    """Print the cost of one pass and its ratio to the loops; 1 where they differ or the pass is not cheap enough."""
    draw = random.Random(20261120)  # noqa: S311 (the same adverts each time)
    batch, everybody = list(adverts(advert_count, draw)), subscriptions(wanted_count, draw)
    asked = everybody[:: max(1, wanted_count // sample)]
    known: dict[str, tuple[str, ...]] = {}
    for facts, text in product(batch, ("text", "raw_title", "employer", "place")):
        value = str(getattr(facts, text))
        known.setdefault(value, words(default_cut(), value))
    cutter: Cutter = known.__getitem__
    start = time.process_time()
    matcher = Matcher(everybody, cutter=cutter)
    found = [matcher.matches(facts) for facts in batch]
    one_pass = time.process_time() - start
    subjects = [Subject(facts, cutter) for facts in batch]
    for subject, field in product(subjects, TextField):
        subject.hay(field)  # outside the clock: multiplied with the sample it would count against the loops
    start = time.process_time()
    plain = {each.key: [number for number, subject in enumerate(subjects) if wants(each, subject)] for each in asked}
    loops = (time.process_time() - start) / len(asked) * wanted_count
    same = all(plain[each.key] == [number for number, keys in enumerate(found) if each.key in keys] for each in asked)
    print(f"{wanted_count:,} subscriptions x {advert_count:,} assessments: {sum(map(len, found)):,} matches, processor time")
    each_subscription, each_advert = one_pass / wanted_count * 1e3, one_pass / advert_count * 1e3
    print(f"one pass: {one_pass:.1f} s, {each_subscription:.3f} ms a subscription, {each_advert:.3f} ms an advert")
    print(f"a plain loop for each, from {len(asked):,} of them: {loops:.0f} s, {loops / wanted_count * 1e3:.1f} ms a subscription")
    print(f"ratio: {loops / one_pass:.1f} times cheaper (must be {LEAST_RATIO:g}); the same found: {same}")
    return 0 if same and loops >= LEAST_RATIO * one_pass else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("subscriptions", type=int, nargs="?", default=10_000)
    parser.add_argument("assessments", type=int, nargs="?", default=50_000)
    parser.add_argument("--sample", type=int, default=50)
    given = parser.parse_args()
    sys.exit(main(given.subscriptions, given.assessments, given.sample))
