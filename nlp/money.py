"""Sums of money in a folded text: number, multiplier (lakh, crore, wan, million, thousand), currency, place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from operator import attrgetter


@dataclass(frozen=True, slots=True)
class Money:
    """A sum, or a range of sums."""

    start: int
    end: int
    low: float
    high: float
    currency: str
    """ISO 4217 where the sign or word says it; empty for a sum known only by its multiplier."""


# how people write currencies, folded; a sign that several share ($, rs) stands for the commonest
_CURRENCIES = {
    "USD": "$ usd us$ dollar dollars dolares dolar dlls доларів баксов баксів dollari доллар долларов долл dolari dolarow doleriu dola دولار डॉलर ডলার ดอลลาร์ 美元 美金 美刀 ዶላር do",
    "DZD": "da dzd",
    "TND": "dt tnd",
    "EUR": "€ eur euro euros balles евро euro eurow euru eura євро يورو यूरो ইউরো ยูโร 欧元 歐元 ዩሮ avro",
    "GBP": "£ gbp pound pounds quid libras livres lire lira фунтов 英镑 英鎊",
    "INR": "₹ rs rs. inr rupees rupaye rupiya rupee रुपये रुपए रूपये रु 卢比 盧比",
    "NPR": "npr nrs रू रुपैया रुपैयाँ",
    "PKR": "pkr",
    "LKR": "lkr",
    "BDT": "৳ bdt taka tk টাকা",
    "PHP": "₱ php peso pesos piso 披索 比索",
    "IDR": "idr rp rupiah",
    "VND": "₫ vnd dong đong vnđ",
    "THB": "฿ thb baht บาท 泰铢 泰銖 铢 銖",
    "MYR": "myr rm ringgit 令吉 马币 馬幣 रिंगिट रिङ्गेट রিংগিত",
    "SGD": "sgd s$ 新币 新幣",
    "HKD": "hkd hk$ 港币 港幣 港元 蚊",
    "TWD": "twd nt$ 台币 台幣",
    "JPY": "jpy yen ¥ 円 日元 日圆",
    "KRW": "krw won 韩元 韓元",
    "CNY": "cny rmb yuan 元 块 塊 圆 人民币 人民幣",
    "AED": "aed dhs dirham dirhams dhm درهم दिरहम दिर्हाम দিরহাম",
    "SAR": "sar sr riyal riyals riyal ريال रियाल রিয়াল",
    "QAR": "qar qr",
    "KWD": "kwd kd dinar dinars دينار दिनार দিনার",
    "BHD": "bhd bd",
    "OMR": "omr",
    "JOD": "jod jd",
    "EGP": "egp جنيه ج.م",
    "RUB": "₽ rub руб рублей рубля рублів р т.р",
    "UAH": "₴ uah грн гривень гривен гривні",
    "PLN": "pln zl zloty zlotych zlote злотых злотих",
    "CZK": "czk kc крон korun",
    "RON": "ron lei leu",
    "TRY": "₺ try tl liraya lirasi",
    "MXN": "mxn",
    "COP": "cop",
    "ARS": "ars",
    "PEN": "s/ pen soles",
    "GTQ": "gtq quetzales",
    "HNL": "hnl lempiras",
    "PYG": "gs gs. guaranies",
    "BOB": "bob bs bolivianos",
    "MZN": "mzn meticais",
    "AOA": "aoa kwanzas",
    "BRL": "r$ brl reais real",
    "XOF": "fcfa cfa xof xaf f",
    "MAD": "mad dh",
    "KES": "kes ksh kshs shs shilingi shillings ሺሊንግ",
    "TZS": "tzs tsh",
    "UGX": "ugx ush",
    "ETB": "etb birr ብር",
    "NGN": "ngn naira ₦",
    "GHS": "ghs ghc gh₵ gh¢ ₵ cedi cedis",
    "ZAR": "zar rand",
    "CAD": "cad c$",
    "AUD": "aud a$",
    "ILS": "ils nis shekel shekels ₪",
    "CHF": "chf francs",
    "KZT": "kzt тенге",
    "UZS": "uzs сум",
    "KGS": "kgs сом",
    "SEK": "sek kr",
}  # fmt: skip


def _longest_first(form: str) -> tuple[int, str]:
    return -len(form), form


_CODE = {form: code for code, forms in _CURRENCIES.items() for form in forms.split()}
_MULTIPLIER = {
    "k": 1e3, "thousand": 1e3, "mil": 1e3, "mila": 1e3, "mille": 1e3, "тыс": 1e3, "тис": 1e3, "к": 1e3, "тысяч": 1e3, "тисяч": 1e3, "тисячі": 1e3, "тысячи": 1e3, "tys": 1e3, "tysiecy": 1e3, "tukst": 1e3,
    "bin": 1e3, "rb": 1e3, "ribu": 1e3, "ribuan": 1e3, "nghin": 1e3, "ngan": 1e3, "libo": 1e3, "elfu": 1e3, "हजार": 1e3, "हज़ार": 1e3, "hazaar": 1e3, "hajaar": 1e3, "হাজার": 1e3, "hazar": 1e3, "hajar": 1e3, "الف": 1e3, "الاف": 1e3,
    "พัน": 1e3, "หมื่น": 1e4, "แสน": 1e5, "ล้าน": 1e6, "ሺ": 1e3, "ሺህ": 1e3, "w": 1e4,
    "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "लाख": 1e5, "লাখ": 1e5, "লক্ষ": 1e5, "crore": 1e7, "करोड़": 1e7, "कोटि": 1e7,
    "jt": 1e6, "juta": 1e6, "jutaan": 1e6, "tr": 1e6, "trieu": 1e6, "cu": 1e6, "milyon": 1e6, "million": 1e6, "millon": 1e6, "millones": 1e6, "milhoes": 1e6, "mln": 1e6, "млн": 1e6, "مليون": 1e6,
    "millions": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9, "milliard": 1e9, "milliards": 1e9, "млрд": 1e9, "mld": 1e9, "miliar": 1e9, "milyar": 1e9,
}  # fmt: skip
_ALONE = frozenset(
    {
        "lakh", "lakhs", "lac", "lacs", "लाख", "লাখ", "লক্ষ", "crore", "हजार", "হাজার", "hazaar", "hazar", "hajaar", "hajar",
        "jt", "juta", "jutaan", "ribu", "ribuan", "rb", "trieu", "ngan", "nghin", "тыс", "тис", "หมื่น", "แสน",
    }
)  # fmt: skip
"""Multipliers that name a sum even without a currency, unless things are counted."""
_WHOLE = frozenset({"тыс", "тис"})
"""Those of them that do only where no noun follows: "30 тыс. сотрудников" is none."""

_NUMBER = r"\d{1,3}(?:[., ']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?:,\d{2}){1,3},\d{3}(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"


def _any(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form) for form in sorted(forms, key=_longest_first))


def _is_dense(form: str) -> bool:
    """Whether a word is written in a script that puts no space between words."""
    return "\u0e00" <= form[-1] <= "\u0e7f" or "\u3040" <= form[-1] <= "\u9fff"


def _word(forms: Iterable[str]) -> str:
    """A pattern for whole words; what is written without spaces may go on."""
    spaced, dense = [form for form in forms if not _is_dense(form)], [form for form in forms if _is_dense(form)]
    return rf"(?:{_any(spaced)}){_END}" + (f"|{_any(dense)}" if dense else "")


_END = r"(?![^\W\d_])"
_LETTERS = {"r": "ZAR", "n": "NGN", "d": "VND"}
"""Letters that are a sign beside a number in groups alone: "R3,000", "N50,000", "95.000.000đ"."""
_HAN_BEFORE = "人民币|人民幣|美金|美元|港币|港幣|令吉|马币|马幣|泰铢|泰銖"
_SIGN_BEFORE = _any(form for form in (*_CODE, "r", "n") if not _is_dense(form))
_SIGN_AFTER = _word([*_CODE, "d"])
_MULT = _word(_MULTIPLIER) + rf"|tr(?:ieu)?(?=d{_END})"
_RANGE = r"(?:\s?(?:-|to|a|do|до|sampai|den|–|~|至|到|ते|থেকে|से)\s?)"
_REST = r"(?:(?<=\dtr)\d{1,3}(?!\d)|(?:(?<=tr)\s|(?<=trieu)\s|(?<=หมื่น)\s?|(?<=แสน)\s?|(?<=พัน)\s?)\d{1,3}(?![\d%]|[.,:/-]\s?\d|\s?[^\W\d_]))"
"""Behind a multiplier: the digits that follow its own: "1tr5", "1 triệu 2", "2หมื่น5"."""
# a sum is looked for from its first digit: what stands before it is read backwards, what follows it forwards
_BEFORE = re.compile(rf"(?P<before>(?<![^\W\d_])(?:{_SIGN_BEFORE})|{_HAN_BEFORE})\.?\s?\Z")
_LONGEST_BEFORE = max(map(len, _CODE)) + 2
_WORD_BEFORE = re.compile(r"([a-z]+)\s?\Z")
_SUM = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s?(?P<lowmult>{_MULT})(?P<lowrest>{_REST})?)?"
    rf"(?:{_RANGE}(?:(?:{_SIGN_BEFORE})\.?\s?)?(?P<high>{_NUMBER}))?"
    rf"(?:\s?(?P<mult>{_MULT})(?P<rest>{_REST})?)?"
    rf"(?:(?P<stroke>(?:\s?/[-=]|\.-)(?![\d=]))|\.?(?:\s?/?\s?(?P<after>{_SIGN_AFTER}))?)"
)
_DONGS = frozenset({"k", "tr", "trieu", "ngan", "nghin"})
_GROUPED = re.compile(r"\d{1,3}(?:[., ]\d{3})+(?:[.,]\d\d)?")
_YEAR = re.compile(r"(?:19|20)\d[1-9]")
_COUNTED = re.compile(
    r"\s?\+?\s?(?:people|persons?|workers|employees|users|customers|clients|students|followers|members|views|downloads|jobs|families|subscri|steps|runs?\b|runners|races?\b|walks?\b|job seekers|candidates|sq|square|km|kg"
    r"|log\b|logo|orang|karyawan|pelanggan|pengguna|unit|kilo|nguoi|lao dong|san pham|khach|luot|cong nhan|nhan vien|ho dan|thanh vien|don hang|met|tan\b|m2|follow|lan\b|cua hang"
    r"|लोग|लोगो|लोगों|कर्मचार|মানুষ|লোক|জন|คน|กม|กิโล|ตัว|ราย|สาขา|ชิ้น|ลิตร|ตัน|ไร่)"
)
_EACH = re.compile(r"\s?(?:per|a|/|for each|each)\s?(?:head|person|candidate|worker|applicant|pax|girl|boy)\b")
_NOUN_NEXT = re.compile(r"[ \u00a0]?(?!(?:и|за|в|на|по|с|от|до|или|без|если|но|і|з|від|або|руки)\b)[^\W\d_]")
_DIGITS = re.compile(r"\d[\d.,]*")
MOST = 60
_STRONG = frozenset({"USD", "EUR", "GBP", "AED", "SGD", "CAD", "AUD", "CHF", "BRL", "PLN", "RON"})
_NOBODYS = 1_000_000
"""From here on a sum in a strong currency is a turnover or a budget: nobody is asked for it or earns it in a month."""

_NOBODYS_YUAN = 3_000_000
"""The same of yuan, and of Chinese sums without a currency: "注册资本5000万"."""


def find(text: str) -> list[Money]:
    """The sums in folded ``text`` in order, ``MOST`` at the most. A bare number is no sum."""
    found = list(islice(_in_digits(text), MOST))
    if text.isascii() or not _HAN_UNIT.search(text):
        return found
    written = list(islice(_in_han(text), MOST))
    apart = [one for one in found if not any(one.start < other.end and other.start < one.end for other in written)]
    return sorted([*apart, *written], key=_start)[:MOST]


_start = attrgetter("start")


def _in_digits(text: str) -> Iterator[Money]:
    done = 0
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if start < done or (start and text[start - 1] in ".," and not text[start - 2 : start - 1].isalpha()):
            continue
        m = _SUM.match(text, start)
        if m is None:
            continue
        before = _BEFORE.search(text, max(done, start - _LONGEST_BEFORE), start) if _may_end_sign(text, start) else None
        if before and before["before"] in _LETTERS and not _with_letter(m, before):
            before = None
        after, done = m["after"], m.end()
        if after == "d" and not _dong(m):
            after, done = None, m.start("after")
        sign, mult = (before["before"] if before else None) or after, m["mult"] or m["lowmult"]
        if not sign and not _alone(m, mult):
            continue
        low, high = _value(m["low"]), _value(m["high"] or m["low"])
        factor = _MULTIPLIER.get(mult or "", 1.0)
        rest = float(f"0.{(m['rest'] or m['lowrest']).strip()}") * factor if m["rest"] or m["lowrest"] else 0.0
        low, high = (low * factor if low < 1000 or factor == 1 else low), high * factor + rest
        code = _LETTERS.get(sign or "") or _CODE.get(sign or "", "")
        if high >= _NOBODYS and code in _STRONG:
            continue
        yield Money(before.start() if before else start, done, min(low + (0 if m["high"] else rest), high), max(low, high), code)


def _with_letter(m: re.Match[str], before: re.Match[str]) -> bool:
    """Whether a lone letter before a number is a currency: "R3,000", "N50,000", "R5k", not "R&D 2,000" or "A4, N 95"."""
    letter, gap = before["before"], m.start() - before.end("before")
    if before.start() and m.string[before.start() - 1] in "&/.'":
        return False
    if (m["mult"] or m["lowmult"]) == "k":
        return gap == 0
    if not _GROUPED.fullmatch(m["low"]):
        return False
    return letter == "r" or ("," in m["low"] and (gap == 0 or m["low"].endswith("000")))


def _dong(m: re.Match[str]) -> bool:
    """Whether a "d" behind a number is the folded sign of the dong: it counts in thousands."""
    number = m["high"] or m["low"]
    return (m["mult"] or m["lowmult"]) in _DONGS or (number.endswith("000") and bool(_GROUPED.fullmatch(number)))


def _alone(m: re.Match[str], mult: str | None) -> bool:
    """Whether a number without a currency is a sum by its multiplier or by the stroke behind it."""
    if m["stroke"]:
        number = m["high"] or m["low"]
        return bool(_GROUPED.fullmatch(number) or ("/" in m["stroke"] and len(number) >= 3 and not _YEAR.fullmatch(number)))
    if (m["rest"] or m["lowrest"]) and mult in {"tr", "trieu", "หมื่น", "แสน"}:
        return True
    if mult == "tr":
        return m.string[m.start("mult" if m["mult"] else "lowmult") - 1].isdigit()
    if mult == "k":
        return bool(_EACH.match(m.string, m.end()))
    if mult not in _ALONE or (_COUNTED.match(m.string, m.end()) and m.string[m.end() - 1] != "."):
        return False
    return mult not in _WHOLE or not _NOUN_NEXT.match(m.string, m.end())


_SAME_DIGIT = ("〇零", "一几幾数數", "二两兩", "三", "四", "五", "六", "七", "八", "九")
_HAN_DIGITS = {char: value for value, chars in enumerate(_SAME_DIGIT) for char in chars}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000}
_HAN_UNIT = re.compile("[十百千万萬]")
_HAN_NUMBER = re.compile("[〇零一二两兩三四五六七八九十百千万萬几幾数數]{1,14}")
_DIGITS_BEFORE = re.compile(r"(?:(?<![\d.,])(\d{1,6}(?:[.,]\d{1,3})?)\s?[-~至到]\s?)?(?<![\d.,])(\d{1,6}(?:[.,]\d{1,3})?)\s?\Z")
_DIGITS_AFTER = re.compile(r"\d(?!\d)[千百]?")
_HAN_PAIR = re.compile("([一二两兩三四五六七八九])[一二两兩三四五六七八九](?=[十百千万萬])")
_THAI_END = "\u0e7f"
_ABOUT = "[多余餘来來]?"
_HAN_SIGN = re.compile(rf"{_ABOUT}\s?(?P<sign>{_any(form for form in _CODE if _is_dense(form) and form[-1] > _THAI_END)})[钱錢]?")
_HAN_COUNTED = re.compile(
    r"[多余餘来來+]{0,2}\s?[人家里裡字次平米名个個位岗崗户戶只隻台套件吨噸公亩畝条條张張辆輛步小分天年年份月种種倍粉股间間所处處本篇册冊度级級斤克升店员員工学學客单單职職達达能科村座棵头頭方佛圣聖代古事物种]"
)
"""Behind a number: a measure word of other things than money, or a name that begins with ten thousand."""


def _in_han(text: str) -> Iterator[Money]:
    for start, end, low, high in han_numbers(text):
        sign = _HAN_SIGN.match(text, end)
        before = _BEFORE.search(text, max(0, start - _LONGEST_BEFORE), start)
        code = _CODE.get(sign["sign"] if sign else before["before"] if before else "", "")
        if high >= (_NOBODYS if code in _STRONG else _NOBODYS_YUAN if code in {"", "CNY"} else high + 1):
            continue
        myriads = "万" in text[start:end] or "萬" in text[start:end]
        if code or (myriads and not _HAN_COUNTED.match(text, end)):
            yield Money(before.start() if before and code else start, sign.end() if sign else end, low, high, code)


def han_numbers(text: str) -> Iterator[tuple[int, int, float, float]]:
    """Numbers with a unit from ten on, in Chinese or mixed numerals: where they stand, and their lowest and highest value."""
    done = 0
    for m in _HAN_NUMBER.finditer(text):
        start, end, run = m.start(), m.end(), m.group()
        if not _HAN_UNIT.search(run):
            continue
        first, digits = 0.0, None
        if run[0] in _HAN_UNITS:
            digits = _DIGITS_BEFORE.search(text, max(done, start - 24), start)
            if digits is None and run[0] != "十":
                continue  # "千万" is an adverb, "万一" means if
            if digits:
                start, first = digits.start(), _value(digits[2])
        after = _DIGITS_AFTER.match(text, end) if run[-1] in "万萬千" else None
        run += after.group() if after else ""
        lowest = _value(digits[1]) if digits and digits[1] else first
        values = _han_value(_HAN_PAIR.sub(r"\1", run), lowest), _han_value(run, first)
        done = after.end() if after else end
        yield start, done, min(values), max(values)


def is_count(text: str, end: int) -> bool:
    """Whether things other than money are counted by the number that ends at ``end``: people, metres, days."""
    return bool(_COUNTED.match(text, end) or _HAN_COUNTED.match(text, end))


def _han_value(run: str, first: float) -> float:
    """The value of a number in Chinese numerals, ``first`` being the digits before it: "八万八" is 88,000, as are 8 and "万8"."""
    total, section, digit, last = 0.0, 0.0, first, 1
    for char in run:
        if char in _HAN_UNITS:
            last = _HAN_UNITS[char]
            if last == _HAN_UNITS["万"]:
                total, section = total + (section + digit or 1) * last, 0.0
            else:
                section += (digit or 1) * last
            digit = 0.0
        else:
            digit = float(_HAN_DIGITS.get(char, char))
            last = last if digit else 10
    return total + section + digit * max(last / 10, 1)


def _may_end_sign(text: str, end: int) -> bool:
    """Whether a sign may stand before ``end``: a quick answer that is right where it is no. Most numbers stand after plain words."""
    word = _WORD_BEFORE.search(text, max(0, end - _LONGEST_BEFORE), end)
    return word is None or word[1] in _CODE or word[1] in _LETTERS


def _value(written: str) -> float:
    """A number however it groups its digits: 1,200.50, 1.200,50, 1 200, 1,00,000."""
    plain = written.replace(" ", "").replace("'", "")
    decimals = re.search(r"[.,](\d{1,2})$", plain)
    whole = plain[: decimals.start()] if decimals else plain
    return float(re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else ""))
