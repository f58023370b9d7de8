"""Mutation tests of the pure rules: counts by module what their tests notice (``make mutants``; the modules stand in pyproject.toml).

Ends with 1 where a module is under ``LEAST``. A module with survivors is no fault by itself: docs/testing.md lists those that change
nothing anybody could see.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from pathlib import Path

LEAST = 0.9
"""Share of mutants of a module that its tests must notice."""

SURVIVED, NO_TESTS, NOT_RUN = 0, 33, None
"""What mutmut writes down for a mutant that no test noticed, for one that no test comes near, and for one it did not get to."""


def main() -> int:
    """Make the mutants anew, run the tests on each, print the counts; 0 where every module has enough."""
    shutil.rmtree("mutants", ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(["mutmut", "run", "--max-children", "2"], stdout=subprocess.DEVNULL, env=environment, check=True)  # noqa: S607
    modules = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]["only_mutate"]
    enough = [_reported(module) for module in modules]
    return 0 if all(enough) else 1


def _reported(module: str) -> bool:
    codes = json.loads(Path(f"mutants/{module}.meta").read_text(encoding="utf-8"))["exit_code_by_key"]
    counts = Counter("missed" if code in {SURVIVED, NO_TESTS, NOT_RUN} else "killed" for code in codes.values())
    share = counts["killed"] / len(codes)
    print(f"{module}: {counts['killed']} of {len(codes)} killed, {100 * share:.1f} %")
    for name in sorted(name for name, code in codes.items() if code in {SURVIVED, NO_TESTS, NOT_RUN}):
        print(f"  missed: mutmut show {name}")
    return share >= LEAST


if __name__ == "__main__":
    sys.exit(main())
