"""The words of an advert are found again in whatever form a page or letter gives them, and not in others' pages."""

from __future__ import annotations

import json
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from review.records.words import words_of

TEXT = "Kitchen help wanted at the Amber Heron. You leave a deposit of 310 EUR before the first day and we keep your passport."
ARABIC = "مطلوب عمال للعمل في مطعم على الشاطئ. نحتفظ بجواز السفر حتى نهاية العقد ويدفع المتقدم رسوم التسجيل."
THAI = "รับสมัครพนักงานครัวที่โรงแรมริมทะเล ต้องวางเงินประกันสามร้อยยูโรก่อนเริ่มงาน และเราเก็บหนังสือเดินทางไว้"


@pytest.mark.parametrize("text", [TEXT, ARABIC, THAI])
@pytest.mark.parametrize(
    "form",
    [
        lambda text: f"<p>{text}</p>",
        lambda text: "<ul><li>" + text.replace(" ", "</b> <b>") + "</li></ul>",
        lambda text: json.dumps({"description": text}),
        lambda text: json.dumps({"description": f"<p>{text}</p>"}, ensure_ascii=False),
        lambda text: "".join(f"&#{ord(char)};" for char in text),
        lambda text: escape(f"<p>{text}</p>"),
        lambda text: text.upper(),
        lambda text: text.replace(" ", "\u00a0 \n"),
        lambda text: "before " * 500 + text + " after" * 500,
    ],
)
def test_found_in_any_form(text: str, form: object) -> None:
    assert words_of(text).stand_in_page(form(text).encode())  # type: ignore[operator]


def test_found_in_an_old_encoding_and_when_cut() -> None:
    russian = "Требуются рабочие на кухню. Перед выездом вы вносите залог триста долларов, паспорт остаётся у нас."
    assert words_of(russian).stand_in_page(russian.encode("cp1251"))
    long = f"{TEXT} {TEXT[::-1]} And so on: " + "one more sentence of the advert. " * 30
    assert words_of(long).stand_in_page(f"<li>{long[:110]}...</li>".encode())


@pytest.mark.parametrize(
    "other",
    [
        "",
        "Cook for a school. Nine to five, weekends free. Apply at the office of the town in Long Lane, room four.",
        "Kitchen help wanted",
        "You leave a deposit of 310 EUR",
        "<html></html>",
    ],
)
def test_not_found_in_others(other: str) -> None:
    assert not words_of(TEXT).stand_in_page(other.encode())


def test_masked_places_do_not_hide_the_rest() -> None:
    masked = TEXT + " Call +44 7*** ***123 at any time of the day or the night."
    at = masked.index("+44")
    clear = masked.replace("+44 7*** ***123", "+44 7700 900123")
    assert words_of(masked, [(at, at + len("+44 7*** ***123"))]).stand_in_page(clear.encode())


@given(st.text(max_size=200))
def test_an_empty_or_tiny_advert_is_found_nowhere_by_chance(text: str) -> None:
    assert not words_of("").stand_in(text)
    assert not words_of("a b c").stand_in(text)


@given(st.text(max_size=400))
def test_a_text_of_some_length_stands_in_itself(text: str) -> None:
    words = words_of(text)
    assert words.stand_in(text) or not words.windows
