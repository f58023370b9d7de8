from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from adverts import importing
from adverts.landing import read_line
from adverts.records import Advert

ROWS = [
    {
        "id": "a1",
        "title": "Cook",
        "description": "Hotel kitchen in Riga",
        "company": "Amber",
        "country": "LV",
        "date": "2026-04-30",
        "url": "https://b.example/1",
    },
    {
        "id": "a2",
        "title": "Maid",
        "description": "Maid\nHouse in Jurmala",
        "company": "",
        "country": "Latvia",
        "date": "spring",
        "url": "call us",
    },
]


def imported(path: Path, tmp_path: Path, now: datetime, **options: Any) -> tuple[importing.Counts, list[Advert]]:
    counts = importing.import_file(path, tmp_path / "landing", now=now, **{"mapping": {}, "source": "", **options})
    lines = (tmp_path / "landing" / counts.landing).read_bytes().splitlines()
    return counts, [read_line(line).advert for line in lines]


def as_jsonl(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS))


def as_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in ROWS).encode()))


def as_csv(path: Path) -> None:
    quoted = [[f'"{value}"' for value in row.values()] for row in ROWS]
    path.write_text("\n".join([",".join(ROWS[0]), *(",".join(row) for row in quoted)]))


def as_semicolons(path: Path) -> None:
    quoted = [[f'"{value}"' for value in row.values()] for row in ROWS]
    path.write_text("\n".join([";".join(ROWS[0]), *(";".join(row) for row in quoted)]), encoding="utf-8-sig")


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(list(ROWS[0]))
    for row in ROWS:
        book.active.append(list(row.values()))
    book.save(path)


@pytest.mark.parametrize(
    ("name", "write"), [("a.jsonl", as_jsonl), ("a.jsonl.gz", as_gzip), ("a.csv", as_csv), ("a.tsv", as_semicolons), ("a.xlsx", as_xlsx)]
)
def test_all_forms_give_the_same_adverts(name: str, write: Any, tmp_path: Path, now: datetime) -> None:
    write(tmp_path / name)
    counts, (first, second) = imported(tmp_path / name, tmp_path, now)
    assert (counts.rows, counts.landed, counts.faults) == (2, 2, [])
    assert (first.source_id, first.employer, first.country, str(first.posted_on)) == ("a1", "Amber", "LV", "2026-04-30")
    assert first.text == "Cook\n\nHotel kitchen in Riga"
    assert (second.text, second.country, second.posted_on, second.url) == ("Maid\nHouse in Jurmala", "", None, "")


def test_a_repeat_lands_nothing_twice(tmp_path: Path, now: datetime) -> None:
    as_jsonl(tmp_path / "a.jsonl")
    imported(tmp_path / "a.jsonl", tmp_path, now)
    imported(tmp_path / "a.jsonl", tmp_path, now)
    assert len(list((tmp_path / "landing").rglob("*"))) == 2  # one folder, one file


def test_columns_can_be_named(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "b.jsonl").write_text(json.dumps({"anuncio": "Cocinero en Quito", "ref": 7}) + "\n")
    _, (advert,) = imported(
        tmp_path / "b.jsonl", tmp_path, now, mapping=importing.mapping(["text=anuncio", "source_id=ref"]), source="Quito Board"
    )
    assert (advert.text, advert.source_id, advert.source) == ("Cocinero en Quito", "7", "quito-board")


def test_bad_rows_are_named_and_good_ones_go_on(tmp_path: Path, now: datetime) -> None:
    (tmp_path / "c.jsonl").write_bytes(b'{"id": 1, "text": "Cook in Riga"}\n{oops\n[1]\n{"id": 2, "text": "Maid in Riga"}\n')
    counts, adverts = imported(tmp_path / "c.jsonl", tmp_path, now)
    assert [fault.split(":")[1] for fault in counts.faults] == ["2", "3"]
    assert all(fault.startswith("c.jsonl:") and ";" in fault for fault in counts.faults)
    assert len(adverts) == 2


@pytest.mark.parametrize(("name", "content"), [("a.pdf", b"%PDF"), ("a", b"x"), ("a.xlsx", b"no workbook")])
def test_files_that_cannot_be_used(name: str, content: bytes, tmp_path: Path, now: datetime) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises((importing.ImportFileError, OSError)) as caught:
        imported(tmp_path / name, tmp_path, now)
    assert name in str(caught.value)


@pytest.mark.parametrize("pair", ["text", "nope=column", "=x"])
def test_a_wrong_mapping_names_the_fields(pair: str) -> None:
    with pytest.raises(importing.ImportFileError, match="FIELD=COLUMN"):
        importing.mapping([pair])


# gaps that people's files have


