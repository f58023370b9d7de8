"""The export for a board's trust desk: only what a person decided on, no contact, nothing restricted; and the answers read back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from adverts.access import Role
from adverts.accountability import feedback, gathering, quarters, trust_desk
from adverts.accountability.models import BoardAnswer
from adverts.erasing import erase_rows
from adverts.models import Advert, AuditEntry, Cluster
from adverts.records import Band
from alerts import permission
from review import deciding, queue
from review.models import Case
from review.rules import Outcome
from tests.review.scenes import NOW, advert, assess, decided, join, person, rewrite, single

pytestmark = pytest.mark.django_db
LATER = datetime(2027, 1, 5, 9, 0, tzinfo=UTC)
TEXT = "Packers wanted. Pay a deposit of 300 EUR, call +44 7700 900123. We keep your passport until the season ends."


@pytest.fixture
def case() -> Callable[..., Any]:
    """A cluster of one advert with the verdict of a person, or without one."""
    who = person("ines", Role.INSPECTOR)

    def make(outcome: Outcome | None = Outcome.ACT, **fields: Any) -> Advert:
        group = single(Band.URGENT, **fields)
        queue.refresh(now=NOW)
        if outcome is not None:
            decided(Case.objects.get(cluster_id=group.cluster_id), outcome, by=who)
        return Advert.objects.get(pk=group.cluster_id)

    return make


def ids(source: str = "board-a") -> list[str]:
    return [one.id for one in trust_desk.told(source)]


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome.ACT, True),
        (Outcome.FRAUD, True),
        (Outcome.LABOUR_LAW, False),
        (Outcome.BENIGN, False),
        (Outcome.CANNOT_TELL, False),
        (None, False),
    ],
)
def test_only_what_a_person_decided_to_act_on(case: Any, outcome: Outcome | None, told: bool) -> None:
    row = case(outcome)
    assert ids() == ([row.pk] if told else [])


def test_other_boards_are_left_out(case: Any) -> None:
    case(source="board-b")
    assert ids() == []
    assert len(ids("board-b")) == 1


def test_a_decision_taken_back_is_none(case: Any) -> None:
    row = case()
    found = Case.objects.get(advert_id=row.pk)
    deciding.undo(found.pk, verdict_id=found.verdicts.get().pk, user=found.decided_by, now=NOW)
    assert ids() == []


def test_an_advert_nobody_saw_is_left_out(case: Any) -> None:
    """A copy that came after the decision, and a text that changed after it."""
    row = case()
    copy = advert()
    assess(copy)
    join(Cluster.objects.get(pk=row.pk), copy)
    assert ids() == [row.pk]
    rewrite(row, "Packers wanted. We keep your passport.")
    assert ids() == []


def test_restricted_and_erased_ones_are_left_out(case: Any) -> None:
    row, other = case(), case()
    permission.restrict(row.pk, roles=[Role.HEAD], reason="Running case.", by=person("hed", Role.HEAD), now=NOW)
    assert ids() == [other.pk]
    erase_rows(other.pk, at=NOW)
    assert ids() == []


def test_contacts_are_taken_out(case: Any) -> None:
    start = TEXT.index("+44")
    span = {"kind": "phone", "start": start, "end": start + 15, "masked": "+44 *** 123", "key": "k"}
    words = "a deposit of 300 EUR, call +44 7700 900123"
    found = [{"id": "deposit-or-bond", "start": TEXT.index(words), "end": TEXT.index(words) + len(words), "quote": words, "strength": 0.9}]
    case(text=TEXT, contacts=[span], indicators=[{**found[0], "why": "Asked for.", "origin": "rule/1"}])
    adverts = trust_desk.told("board-a")
    assert [one.quote for one in adverts[0].findings] == ["a deposit of 300 EUR, call …"]
    for raw in (trust_desk.as_json("board-a", adverts, made_at=LATER), trust_desk.as_csv(adverts)):
        assert b"7700" not in raw
        assert b"ines" not in raw.replace(b"lines", b"")


def test_the_csv_is_harmless(case: Any) -> None:
    case(title="=HYPERLINK(1)", text="=HYPERLINK(1) Pay a deposit of 300 EUR")
    line = next(csv.DictReader(io.StringIO(trust_desk.as_csv(trust_desk.told("board-a")).decode("utf-8-sig"))))
    assert line["title"] == "'=HYPERLINK(1)"
    assert (line["answer"], line["on"], line["decided"]) == ("", "", "act")


def run(*args: Any, **options: Any) -> str:
    out = StringIO()
    call_command("trust_desk", *args, **{"now": LATER, **options}, stdout=out, stderr=out)
    return out.getvalue()


def test_there_and_back(case: Any, tmp_path: Path) -> None:
    """The board fills in the files it was sent; the answers are counted in the report."""
    rows = [case() for _ in range(12)]
    assert "12 adverts" in run("board-a", out=tmp_path / "desk.json")
    run("board-a", out=tmp_path / "desk.csv")
    assert AuditEntry.objects.filter(action="trust-desk.exported").count() == 2
    body = json.loads((tmp_path / "desk.json").read_text())
    for one in body["adverts"][:11]:
        one |= {"answer": "Removed", "on": "2026-12-01"}
    (tmp_path / "desk.json").write_text(json.dumps(body))
    assert "11 new, 0 changed, 0 known already, 1 without an answer" in run("board-a", feedback=tmp_path / "desk.json")
    assert "0 new, 0 changed, 11 known already" in run("board-a", feedback=tmp_path / "desk.json")
    lines = list(csv.DictReader(io.StringIO((tmp_path / "desk.csv").read_text(encoding="utf-8-sig"))))
    assert {line["id"] for line in lines} == {row.pk for row in rows}
    assert gathering.counts(quarters.parse("2026Q4"), now=LATER).board_answers == {"removed": 11}
    assert AuditEntry.objects.get(action="trust-desk.answered").detail == {"removed": 11}


def write(path: Path, *lines: str) -> Path:
    path.write_text("\r\n".join(["id;answer;on", *lines]) + "\r\n", encoding="utf-8-sig")
    return path


def test_bad_rows_are_named_and_the_good_ones_go_on(case: Any, tmp_path: Path) -> None:
    row, other = case(), case()
    far = "0" * 32
    path = write(
        tmp_path / "answers.csv",
        f"{row.pk};kept;2026-12-01",
        "77;kept;2026-12-01",
        f"{other.pk};maybe;2026-12-01",
        f"{other.pk};kept;1.12.2026",
        f"{other.pk};kept;2026-02-30",
        f"{other.pk};kept;2029-01-01",
        f"{far};kept;2026-12-01",
        f"{row.pk};removed;2026-12-02",
        f"{other.pk};;",
    )
    with pytest.raises(CommandError, match="7 rows could not be used; the others were taken") as caught:
        run("board-a", feedback=path)
    assert caught.value.returncode == 1
    taken = feedback.take(path, source="board-a", now=LATER)
    said = [fault.removeprefix(f"{path}:") for fault in taken.faults]
    assert [fault.partition(":")[0] for fault in said] == ["3", "4", "5", "6", "7", "9", "8"]
    for fault, words in zip(
        said,
        (
            "leave the column id",
            "'maybe': write removed, kept or unknown",
            "like 2026-08-31",
            "is no day",
            "lies ahead",
            "twice",
            "no advert of board-a",
        ),
        strict=True,
    ):
        assert words in fault
    assert list(BoardAnswer.objects.values_list("advert_id", "answer", "on")) == [(row.pk, "kept", date(2026, 12, 1))]


def test_the_newest_answer_counts(case: Any, tmp_path: Path) -> None:
    row = case()
    for day, answer in (("2026-12-02", "removed"), ("2026-12-01", "kept"), ("2026-12-03", "unknown")):
        feedback.take(write(tmp_path / "answers.csv", f"{row.pk};{answer};{day}"), source="board-a", now=LATER)
    assert BoardAnswer.objects.get().answer == "unknown"


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.csv", b"advert,answer\n", "no column id, on"),
        ("a.csv", b"", "no column"),
        ("a.csv", b"\xff\xfe", "cannot be read"),
        ("a.json", b"{", "is not JSON"),
        ("a.json", b'{"adverts": 1}', "no list of adverts"),
        ("a.json", b"[" * 100_000, "is not JSON"),
        ("none.csv", None, "cannot be read"),
    ],
)
def test_files_that_cannot_be_read(case: Any, tmp_path: Path, name: str, raw: bytes | None, said: str) -> None:
    case()
    if raw is not None:
        (tmp_path / name).write_bytes(raw)
    with pytest.raises(CommandError, match=said) as caught:
        run("board-a", feedback=tmp_path / name)
    assert caught.value.returncode == 2


def test_what_is_refused(case: Any, tmp_path: Path) -> None:
    case(at=NOW - timedelta(days=1))
    with pytest.raises(CommandError, match="there are adverts of board-a"):
        run("board-x", out=tmp_path / "desk.json")
    with pytest.raises(CommandError, match=r"ends in \.json or \.csv"):
        run("board-a", out=tmp_path / "desk.txt")
