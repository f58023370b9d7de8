"""New words: the test behind them, the floors, what is left out, and the page."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from adverts.access import Role
from adverts.models import Advert
from alerts import permission, term_notes
from alerts.terms import BASE_LEAST, Note, Tally, Text, bound, likelihood, spans, terms_of
from alerts.trends import SMALL
from index import default_cut
from settings import env
from tests.alerts.browser import faults, needs_chromium
from tests.alerts.scenes import START, advert, person


def tally(recent: Iterable[tuple[str, ...]], before: Iterable[tuple[str, ...]], *, one_owner: bool = False) -> list[Note]:
    """Notes of texts given as their terms; every cluster has an employer of its own, or all the same."""
    made = Tally()
    for number, terms in enumerate(recent):
        made.add_recent(Text("amber" if one_owner else f"r{number}", ("language:en",), {term: term for term in terms}))
    for number, terms in enumerate(before):
        made.add_before(Text(f"b{number}", ("language:en",), {term: term for term in terms}))
    return made.notes()


def lots(number: int, *terms: str) -> list[tuple[str, ...]]:
    return [terms] * number


def test_a_word_that_became_frequent() -> None:
    (note,) = tally([*lots(30, "fee"), *lots(70, "work")], [*lots(20, "fee"), *lots(500, "work")])
    assert (note.term, note.recent, note.recent_of, note.before, note.before_of) == ("fee", 30, 100, 20, 520)


@pytest.mark.parametrize(
    ("recent", "before", "one_owner"),
    [
        # as frequent as before
        ([*lots(30, "fee"), *lots(70, "work")], [*lots(156, "fee"), *lots(364, "work")], False),
        # ten clusters are too few, however new
        ([*lots(SMALL - 1, "fee"), *lots(10, "work")], lots(520, "work"), False),
        # one employer alone
        ([*lots(30, "fee"), *lots(70, "work")], lots(520, "work"), True),
        # too little before to compare with
        ([*lots(30, "fee"), *lots(70, "work")], lots(BASE_LEAST - 1, "work"), False),
        # grown, but less than twice, though far beyond chance
        ([*lots(500, "fee"), *lots(500, "work")], [*lots(3000, "fee"), *lots(7000, "work")], False),
        # rarer than before
        ([*lots(12, "fee"), *lots(500, "work")], [*lots(500, "fee"), *lots(20, "work")], False),
        ([], lots(520, "work"), False),
        (lots(30, "fee"), [], False),
    ],
)
def test_what_is_not_noted(recent: list[tuple[str, ...]], before: list[tuple[str, ...]], one_owner: bool) -> None:
    assert "fee" not in {note.term for note in tally(recent, before, one_owner=one_owner)}


def test_small_numbers_before_are_kept_back() -> None:
    (note,) = tally([*lots(30, "fee"), *lots(70, "work")], [*lots(4, "fee"), *lots(516, "work")])
    assert note.before is None
    (note,) = tally([*lots(30, "fee"), *lots(70, "work")], lots(520, "work"))
    assert note.before == 0


def test_a_pair_stands_for_its_words() -> None:
    notes = tally([*lots(30, "entry", "fee", "entry fee"), *lots(70, "work")], lots(520, "work"))
    assert [note.term for note in notes] == ["entry fee"]
    notes = tally([*lots(30, "fee"), *lots(20, "entry", "fee", "entry fee"), *lots(70, "work")], lots(520, "work"))
    assert {note.term for note in notes} == {"entry fee", "fee"}


def test_groups_are_apart() -> None:
    made = Tally()
    for number in range(40):
        made.add_recent(Text(f"r{number}", ("language:en", "corridor:NP-QA") if number < 5 else ("language:en",), {"fee": "Fee"}))
    for number in range(100):
        made.add_before(Text(f"b{number}", ("language:en", "corridor:NP-QA"), {"work": "work"}))
    assert [(note.group, note.term) for note in made.notes()] == [("language:en", "Fee")]


def test_recent_texts_come_first() -> None:
    made = Tally()
    made.add_before(Text("b", ("language:en",), {}))
    with pytest.raises(ValueError, match="first"):
        made.add_recent(Text("r", ("language:en",), {}))


def test_the_ratio() -> None:
    for now, now_of, then, then_of in ((10, 20, 10, 100), (30, 100, 20, 520), (12, 500, 500, 520)):
        table = [[now, now_of - now], [then, then_of - then]]
        known = chi2_contingency(table, correction=False, lambda_="log-likelihood").statistic
        assert likelihood(now, now_of, then, then_of) == pytest.approx(known)
    assert likelihood(5, 50, 10, 100) == pytest.approx(0)
    assert bound(1) == pytest.approx(10.828, abs=0.001)
    assert bound(1000) > bound(10) > bound(1)


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_the_ratio_is_never_negative_and_has_no_sides(one_of: int, other_of: int, data: st.DataObject) -> None:
    one, other = data.draw(st.integers(0, one_of)), data.draw(st.integers(0, other_of))
    found = likelihood(one, one_of, other, other_of)
    assert found >= 0
    assert found == pytest.approx(likelihood(other, other_of, one, one_of), abs=1e-6)
    assert found == pytest.approx(likelihood(one_of - one, one_of, other_of - other, other_of), abs=1e-6)


def test_spans() -> None:
    assert spans(date(2026, 11, 25)) == (date(2026, 4, 27), date(2026, 10, 26), date(2026, 11, 23))


@pytest.mark.parametrize(
    ("text", "language", "own", "kept", "gone"),
    [
        ("Entry fee of 300 EUR", "en", (), {"entry", "fee", "entry fee"}, {"300", "300 eur"}),
        ("Ask for Maria Nowak today. Fee first", "en", (), {"today", "fee", "fee first"}, {"maria", "nowak", "for maria"}),
        ("Amber Works needs packers in riga", "en", ("Amber Works", "Riga"), {"packers", "needs packers"}, {"amber", "works", "riga"}),
        ("Call b2b now", "en", (), {"call", "now"}, {"b2b", "call now"}),
        ("no fee. entry", "en", (), {"fee", "entry"}, {"fee entry"}),
        ("Wir zahlen die Gebühr", "de", (), {"gebuhr"}, set()),
        ("PAY THE FEE NOW", "en", (), {"fee", "the fee"}, set()),
        ("जमा शुल्क दें", "hi", (), {"शुल्क"}, set()),
        ("จ่ายค่าธรรมเนียมก่อน", "th", (), {"ค่าธรรมเนียม"}, set()),
        ("", "en", ("Amber",), set(), set()),
    ],
)
def test_words_of_a_text(text: str, language: str, own: tuple[str, ...], kept: set[str], gone: set[str]) -> None:
    found = terms_of(text, cut=default_cut(), language=language, own=own)
    folded = {term.text for word in kept for term in default_cut()(word)}
    assert folded <= {word for term in found for word in term.split(" ")}
    assert not gone & set(found)
    assert not gone & set(found.values())
    assert {term for term in kept if " " in term} <= set(found)


NOW = START + timedelta(days=21)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(env, "_current", env.current().model_copy(update={"data_dir": tmp_path}))
    return tmp_path


@pytest.fixture
def ledger(folder: Path, db: None) -> list[Advert]:
    """Sixty old adverts, and twelve new ones with a new word and a contact, each of an employer of its own."""
    for number in range(60):
        advert(title="Packers wanted", text=f"Packers wanted, lot {number}. We keep your passport.", at=NOW - timedelta(days=60))
    return [
        advert(
            text="Packers wanted. Pay a training bond to +44 7700 900123 or Mara Nowak.", employer=f"Works {chr(97 + number)}",
            at=NOW - timedelta(days=10),
        )
        for number in range(12)
    ]  # fmt: skip


def test_notes_of_a_ledger(ledger: list[Advert]) -> None:
    found = {note.term: note for note in term_notes.count(now=NOW).notes}
    assert "training bond" in found
    assert (found["training bond"].recent, found["training bond"].before, found["training bond"].before_of) == (12, 0, 60)
    assert not [term for term in found if any(word in term for word in ("mara", "nowak", "works", "7700", "900123", "packers"))]
    assert term_notes.kept() == term_notes.count(now=NOW)


def test_copies_of_one_cluster_count_once(folder: Path, db: None) -> None:
    for number in range(60):
        advert(text=f"Packers wanted, lot {number}.", at=NOW - timedelta(days=60))
    for number in range(30):
        advert(text="Pay a training bond.", employer=f"Works {number}", cluster="c" * 32, at=NOW - timedelta(days=10))
    assert term_notes.count(now=NOW).notes == ()


def test_restricted_ones_are_not_counted_and_what_is_restricted_since_hides_all(ledger: list[Advert], client: Client) -> None:
    term_notes.count(now=NOW)
    client.force_login(person("ona"))
    assert "training bond" in client.get(reverse("alerts-trends")).content.decode()
    permission.restrict(ledger[0].pk, roles=[Role.HEAD], reason="Running case.", by=person("hed", Role.HEAD), now=NOW)
    page = client.get(reverse("alerts-trends")).content.decode()
    assert "training bond" not in page
    assert "Not counted yet" in page
    (note,) = [note for note in term_notes.count(now=NOW).notes if note.term == "training bond"]
    assert (note.recent, note.recent_of) == (11, 11)
    assert term_notes.kept() is not None
    permission.restrict(ledger[1].pk, roles=[Role.HEAD], reason="Running case.", by=User.objects.get(username="hed"), now=NOW)
    assert term_notes.count(now=NOW).notes == ()


@pytest.mark.parametrize("raw", ["", "{", "[]", '{"schema": "other"}', '{"schema": "fairwatch.new-terms/1", "left_out": []}'])
def test_a_file_that_cannot_be_used_shows_nothing(folder: Path, db: None, raw: str) -> None:
    (folder / "trends").mkdir()
    (folder / "trends" / "new-terms.json").write_text(raw)
    assert term_notes.kept() is None


def test_the_command(ledger: list[Advert]) -> None:
    out = StringIO()
    call_command("new_terms", now=NOW, stdout=out)
    assert "language:en: training bond: 12 of 12, before 0 of 60" in out.getvalue()


def test_chance_alone_gives_no_note() -> None:
    """Thirty groups whose words are as likely now as before, a few hundred words each. The seed is fixed."""
    chance = random.Random(20261125)
    words = [f"w{number}" for number in range(200)]
    weights = [1 / (number + 3) for number in range(200)]
    made = Tally()

    def text(group: int, number: int) -> Text:
        found = set(chance.choices(words, weights, k=25))
        return Text(f"{number}", (f"g{group}",), dict.fromkeys(found, "w"))

    for add, size in ((made.add_recent, 60), (made.add_before, 200)):
        for group in range(30):
            for number in range(size):
                add(text(group, number))
    assert made.notes() == []


@pytest.mark.slow
@pytest.mark.browser
@needs_chromium
@pytest.mark.django_db(transaction=True)
def test_the_page_has_no_fault(live_server: Any, ledger: list[Advert], client: Client) -> None:
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    term_notes.count(now=NOW)
    client.force_login(person("ona"))
    assert faults(live_server.url, [reverse("alerts-trends")], client=client) == []
