"""Pay as written into numbers: amounts, currency and period in the notations of many languages; what is unsure stays None.

``raw`` always keeps the words. A bare ``$`` or ``kr`` names no currency unless the country is known.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from babel.core import get_global

from adverts.records import Pay

MAX_RAW = 300
"""Longest pay text kept, in characters."""

_SIGNS: tuple[tuple[str, str], ...] = (
    ("US$", "USD"), ("USD$", "USD"), ("R$", "BRL"), ("S$", "SGD"), ("HK$", "HKD"), ("NT$", "TWD"), ("A$", "AUD"), ("AU$", "AUD"),
    ("C$", "CAD"), ("CA$", "CAD"), ("NZ$", "NZD"), ("MX$", "MXN"), ("£", "GBP"), ("€", "EUR"), ("₹", "INR"), ("₽", "RUB"), ("₴", "UAH"),
    ("₫", "VND"), ("฿", "THB"), ("₱", "PHP"), ("₦", "NGN"), ("₩", "KRW"), ("₪", "ILS"), ("₺", "TRY"), ("₸", "KZT"), ("₼", "AZN"),
    ("₾", "GEL"), ("៛", "KHR"), ("৳", "BDT"), ("₵", "GHS"), ("円", "JPY"), ("元", "CNY"), ("人民币", "CNY"), ("원", "KRW"),
    ("บาท", "THB"), ("ကျပ်", "MMK"), ("টাকা", "BDT"),
)  # fmt: skip
_WORDS: dict[str, str] = {
    "rm": "MYR", "rp": "IDR", "rupiah": "IDR", "ringgit": "MYR", "zł": "PLN", "zl": "PLN", "złotych": "PLN", "kč": "CZK", "korun": "CZK",
    "ft": "HUF", "forint": "HUF", "lei": "RON", "ron": "RON", "лв": "BGN", "руб": "RUB", "рублей": "RUB", "р": "RUB", "грн": "UAH",
    "гривен": "UAH", "тенге": "KZT", "сум": "UZS", "baht": "THB", "peso": "", "pesos": "", "euro": "EUR", "euros": "EUR", "euró": "EUR",
    "ευρώ": "EUR", "евро": "EUR", "pounds": "GBP", "yen": "JPY", "yuan": "CNY", "rmb": "CNY", "won": "KRW", "đồng": "VND",
    "vnđ": "VND", "đ": "VND", "triệu": "VND", "taka": "BDT", "tk": "BDT", "kyat": "MMK", "ks": "MMK", "dh": "AED", "dhs": "AED", "aed": "AED",
    "dirham": "", "dirhams": "", "درهم": "AED", "ريال": "", "دينار": "", "sr": "SAR", "qr": "QAR", "kd": "KWD", "bd": "BHD",
    "rials": "", "riyal": "", "riyals": "", "dinar": "", "npr": "NPR", "rs": "", "dollars": "", "dollar": "", "kr": "", "kroner": "",
    "kronor": "", "reais": "BRL", "soles": "PEN", "s/": "PEN", "shekels": "ILS", 'ש"ח': "ILS", "שח": "ILS", "tl": "TRY", "lira": "TRY",
    "naira": "NGN", "ksh": "KES", "kes": "KES", "ugx": "UGX", "tsh": "TZS", "birr": "ETB", "php": "PHP", "chf": "CHF", "fr": "",
    "lkr": "LKR", "рубль": "RUB", "динаров": "", "dinara": "RSD", "din": "", "kn": "HRK", "ден": "MKD", "лева": "BGN",
}  # fmt: skip
"""Currency words; "" is a word that names a currency without saying which."""
_BY_COUNTRY: dict[str, dict[str, str]] = {
    "$": {"US": "USD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "SG": "SGD", "HK": "HKD", "MX": "MXN", "AR": "ARS", "CL": "CLP",
          "CO": "COP", "KH": "USD", "EC": "USD", "SV": "USD", "PA": "USD", "PR": "USD", "TW": "TWD"},
    "kr": {"SE": "SEK", "NO": "NOK", "DK": "DKK", "IS": "ISK"},
    "rs": {"IN": "INR", "PK": "PKR", "NP": "NPR", "LK": "LKR", "MU": "MUR"},
    "¥": {"JP": "JPY", "CN": "CNY"},
    "peso": {"PH": "PHP", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "UY": "UYU"},
    "riyal": {"SA": "SAR", "QA": "QAR", "OM": "OMR", "YE": "YER"},
    "dinar": {"KW": "KWD", "BH": "BHD", "JO": "JOD", "IQ": "IQD", "RS": "RSD", "TN": "TND", "DZ": "DZD"},
    "dirham": {"AE": "AED", "MA": "MAD"},
    "fr": {"CH": "CHF"},
}  # fmt: skip
_ALIASES = {
    "kroner": "kr", "kronor": "kr", "pesos": "peso", "riyals": "riyal", "rials": "riyal", "ريال": "riyal", "دينار": "dinar",
    "dollars": "$", "dollar": "$", "dirhams": "dirham", "درهم": "dirham", "₨": "rs", "￥": "¥", "＄": "$", "динаров": "dinar", "din": "dinar",
}  # fmt: skip

_TIMES: dict[str, float] = {
    "k": 1e3, "к": 1e3, "тыс": 1e3, "тис": 1e3, "tys": 1e3, "tis": 1e3, "tsd": 1e3, "mil": 1e3, "bin": 1e3, "rb": 1e3, "ribu": 1e3,
    "nghìn": 1e3, "ngàn": 1e3, "thousand": 1e3, "ألف": 1e3, "آلاف": 1e3, "千": 1e3, "천": 1e3, "หมื่น": 1e4, "พัน": 1e3,
    "万": 1e4, "萬": 1e4, "만": 1e4, "lakh": 1e5, "lakhs": 1e5, "lac": 1e5, "lacs": 1e5, "lpa": 1e5, "jt": 1e6, "juta": 1e6, "tr": 1e6,
    "triệu": 1e6, "million": 1e6, "millones": 1e6, "млн": 1e6, "mln": 1e6, "mio": 1e6, "m": 1e6, "crore": 1e7,
}  # fmt: skip

_PERIODS: tuple[tuple[str, str], ...] = (
    ("hour", r"hours?|hourly|hrs?|ph|h|std|stunden?|stündlich|stundenlohn|heure|horaire|hora|ora|uur|timme|timmen|timlön|time|timen|tunti|"
             r"tunnissa|godz|godzin[aęy]|godzinę|час|часа|година|годину|годин|hodin[au]|hod|óra|órabér|saat|saatlik|jam|giờ|ώρα|שעה"),
    ("day", r"days?|daily|tag|täglich|jour|día|dia|diária|giorno|dag|dagen|dzień|dniówka|день|смен[ау]|зміну|nap|gün|günlük|hari|ngày|"
            r"päivä|ημέρα|يوم|يومي|יום|दिन|দিন|shift|araw"),
    ("week", r"weeks?|weekly|wk|pw|woche|wöchentlich|semaine|semana|semanal|settimana|vecka|uke|uge|tydzień|tygodniowo|недел[юя]|"
             r"тиждень|týden|hét|hafta|haftalık|minggu|tuần|viikko|εβδομάδα|أسبوع|שבוע|linggo"),
    ("month", r"months?|monthly|pcm|pm|p\.m|mo|monat|monatlich|monatl|mois|mensuels?|mes|mensual|mensuales|mensal|mês|mese|mensile|"
              r"maand|månad|mån|måned|mnd|md|miesiąc|miesięcznie|mies|месяц|мес|місяць|міс|měsíc|měsíčně|mesiac|mesačne|hó|hónap|havi|ay|"
              r"aylık|bulan|bln|tháng|kuukausi|kk|μήνα|μήνας|lună|luna|lunar|شهر|شهري|شهريا|חודש|महीना|महिना|মাস|মাসিক|mjesec|mesečno|buwan"),
    ("year", r"years?|yearly|annum|annual|annually|pa|p\.a|yr|jahr|jährlich|an|annuels?|annuelle|année|año|anual|anuales|ano|anno|annuo|annua|"
             r"jaar|år|årlig|årslön|rok|rocznie|ročně|év|yıl|yıllık|tahun|năm|vuosi|έτος|год|году|рік|سنة|سنوي|שנה|lpa|taon"),
    ("piece", r"piece|pcs?|stück|akord|akkord|pièce|pieza|peça|штук[ау]|kg|kilo|task|article"),
)  # fmt: skip
_CJK_PERIODS = (
    ("hour", ("時給", "时薪", "時薪", "小时", "小時", "시급", "/時", "ชั่วโมง", "ชม.", "ម៉ោង")),
    ("day", ("日給", "日薪", "일급", "天", "/日", "วัน")),
    ("week", ("周薪", "週給", "주급", "สัปดาห์")),
    ("month", ("月給", "月薪", "月収", "월급", "每月", "/月", "เดือน", "လစာ", "ខែ")),
    ("year", ("年収", "年薪", "年俸", "연봉", "/年", "ต่อปี")),
)
_UNIT_CODES = {
    "pa": "year", "py": "year", "pm": "month", "ph": "hour", "pd": "day", "pw": "week", "bw": "", "hourly": "hour", "ann": "year", "mon": "month",
    "hur": "hour", "1 year": "year", "1 month": "month", "1 hour": "hour", "1 week": "week", "1 day": "day", "wee": "week", "day": "day",
}  # fmt: skip

_ISO = frozenset(entry[0] for entries in get_global("territory_currencies").values() for entry in entries) - {"ALL", "TOP", "CUP", "LEK"}
"""All ISO 4217 codes that a country uses or used, without those that are common words."""
_NUMBER = r"\d[\d.,'’٬٫ \u00a0\u202f\u2009]*\d|\d"
_LATIN_TIMES = "|".join(sorted((re.escape(word) for word in _TIMES if word[0] < "\u0e00"), key=len, reverse=True))
_OTHER_TIMES = "|".join(word for word in _TIMES if word[0] >= "\u0e00")
_AMOUNT = re.compile(rf"({_NUMBER})\s*(?:({_OTHER_TIMES})|({_LATIN_TIMES})\.?(?![^\W\d_]))?", re.I)
_CODE = re.compile(r"(?<![A-Z])([A-Z]{3})(?![A-Z])")
_MONEY_WORDS = "|".join(sorted(map(re.escape, [*_WORDS, *_ALIASES]), key=len, reverse=True))
_WORD_CURRENCY = re.compile(rf"(?<![^\W\d_])({_MONEY_WORDS})\.?(?![^\W\d_])", re.I)
_PERIOD = [(name, re.compile(rf"(?<![^\W\d_])(?:{words})\.?(?![^\W\d_])", re.I)) for name, words in _PERIODS]
_WEAK = frozenset({"an", "ay", "h", "mo", "time", "ora", "md", "mc", "kk", "hó", "ph", "pm", "p.m", "pa", "år", "task", "shift", "day"})
"""Period words that are also something else: they count only where no other period stands."""
_LENGTH = re.compile(
    r"(?<![\d$£€¥₹.,])\d{1,2}(?:\s?(?:-|–|to|bis|a|à)\s?\d{1,2})?\s?-?\s?(?:months|hours|hrs|years|days|weeks|monate|stunden|tage|jahre|"
    r"meses|horas|días|dias|años|anos|mois|heures|jours|ans|mesi|ore|giorni|anni|miesi\w+|godzin|dni|lat|час\w+|дн\w+|лет|год[аы])(?![^\W\d_])",
    re.I,
)
"""Lengths of time, which are no amounts: 24 months, 36 to 72 hours."""
_BETWEEN = re.compile(
    r"^[\s.]*(?:[-–—~〜～]|to|a|à|bis|do|до|до|đến|tới|sampai|hingga|s/d|至|から|و|til|till|tot|ile|arası|and|et|y|i)[\s.]*$", re.I
)
_MARK = (
    "(?:" + "|".join(re.escape(sign) for sign, _ in _SIGNS) + rf"|\$|¥|₨|(?<![^\W\d_])(?:{_MONEY_WORDS})\.?(?![^\W\d_])"
    r"|(?<![^\W\d_])(?:" + "|".join(sorted(_ISO)) + r")(?![^\W\d_]))"
)
_NEAR = r"(?:\d[\d.,'’ \u00a0]{0,14}(?:k|тыс|tys|mil|tr|triệu|jt|万|萬|만)?\.?)"
_BESIDE = re.compile(rf"{_MARK}\s{{0,2}}{_NEAR}|{_NEAR}\s{{0,2}}{_MARK}", re.I)


def read_pay(raw: str, *, country: str = "") -> Pay | None:
    """Pay from its words, None for no words. ``raw`` is kept; numbers, currency and period stay None where the words leave them open.

    ``country`` (ISO 3166-1 alpha-2) settles signs that several currencies share.
    """
    kept = " ".join(raw.split())[:MAX_RAW]
    if not kept:
        return None
    text = _LENGTH.sub(" ", _plain_digits(kept))
    low, high = _range(text)
    currency = _currency(text, country) if low is not None else None
    return Pay(raw=kept, low=low, high=high, currency=currency, period=_period(text) if low is not None else None)


def find_pay(text: str, *, country: str = "") -> Pay | None:
    """The first piece of a short text that is surely pay: an amount directly beside a currency. None where there is none."""
    for piece in re.split(r"[\n|•·;]", _plain_digits(text[:2000])):
        if len(piece) <= 160 and any(map(str.isdigit, piece)) and _BESIDE.search(piece):
            found = read_pay(piece, country=country)
            if found and found.low is not None:
                return found
    return None


def pay_of(*, low: Any = None, high: Any = None, currency: str = "", period: str = "", raw: str = "", country: str = "") -> Pay | None:
    """Pay from separate fields, as structured data gives them; None where none of them says anything."""
    least, most = _number(low), _number(high)
    words = " ".join(raw.split())[:MAX_RAW] or _written(low, high, currency, period)
    if least is None and most is None:
        return read_pay(words, country=country) if words else None
    code = currency.strip().upper()
    if least is not None and most is not None and least > most > 0:
        least, most = most, least
    return Pay(
        raw=words,
        low=least or None,
        high=(most if most is not None else least) or None,
        currency=code if code in _ISO else _currency(currency, country),
        period=period_of(period),
    )


def period_of(text: str) -> str | None:
    """The period that a unit (``MONTH``, ``per annum``, ``PA``, ``月給``) stands for, or None."""
    low = text.strip().lower().replace("_", " ")
    return _UNIT_CODES[low] or None if low in _UNIT_CODES else _period(low)


def _written(low: Any, high: Any, currency: str, period: str) -> str:
    amounts = [str(value).strip() for value in (low, high) if _number(value)]
    if not amounts:
        return ""
    return " ".join(part for part in ("-".join(dict.fromkeys(amounts)), currency.strip(), period.strip()) if part)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int | float):
        return _bounded(float(value)) if value > 0 else None
    if str(value).strip().startswith("-"):
        return None
    found = _AMOUNT.search(_plain_digits(str(value)[:100]))
    return _bounded(_value(found.group(1)) * _TIMES.get(_word(found), 1)) if found else None


def _bounded(value: float) -> float | None:
    return value if 0 <= value < 1e13 else None


def _plain_digits(text: str) -> str:
    """Native digits (Arabic, Devanagari, Thai, full width) as 0-9."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char for char in text)