def adverts_of(path: Path, content: str | bytes, tmp_path: Path, now: datetime, **options: Any) -> tuple[importing.Counts, list[Advert]]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return imported(path, tmp_path, now, **options)


def test_a_column_name_may_have_spaces(tmp_path: Path, now: datetime) -> None:
    content = "Job Title, Full Text ,Ref\nCook,Kitchen in Riga,7\n"
    mapping = importing.mapping(["title=Job Title", "text= full text", "source_id=REF"])
    _, (advert,) = adverts_of(tmp_path / "a.csv", content, tmp_path, now, mapping=mapping)
    assert (advert.title, advert.text, advert.source_id) == ("Cook", "Cook\n\nKitchen in Riga", "7")


@pytest.mark.parametrize(
    ("written", "form", "read"),
    [
        ("2026-04-30", "", "2026-04-30"),
        ("2026-04-30T10:00:00Z", "", "2026-04-30"),
        ("30/04/2026", "%d/%m/%Y", "2026-04-30"),
        ("04/30/26", "%m/%d/%y", "2026-04-30"),
        ("30/04/2026", "", None),
        ("2026-02-30", "", None),
        ("2026-04-30", "%d/%m/%Y", None),
        ("spring", "", None),
    ],
)
def test_days_are_read_as_told_or_left_out_and_said(written: str, form: str, read: str | None, tmp_path: Path, now: datetime) -> None:
    counts, (advert,) = adverts_of(tmp_path / "a.csv", f"text,date\nCook,{written}\n", tmp_path, now, date_format=form)
    assert (str(advert.posted_on) if advert.posted_on else None) == read
    if read is None:
        (note,) = counts.notes
        assert note.startswith(f"a.csv:2: posted_on '{written}' is no date")
        assert "--date-format" in note
        assert json.loads((tmp_path / "landing" / counts.landing).read_text())["raw"] == {"posted_on": written}
    else:
        assert counts.notes == []


def test_what_cannot_be_used_of_a_row_is_said(tmp_path: Path, now: datetime) -> None:
    counts, (advert,) = adverts_of(tmp_path / "a.csv", "text,country,url\nCook,Latvia,call us\n", tmp_path, now)
    assert [note.split(": ", 1)[1].split(" ")[0] for note in counts.notes] == ["country", "url"]
    assert all("; " in note for note in counts.notes)
    assert (advert.country, advert.url, len(advert.source_id)) == ("", "", 24)


@pytest.mark.parametrize(
    ("content", "cells"),
    [
        ("title,text\nA,b\n", ("A", "b")),
        ("title;text\nA;b, c, d\n", ("A", "b, c, d")),
        ("title\ttext\nA\tb;c\n", ("A", "b;c")),
        ("title|text\nA|b,c\n", ("A", "b,c")),
        ('title;text\nA;"b;\nc"\nD;e\n', ("A", "b;\nc")),
        ('"title";"text"\n"A";"1,5;2,5"\n', ("A", "1,5;2,5")),
        ('"long, title",title,text\nx,A,b\n', ("A", "b")),
        ('title,"te\nxt",text\nA,x,b\n', ("A", "b")),
    ],
)
def test_the_delimiter_is_found_out(content: str, cells: tuple[str, str], tmp_path: Path, now: datetime) -> None:
    _, (first, *_) = adverts_of(tmp_path / "a.csv", content, tmp_path, now)
    assert (first.title, first.text) == (cells[0], f"{cells[0]}\n\n{cells[1]}")


def test_a_delimiter_and_an_encoding_can_be_told(tmp_path: Path, now: datetime) -> None:
    content = "title:text\nПовар:Кухня\n".encode("cp866")
    form = importing.Form(encoding="cp866", delimiter=":")
    _, (advert,) = adverts_of(tmp_path / "a.csv", content, tmp_path, now, form=form)
    assert advert.title == "Повар"
    with pytest.raises(importing.ImportFileError, match="--encoding martian"):
        adverts_of(tmp_path / "a.csv", content, tmp_path, now, form=importing.Form(encoding="martian"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_the_encoding_is_found_out(encoding: str, tmp_path: Path, now: datetime) -> None:
    text = "title,text\nПовар,Требуется повар в гостиницу на берегу моря\nГорничная,Требуется горничная с опытом работы\n"
    _, (advert, _) = adverts_of(tmp_path / "a.csv", text.encode(encoding), tmp_path, now)
    assert advert.title == "Повар"


def test_broken_rows_of_a_csv_cost_themselves_alone(tmp_path: Path, now: datetime) -> None:
    huge = "x" * 1_100_000
    content = f'title,text\nA,one\nB,"two" more\nC,{huge}\nD,four,five\nE,{"y" * 250_000}\n\n,\nF,six\nG,"no end\n'
    counts, adverts = adverts_of(tmp_path / "a.csv", content, tmp_path, now)
    assert [advert.title for advert in adverts] == ["A", "F"]
    assert [fault.split(":")[1] for fault in counts.faults] == ["3", "4", "5", "6", "10"]
    assert all("; " in fault and len(fault) < 400 for fault in counts.faults)
    assert counts.rows == counts.landed + len(counts.faults)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"url": "https://b.example/" + "x" * 4_100, "text": "Cook"}, "url"),
        ({"text": "x" * 200_001}, "text"),
        ({"text": " ", "id": "1"}, "text"),
        ({"text": "Cook", "seen_at": "yesterday"}, "seen_at"),
        ({"text": "Cook", "pay": [1]}, "pay"),
    ],
)
def test_what_the_intake_would_refuse_is_said_at_once(row: dict[str, Any], field: str, tmp_path: Path, now: datetime) -> None:
    content = f"{json.dumps(row)}\n{json.dumps({'text': 'Maid'})}\n"
    counts, adverts = adverts_of(tmp_path / "a.jsonl", content, tmp_path, now)
    assert [advert.text for advert in adverts] == ["Maid"]
    (fault,) = counts.faults
    assert fault.startswith(f"a.jsonl:1: {field} = ")


