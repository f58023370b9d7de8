"""Counts for partners: drawn once, charged to the year, refused over budget; restricted clusters left out; a partner's file checked."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adverts.access import Role
from adverts.accountability import exchange, exchange_file, periods
from adverts.accountability.exchange import BudgetError
from adverts.accountability.models import Release
from adverts.accountability.periods import PeriodError
from adverts.models import AuditEntry
from adverts.records import Band
from alerts import permission
from settings import env
from tests.review.scenes import person, single

LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
Q4 = periods.quarter("2026Q4")


def release(**fields: Any) -> tuple[dict[str, Any], bool]:
    given = {"corridors": ["NP-QA"], "epsilon": Decimal("0.5"), "budget": Decimal(2), "now": LATER}
    return exchange.release(fields.pop("period", Q4), **{**given, **fields})


@pytest.fixture
def adverts(db: None) -> list[Any]:
    """Three recruiters who speak to Nepal about work in Qatar, one elsewhere."""
    made = [single(Band.URGENT, language="ne", country="QA", employer=f"Works {number}") for number in range(3)]
    single(Band.URGENT, language="ne", country="AE")
    return made


def numbers(body: dict[str, Any]) -> dict[str, int]:
    return {row["indicator"]: row["number"] for row in body["counts"]}


def true_counts() -> dict[tuple[str, str], int]:
    from adverts.accountability import bounding

    return bounding.counted(exchange.seen(Q4), cells=[("NP-QA", "document-retention"), ("NP-QA", "recruitment-fee")])


def test_what_is_counted(adverts: list[Any]) -> None:
    assert true_counts() == {("NP-QA", "document-retention"): 3, ("NP-QA", "recruitment-fee"): 0}


def test_restricted_clusters_are_left_out(adverts: list[Any]) -> None:
    permission.restrict(adverts[0].cluster_id, roles=[Role.HEAD], reason="Running case.", by=person("hed", Role.HEAD), now=LATER)
    assert true_counts()["NP-QA", "document-retention"] == 2


def test_a_repeat_gives_the_same_numbers_and_costs_nothing(adverts: list[Any]) -> None:
    first, new = release()
    assert new
    single(Band.URGENT, language="ne", country="QA")
    again, new = release()
    assert (again, new) == (first, False)
    assert Release.objects.count() == 1
    assert AuditEntry.objects.get(action="counts.released").detail["spent"] == "0.5"


def test_every_cell_is_told_and_noise_is_there(adverts: list[Any]) -> None:
    body, _ = release()
    assert len(body["counts"]) == len(body["indicators"])
    assert len(set(numbers(body).values())) > 3
    assert body["mechanism"] == {"name": "discrete-laplace", "epsilon": "0.5", "cells_each": 3, "sensitivity": 3, "margin_95": 18}


def test_the_budget_of_a_year(db: None) -> None:
    release(epsilon=Decimal("1.5"))
    with pytest.raises(BudgetError, match=r"1\.5 of the 2 of 2026 are spent; give a smaller --epsilon"):
        release(epsilon=Decimal("0.6"))
    release(epsilon=Decimal("0.5"), period=periods.week("2026-W50"))
    with pytest.raises(BudgetError, match="2 of the 2"):
        release(epsilon=Decimal("0.000001"), corridors=["PH-SA"])
    # what was kept can still be repeated, and another year has its own budget
    assert release(epsilon=Decimal("1.5"))[1] is False
    assert release(period=periods.quarter("2025Q4"))[1] is True
    assert Release.objects.filter(year=2026).count() == 2


@pytest.mark.parametrize(
    ("fields", "error", "said"),
    [
        ({"corridors": []}, BudgetError, "FAIRWATCH_EXCHANGE_CORRIDORS"),
        ({"corridors": ["NPQA"]}, BudgetError, "like NP-QA"),
        ({"epsilon": Decimal(0)}, BudgetError, "above nought"),
        ({"epsilon": Decimal("0.0000001")}, BudgetError, "six places"),
        ({"period": periods.quarter("2027Q1")}, PeriodError, "ends on"),
    ],
)
def test_what_is_refused(db: None, fields: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        release(**fields)
    assert Release.objects.count() == 0


@pytest.mark.parametrize("text", ["2026-W54", "2026-W00", "2026W31", "W31", "", "2026-W5"])
def test_weeks_written_wrongly(text: str) -> None:
    with pytest.raises(PeriodError, match="2026-W31"):
        periods.week(text)


def test_weeks() -> None:
    found = periods.week("2026-w01")
    assert (found.name, found.begin.date().isoformat(), found.year) == ("2026-W01", "2025-12-29", 2026)


@pytest.fixture
def command(adverts: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    here = env.current().model_copy(update={"exchange_corridors": "ph-sa, NP-QA"})
    monkeypatch.setattr(env, "_current", here)

    def run(**options: Any) -> str:
        out = StringIO()
        call_command("exchange", **{"now": LATER, **options}, stdout=out)
        return out.getvalue()

    return run


def test_the_command_and_the_check_of_its_file(command: Callable[..., str], tmp_path: Path) -> None:
    out = tmp_path / "counts.json"
    assert "epsilon 0.5 was spent" in command(quarter="2026Q4", out=out)
    first = out.read_bytes()
    assert "nothing was spent" in command(quarter="2026Q4", out=out)
    assert out.read_bytes() == first
    assert exchange_file.read(out)["corridors"] == ["NP-QA", "PH-SA"]
    assert "right; " in command(read=out)
    assert b"Works" not in first


def test_nothing_is_spent_where_the_file_cannot_be_written(command: Callable[..., str], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        command(quarter="2026Q4", out=tmp_path / "none" / "counts.json")
    assert Release.objects.count() == 0


GOOD: dict[str, Any] = {
    "schema": "fairwatch.exchange/1",
    "from": "https://partner.example",
    "period": {"name": "2026Q3", "begin": "2026-07-01", "end": "2026-10-01"},
    "unit": "Recruiters.",
    "mechanism": {"name": "discrete-laplace", "epsilon": "0.5", "cells_each": 3, "sensitivity": 3, "margin_95": 18},
    "corridors": ["NP-QA"],
    "indicators": ["document-retention", "new-one"],
    "counts": [
        {"corridor": "NP-QA", "indicator": "document-retention", "number": 90},
        {"corridor": "NP-QA", "indicator": "new-one", "number": -4},
    ],
}


def test_a_partners_file(command: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "partner.json"
    path.write_text(json.dumps(GOOD))
    said = command(read=path)
    assert "NP-QA document-retention: 90 (±18)" in said
    assert "not in our catalogue: new-one" in said
    assert "-4" not in said


def changed(*path: Any, value: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(json.dumps(GOOD))
    place: Any = body
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = value
    return body


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "whole file"),
        (changed("schema", value="other/1"), "schema: 'fairwatch.exchange/1' was expected"),
        (changed("counts", 0, "number", value=1.5), "counts/0/number"),
        (changed("counts", 0, "number", value="90"), "counts/0/number"),
        (changed("counts", value=GOOD["counts"][:1]), "new-one is missing"),
        (changed("counts", value=[*GOOD["counts"], GOOD["counts"][0]]), "2 times"),
        (changed("counts", 1, "indicator", value="not-named"), "not among the corridors"),
        (changed("period", "end", value="2026-07-01"), "not before"),
        (changed("period", "end", value="soon"), "period/end"),
        (changed("mechanism", "sensitivity", value=1), "too small"),
        (changed("mechanism", "epsilon", value="0.0"), "above nought"),
        (changed("mechanism", "name", value="none"), "mechanism/name"),
        (changed("corridors", value=["Nepal"]), "corridors/0"),
        (changed("more", value=1), "more"),
    ],
)
def test_wrong_files(command: Callable[..., str], tmp_path: Path, body: Any, said: str) -> None:
    path = tmp_path / "partner.json"
    path.write_text(json.dumps(body))
    with pytest.raises(CommandError, match=r"partner\.json") as caught:
        command(read=path)
    assert said in str(caught.value)


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json(command: Callable[..., str], tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "partner.json"
    path.write_bytes(raw)
    with pytest.raises(CommandError, match=r"is not JSON|cannot be read"):
        command(read=path)
