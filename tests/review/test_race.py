"""Of two people who decide, or undo, at once, exactly one wins."""

from __future__ import annotations

import json
import subprocess
import sys

from settings.env import ROOT

ROUNDS = 30


def test_one_wins_each_round_and_the_chain_stays_whole() -> None:
    run = subprocess.run([sys.executable, "-m", "tests.review.race", str(ROUNDS)], cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert run.returncode == 0, run.stderr
    told = json.loads(run.stdout)
    assert (told["vendor"], told["in_memory"]) == ("sqlite", False)
    # the refresh beside the two always succeeds, hence two wins a round
    assert told["decided"] == {"won": 2 * ROUNDS, "already-decided": ROUNDS}
    assert told["undone"] == {"won": ROUNDS, "not-decided": ROUNDS}
    assert (told["verdicts"], told["undoings"]) == (ROUNDS, ROUNDS)
    assert (told["state"], told["round"]) == (told["reopened"], ROUNDS + 1)
    assert (told["broken"], told["disagreements"]) == ("None", [])
    assert told["actions"] == {"opened": 1, "decided": ROUNDS, "undid": ROUNDS, "reopened": ROUNDS}
