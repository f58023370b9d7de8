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
        ("ar", "رسوم 5 آلاف", "5 الاف"),
        ("zh", "先收三千", "三千"),
        ("zh", "每人交两千", "两千"),
        ("zh", "押金三五千", "三五千"),
        ("zh", "中介费5000办手续", "5000"),
        ("zh", "押金8千", "8千"),
        ("vi", "phí 6 củ", "6 cu"),
        ("vi", "đặt cọc 780k", "780k"),
        ("th", "ค่าธรรมเนียม 5พัน", "5พัน"),
        ("th", "ค่าธรรมเนียม5000", "5000"),
        ("en", "the fee is R3000", "3000"),
        ("en", "pay N5000 for the form", "5000"),
        ("en", "we take a fee of 95k", "95k"),
        ("en", "a deposit of 5-6k is kept", "5-6k"),
        ("es", "pagas 50 lucas por el curso", "50 lucas"),
        ("es", "tienes que pagar 50 mil", "50 mil"),
        ("es", "hay que pagar cinco mil", "cinco mil"),
        ("pt", "taxa de 5 conto", "5 conto"),
        ("pt", "pagar 2,5 mil", "2,5 mil"),
        ("ru", "оплатить 5к", "5к"),
        ("ru", "залог 30 тыс", "30 тыс"),
        ("pl", "opłata 5 tys", "5 tys"),
        ("tr", "depozito 15 bin", "15 bin"),
        ("hi", "dhai lakh fees lagegi", "dhai lakh"),
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
        ("en", "no fee to join our 5k run team? Bring an N95 mask"),
        ("en", "fee: room 302, form A4000"),
        ("en", "deduct nothing! 2 bin bags"),
        ("en", "pay on 12/05/2025 or 3-4 days later"),
        ("es", "no pagar: 50 mil trabajadores confían"),
        ("pt", "pagar? 5 mil pessoas já usam"),
        ("pl", "bez opłat, 5 tys pracowników"),
        ("ro", "taxa, 5 cu experienta"),
        ("ru", "оплатить могут 5к подписчиков"),
        ("zh", "千万别交押金"),
        ("zh", "交两千名工人的保险"),
        ("zh", "押金三天后退"),
        ("zh", "押金30天退"),
        ("zh", "我们有三千名工人。不收押金"),
        ("th", "ไม่มีค่าธรรมเนียม 5 พันสาขา"),
    ],
)
def test_other_numbers_are_none(language: str, text: str) -> None:
    assert sums(text, language) == []
