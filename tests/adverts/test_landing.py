from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adverts.landing import LineError, clean, read_line


def raw(data: Any) -> bytes:
    return json.dumps(data).encode()


def test_a_whole_line_is_read(line: Any) -> None:
    made = read_line(
        raw(
            line(pay={"raw": "900 EUR a month", "low": 900, "currency": "eur", "period": "month"}, posted_on="2026-04-30", languages=["en"])
        )
    )
    assert (made.event, made.advert.employer, made.advert.country) == ("seen", "Hotel Amber", "LV")
    assert made.advert.pay is not None
    assert (made.advert.pay.low, made.advert.pay.currency) == (900, "EUR")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": None}, "text"),
        ({"text": "x" * 300_000}, "text"),
        ({"text": "\x00\x01\x02"}, "text"),
        ({"text": 5}, "text"),
        ({"source": "Not A Name"}, "source"),
        ({"source": "../../etc"}, "source"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "file:///etc/passwd"}, "url"),
        ({"url": "http://[broken"}, "url"),
        ({"seen_at": "yesterday"}, "seen_at"),
        ({"seen_at": "2026-05-01T08:00:00"}, "seen_at"),
        ({"seen_at": "0000-01-01T00:00:00+00:00"}, "seen_at"),
        ({"seen_at": "2999-01-01T00:00:00+00:00"}, "seen_at"),
        ({"posted_on": "0000-01-01"}, "posted_on"),
        ({"posted_on": "0001-01-01"}, "posted_on"),
        ({"valid_until": "31/12/2026"}, "valid_until"),
        ({"country": "Latvia"}, "country"),
        ({"languages": "en"}, "languages"),
        ({"pay": [1]}, "pay"),
        ({"pay": {"raw": "x", "low": -5}}, "pay.low"),
        ({"pay": {"raw": "x", "high": 1e300}}, "pay.high"),
        ({"capture": {"file": "../../x", "offset": 0, "sha256": "0" * 64}}, "capture"),
        ({"capture": {"file": "x", "offset": 0, "sha256": "zz"}}, "capture"),
        ({"title": ["a"]}, "title"),
        ({"event": "maybe"}, "event"),
    ],
)
def test_bad_fields_are_refused_with_a_remedy(line: Any, fields: dict[str, Any], field: str) -> None:
    with pytest.raises(LineError) as caught:
        read_line(raw(line(**fields)))
    assert caught.value.field == field
    assert caught.value.reason
    assert caught.value.remedy
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not json", "not JSON"),
        (b'"text"', "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        ("caf\xe9".encode("latin-1"), "not UTF-8"),
        (b"x" * 9_000_000, "longer than"),
    ],
)
def test_what_is_no_line_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(LineError, match=reason):
        read_line(content)


def test_an_advert_needs_an_identity(line: Any) -> None:
    with pytest.raises(LineError, match="url"):
        read_line(raw(line(url="")))
    assert read_line(raw(line(url="", source_id="17"))).advert.source_id == "17"


def test_hostile_text_is_neutralised_not_lost(line: Any) -> None:
    script = "<script>alert(1)</script>"
    made = read_line(raw(line(**dict.fromkeys(("title", "employer", "place", "text"), script))))
    assert made.advert.text == made.advert.title == script  # text is text: pages escape it
    made = read_line(raw(line(text="Cook \ud83d wanted \u202egnitnaw\u202c \x00now")))
    assert made.advert.text == "Cook ? wanted gnitnaw now"


@given(st.text(max_size=200))
def test_clean_text_can_be_stored_and_is_stable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
    once.encode("utf-8")


@given(
    st.dictionaries(
        st.sampled_from(["source", "url", "text", "seen_at", "pay", "capture", "languages"]),
        st.none() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3),
    )
)
def test_any_object_is_read_or_refused(data: dict[str, Any]) -> None:
    try:
        said = read_line(raw(data)).advert.source
    except LineError as error:
        said = error.remedy
    assert said
