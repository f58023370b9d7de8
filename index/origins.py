"""Countries whose people an advert speaks to, as far as its language and its phone numbers tell.

No board states this. A language that is spoken in one country, or two, and a phone number written with a country's code are signs of it;
the country of work is left out. So it is a hint for filtering and counting, and empty for most adverts in English, Spanish or Arabic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

VERSION = 1
"""Raise it with every change to these tables: documents are then made anew."""

BY_LANGUAGE: Mapping[str, tuple[str, ...]] = {
    "am": ("ET",), "ti": ("ER", "ET"), "so": ("SO",), "rw": ("RW",), "mg": ("MG",),
    "bn": ("BD", "IN"), "hi": ("IN",), "ne": ("NP",), "si": ("LK",), "ur": ("PK",), "ml": ("IN",), "te": ("IN",), "gu": ("IN",),
    "th": ("TH",), "lo": ("LA",), "km": ("KH",), "my": ("MM",), "vi": ("VN",), "id": ("ID",), "tl": ("PH",), "fil": ("PH",),
    "ja": ("JP",), "ko": ("KR",), "mn": ("MN",), "uz": ("UZ",), "ky": ("KG",), "tg": ("TJ",), "kk": ("KZ",), "tk": ("TM",),
    "ka": ("GE",), "hy": ("AM",), "az": ("AZ",), "tr": ("TR",), "uk": ("UA",), "be": ("BY",), "pl": ("PL",), "lt": ("LT",),
    "lv": ("LV",), "et": ("EE",), "ro": ("RO", "MD"), "bg": ("BG",), "hu": ("HU",), "cs": ("CZ",), "sk": ("SK",), "sq": ("AL",),
    "mk": ("MK",), "sr": ("RS",), "hr": ("HR",), "bs": ("BA",), "sl": ("SI",), "el": ("GR",), "fi": ("FI",), "da": ("DK",),
}  # fmt: skip
"""Languages of one country, or of two; those of more countries tell nothing."""

BY_CALLING_CODE: Mapping[str, str] = {
    "20": "EG", "27": "ZA", "30": "GR", "31": "NL", "32": "BE", "33": "FR", "34": "ES", "36": "HU", "39": "IT", "40": "RO", "41": "CH",
    "43": "AT", "44": "GB", "45": "DK", "46": "SE", "47": "NO", "48": "PL", "49": "DE", "51": "PE", "52": "MX", "53": "CU", "54": "AR",
    "55": "BR", "56": "CL", "57": "CO", "58": "VE", "60": "MY", "61": "AU", "62": "ID", "63": "PH", "64": "NZ", "65": "SG", "66": "TH",
    "81": "JP", "82": "KR", "84": "VN", "86": "CN", "90": "TR", "91": "IN", "92": "PK", "93": "AF", "94": "LK", "95": "MM", "98": "IR",
    "211": "SS", "212": "MA", "213": "DZ", "216": "TN", "218": "LY", "220": "GM", "221": "SN", "223": "ML", "224": "GN", "225": "CI",
    "226": "BF", "227": "NE", "228": "TG", "229": "BJ", "231": "LR", "232": "SL", "233": "GH", "234": "NG", "237": "CM", "243": "CD",
    "244": "AO", "249": "SD", "250": "RW", "251": "ET", "252": "SO", "254": "KE", "255": "TZ", "256": "UG", "257": "BI", "258": "MZ",
    "260": "ZM", "261": "MG", "263": "ZW", "265": "MW", "291": "ER", "351": "PT", "352": "LU", "353": "IE", "355": "AL", "356": "MT",
    "357": "CY", "358": "FI", "359": "BG", "370": "LT", "371": "LV", "372": "EE", "373": "MD", "374": "AM", "375": "BY", "380": "UA",
    "381": "RS", "382": "ME", "385": "HR", "386": "SI", "387": "BA", "389": "MK", "420": "CZ", "421": "SK", "502": "GT", "503": "SV",
    "504": "HN", "505": "NI", "506": "CR", "507": "PA", "509": "HT", "591": "BO", "593": "EC", "595": "PY", "598": "UY", "852": "HK",
    "853": "MO", "855": "KH", "856": "LA", "880": "BD", "886": "TW", "960": "MV", "961": "LB", "962": "JO", "963": "SY", "964": "IQ",
    "965": "KW", "966": "SA", "967": "YE", "968": "OM", "970": "PS", "971": "AE", "972": "IL", "973": "BH", "974": "QA", "975": "BT",
    "976": "MN", "977": "NP", "992": "TJ", "993": "TM", "994": "AZ", "995": "GE", "996": "KG", "998": "UZ",
}  # fmt: skip
"""ITU-T E.164 country codes of one country; ``+1`` and ``+7`` belong to several."""

_CODE = re.compile(r"\s*(?:\+|00)\W*(\d{2})\W*(\d?)", re.A)


def origins(languages: Iterable[str], masked_phones: Iterable[str], *, work: str) -> tuple[str, ...]:
    """ISO 3166-1 alpha-2 codes in order of the alphabet, without the country of work; phones may be masked behind their code."""
    found = {country for language in languages for country in BY_LANGUAGE.get(language.lower().split("-")[0], ())}
    found |= {country for phone in masked_phones if (country := _country(phone))}
    return tuple(sorted(found - {work.upper()}))


def _country(phone: str) -> str:
    written = _CODE.match(phone)
    if written is None:
        return ""
    return BY_CALLING_CODE.get(written[1] + written[2]) or BY_CALLING_CODE.get(written[1], "")


def phones(contacts: Sequence[Mapping[str, object]]) -> list[str]:
    """The masked forms of the phone numbers among an advert's contacts."""
    return [str(contact.get("masked", "")) for contact in contacts if contact.get("kind") == "phone"]
