"""Measure workers that share the assessing of one ledger on PostgreSQL, one of them killed on the way.

    python -m benchmarks.workers [SIZE] [WORKERS]        20,000 adverts and four workers where nothing is given

First one worker alone assesses a quarter of the adverts, in a copy of the same database: the rate that the others are compared with.
Then WORKERS processes assess all of them, and one is killed (SIGKILL) when it has written three batches. At the end every advert must have
exactly one assessment. Needs PostgreSQL (tests/servers/postgres.py says how it is found); the adverts are made here.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.ledgers import Ledger
from tests.servers import postgres

SIZE, WORKERS = 20_000, 4
BATCH = 100
"""Adverts of one batch (``adverts.assess.BATCH``)."""
KILL_AFTER = 3
"""Batches that the killed worker has written before."""
COUNT = "SELECT count(*), count(DISTINCT advert_id), (SELECT count(*) FROM adverts_lease) FROM adverts_assessment"
SENTENCES = (
    "We look for a {job} for a {place} near {city}.", "The work is {days} days a week, from {hour} in the morning.",
    "Pay is {pay} euro a month, paid on the {day}th.", "Meals are taken together in the kitchen.", "You share a room with {n} others.",
    "A registration fee of {pay} is to be paid before you travel.", "Your passport is kept in the office for the time of the contract.",
    "The ticket is deducted from your first {n} pays.", "No experience is needed, we teach you all.", "Only women under {n}0 may apply.",
    "Ask for the contract in your own language.", "There is never a fee for applicants.", "You may leave with {n} weeks' notice.",
    "Write to desk{day}@agency.example or call +44 7700 900{n}{day}.", "Transport to the {place} is free.", "The employer pays the visa.",
    "Se busca {job} para {place}, con experiencia.", "Poszukujemy: {job}, praca od {day} dnia miesiąca.", "Cherche {job}, logement fourni.",
)  # fmt: skip
WORDS = {
    "job": ("cook", "cleaner", "welder", "driver", "nurse", "picker", "waiter", "mason", "packer", "carer"),
    "place": ("hotel", "farm", "shipyard", "house", "packing hall", "kitchen", "clinic", "building site"),
    "city": ("Riga", "Doha", "Gdańsk", "Almería", "Kathmandu", "Accra", "Manila", "Turin"),
}


@dataclass(slots=True)
class Told:
    """What one worker said: when it had written how many, and its processor time by then."""

    process: subprocess.Popen[str]
    batches: list[tuple[float, int]] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)


def texts(size: int) -> list[str]:
    """Adverts of some 12 sentences, the same for the same size."""
    chance = random.Random(size)  # noqa: S311
    return [_text(chance, number) for number in range(size)]


def _text(chance: random.Random, number: int) -> str:
    numbers = {"days": chance.randint(5, 7), "hour": chance.randint(4, 9), "pay": chance.randint(30, 3000), "day": chance.randint(10, 28)}
    chosen = [chance.choice(SENTENCES) for _ in range(12)]
    words = {name: chance.choice(values) for name, values in WORDS.items()}
    return f"Number {number}. " + " ".join(sentence.format(**numbers, n=chance.randint(2, 9), **words) for sentence in chosen)


def assess(ledger: Ledger, workers: int, *, kill: bool) -> tuple[list[Told], float]:
    """Run the workers to their end; what each said, and the seconds from the first batch to the last."""
    told = [Told(ledger.start("assess", "--part")) for _ in range(workers)]
    threads = [threading.Thread(target=_follow, args=(one, KILL_AFTER if kill and one is told[0] else 0)) for one in told]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moments = [moment for one in told for moment, _ in one.batches]
    return told, max(moments) - min(moments)


def _follow(told: Told, kill_after: int) -> None:
    for line in told.process.stdout or ():
        told.batches.append((time.monotonic(), sum(json.loads(line).values())))
        told.processor.append(_processor(told.process.pid, told.processor))
        if len(told.batches) == kill_after:
            told.process.send_signal(signal.SIGKILL)
    told.process.communicate()


def _processor(pid: int, before: Sequence[float]) -> float:
    """Seconds of processor time a process has used; what was read last where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return before[-1] if before else 0.0
    used = int(fields[11]) + int(fields[12])
    return used / os.sysconf("SC_CLK_TCK") if used else before[-1]


def thrift(told: Sequence[Told]) -> float:
    """Adverts for each second of processor time of the workers: what sharing costs, however busy the machine is."""
    done = sum(number for one in told for _, number in one.batches[1:])
    return done / sum(one.processor[-1] - one.processor[0] for one in told if one.processor)


def rate(told: Sequence[Told], seconds: float) -> float:
    """Adverts a second after the first batch, so that loading the models does not count."""
    first = min(one.batches[0] for one in told if one.batches)
    return (sum(number for one in told for _, number in one.batches) - first[1]) / seconds


def main(size: int, workers: int) -> None:
    """Make the ledgers, measure, check, print; says what is missing where there is no PostgreSQL."""
    try:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="fairwatch-workers-")))
            server = stack.enter_context(postgres.running())
            urls = [stack.enter_context(postgres.database(server)) for _ in range(2)]
            small = filled(Ledger(folder / "small", urls[0]), texts(size)[: size // 4])
            whole = filled(Ledger(folder / "whole", urls[1]), texts(size))
            measure(small, whole, size=size, workers=workers)
    except postgres.UnavailableError as error:
        print(f"not measured: {error}")


def filled(ledger: Ledger, adverts: Sequence[str]) -> Ledger:
    """The ledger with its tables and these adverts taken in."""
    ledger.land(adverts)
    ledger.run("migrate")
    ledger.run("ingest")
    return ledger


def measure(small: Ledger, whole: Ledger, *, size: int, workers: int) -> None:
    """One worker on the small ledger, all of them on the whole one."""
    print(f"{size:,} adverts of {sum(map(len, texts(size))) // size} characters, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    single, seconds = assess(small, 1, kill=False)
    alone = rate(single, seconds)
    print(f"1 worker: {alone:.0f} adverts/s, {thrift(single):.0f} for each second of processor time", flush=True)
    told, seconds = assess(whole, workers, kill=True)
    together = rate(told, seconds)
    report(whole.url, told, size)
    print(f"{workers} workers: {thrift(told):.0f} for each second of processor time, {thrift(told) / thrift(single):.2f} times one worker")
    print(
        f"{workers} workers, one killed: {together:.0f} adverts/s, {together / alone:.2f} times one worker, load {os.getloadavg()[0]:.1f}"
    )


def report(url: str, told: Sequence[Told], size: int) -> None:
    """Say who did how many and whether each advert was assessed once; ends with 1 where not."""
    shares = ", ".join(f"{sum(number for _, number in one.batches):,}" for one in told)
    print(f"shares: {shares} (ended with {', '.join(str(one.process.returncode) for one in told)})")
    (row,) = postgres.execute(url, COUNT)
    written = sum(number for one in told for _, number in one.batches)
    print(f"{row[0]:,} assessments of {row[1]:,} adverts, {row[2]} leases left; {written:,} told by the workers")
    if row != (size, size, 0) or not size - BATCH <= written <= size:
        sys.exit("not each advert exactly once")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*given, *(SIZE, WORKERS)[len(given) :])
