"""The adverts that the contract suite searches."""

from __future__ import annotations

from datetime import date, timedelta

from tests.index.making import NOW, document

SHELF = [
    document(
        0,
        "Pay a registration fee of 500 before you fly.",
        title="Nurse in Doha",
        country="QA",
        place="Doha",
        band="urgent",
        risk=0.9,
        origins=("NP", "BD"),
        sectors=("health",),
        reach=3,
    ),
    document(
        1,
        "No fee for registration: the employer pays.",
        title="Nurse",
        country="QA",
        band="none",
        risk=0.05,
        verdict="benign",
        sectors=("health",),
        reach=0,
    ),
    document(2, "Registration is free. A fee, a refund, a visa.", title="Driver", country="AE", band="watch", risk=0.5, reach=12),
    document(
        3, "Visas and tickets given. Ask for the nurse.", title="Cook wanted", country="AE", employer="Blue Crane Manning", online=False
    ),
    document(
        4,
        "We keep your passport. f.e.e. due",
        title="Fishing",
        languages=("ne", "en"),
        origins=("NP",),
        sectors=("fishing", "domestic"),
        indicators=("document-retention", "fees"),
    ),
    document(
        5, "Part-time, 1,000.50 a month", title="Cook", languages=("zh-Hant",), indicators=("fees",), signals=("licence",), source="board-b"
    ),
    document(6, "", title="", posted_on=date(2026, 1, 31), contact_keys=("k1", "k2"), cluster="c1", source="board-a"),
    document(
        7, "Gardener", posted_on=date(2026, 2, 1), cluster="c1", seen_at=NOW + timedelta(days=30), source="board-a", band="watch", risk=0.5
    ),
]


THOUSAND = [
    document(
        n,
        "nurse " * (n % 7 + 1) + ("cook" if n % 3 else "driver"),
        title="",
        band="watch",
        risk=(n % 5) / 10,
        reach=n % 9,
        country=("QA", "AE", "SA")[n % 3],
        first_seen_at=NOW + timedelta(seconds=n // 10),
    )
    for n in range(1000)
]
