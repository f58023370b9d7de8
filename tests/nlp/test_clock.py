from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.clock import tags
from nlp.find import read


def names(text: str, language: str = "en") -> set[str]:
    return {tag.name for tag in read(text, languages=(language,)).tags}


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("You work 14 hours a day", "long_hours"),
        ("shifts of 13-15 hours", "long_hours"),
        ("84 hours a week", "long_week"),
        ("300 hours a month", "long_week"),
        ("from 6am to 10pm", "long_hours"),
        ("we begin at 7:00 - 20:30 daily", "long_hours"),
        ("8 till 8, six days", "long_span"),
        ("8 hours a day", "hours"),
        ("girls aged 15 to 17", "minor_age"),
        ("women 18-25 years old", "age_range"),
        ("7 days a week", "seven_days"),
        ("all 7/7 days", "seven_days"),
        ("8 am to 7 pm, 6 days a week", "long_week"),
        ("6 days, 7:00 - 18:00", "long_week"),
        ("up to 80hours per week", "long_week"),
        ("15 hours/day on deck", "long_hours"),
        ("you work 16 hours", "long_hours"),
        ("we start at 5 in the morning and close at 10 pm", "long_hours"),
        ("you start at 6 am sharp and finish at 9 at night", "long_hours"),
        ("work from 5 in the morning, no break, until 10 at night", "long_hours"),
        ("a work week of 84 hours", "long_week"),
        ("84-hour week", "long_week"),
        ("an 84 hour work week", "long_week"),
        ("weeks of 70-80 hours", "long_week"),
        ("a 72 hr working week", "long_week"),
    ],
)
def test_times_and_ages(text: str, tag: str) -> None:
    assert tag in names(text)


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("$17 per hour", "long_hours"),
        ("£14/hour and overtime", "long_hours"),
        ("14 an hour", "long_hours"),
        ("reply within 24 hours", "long_hours"),
        ("12 hour shifts", "long_hours"),
        ("40 hours a week", "long_week"),
        ("rostered 5/7 days", "seven_days"),
        ("5 days over 7 days", "seven_days"),
        ("work 5 out of 7 days", "seven_days"),
        ("160 hours a month", "long_week"),
        ("open 9am to 9pm", "long_hours"),
        ("16 years of experience", "minor_age"),
        ("women aged 25 to 40", "minor_age"),
        ("call 8 till 5", "long_span"),
        ("9 am to 5 pm, 6 days a week", "long_week"),
        ("9 am to 7 pm. Seven of us. 7 days notice", "long_week"),
        ("15 hours/week of overtime", "long_hours"),
        ("two days of training (16 hours)", "long_hours"),
        ("from 3:30 - 5:30 pm", "long_hours"),
        ("shift 7 am to 12 pm", "long_hours"),
        ("between 10 to 10 0 degrees", "long_span"),
        ("morning 8:00 - 12:00, afternoon 13:00 - 17:00", "long_hours"),
        ("de 7 a 16hrs", "long_hours"),
        ("overtime of 1-16 hours, you may work", "long_hours"),
        ("14h - 18h00 mỗi ngày", "long_hours"),
        ("interviews 4-7 in the evening", "long_hours"),
        ("the gym opens, you can start at 5 in the morning; we close at 10 pm", "long_hours"),
        ("open: start 5 in the morning, close at 10 pm", "long_hours"),
        ("start at 5 in the morning and finish at 12 pm", "long_hours"),
        ("we start at 9 in the morning and close at 6 pm", "long_hours"),
        ("start at 5 in the morning. The shop closes at 10 pm", "long_hours"),
        ("call between 9 am and 10 pm", "long_hours"),
        ("40-hour week", "long_week"),
        ("a working week of 48 hours", "long_week"),
        ("last week of 120 applicants 84 were hired", "long_week"),
    ],
)
def test_what_only_looks_like_it(text: str, tag: str) -> None:
    assert tag not in names(text)


@pytest.mark.parametrize(
    "text",
    ["nộp trước 17h hàng ngày", "gọi trước 17h mỗi ngày", "làm 9h – 18h mỗi ngày", "làm 7h30-17h30 mỗi ngày",
     "làm việc từ 8h đến 17h mỗi ngày",
     "ca sáng 6h tới 14h, ca chiều 14h tới 22h mỗi ngày",
     "sau 18h mỗi ngày", "lúc 13h hàng ngày", "từ 14h mỗi ngày", "8h sáng đến 17h chiều hàng ngày",
     "8h00 - 17h00 hàng ngày", "13h30 đến 17h mỗi ngày", "muộn nhất 16h hàng ngày",
     "từ 8 giờ đến 17 giờ mỗi ngày", "trước 17 giờ hàng ngày"],
)  # fmt: skip
def test_a_time_of_day_is_no_length(text: str) -> None:
    assert "long_hours" not in names(text, "vi")


@pytest.mark.parametrize(
    "text",
    [
        "làm 14h mỗi ngày",
        "ngày làm 15h",
        "14h/ngày",
        "từ 12-14h/ngày",
        "làm đến 16h/ngày",
        "làm 12h đến 14h mỗi ngày",
        "làm 14 giờ mỗi ngày",
    ],
)
def test_a_length_with_the_same_letter_is_one(text: str) -> None:
    assert "long_hours" in names(text, "vi")


@given(st.text(alphabet="0123456789h -:/.apmdenweksourg", max_size=80))
def test_any_digits_are_survived(text: str) -> None:
    assert all(0 <= tag.start < tag.end <= len(text) for tag in tags(text, (), ()))
