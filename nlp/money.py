"""Sums of money in a folded text: number, multiplier (lakh, crore, wan, million, thousand), currency, place."""

from __future__ import annotations

import re
from dataclasses import dataclass


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
    "USD": "$ usd us$ dollar dollars dolares dolar dlls доларів баксов баксів dollari доллар долларов долл dolari dolarow doleriu dola دولار डॉलर ডলার ดอลลาร์ 美元 美金 ዶላር do",
    "DZD": "da dzd",
    "TND": "dt tnd",
    "EUR": "€ eur euro euros balles евро euro eurow euru eura євро يورو यूरो ইউরো ยูโร 欧元 ዩሮ avro",
    "GBP": "£ gbp pound pounds quid libras livres lire lira фунтов",
    "INR": "₹ rs rs. inr rupees rupaye rupiya rupee रुपये रुपए रूपये रु",
    "NPR": "npr nrs रू रुपैया रुपैयाँ",
    "PKR": "pkr",
    "LKR": "lkr",
    "BDT": "৳ bdt taka tk টাকা",
    "PHP": "₱ php peso pesos piso",
    "IDR": "idr rp rupiah",
    "VND": "₫ vnd dong đong vnđ",
    "THB": "฿ thb baht บาท 泰铢",
    "MYR": "myr rm ringgit रिंगिट रिङ्गेट রিংগিত",
    "SGD": "sgd s$",
    "HKD": "hkd hk$",
    "TWD": "twd nt$",
    "JPY": "jpy yen ¥",
    "KRW": "krw won",
    "CNY": "cny rmb yuan 元 块 人民币",
    "AED": "aed dhs dirham dirhams dhm درهم दिरहम दिर्हाम দিরহাম",
    "SAR": "sar sr riyal riyals riyal ريال रियाल রিয়াল",
    "QAR": "qar qr",
    "KWD": "kwd kd dinar dinars دينار दिनार দিনার",
    "BHD": "bhd bd",
    "OMR": "omr",
    "JOD": "jod jd",
    "EGP": "egp جنيه ج.م",
    "RUB": "₽ rub руб рублей рубля рублів р",
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
    "KES": "kes ksh kshs shilingi shillings ሺሊንግ",
    "TZS": "tzs tsh",
    "UGX": "ugx ush",
    "ETB": "etb birr ብር",
    "NGN": "ngn naira ₦",
    "GHS": "ghs cedi",
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
    "k": 1e3, "thousand": 1e3, "mil": 1e3, "mila": 1e3, "mille": 1e3, "тыс": 1e3, "тис": 1e3, "тысяч": 1e3, "тисяч": 1e3, "тисячі": 1e3, "тысячи": 1e3, "tys": 1e3, "tysiecy": 1e3, "tukst": 1e3,
    "bin": 1e3, "rb": 1e3, "ribu": 1e3, "nghin": 1e3, "ngan": 1e3, "libo": 1e3, "elfu": 1e3, "हजार": 1e3, "हज़ार": 1e3, "hazaar": 1e3, "hajaar": 1e3, "হাজার": 1e3, "hazar": 1e3, "hajar": 1e3, "الف": 1e3, "الاف": 1e3,
    "พัน": 1e3, "หมื่น": 1e4, "แสน": 1e5, "ล้าน": 1e6, "千": 1e3, "万": 1e4, "萬": 1e4, "ሺ": 1e3, "ሺህ": 1e3, "w": 1e4,
    "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "लाख": 1e5, "লাখ": 1e5, "লক্ষ": 1e5, "crore": 1e7, "करोड़": 1e7, "कोटि": 1e7,
    "jt": 1e6, "juta": 1e6, "tr": 1e6, "trieu": 1e6, "cu": 1e6, "milyon": 1e6, "million": 1e6, "millon": 1e6, "millones": 1e6, "milhoes": 1e6, "mln": 1e6, "млн": 1e6, "مليون": 1e6,
    "millions": 1e6, "billion": 1e9, "billions": 1e9, "bn": 1e9, "milliard": 1e9, "milliards": 1e9, "млрд": 1e9, "mld": 1e9, "miliar": 1e9, "milyar": 1e9,
}  # fmt: skip
_ALONE = frozenset(
    {"lakh", "lakhs", "lac", "lacs", "लाख", "লাখ", "লক্ষ", "crore", "हजार", "হাজার", "jt", "juta", "ribu", "rb", "trieu", "万", "हज़ार"}
)
"""Multipliers that name a sum even without a currency."""

