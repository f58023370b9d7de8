"""Documents: what they refuse, and that they survive being stored."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents import Document, DocumentError, from_json, to_json
from tests.index.making import NOW, doc_id, document

texts = st.text(st.characters(), max_size=20)


@given(
    st.builds(
        Document,
        doc_id=st.integers(0, 9).map(doc_id),
        position=st.integers(0),
        title=texts,
        text=texts,
        languages=st.lists(texts).map(tuple),
        risk=st.floats(0, 1),
        online=st.booleans(),
        posted_on=st.none() | st.dates(),
        first_seen_at=st.datetimes(timezones=st.just(UTC)),
        seen_at=st.just(NOW),
        contact_keys=st.lists(texts).map(tuple),
    )
)
def test_what_is_stored_comes_back(made: Document) -> None:
    assert from_json(to_json(made)) == made


def test_is_stored_as_plain_json() -> None:
    stored = json.loads(to_json(document(1, "手续费", posted_on=date(2026, 1, 2))))
    assert (stored["text"], stored["posted_on"], stored["first_seen_at"]) == ("手续费", "2026-01-02", "2026-03-01T12:01:00+00:00")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"doc_id": "1"}, "32 hex digits"),
        ({"doc_id": "A" * 32}, "32 hex digits"),
        ({"risk": 1.1}, "not between 0 and 1"),
        ({"risk": float("nan")}, "not between 0 and 1"),
        ({"seen_at": datetime(2026, 1, 1)}, "time zone"),  # noqa: DTZ001 (that is the fault)
        ({"stamp": "a b"}, "white space"),
    ],
)
def test_refuses(fields: dict[str, Any], says: str) -> None:
    given_fields = {"doc_id": doc_id(1), "first_seen_at": NOW, "seen_at": NOW, **fields}
    with pytest.raises(DocumentError, match=says):
        Document(**given_fields)
