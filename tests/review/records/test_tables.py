"""Tables that go into spreadsheets and come back: nothing is obeyed, nothing is lost, each fault has its place and remedy."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from hypothesis import given
from hypothesis import strategies as st

from adverts.models import Advert
from review.records import bodies, helplines, htcds, tables
from review.records.bodies import DirectoryError
from review.records.models import Body, Referral
from review.records.tables import TableError
from tests.review.scenes import NOW, advert

HEAD = ",".join(bodies.HEADER)
GOOD = "Inspectorate,labour-inspectorate,PT,Lisboa,pt en,https://inspectorate.example,form,9-17,2026-11-01"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", " =1", "\n=1", "|calc", "%0A", '=HYPERLINK("https://x.example")'])
def test_what_a_spreadsheet_would_obey_is_made_words(text: str) -> None:
    assert tables.cell(text).startswith("'")


@pytest.mark.parametrize("text", ["", "a=b", "3 + 4", "a@b.example", "'quoted'", "naïve", "1-2"])
def test_ordinary_cells_stay_as_they_are(text: str) -> None:
    assert tables.cell(text) == text


@given(st.text(st.characters(exclude_categories=["C"]), max_size=40))
def test_a_cell_comes_back_as_it_went(text: str) -> None:
    written = tables.write(["a", "b"], [[text, "end"]])
    (row,) = list(csv.reader(io.StringIO(written, newline="")))[1:]
    assert not row[0].lstrip(" \n\u00a0").startswith(("=", "+", "-", "@", "|", "%"))
    assert tables.uncell(row[0]) == text


@pytest.mark.django_db
def test_a_directory_is_taken_changed_and_taken_again(anna: User) -> None:
    def taken(content: str) -> tuple[int, int, int]:
        done = bodies.import_csv(content.encode(), file="b.csv", user=anna, now=NOW)
        return done.new, done.changed, done.same

    assert taken(f"{HEAD}\n{GOOD}\n\n") == (1, 0, 0)
    assert taken(f"{HEAD}\n{GOOD}\n") == (0, 0, 1)
    assert taken(f"{HEAD}\n{GOOD.replace('9-17', '8-16')}\n") == (0, 1, 0)
    assert taken(bodies.export_csv()) == (0, 0, 1)
    assert Body.objects.get().languages == ["pt", "en"]


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("labour-inspectorate", "office"), "b.csv:2: kind = 'office': use one of"),
        ((",PT,", ",pt,"), "b.csv:2: country = 'pt'"),
        (("https://inspectorate.example", "ask them"), "b.csv:2: address = 'ask them'"),
        (("2026-11-01", "01.11.2026"), "b.csv:2: verified_on = '01.11.2026'"),
        (("2026-11-01", "2027-11-01"), "b.csv:2: verified_on = '2027-11-01'"),
        (("pt en", "portuguese!"), "b.csv:2: languages = 'portuguese!'"),
        (("Inspectorate,", ","), "b.csv:2: name = ''"),
    ],
)
@pytest.mark.django_db
def test_a_fault_names_file_line_value_and_remedy_and_nothing_is_taken(anna: User, change: tuple[str, str], named: str) -> None:
    second = GOOD.replace("Inspectorate", "Other")
    with pytest.raises(DirectoryError) as caught:
        bodies.import_csv(f"{HEAD}\n{GOOD.replace(*change, 1)}\n{second}\n".encode(), file="b.csv", user=anna, now=NOW)
    assert named in str(caught.value)
    assert not Body.objects.exists()


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b"name,kind\nx,y\n", "no column country"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"", "no column name"),
        (HEAD.encode() + b'\n"x', "is no CSV"),
        (b"x" * 2_000_001, "are more than"),
        (HEAD.encode() + b"\n" + b"a" * 20_000 + b",", "a cell has more than"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, named: str) -> None:
    with pytest.raises(TableError, match=named):
        list(tables.read(content, file="b.csv", header=bodies.HEADER))


@pytest.mark.django_db
def test_a_body_twice_in_a_file_is_a_fault(anna: User) -> None:
    with pytest.raises(DirectoryError, match="stands twice"):
        bodies.import_csv(f"{HEAD}\n{GOOD}\n{GOOD}\n".encode(), file="b.csv", user=anna, now=NOW)


@pytest.mark.django_db
def test_the_closest_come_first_and_the_unchecked_last() -> None:
    today = NOW.date()
    for name, country, kind, days in (
        ("a", "PL", "fraud", 1), ("b", "PT", "fraud", 1), ("c", "PT", "union", 1), ("d", "PT", "union", 400), ("e", "PT", "fraud", None),
    ):  # fmt: skip
        day = today - timedelta(days=days) if days is not None else None
        Body.objects.create(name=name, kind=kind, country=country, address="x@y.example", updated_at=NOW, verified_on=day)
    order = [body.name for body in bodies.closest(countries=["PT"], kinds=["union", "fraud"], today=today)]
    assert order == ["c", "d", "b", "e", "a"]
    assert [body.name for body in Body.objects.order_by("name") if bodies.overdue(body, today=today)] == ["d", "e"]


def record(row: Advert, user: User) -> dict[str, object]:
    body = Body.objects.create(name="=Desk", kind="fraud", country="PT", address="x@y.example", updated_at=NOW)
    sent = Referral.objects.create(case_id=1, advert_id=row.pk, body=body, reason="fraud", prepared_by=user, state="prepared", made_at=NOW)
    return htcds.record(sent, advert=row, organisation="Inspectorate")


@pytest.mark.django_db
def test_the_htcds_record_names_no_person_and_obeys_no_formula(anna: User) -> None:
    found = record(advert(title="@SUM(A1)", place="=cmd", country="PT"), anna)
    fields = found["htcds"]
    assert isinstance(fields, dict)
    assert {name[:4] for name in fields} == {"cas_", "org_", "hte_"}
    assert fields["hte_Type"] == "Recruitment"
    (row,) = list(csv.reader(io.StringIO(htcds.as_csv(found), newline="")))[1:]
    assert len(row) == len(htcds.FIELDS) + 1
    assert not [cell for cell in row if cell.startswith(("=", "@", "+", "-"))]


def test_help_lines_have_source_and_date_and_an_office_can_replace_them(tmp_path: Path) -> None:
    lines = helplines.helplines(tmp_path / "none.csv")
    assert all(line.source and line.entered_on and line.number for line in lines)
    assert len({(line.country, line.name) for line in lines}) == len(lines)
    own = tmp_path / "helplines.csv"
    header = ",".join(helplines.HEADER)
    own.write_text(f"{header}\nUS,National Human Trafficking Hotline,555-0100,x,office,2026-11-01,2026-11-02\nXX,Own,1,x,y,2026-11-01,\n")
    found = {line.name: line for line in helplines.helplines(own)}
    assert found["National Human Trafficking Hotline"].number == "555-0100"
    assert len(found) == len(lines) + 1
    assert helplines.nearest(lines, "PH")[0].country == "PH"
    own.write_text(f"{header}\nUS,Name,,x,office,2026-11-01,\n")
    with pytest.raises(TableError, match=r"helplines\.csv:2"):
        helplines.helplines(own)
    own.write_text(f"{header}\nUS,Name,1,x,office,soon,\n")
    with pytest.raises(TableError, match="write days like"):
        helplines.helplines(own)
