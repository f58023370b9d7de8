from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.money import find
from nlp.normalise import fold


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("$500", 500, 500, "USD"),
        ("500-700 USD", 500, 700, "USD"),
        ("4 lakh", 400_000, 400_000, ""),
        ("₹1,00,000", 100_000, 100_000, "INR"),
        ("Rp 5.000.000", 5_000_000, 5_000_000, "IDR"),
        ("8-10 triệu", 8e6, 10e6, ""),
        ("15 000 руб.", 15_000, 15_000, "RUB"),
        ("1.200,50 €", 1200.5, 1200.5, "EUR"),
        ("3万", 30_000, 30_000, ""),
        ("२५ हजार", 25_000, 25_000, ""),
        ("€2k", 2000, 2000, "EUR"),
        ("Rs.500", 500, 500, "INR"),
    ],
)
def test_sums_are_read(text: str, low: float, high: float, currency: str) -> None:
    found = find(fold(text).text)
    assert [(sum_.low, sum_.high, sum_.currency) for sum_ in found] == [(low, high, currency)]


@pytest.mark.parametrize("text", ["5 years", "no.500", "room 12", "24/7", "call 0770 090", "aged 18 to 25", "3 on 4 off", "2026", ""])
def test_bare_numbers_are_no_sums(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    "text", ["$8 billion", "€20 million in sales", "a fund of 250 million USD", "2 млрд евро", "100万美元", "注册资本5000万元"]
)
def test_what_only_a_firm_turns_over_is_no_sum(text: str) -> None:
    assert find(fold(text).text) == []


@pytest.mark.parametrize("text", ["5 million VND", "Rp 12 juta", "2 million dinar", "$90,000"])
def test_large_sums_of_small_units_are_sums(text: str) -> None:
    assert len(find(fold(text).text)) == 1


@given(st.text(alphabet="0123456789.,- $€krs lakh", max_size=200))
def test_any_digits_are_survived(text: str) -> None:
    assert all(0 <= found.start < found.end <= len(text) and found.low <= found.high for found in find(text))


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("三万元", 30_000, 30_000, "CNY"),
        ("六千元", 6000, 6000, "CNY"),
        ("交八万八", 88_000, 88_000, ""),
        ("两万八千", 28_000, 28_000, ""),
        ("兩萬八", 28_000, 28_000, ""),
        ("3萬5", 35_000, 35_000, ""),
        ("3-5万", 30_000, 50_000, ""),
        ("一两万", 10_000, 20_000, ""),
        ("三五千块", 3000, 5000, "CNY"),
        ("五百块钱", 500, 500, "CNY"),
        ("一千零五元", 1005, 1005, "CNY"),
        ("二十万", 200_000, 200_000, ""),
        ("一百二十万", 1_200_000, 1_200_000, ""),
        ("交5000元押金", 5000, 5000, "CNY"),
        ("收人民币5000", 5000, 5000, "CNY"),
        ("人民币三万", 30_000, 30_000, "CNY"),
        ("5000令吉", 5000, 5000, "MYR"),
        ("$3万", 30_000, 30_000, "USD"),
    ],
)
def test_chinese_numerals_are_read(text: str, low: float, high: float, currency: str) -> None:
    assert [(sum_.low, sum_.high, sum_.currency) for sum_ in find(fold(text).text)] == [(low, high, currency)]


@pytest.mark.parametrize(
    "text",
    ["三天", "一千人", "万一", "千万别信", "一万多人", "两千家", "三千里", "3万人", "5万平米", "百万富翁",
     "成千上万", "二十四小时", "二〇二六年", "万科", "单元302", "两万公里", "百分之五十", "三百六十五天"],
)  # fmt: skip
def test_chinese_numbers_of_other_things_are_no_sums(text: str) -> None:
    assert find(fold(text).text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("1tr5", 1_500_000, 1_500_000, ""),
        ("1tr5 tiền cọc", 1_500_000, 1_500_000, ""),
        ("45tr", 45e6, 45e6, ""),
        ("5-6tr", 5e6, 6e6, ""),
        ("1 triệu 2", 1_200_000, 1_200_000, ""),
        ("500 ngàn", 500_000, 500_000, ""),
        ("95.000.000đ", 95e6, 95e6, "VND"),
        ("3trđ", 3e6, 3e6, "VND"),
        ("2 jutaan", 2e6, 2e6, ""),
        ("3,5jt", 3.5e6, 3.5e6, ""),
        ("5000บาทต่อคน", 5000, 5000, "THB"),
        ("5พันบาท", 5000, 5000, "THB"),
        ("2หมื่น5", 25_000, 25_000, ""),
        ("3 หมื่น", 30_000, 30_000, ""),
        ("15,000.-", 15_000, 15_000, ""),
    ],
)
def test_south_east_asian_forms_are_read(text: str, low: float, high: float, currency: str) -> None:
    assert [(sum_.low, sum_.high, sum_.currency) for sum_ in find(fold(text).text)] == [(low, high, currency)]


