"""Words made fit for the ear: what is read digit by digit, what is not, and that nothing but addresses is ever lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from notices import speech
from notices.languages import CODES

ENGLISH = speech.Manner("en", "plus", "or", "see the sheet", frozenset({"112", "1300"}))


def manner(language: str) -> speech.Manner:
    return speech.Manner(language, "plus", "or", "see the sheet")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("+1 555 010 0199", "plus 1, 5 5 5, 0 1 0, 0 1 9 9."),
        ("112 / 999", "1 1 2, or 9 9 9."),
        ("+447700900123", "plus 4 4 7, 7 0 0, 9 0 0, 1 2 3."),
        ("1300", "1 3 0 0."),
        # hours are no number to call, and no part of one
        ("112 (24/7)", "1 1 2 (24/7)."),
        ("112 24/7", "1 1 2 24/7."),
        ("0800 111 222 / 112 (24 h)", "0 8 0 0, 1 1 1, 2 2 2, or 1 1 2 (24 h)."),
        ("112, 24 hours a day", "1 1 2, 24 hours a day."),
        ("+977-1-4200000 (9:00-17:00)", "plus 9 7 7, 1, 4 2 0, 0 0 0 0 (9:00-17:00)."),
        ("9–17 h: +1 (555) 0100", "9–17 h: plus 1, 5 5 5, 0 1 0 0."),
        ("08.00-17.00: 112", "08.00-17.00: 1 1 2."),
        ("(0207) 946-0000", "0 2 0 7, 9 4 6, 0 0 0 0."),
        ("WhatsApp +44 7700 900123 (day)", "WhatsApp plus 4 4, 7 7 0 0, 9 0 0, 1 2 3 (day)."),
        ("1234567", "1 2 3, 4 5 6 7."),
        ("٠١٢ ٣٤٥", "٠ ١ ٢, ٣ ٤ ٥."),
        ("https://help.example/chat", "see the sheet."),
        ("112 or https://help.example", "1 1 2 or (see the sheet)."),
        ("", ""),
        ("ask at the gate", "ask at the gate."),
    ],
)
def test_a_number_to_call(written: str, said: str) -> None:
    assert speech.number(written, ENGLISH) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        # read digit by digit
        ("Call 112 now.", "Call 1 1 2 now."),
        ("Call 1300.", "Call 1 3 0 0."),
        ("Call 112 (24/7).", "Call 1 1 2 (24/7)."),
        ("Call 112 24/7.", "Call 1 1 2 24/7."),
        ("Call +1 555 010 0199!", "Call plus 1, 5 5 5, 0 1 0, 0 1 9 9!"),
        ("Call 0207 946 0000 or 0207-946-0001.", "Call 0 2 0 7, 9 4 6, 0 0 0 0 or 0 2 0 7, 9 4 6, 0 0 0 1."),
        ("Call 600 123 456.", "Call 6 0 0, 1 2 3, 4 5 6."),
        # numbers that stay numbers
        ("Fees of 1,500 are wrong.", "Fees of 1500 are wrong."),
        ("Fees of 1,50,000 rupees.", "Fees of 150000 rupees."),
        ("Pay of 12,500.50 a year.", "Pay of 12500.50 a year."),
        ("Room 113, 30 days, 10-12 hours, 2000-2500.", "Room 113, 30 days, 10-12 hours, 2000-2500."),
        ("Since 2026-11-01 or 01.11.2026 or 1/11/26.", "Since 2026-11-01 or 01.11.2026 or 1/11/26."),
        ("Open 08.00-17.00, 0.5 km away.", "Open 08.00-17.00, 0.5 km away."),
        ("Law 15 of 2017, article 3.", "Law 15 of 2017, article 3."),
        # addresses
        ("See https://x.example/a?b=1,2.", "See (see the sheet)."),
        ("See www.union.example, or ask.", "See (see the sheet), or ask."),
        ("Write to help@union.example.", "Write to (see the sheet)."),
        ("See labour.gov.np or union.example/x.", "See (see the sheet) or (see the sheet)."),
        ("Ask, e.g. at 9 a.m. or the job.it is free.", "Ask, e.g. at 9 a.m. or the job.it is free."),
        ("Do you pay?Then ask.", "Do you pay?Then ask."),
        # what nobody can say
        ("☎ Nepal → Qatar 🙂", "Nepal, Qatar."),
        ("50 % or 30 €", "50 % or 30 €."),
        ("می‌خواهم", "می‌خواهم."),
    ],
)
def test_a_line(written: str, said: str) -> None:
    assert " ".join(speech.lines(written, ENGLISH)) == said


@pytest.mark.parametrize(
    ("language", "written", "said"),
    [
        ("hi", "पैसे न दें। पासपोर्ट अपने पास रखें", ("पैसे न दें।", "पासपोर्ट अपने पास रखें।")),
        ("ar", "لا تدفع ١٬٥٠٠ ريال. من يدفع؟ اسأل", ("لا تدفع ١٥٠٠ ريال.", "من يدفع؟", "اسأل.")),
        ("am", "አይክፈሉ። ፓስፖርትዎን ይያዙ", ("አይክፈሉ።", "ፓስፖርትዎን ይያዙ።")),
        ("th", "อย่าจ่าย 50,000 บาท ค.ศ. 2026", ("อย่าจ่าย 50000 บาท ค.ศ. 2026",)),
        ("zh", "不要付钱。自己保管护照", ("不要付钱。", "自己保管护照。")),
        ("fr", "Pas 1 500 euros", ("Pas 1500 euros.",)),
        ("es", "No 1.500 euros. No 2,5 euros", ("No 1500 euros.", "No 2,5 euros.")),
        ("pl", "Nie 12 500 zł, telefon 600 123 456", ("Nie 12500 zł, telefon 6 0 0, 1 2 3, 4 5 6.",)),
        ("xx", "No 1,500", ("No 1500.",)),
    ],
)
def test_each_script_has_its_own_ends_and_thousands(language: str, written: str, said: tuple[str, ...]) -> None:
    assert speech.lines(written, manner(language)) == said


def test_a_number_in_a_line_from_right_to_left_keeps_its_order() -> None:
    assert speech.number("+974 5550 1234", manner("ar")) == "plus \u20669 7 4, 5 5 5 0, 1 2 3 4\u2069."


@pytest.mark.parametrize("language", ["en", "ar", "hi", "am", "th"])
def test_lines_are_short(language: str) -> None:
    long = ", ".join(["work in a house for many hours"] * 30)
    assert max(map(len, speech.lines(long, manner(language)))) <= speech.LONGEST + 1


@given(st.lists(st.from_regex(r"[0-9]{2,5}", fullmatch=True), min_size=1, max_size=4), st.sampled_from(" -"), st.sampled_from(CODES))
def test_no_digit_of_a_number_is_lost_or_moved(groups: list[str], between: str, language: str) -> None:
    said = speech.number("+" + between.join(groups), manner(language))
    assert [char for char in said if char.isdigit()] == list("".join(groups))
    assert all(len(piece) == 1 for piece in "".join(char if char.isdigit() else " " for char in said).split())


@given(st.text(st.characters(exclude_categories=["Cs", "Nd"], exclude_characters="@"), max_size=300), st.sampled_from(CODES))
def test_no_word_is_lost_or_added(text: str, language: str) -> None:
    assume(speech._ADDRESS.search(text) is None)
    said = speech.lines(text, manner(language))
    assert [char for line in said for char in line if char.isalpha()] == [char for char in text if char.isalpha()]
    assert all(line == " ".join(line.split()) and line for line in said)


@pytest.mark.parametrize("piece", ["1 ", "1,000,", "a.", "a@", "(", "www.", "+", "1-", "، ", "a-.b-"])
def test_hostile_texts_take_no_time(piece: str) -> None:
    started = time.perf_counter()
    speech.lines(piece * (20_000 // len(piece)), manner("ar"))
    speech.number(piece * (2_000 // len(piece)), manner("ar"))
    assert time.perf_counter() - started < 2
