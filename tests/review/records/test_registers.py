"""Registers of licences: taken in from lists, and what the advert page says by them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from adverts.models import Advert, AuditEntry
from adverts.records import Band
from review import queue
from review.models import Case
from review.records import registers
from review.records.models import Register, RegisterEntry
from review.records.registers import Head, RegisterError
from tests.review.pages import get
from tests.review.scenes import NOW, advert, assess, cluster, match, single, visible_id

pytestmark = pytest.mark.django_db

TEXT = "Packers wanted. Licensed agency, licence no. 481/079. Call now."
DAY = date(2026, 5, 1)
HEAD = Head("Agencies of Northland", "NP", DAY)


def row(number: str = "481/079", name: str = "Blue Hill Overseas", status: str = "valid", until: str = "") -> dict[str, str]:
    return {"licence number": number, "name": name, "status": status, "valid until": until}


def taken(*rows: Mapping[str, Any] | str, head: Head = HEAD) -> registers.Taken:
    return registers.take(list(enumerate(rows, 2)), head=head, file="list.csv", now=NOW)


def shown(text: str = TEXT, words: str = "licence no. 481", **fields: Any) -> Advert:
    """An advert with a licence number, in a cluster of its own."""
    found = advert(text, **{"country": "QA", "languages": ["ne"], **fields})
    assess(found, Band.URGENT, signals=[match(text, words, "licence-number-shown")], indicators=[])
    cluster([found])
    return found


def page(client: Client, found: Advert) -> str:
    return get(client, reverse("advert", args=[found.pk])).text


# ---- taking lists in --------------------------------------------------------------------------------------------------------


def test_good_rows_are_taken_and_bad_ones_told() -> None:
    done = taken(
        row(),
        row("none"),
        row(status="fine"),
        row(until="soon"),
        row(name="x" * 201),
        row("x" * 90 + "1" * 20),
        "is cut off",
        row("7", status="Ended"),
    )
    assert done.entries == 2
    assert [(fault.line, fault.field) for fault in done.faults] == [
        (3, "licence number"), (4, "status"), (5, "valid until"), (6, "name"), (7, "licence number"), (8, "row"),
    ]  # fmt: skip
    assert str(done.faults[1]) == "list.csv:4: status = 'fine': write one of valid, ended, cancelled"
    assert list(RegisterEntry.objects.values_list("number", "key", "status")) == [("481/079", "481-079", "valid"), ("7", "7", "ended")]
    assert Register.objects.get().unread == 6
    assert AuditEntry.objects.get(action="register.imported").detail == {"entries": 2, "unread": 6, "list": "2026-05-01"}


def test_a_list_takes_the_place_of_the_one_before_and_no_other() -> None:
    taken(row("1"), row("2"))
    taken(row("9"), head=Head("Agencies of Northland", "PL", DAY))
    taken(row("3"), row("3"), head=Head("Agencies of Northland", "NP", DAY + timedelta(days=30)))
    assert set(RegisterEntry.objects.values_list("register__country", "number")) == {("NP", "3"), ("PL", "9")}
    assert RegisterEntry.objects.count() == 2


def test_a_number_that_stands_twice_is_said_twice() -> None:
    assert taken(row(status="ended"), row(status="valid")).entries == 2


@pytest.mark.parametrize(
    ("head", "rows", "said"),
    [
        (Head("Agencies of Northland", "NP", DAY - timedelta(days=1)), [row()], "the list of 2026-05-01 is here already"),
        (Head("", "NP", DAY), [row()], "give the name of the list"),
        (Head("x", "np", DAY), [row()], "two-letter ISO 3166-1 code"),
        (Head("x", "NP", NOW.date() + timedelta(days=1)), [row()], "is in the future"),
        (HEAD, [], "no row can be used"),
        (HEAD, [row("none")], "list.csv:2: licence number = 'none'"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(head: Head, rows: list[dict[str, str]], said: str) -> None:
    taken(row("1"))
    with pytest.raises(RegisterError, match=said):
        taken(*rows, head=head)
    assert RegisterEntry.objects.get().number == "1"


def command(file: Path, **options: str) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(
            "import_register", file, **{"name": "Agencies", "country": "NP", "list_date": "2026-05-01", **options}, stdout=out, stderr=err
        )
    except CommandError as error:
        return f"{error.returncode} {error}", err.getvalue()
    return out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("content", "said", "told"),
    [
        (
            "Licence number,Name,Status,Valid until\n481/079,Blue Hill,valid,2027-01-01\n",
            "Agencies (NP) of 2026-05-01: 1 licences, 0 rows",
            "",
        ),
        (
            "status;valid until;license_number;name\nvalid;;12;A\nvalid;;;B\n",
            "1 1 rows could not be used; the others",
            ":3: licence number = ''",
        ),
        ("number,name\n1,A\n", "2 list.csv: no column licence number, status, valid until", ""),
        ("licence number,name,status,valid until\n", "2 list.csv: no row can be used", ""),
    ],
)
def test_the_command(tmp_path: Path, content: str, said: str, told: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(content, encoding="utf-8")
    out, err = command(file)
    assert out.startswith(said)
    assert told in err


@pytest.mark.parametrize("options", [{"list_date": "May"}, {"country": "Nepal"}, {"name": " "}])
def test_the_command_refuses_what_it_is_told_wrongly(tmp_path: Path, options: dict[str, str]) -> None:
    file = tmp_path / "list.csv"
    file.write_text("licence number,name,status,valid until\n1,A,valid,\n", encoding="utf-8")
    assert command(file, **options)[0].startswith("2 ")
    assert command(tmp_path / "none.csv")[0].startswith("2 ")
    assert not Register.objects.exists()


# ---- what the page says -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "until", "said"),
    [
        ("valid", "", "In the list of Agencies of Northland (NP) of 1 May 2026: valid."),
        ("valid", "2026-11-19", "of 1 May 2026: ended."),
        ("ended", "", "of 1 May 2026: ended."),
        ("cancelled", "2027-01-01", "of 1 May 2026: cancelled."),
    ],
)
def test_a_number_in_a_list_of_a_country_the_advert_points_to(at_desk: Client, status: str, until: str, said: str) -> None:
    taken(row(status=status, until=until))
    text = page(at_desk, shown())
    assert said in text
    assert "Listed for: Blue Hill Overseas" in text
    assert "A number can be copied from another recruiter." in text
    assert "not in a list we have" not in text


@pytest.mark.parametrize(
    ("fields", "head"),
    [
        ({}, Head("Agencies", "PL", DAY)),
        ({"country": "", "languages": []}, HEAD),
        ({"text": "licence no. 481 of 1999", "words": "licence no. 481"}, HEAD),
        ({"text": "licence no. 481/079/080", "words": "licence no. 481"}, HEAD),
    ],
)
def test_a_number_that_no_such_list_holds_is_claimed_and_no_more(at_desk: Client, fields: dict[str, Any], head: Head) -> None:
    taken(row(), head=head)
    text = page(at_desk, shown(**fields))
    assert "Claimed, not in a list we have." in text
    assert "In the list of" not in text
    assert "can be copied" not in text


def test_the_page_says_which_lists_were_asked(at_desk: Client) -> None:
    assert "We have no list of the countries this advert points to." in page(at_desk, shown())
    taken(row("9"), row("none"))
    assert "Looked up in: Agencies of Northland (NP), 1 May 2026, 1 row of it could not be read" in page(at_desk, shown())


def test_an_advert_without_a_number_asks_nothing(anna: User) -> None:
    taken(row())
    found = advert(TEXT, country="NP")
    with CaptureQueriesContext(connection) as asked:
        assert registers.check(found, [match(TEXT, "Licensed agency", "no-fee-statement")], today=NOW.date()) is None
    assert len(asked) == 0


@pytest.mark.parametrize("many", [1, 5])
def test_as_many_queries_for_many_lists_as_for_one(anna: User, many: int) -> None:
    for number in range(many):
        taken(*(row() for _ in range(many)), head=Head(f"List {number}", "NP", DAY))
    found = shown()
    with CaptureQueriesContext(connection) as asked:
        assert registers.check(found, [match(TEXT, "licence no. 481", "licence-number-shown")], today=NOW.date()) is not None
    assert len(asked) == 2


def test_words_that_no_longer_stand_in_the_text_are_not_looked_up(anna: User) -> None:
    found = advert("Another text altogether, much longer than it was", country="NP")
    assert registers.check(found, [match(TEXT, "licence no. 481", "licence-number-shown")], today=NOW.date()) is None


def test_a_case_read_blind_shows_nothing_of_it(at_desk: Client) -> None:
    taken(row())
    signals = [match(TEXT, "licence no. 481", "licence-number-shown")]
    single(Band.PRIORITY, text=TEXT, signals=signals, indicators=[], country="NP", cluster_id=visible_id("a", blind=True))
    queue.refresh(now=NOW)
    text = page(at_desk, Advert.objects.get(pk=Case.objects.get(blind=True).advert_id))
    assert "In the list of" not in text
    assert "Blue Hill" not in text


def test_hostile_lists_are_shown_harmlessly(at_desk: Client) -> None:
    taken(row(name='<script>alert(1)</script>\u202e"'), head=Head("<b>List</b>", "NP", DAY))
    html = at_desk.get(reverse("advert", args=[shown().pk])).content.decode()
    assert "<script>alert" not in html
    assert "<b>List" not in html
    assert "\u202e" not in html