def test_rows_with_a_title_alone_are_different_adverts(tmp_path: Path, now: datetime) -> None:
    _, adverts = adverts_of(tmp_path / "a.csv", "title\nCook\nMaid\n", tmp_path, now)
    assert len({advert.advert_id for advert in adverts}) == 2


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "names of columns"),
        ("\n\n", "names of columns"),
        ("title,Title,text\n1,2,3\n", "are there twice"),
        (",".join(f"c{n}" for n in range(2_000)) + "\n", "names of columns"),
        ("foo,bar\n1,2\n", "no column for the text"),
    ],
)
def test_tables_without_a_usable_head(content: str, words: str, tmp_path: Path, now: datetime) -> None:
    with pytest.raises(importing.ImportFileError, match=words):
        adverts_of(tmp_path / "a.csv", content, tmp_path, now)
    assert list((tmp_path / "landing").rglob("*.*")) == []


def workbook(path: Path, *rows: list[Any], sheet: str = "") -> None:
    book = openpyxl.Workbook()
    target = book.create_sheet(sheet) if sheet else book.active
    for row in rows:
        target.append(row)
    book.save(path)


def test_workbooks_as_people_have_them(tmp_path: Path, now: datetime) -> None:
    posted, seen = date(2026, 4, 30), datetime(2026, 5, 1, 8)  # noqa: DTZ001 - sheets know no zones
    rows = [[None], ["Title", " Text ", "ID", "Date", "Seen_at"], ["Cook", "Kitchen", 17.0, posted, seen], [None] * 5]
    workbook(tmp_path / "a.xlsx", *rows)
    counts, (advert,) = imported(tmp_path / "a.xlsx", tmp_path, now)
    assert (advert.title, advert.source_id, str(advert.posted_on), counts.rows) == ("Cook", "17", "2026-04-30", 1)
    assert advert.seen_at.isoformat() == "2026-05-01T08:00:00+00:00"


def test_a_formula_without_a_value_is_said_not_read_as_empty(tmp_path: Path, now: datetime) -> None:
    workbook(tmp_path / "a.xlsx", ["title", "text"], ["Cook", "Kitchen"], ["Maid", "=A2&1"])
    counts, adverts = imported(tmp_path / "a.xlsx", tmp_path, now)
    assert [advert.title for advert in adverts] == ["Cook"]
    (fault,) = counts.faults
    assert fault.startswith("a.xlsx:3: column text holds a formula without a value; open")


def test_a_sheet_can_be_named(tmp_path: Path, now: datetime) -> None:
    workbook(tmp_path / "a.xlsx", ["title"], ["Cook"], sheet="Jobs")
    _, (advert,) = imported(tmp_path / "a.xlsx", tmp_path, now, form=importing.Form(sheet="Jobs"))
    assert advert.title == "Cook"
    with pytest.raises(importing.ImportFileError, match="it has Sheet, Jobs"):
        imported(tmp_path / "a.xlsx", tmp_path, now, form=importing.Form(sheet="Nope"))


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(tmp_path: Path, now: datetime) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as packed, packed.open("xl/workbook.xml", "w") as out:
        for _ in range(501):
            out.write(b"\0" * 1_000_000)
    with pytest.raises(importing.ImportFileError, match="split it, or save it as"):
        imported(tmp_path / "a.xlsx", tmp_path, now)


def test_pages_and_warc_files_are_sent_to_their_own_command(tmp_path: Path, now: datetime) -> None:
    with pytest.raises(importing.ImportFileError, match="import_pages"):
        adverts_of(tmp_path / "a.warc.gz", b"", tmp_path, now)
