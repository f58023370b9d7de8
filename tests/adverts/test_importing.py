from __future__ import annotations

import gzip
import json
from datetime import datetime
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
    counts = importing.import_file(
        path, tmp_path / "landing", mapping=options.get("mapping", {}), source=options.get("source", ""), now=now
    )
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