@pytest.mark.parametrize(
    "text",
    ["tr 5", "trang 5 tr", "phòng 3d", "căn hộ 2d", "dự án 1200d", "d 5.000", "50 nghìn người", "3 juta orang", "10 ล้านคน",
     "5 พันสาขา", "Artículo 100.- El", "Pasal 5.- a", "+84 905.123.456"],
)  # fmt: skip
def test_south_east_asian_counts_are_no_sums(text: str) -> None:
    assert find(fold(text).text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "currency"),
    [
        ("R3,000", 3000, 3000, "ZAR"),
        ("R 3 000", 3000, 3000, "ZAR"),
        ("R8,000 – R9,000 pm", 8000, 9000, "ZAR"),
        ("R3 500.00", 3500, 3500, "ZAR"),
        ("R5k", 5000, 5000, "ZAR"),
        ("N50,000", 50_000, 50_000, "NGN"),
        ("500 cedis", 500, 500, "GHS"),
        ("GH₵500", 500, 500, "GHS"),
        ("Kshs. 5,000", 5000, 5000, "KES"),
        ("2500/-", 2500, 2500, ""),
        ("2,500/=", 2500, 2500, ""),
        ("Rs. 2500/-", 2500, 2500, "INR"),
        ("Tk. 5,000", 5000, 5000, "BDT"),
        ("6k per head", 6000, 6000, ""),
        ("50 hazaar", 50_000, 50_000, ""),
        ("100к₽", 100_000, 100_000, "RUB"),
        ("30 тыс", 30_000, 30_000, ""),
        ("50 тыс. на руки", 50_000, 50_000, ""),
        ("٥٠٠٠ ريال", 5000, 5000, "SAR"),
        ("R$ 1.500", 1500, 1500, "BRL"),
        ("15 bin TL", 15_000, 15_000, "TRY"),
        ("5 tys. zł", 5000, 5000, "PLN"),
    ],
)
def test_forms_of_other_places_are_read(text: str, low: float, high: float, currency: str) -> None:
    assert [(sum_.low, sum_.high, sum_.currency) for sum_ in find(fold(text).text)] == [(low, high, currency)]


@pytest.mark.parametrize(
    "text",
    ["R2D2", "R&D 5,000", "R1 visa", "R134a", "R410", "N95 masks", "N 95", "A4", "24/7", "3-4 days", "5k run", "10k views",
     "2k followers", "room 302",
     "call 0770 123 456", "2024/-", "25/-", "5 lakh people",
     "3 crore customers", "30 тыс. сотрудников", "30 тыс человек", "5к шагов", "2020-2021", "12/12/2025", "unit 5/10"],
)  # fmt: skip
def test_names_and_counts_are_no_sums(text: str) -> None:
    assert find(fold(text).text) == []


@pytest.mark.parametrize("text", ["二萬5万", "5万5百三几", "5百元三萬5万"])
def test_digits_belong_to_one_number(text: str) -> None:
    assert all(first.end <= second.start for first, second in pairwise(find(text)))


@given(st.text(alphabet="一二两三十百千万萬零几元块5.- ", max_size=60))
def test_any_numerals_are_survived(text: str) -> None:
    found = find(text)
    assert all(0 <= one.start < one.end <= len(text) and one.low <= one.high for one in found)
    assert all(first.end <= second.start for first, second in pairwise(found))