def _range(text: str) -> tuple[float | None, float | None]:
    found = [match for match in _AMOUNT.finditer(text) if not _is_noise(text, match)][:4]
    if not found:
        return None, None
    values = [_value(match.group(1)) for match in found]
    times = [_TIMES.get(_word(match), 1.0) for match in found]
    if len(found) > 1 and _joined(text, found[0], found[1]):
        if times[0] == 1 and times[1] > 1 and values[0] < 1000:
            times[0] = times[1]
        low, high = sorted((values[0] * times[0], values[1] * times[1]))
        return _bounded(low), _bounded(high)
    first = _bounded(values[0] * times[0])
    return first, first


def _word(match: re.Match[str]) -> str:
    """The multiplier written after an amount, "" where there is none."""
    return (match.group(2) or match.group(3) or "").lower()


def _joined(text: str, first: re.Match[str], second: re.Match[str]) -> bool:
    """Whether nothing but a dash or "to" (and a currency) stands between two amounts."""
    between = text[first.end() : second.start()]
    for sign, _ in _SIGNS:
        between = between.replace(sign, " ")
    between = _CODE.sub(" ", _WORD_CURRENCY.sub(" ", between.replace("$", " ").replace("¥", " ")))
    return bool(_BETWEEN.match(between))


def _is_noise(text: str, match: re.Match[str]) -> bool:
    """Percentages and 13th salaries are no amounts of pay."""
    return text[match.end() : match.end() + 8].lstrip().startswith(("%", "th ", "º", "ª"))


