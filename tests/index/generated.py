"""Adverts and queries made by a seed, for asking all engines the same."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

from index.documents import Document
from index.query import (
    All,
    AnyOf,
    DayField,
    DayRange,
    Has,
    Histogram,
    Is,
    KeywordField,
    Node,
    Not,
    Phrase,
    Prefix,
    RiskRange,
    SearchQuery,
    Sort,
    Step,
    TextField,
    Word,
)
from tests.index.making import NOW, document

_WORDS = (
    "fee registration visa passport nurse driver cook salary deposit refund contract part-time 1,500.50 f.e.e hotel "
    "手续费 护照 签证 保姆 招聘 ค่าธรรมเนียม หนังสือเดินทาง วีซ่า แม่บ้าน ថ្លៃសេវា លិខិតឆ្លងដែន ပတ်စပို့ ဝန်ဆောင်ခ ຄ່າທຳນຽມ ວີຊາ "
    "رسوم التأشيرة الجواز سائق ክፍያ ፓስፖርት ቪዛ शुल्क पासपोर्ट वीज़ा ভিসা পাসপোর্ট паспорт оплата виза phí hộ chiếu 여권을 수수료 パスポート 手数料"
)
WORDS = _WORDS.split()
COUNTRIES, ORIGINS, SECTORS = ("QA", "AE", "PL", ""), ("NP", "BD", "PH"), ("care", "fishing", "domestic")
BANDS, LANGUAGES = ("urgent", "watch", "none", ""), ("en", "zh", "zh-hant", "th", "ar", "am")
FACETS = (KeywordField.COUNTRY, KeywordField.ORIGIN, KeywordField.SECTOR, KeywordField.BAND, KeywordField.LANGUAGE, KeywordField.INDICATOR)


def adverts(count: int, *, seed: int) -> list[Document]:
    """Adverts of mixed scripts whose words and values meet often."""
    chance = random.Random(seed)
    return [_advert(number, chance) for number in range(count)]


def _advert(number: int, chance: random.Random) -> Document:
    seen = NOW + timedelta(minutes=chance.randrange(60 * 24 * 90))
    band = chance.choice(BANDS)
    return document(
        number,
        chance.choice((" ", ", ", "，", " ")).join(chance.choices(WORDS, k=chance.randrange(1, 30))),
        title=" ".join(chance.choices(WORDS, k=chance.randrange(4))),
        employer=" ".join(chance.choices(WORDS, k=chance.randrange(3))),
        place=chance.choice(("Doha", "Dubai Marina", "")),
        country=chance.choice(COUNTRIES),
        origins=_some(ORIGINS, chance),
        sectors=_some(SECTORS, chance),
        languages=_some(LANGUAGES, chance),
        indicators=_some(("fees", "document-retention", "no-rest-day"), chance),
        signals=_some(("licence", "free-recruitment"), chance),
        source=f"board-{chance.randrange(5)}",
        band=band,
        risk=chance.randrange(11) / 10 if band else 0.0,
        cluster=f"c{chance.randrange(20)}",
        reach=chance.randrange(6),
        verdict=chance.choice(("", "", "benign", "act")),
        online=chance.random() < 0.7,
        posted_on=chance.choice((None, date(2026, 1, 1) + timedelta(days=chance.randrange(90)))),
        first_seen_at=seen,
        seen_at=seen + timedelta(days=chance.randrange(5)),
        contact_keys=_some(("k1", "k2"), chance),
    )


def _some(values: tuple[str, ...], chance: random.Random) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(values, chance.randrange(3))))


def queries(count: int, *, seed: int) -> Iterator[SearchQuery]:
    """Queries of every kind of node, up to four deep, with every sort, facets and histograms."""
    chance = random.Random(seed)
    for _ in range(count):
        yield SearchQuery(
            _node(chance, depth=chance.randrange(4)),
            sort=chance.choice([*Sort]),
            size=chance.choice((5, 20, 100)),
            facets=tuple(chance.sample(FACETS, chance.randrange(4))),
            facet_size=chance.choice((1, 3, 20)),
            histogram=chance.choice((None, Histogram(chance.choice([*DayField]), chance.choice([*Step])))),
        )


def _node(chance: random.Random, *, depth: int) -> Node:
    if depth == 0:
        return _leaf(chance)
    parts = tuple(_node(chance, depth=depth - 1) for _ in range(chance.randrange(2, 4)))
    return chance.choice((All(parts), AnyOf(parts), Not(parts[0]), All((parts[0], Not(parts[1])))))


def _leaf(chance: random.Random) -> Node:
    field = chance.choice((None, None, None, *TextField))
    day = date(2026, 1, 1) + timedelta(days=chance.randrange(120))
    word = chance.choice(WORDS)
    low = chance.randrange(10) / 10
    return chance.choice(
        (
            Word(word, field),
            Word(word, field),
            Phrase(" ".join(chance.choices(WORDS, k=2)), field),
            Phrase(word, field),
            Prefix(word[: chance.randrange(1, len(word) + 1)], field),
            Prefix(f"{chance.choice(WORDS)} {word[:2]}", field),
            _value(chance),
            _value(chance),
            Has(chance.choice([*KeywordField])),
            Has(chance.choice([*DayField])),
            RiskRange(low=low, high=low + 0.1, low_open=chance.random() < 0.5, high_open=chance.random() < 0.5),
            DayRange(chance.choice([*DayField]), since=day),
            DayRange(chance.choice([*DayField]), since=day - timedelta(days=20), until=day),
        )
    )


def _value(chance: random.Random) -> Is:
    values: dict[KeywordField, tuple[str, ...]] = {
        KeywordField.COUNTRY: COUNTRIES[:3],
        KeywordField.ORIGIN: ORIGINS,
        KeywordField.SECTOR: SECTORS,
        KeywordField.BAND: BANDS[:3],
        KeywordField.LANGUAGE: LANGUAGES,
        KeywordField.INDICATOR: ("fees", "no-rest-day"),
        KeywordField.SIGNAL: ("licence",),
        KeywordField.SOURCE: ("board-1", "board-9"),
        KeywordField.CLUSTER: ("c1", "c2"),
        KeywordField.VERDICT: ("benign", "act"),
        KeywordField.CONTACT: ("k1",),
        KeywordField.ONLINE: ("yes", "no"),
    }
    field = chance.choice([*values])
    return Is(field, chance.choice(values[field]))
