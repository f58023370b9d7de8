from __future__ import annotations

import pytest

from nlp.find import read


def names(text: str) -> set[str]:
    return {tag.name for tag in read(text, languages=("en",)).tags}


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
    ],
)
def test_what_only_looks_like_it(text: str, tag: str) -> None:
    assert tag not in names(text)
