"""Working times told in words."""

from __future__ import annotations

import pytest

from nlp.find import read


def lengths(text: str) -> set[str]:
    return {tag.name for tag in read(text).tags if tag.name in {"long_hours", "long_span"}}


@pytest.mark.parametrize(
    "text",
    [
        "You work from 6 in the morning to 10 at night.",
        "Prep at 5am and on to about midnight most days.",
        "fifteen hours a day",
        "من الفجر لحد ١٠ بالليل",
        "ከጠዋቱ 1 ሰዓት እስከ ምሽቱ 3 ሰዓት",
        "ডিউটি পনেরো ঘণ্টা ধরে রাখবেন",
        "saa 1 asubuhi mpaka saa 4 usiku",
        "早上7点到晚上11点",
        "每天十四小时",
        "सुबह 6 बजे से रात 11 बजे तक",
        "с 7 утра до 11 вечера",
        "od 6 rano do 22 wieczorem",
        "de 6 de la mañana a 10 de la noche",
        "làm từ 6 giờ sáng đến 10 giờ đêm",
        "kerja dari jam 5 pagi sampai jam 9 malam",
    ],
)
def test_a_long_day_is_seen(text: str) -> None:
    assert lengths(text)


@pytest.mark.parametrize(
    "text",
    [
        "Shop open 9 am to 5 pm",
        "Interview on Monday 9 am, office closes 5 in the evening.",
        "You work from 8 in the morning to 4 in the afternoon.",
        "fifteen workers wanted, eight hours a day",
        "с 9 утра до 6 вечера",
        "od 8 rano do 16 po południu",
        "de 9 de la mañana a 5 de la tarde",
        "ከጠዋቱ 2 ሰዓት እስከ ምሽቱ 11 ሰዓት ድረስ አንሠራም",
        "saa 2 asubuhi mpaka saa 10 jioni",
        "早上9点到下午5点",
        "सुबह 9 बजे से शाम 6 बजे तक",
        "làm từ 8 giờ sáng đến 5 giờ chiều",
        "kerja dari jam 8 pagi sampai jam 4 sore",
        "saa 3 asubuhi hadi 11 jioni",
        "सुबह 7 से 12 और शाम 5 से 8",
        "المقابلات 4-7 مساء",
        "sáng 8:00 - 12:00, chiều 13:00 - 17:00",
        "Good morning! We answer until late at night.",
    ],
)
def test_an_ordinary_day_is_not_long(text: str) -> None:
    assert not lengths(text)
