# ruff: noqa: E501 - tables of cases
"""Undeclared, wrongly declared and broken encodings; gzip within bounds; repair of text decoded wrongly before."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawlers.decoding import BadBody, decode, tidy, unpack

TEN = {
    "cp1251": "<h1>Сварщик</h1><p>Требуются сварщики на завод. Оплата 45 000 рублей, жильё предоставляется. Звоните с девяти до шести.</p>",
    "gb18030": "<h1>电子厂招聘普工</h1><p>工资每月六千元，包吃住，长白班，要求年龄十八到四十五岁，身体健康。联系电话见下面。</p>",
    "cp932": "<h1>工場スタッフ募集</h1><p>月給二十五万円、寮完備、未経験者歓迎。勤務時間は八時から十七時まで。交通費を支給します。</p>",
    "big5": "<h1>看護人員</h1><p>月薪三萬五千元，供食宿，工作地點在台北市。意者請將履歷寄至本公司，合則約談。</p>",
    "cp1256": "<h1>مطلوب سائقين</h1><p>مطلوب سائقين للعمل في شركة نقل بالرياض، الراتب ثلاثة آلاف ريال مع السكن والتأمين الصحي.</p>",
    "cp874": "<h1>พนักงานขับรถ</h1><p>รับสมัครพนักงานขับรถ เงินเดือน 15,000 บาท ทำงานวันจันทร์ถึงวันเสาร์ มีที่พักให้ฟรี</p>",
    "cp1252": "<h1>Küchenhilfe (m/w/d)</h1><p>Wir suchen für unser Café eine Küchenhilfe. Lohn 1.900 € im Monat – auch über Telefon.</p>",
    "utf-8": "<h1>Opérateur de production</h1><p>Salaire de 2 100 € par mois, logement fourni, équipe de nuit. Où : Besançon.</p>",
    "euc-kr": "<h1>생산직 사원 모집</h1><p>월급 이백오십만원, 기숙사 제공, 주 오일 근무. 경력 무관하며 성실한 분을 모십니다.</p>",
    "iso8859-2": "<h1>Pracownik produkcji</h1><p>Zatrudnię pracowników do zakładu mięsnego. Wynagrodzenie 5 200 zł miesięcznie, zakwaterowanie bezpłatne.</p>",
}
"""The ten undeclared encodings that every source may meet."""


@pytest.mark.parametrize("charset", TEN)
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1", "windows-1252", "no-such-charset"])
def test_undeclared_and_wrongly_declared(charset: str, declared: str) -> None:
    assert decode(TEN[charset].encode(charset), declared=declared).text == TEN[charset]


@pytest.mark.parametrize(
    "claim", ["uu", "base64", "zip", "bz2", "hex", "rot13", "quopri", "idna", "punycode", "undefined", "unicode_escape"]
)
def test_what_is_no_charset_is_not_believed(claim: str) -> None:
    body = "Robotnik budowlany, płaca 5000 zł".encode("cp1250") * 3
    assert "Robotnik budowlany" in decode(body, declared=claim).text
    assert "Robotnik budowlany" in decode(f"<meta charset={claim}>".encode() + body).text


@pytest.mark.parametrize("charset", ["cp1251", "euc-jp", "iso8859-7", "cp1255", "koi8-r"])
def test_declared_by_http_or_by_the_page(charset: str) -> None:
    text = {
        "cp1251": TEN["cp1251"],
        "koi8-r": TEN["cp1251"],
        "euc-jp": TEN["cp932"],
        "iso8859-7": "<p>Ζητούνται εργάτες</p>",
        "cp1255": "<p>דרושים עובדים</p>",
    }[charset]
    assert decode(text.encode(charset), declared=charset).text == text
    page = f"<meta charset={charset}>{text}"
    assert decode(page.encode(charset)).text == page


@pytest.mark.parametrize(("language", "charset", "text"), [
    ("he", "cp1255", "<p>דרושים עובדים לחקלאות, שכר טוב ומגורים</p>"),
    ("zh-TW", "big5", "<p>誠徵司機，待遇優</p>"),
    ("el", "cp1253", "<p>Ζητούνται εργάτες</p>"),
])  # fmt: skip
def test_a_declared_language_decides_short_texts(language: str, charset: str, text: str) -> None:
    page = f'<html lang="{language}">{text}</html>'
    assert decode(page.encode(charset)).text == page


def test_the_country_of_the_host_is_a_hint() -> None:
    assert (
        decode("<p>דרושים עובדים לחקלאות, שכר טוב ומגורים</p>".encode("cp1255"), tld="il").text
        == "<p>דרושים עובדים לחקלאות, שכר טוב ומגורים</p>"
    )


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso2022_jp"])
def test_marks_and_wide_characters(charset: str) -> None:
    text = (
        "<p>調理スタッフを募集しています。時給千二百円</p>"
        if charset == "iso2022_jp"
        else "<html><body><p>Wir suchen Pfleger für München</p></body></html>"
    )
    assert decode(text.encode(charset)).text == text


def test_utf8_with_a_cut_tail_or_a_stray_byte_stays_utf8() -> None:
    whole = ("Zatrudnię pracowników, żadnych opłat. " * 5).encode()
    assert decode(whole[:-2]).charset == "utf-8"
    assert decode(whole[:40] + b"\xff" + whole[40:]).charset == "utf-8"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["", "utf-8", "utf-16", "big5", "x"]), st.sampled_from(["", "ru", "jp"]))
def test_any_bytes_become_some_text(body: bytes, declared: str, tld: str) -> None:
    assert isinstance(decode(body, declared=declared, tld=tld).text, str)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200))
def test_text_in_utf8_comes_back(text: str) -> None:
    body = text.encode()
    if not body.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and b"\x00" not in body and b"\x1b$" not in body:
        assert decode(body, declared="iso-8859-1").text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("FÃ¼r 12 â‚¬ die Stunde", "Für 12 € die Stunde"),
        ("ĐŸŃ€ĐžĐ²ĐµŃ‚ is left alone where unsure", "ĐŸŃ€ĐžĐ²ĐµŃ‚ is left alone where unsure"),
        ("you’ll keep “quotes” and ﬁ and ｆｕｌｌ width", "you’ll keep “quotes” and ﬁ and ｆｕｌｌ width"),
        ("раssport with Cyrillic letters", "раssport with Cyrillic letters"),
        ("zero\u200bwidth", "zero\u200bwidth"),
        ("a\x00b\x07c\r\nd\re", "abc\nd\ne"),
        ("lone \ud83d surrogate", "lone � surrogate"),
        ("plain", "plain"),
    ],
)
def test_tidy_repairs_and_keeps_evidence(text: str, expected: str) -> None:
    assert tidy(text) == expected


@given(st.text(max_size=300))
def test_tidy_text_can_be_stored(text: str) -> None:
    clean = tidy(text)
    assert "\x00" not in clean
    assert clean.encode("utf-8").decode("utf-8") == clean


def test_gzip_is_unpacked_once_or_twice() -> None:
    body = b"<html>advert</html>"
    assert unpack(body) == body
    assert unpack(gzip.compress(body)) == body
    assert unpack(gzip.compress(gzip.compress(body))) == body
    assert unpack(gzip.compress(b"x" * 5000)[:-6]) != b""


@pytest.mark.parametrize("body", [gzip.compress(b"0" * 2_000_000), gzip.compress(gzip.compress(b"0" * 2_000_000))], ids=["once", "twice"])
def test_gzip_bombs_are_refused(body: bytes) -> None:
    with pytest.raises(BadBody, match="1,000,000 bytes"):
        unpack(body, limit=1_000_000)


def test_broken_gzip_says_what_to_do() -> None:
    with pytest.raises(BadBody, match="fetch it again"):
        unpack(b"\x1f\x8b\x08 no gzip at all")