_NUMBER = r"\d{1,3}(?:[., ']\d{3}){1,4}(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?:,\d{2}){1,3},\d{3}(?!\d)|\d{1,9}(?:[.,]\d{1,2})?(?!\d)"
_SIGN = "|".join(re.escape(form) for form in sorted(_CODE, key=_longest_first))
_MULT = "|".join(re.escape(form) for form in sorted(_MULTIPLIER, key=_longest_first))
_RANGE = r"(?:\s?(?:-|to|a|do|до|sampai|den|–|~|至|到|ते|থেকে|से)\s?)"
_END = r"(?![^\W\d_])"
# a sum is looked for from its first digit: what stands before it is read backwards, what follows it forwards
_BEFORE = re.compile(rf"(?<![^\W\d_])(?P<before>{_SIGN})\.?\s?\Z")
_LONGEST_BEFORE = max(map(len, _CODE)) + 2
_WORD_BEFORE = re.compile(r"([a-z]+)\s?\Z")
_SUM = re.compile(
    rf"(?P<low>{_NUMBER})(?:\s?(?P<lowmult>{_MULT}){_END})?"
    rf"(?:{_RANGE}(?:(?:{_SIGN})\.?\s?)?(?P<high>{_NUMBER}))?"
    rf"(?:\s?(?P<mult>{_MULT}){_END})?\.?"
    rf"(?:\s?/?\s?(?P<after>{_SIGN}){_END})?"
)
_DIGITS = re.compile(r"\d[\d.,]*")
MOST = 60
_STRONG = frozenset({"USD", "EUR", "GBP", "AED", "SGD", "CAD", "AUD", "CHF", "BRL", "PLN", "RON"})
_NOBODYS = 1_000_000
"""From here on a sum in a strong currency is a turnover or a budget: nobody is asked for it or earns it in a month."""


def find(text: str) -> list[Money]:
    """The sums in folded ``text`` in order, ``MOST`` at the most. A bare number is no sum."""
    found: list[Money] = []
    done = 0
    for digits in _DIGITS.finditer(text):
        start = digits.start()
        if start < done or (start and text[start - 1] in ".," and not text[start - 2 : start - 1].isalpha()):
            continue
        m = _SUM.match(text, start)
        if m is None:
            continue
        before = _BEFORE.search(text, max(done, start - _LONGEST_BEFORE), start) if _may_end_sign(text, start) else None
        done = m.end()
        sign, mult = (before["before"] if before else None) or m["after"], m["mult"] or m["lowmult"]
        if not sign and (mult not in _ALONE):
            continue
        low, high = _value(m["low"]), _value(m["high"] or m["low"])
        factor = _MULTIPLIER.get(mult or "", 1.0)
        low, high = (low * factor if low < 1000 or factor == 1 else low), high * factor
        if high >= _NOBODYS and _CODE.get(sign or "") in _STRONG:
            continue
        found.append(Money(before.start() if before else start, m.end(), min(low, high), max(low, high), _CODE.get(sign or "", "")))
        if len(found) == MOST:
            break
    return found


def _may_end_sign(text: str, end: int) -> bool:
    """Whether a sign may stand before ``end``: a quick answer that is right where it is no. Most numbers stand after plain words."""
    word = _WORD_BEFORE.search(text, max(0, end - _LONGEST_BEFORE), end)
    return word is None or word[1] in _CODE


def _value(written: str) -> float:
    """A number however it groups its digits: 1,200.50, 1.200,50, 1 200, 1,00,000."""
    plain = written.replace(" ", "").replace("'", "")
    decimals = re.search(r"[.,](\d{1,2})$", plain)
    whole = plain[: decimals.start()] if decimals else plain
    return float(re.sub(r"\D", "", whole) + (f".{decimals[1]}" if decimals else ""))
