"""Of two people who decide, or undo, at once, exactly one wins."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from settings.env import ROOT

ROUNDS = 30


@pytest.mark.parametrize("vendor", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_one_wins_each_round_and_the_chain_stays_whole(vendor: str, request: pytest.FixtureRequest) -> None:
    url = request.getfixturevalue("database") if vendor == "postgresql" else ""
    environment = {**os.environ, "FAIRWATCH_TEST_DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.review.race", str(ROUNDS)]
    run = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["vendor"], told["in_memory"]) == (vendor, False)
    # the refresh beside the two always succeeds, hence two wins a round
    assert told["decided"] == {"won": 2 * ROUNDS, "already-decided": ROUNDS}
    assert told["undone"] == {"won": ROUNDS, "not-decided": ROUNDS}
    assert (told["verdicts"], told["undoings"]) == (ROUNDS, ROUNDS)
    assert (told["state"], told["round"]) == (told["reopened"], ROUNDS + 1)
    assert (told["broken"], told["disagreements"]) == ("None", [])
    assert told["actions"] == {"opened": 1, "decided": ROUNDS, "undid": ROUNDS, "reopened": ROUNDS}
