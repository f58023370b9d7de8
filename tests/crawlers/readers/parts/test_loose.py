# ruff: noqa: E501 - tables of cases
"""JSON as pages really hold it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.readers.parts.loose import literal, load, unescaped

DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"a": 1}', {"a": 1}),
        ('{"a":1,}', {"a": 1}),
        ("{a:'x', \"b\":[1,2,], c: undefined, d: !0, e: void 0, f: -1.5e3, g: 0x1F}", {"a": "x", "b": [1, 2], "c": None, "d": True, "e": None, "f": -1500.0, "g": 31}),
        ('{"a":"he said "hi" to me","b":2}', {"a": 'he said "hi" to me', "b": 2}),
        ('{"a":"x" "b":2}', {"a": "x", "b": 2}),
        ('{"a":[{"b":1},{"b":', {"a": [{"b": 1}, {}]}),
        ('{"a":"line\nend\t"}', {"a": "line\nend\t"}),
        ("// note\n/* more */ {\"a\": 1} trailing", {"a": 1}),
        ("callback({\"a\": 1});", {"a": 1}),
        (")]}',\n{\"a\": 1}", {"a": 1}),
        ("{&quot;a&quot;: &quot;b&quot;}", {"a": "b"}),
        ("(function(a,b){return {x:a,y:[b,{z:a}]}}('A',{q:1}))", {"x": "A", "y": [{"q": 1}, {"z": "A"}]}),
        ("(function(a,b){a.t=b;a.n=[1];return {x:a}}({},'B'))", {"x": {"t": "B", "n": [1]}}),
        ("{made: new Date(0), by: f(1,2), then: `x`}", {"made": None, "by": None, "then": "x"}),
        ("no data", None),
        ("", None),
    ],
)  # fmt: skip
def test_forms(text: str, data: Any) -> None:
    assert load(text) == data


@given(DATA.filter(lambda value: isinstance(value, dict | list)))
def test_sound_json_is_read_as_it_is(data: Any) -> None:
    assert load(json.dumps(data)) == data


@given(DATA.filter(lambda value: isinstance(value, dict | list)), st.integers(0, 200))
def test_cut_json_never_fails(data: Any, at: int) -> None:
    found = load(json.dumps(data)[:at])
    assert found is None or isinstance(found, dict | list)


@given(st.text(max_size=300))
def test_any_text_never_fails(text: str) -> None:
    assert load(text) is None or text
    assert isinstance(literal("{" + text), dict)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300_000,
        '{"a":' * 200_000,
        '{"a":"' + 'x" ' * 200_000,
        "{" + '"' * 400_000,
        "[" + "/*" * 200_000,
        "{a:" + "1," * 400_000,
        "(function(a){" + "a.b=1;" * 100_000,
    ],
)
def test_bounds(text: str) -> None:
    started = time.process_time()
    load(text)
    assert time.process_time() - started < 3


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"a\nb", "a\nb"),
        (r"\u0041\x42", "AB"),
        (r"\ud83d\ude00", "😀"),
        (r"\u{1F600}", "😀"),
        (r"\/\"\'", "/\"'"),
        (r"\u{FFFFFF}", "�"),
        ("plain", "plain"),
    ],
)
def test_escapes(text: str, plain: str) -> None:
    assert unescaped(text) == plain
