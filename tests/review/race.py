"""Two people at once on a real database: run as ``python -m tests.review.race ROUNDS``, prints one JSON line.

A process of its own, since pytest-django's database lives in memory and belongs to one connection. On a SQLite file, or on the empty
PostgreSQL database that ``FAIRWATCH_TEST_DATABASE_URL`` names.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections import Counter
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "settings.testing"

import django

django.setup()

from django.contrib.auth.models import User  # noqa: E402 (Django must be set up first)
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from adverts.access import Role  # noqa: E402
from adverts.audit import first_break  # noqa: E402
from adverts.models import AuditEntry  # noqa: E402
from adverts.records import Band  # noqa: E402
from review import deciding, queue  # noqa: E402
from review.deciding import Decision, RefusedError  # noqa: E402
from review.models import Case, Verdict  # noqa: E402
from review.rules import Outcome, State  # noqa: E402
from review.trail import disagreements  # noqa: E402
from tests.review.scenes import NOW, person, single  # noqa: E402


def race(acts: list[Any]) -> Counter[str]:
    """Run the acts at the same moment, each in its own thread with its own connection; how each ended."""
    start, ends = threading.Barrier(len(acts)), Counter[str]()

    def run(act: Any) -> None:
        start.wait()
        try:
            act()
            ends["won"] += 1
        except RefusedError as refused:
            ends[refused.refusal.value] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def deciding_act(case: Case, user: User, outcome: Outcome) -> Any:
    decision = Decision(outcome, "", "", case.round, deciding.digest(deciding.shown_now(case)))
    return lambda: deciding.decide(case.pk, decision, user=user, now=NOW)


def undoing_act(verdict: Verdict, user: User) -> Any:
    return lambda: deciding.undo(verdict.case_id, verdict_id=verdict.pk, user=user, now=NOW)


def main(rounds: int) -> None:
    call_command("migrate", verbosity=0)
    anna, ben = person("anna", Role.INSPECTOR), person("ben", Role.HEAD)
    single(Band.URGENT)
    queue.refresh(now=NOW)
    decided, undone = Counter[str](), Counter[str]()
    for _ in range(rounds):
        case = Case.objects.get()
        decided += race([deciding_act(case, anna, Outcome.ACT), deciding_act(case, ben, Outcome.BENIGN), lambda: queue.refresh(now=NOW)])
        verdict = deciding.current_verdict(Case.objects.get())
        undone += race([undoing_act(verdict, verdict.who), undoing_act(verdict, ben)])
    case = Case.objects.get()
    print(
        json.dumps(
            {
                "vendor": connection.vendor,
                "in_memory": connection.vendor == "sqlite" and connection.is_in_memory_db(),  # type: ignore[attr-defined]
                "decided": decided,
                "undone": undone,
                "verdicts": Verdict.objects.filter(undoes=None).count(),
                "undoings": Verdict.objects.exclude(undoes=None).count(),
                "state": case.state,
                "round": case.round,
                "reopened": State.REOPENED,
                "broken": str(first_break(AuditEntry.objects.order_by("number"))),
                "disagreements": list(disagreements()),
                "actions": dict(Counter(AuditEntry.objects.values_list("action", flat=True))),
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
