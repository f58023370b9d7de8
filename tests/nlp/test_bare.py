from __future__ import annotations

import pytest

from nlp.find import read


def sums(text: str, language: str) -> list[str]:
    reading = read(text, languages=(language,))
    return [reading.folded.text[tag.start : tag.end] for tag in reading.tags if tag.name == "amount"]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "Agency fee 65,000 before departure", "65,000"),
        ("en", "you pay 25k at the office", "25k"),
        ("en", "a deposit of 4500 is kept", "4500"),
        ("en", "the fee is two thousand", "two thousand"),
        ("tl", "placement fee na tatlong libo", "tatlong libo"),
        ("sw", "lipa ada ya elfu arobaini", "elfu"),
        ("bn", "ফি তিন লাখ টাকা", "লাখ"),
        ("ar", "رسوم التوظيف ثلاثة الاف", "الاف"),
    ],
)
def test_a_number_beside_a_word_of_paying_is_a_sum(language: str, text: str, found: str) -> None:
    assert any(found in said for said in sums(text, language)), sums(text, language)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "We have 65,000 customers in the region"),
        ("en", "The fee for 2025 is not known yet"),
        ("en", "No fee. Call 0771234567"),
        ("en", "Fee paid by us! 4500 workers trust us"),
        ("en", "Pay is good and you will find some 4500 colleagues"),
        ("en", "no fee at all, commission 12%"),
        ("en", "pay at 10.30"),
        ("en", "training and certificate (ISO 14001)"),
        ("en", "boots provided; lift up to 100 pounds"),
        ("sw", "wafanyakazi elfu arobaini wameajiriwa"),
    ],
)
def test_other_numbers_are_none(language: str, text: str) -> None:
    assert sums(text, language) == []