def _value(digits: str) -> float:
    """The number that digits with separators write: 1.500,50 and 1,500.50 and 1 500 and 1,00,000."""
    bare = re.sub(r"[\s'’\u00a0\u202f\u2009٬]", "", digits).replace("٫", ".").strip(".,")
    last_dot, last_comma = bare.rfind("."), bare.rfind(",")
    if last_dot >= 0 and last_comma >= 0:
        decimal = "." if last_dot > last_comma else ","
        bare = bare.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    elif last_dot >= 0 or last_comma >= 0:
        mark = "." if last_dot >= 0 else ","
        tail = len(bare) - bare.rfind(mark) - 1
        bare = bare.replace(mark, "") if bare.count(mark) > 1 or (tail == 3 and not bare.startswith("0")) else bare.replace(mark, ".")
    try:
        return float(bare)
    except ValueError:
        return 0.0


def _currency(text: str, country: str) -> str | None:
    for sign, code in sorted(_SIGNS, key=_sign_length):
        if sign in text:
            return code
    for match in _CODE.finditer(text):
        if match.group(1) in _ISO:
            return match.group(1)
    for beside in _BESIDE.finditer(text):
        lower = re.search(r"(?<![^\W\d_])[a-z]{3}(?![^\W\d_])", beside.group())
        if lower and lower.group().upper() in _ISO:
            return lower.group().upper()
    for match in _WORD_CURRENCY.finditer(text):
        word = match.group(1).lower()
        found = _WORDS.get(word) or _BY_COUNTRY.get(_ALIASES.get(word, word), {}).get(country.upper())
        if found:
            return found
    for sign in ("$", "¥"):
        if sign in text:
            return _BY_COUNTRY[sign].get(country.upper())
    return None


def _sign_length(entry: tuple[str, str]) -> int:
    return -len(entry[0])


def _period(text: str) -> str | None:
    for name, words in _CJK_PERIODS:
        if any(word in text for word in words):
            return name
    hits = [(name, match) for name, pattern in _PERIOD if (match := pattern.search(text))]
    found = [(match.group().lower().rstrip(".") in _WEAK, match.start(), name) for name, match in hits]
    return min(found)[2] if found else None
