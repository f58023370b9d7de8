"""What Elasticsearch is told of the columns, and a document as it is sent; see ``mapping`` for the columns themselves.

Built-in pieces alone are used: the ``whitespace`` analyser and plain field types.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from index.mapping import DAYS, SORT_KEYS, STORED_TEXTS, Columns, column_of
from index.query import KeywordField, TextField

LONGEST_KEYWORD = 8_000
"""Characters of a value that is filtered by; the engine refuses documents with terms above 32,766 bytes."""
_HALF = 1 << 63
_STATE = "state"

OFFSETS = tuple(f"{name}_offsets" for name in STORED_TEXTS)


def template(name: str, *, shards: int, replicas: int) -> dict[str, Any]:
    """The index template of all versions of the index ``name``."""
    return {
        "index_patterns": [f"{name}-v*"],
        "priority": 500,
        "template": {
            "settings": {
                "number_of_shards": shards,
                "number_of_replicas": replicas,
                # what was written is searched when it is committed, at no other time
                "refresh_interval": -1,
            },
            "mappings": {"dynamic": "strict", "properties": _properties()},
        },
    }


def _properties() -> dict[str, Any]:
    keyword = {"type": "keyword", "ignore_above": LONGEST_KEYWORD}
    kept = {"type": "keyword", "index": False, "doc_values": False}
    fields: dict[str, Any] = {"kind": keyword, "stamp": keyword, "record": kept}
    fields |= {column_of(field): keyword for field in KeywordField}
    fields |= {field.value: {"type": "text", "analyzer": "whitespace"} for field in TextField}
    fields |= {day: {"type": "integer"} for day in DAYS}
    fields |= {key: {"type": "long"} for key in SORT_KEYS.values()}
    fields |= dict.fromkeys(OFFSETS, kept)
    return {**fields, "risk": {"type": "double"}}


def engine_document(columns: Columns) -> bytes:
    """One advert as one line of JSON."""
    made: dict[str, Any] = {"kind": "advert", **columns.texts}
    for name, value in columns.keywords:
        made[name] = [*made[name], value] if name in made else [value]
    for name, day in columns.days:
        made[name] = day.toordinal()
    for name, number in columns.numbers:
        if name in SORT_KEYS.values():
            made[name] = signed(number)
    for name, blob in columns.blobs:
        made[name] = _sendable(blob) if name == "record" else base64.b64encode(blob).decode()
    if columns.risk is not None:
        made["risk"] = columns.risk
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")).encode()


def state_document(position: int) -> tuple[str, bytes]:
    """Id and content of the document that holds the ledger position."""
    return _STATE, json.dumps({"kind": _STATE, "record": str(position)}).encode()


STATE_QUERY = {"term": {"kind": _STATE}}


def signed(number: int) -> int:
    """A key of 64 bits without sign as a number with one, in the same order."""
    return number - _HALF


def unsigned(number: int) -> int:
    """The key that ``signed`` was given."""
    return number + _HALF


def blob(source: dict[str, Any], name: str) -> bytes:
    """What ``engine_document`` wrote of a blob."""
    value = str(source.get(name) or "")
    return value.encode() if name == "record" else base64.b64decode(value)


def _sendable(record: bytes) -> str:
    """The record as text; with escapes where it holds halves of surrogate pairs, which cannot be sent."""
    text = record.decode("utf-8", "surrogatepass")
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(json.loads(text), separators=(",", ":"))
    return text
