from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.contacts import find, masked


@pytest.mark.parametrize(
    ("text", "regions", "kind", "value"),
    [
        ("Call 0 7 7 0 0  9 0 0 1 8 8 now", (), "phone", "07700900188"),
        ("फोन ९८००००००००", ("NP",), "phone", "+9779800000000"),
        ("тел. 067 000 00 00", ("UA",), "phone", "+380670000000"),
        ("WhatsApp +48 512 000 000", (), "phone", "+48512000000"),
        ("TG: @bossjhay_kh pm", (), "handle", "bossjhay_kh"),
        ("wechat: jobs_abroad88", (), "handle", "jobs_abroad88"),
        ("write to jobs@farm.example", (), "email", "jobs@farm.example"),
        ("seleccion arroba contadores.example", (), "email", "seleccion@contadores.example"),
        ("jobs (at) farm (dot) example", (), "email", "jobs@farm.example"),
        ("https://wa.me/9779800000000", (), "messenger", "wa.me/9779800000000"),
        ("see www.farm.example/jobs.", (), "link", "www.farm.example/jobs"),
    ],
)
def test_contacts_are_found(text: str, regions: tuple[str, ...], kind: str, value: str) -> None:
    assert [(found.kind, found.value) for found in find(text, regions=regions)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "Salary 12 000 - 15 000",
        "from 2024-05-01 to 2025-06-30",
        "$1,200,000 a year",
        "2019 - 2025",
        "Job Order 14220991",
        "USD 1500 2000",
        "8.00-16.30, 5 days",
        "me @ work",
        "A4 80 g 500 sheets",
        "25.000.000 - 30.000.000 VND",
    ],
)
def test_other_numbers_are_no_contacts(text: str) -> None:
    assert find(text) == []


@given(st.text(max_size=200))
def test_found_contacts_never_overlap(text: str) -> None:
    found = find(text, regions=("NP",))
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))


@given(st.sampled_from(["phone", "email", "handle", "messenger", "link"]), st.text(min_size=1, max_size=60))
def test_masking_keeps_the_length(kind: str, written: str) -> None:
    assert len(masked(kind, written)) == len(written)


@pytest.mark.parametrize(
    ("kind", "written", "hidden"),
    [
        ("phone", "+48 512 345 678", "+48 5** *** *78"),
        ("email", "jobs@farm.example", "j***@****.*******"),
        ("handle", "bossjhay_kh", "bo******_**"),
    ],
)
def test_masks_show_a_hint_only(kind: str, written: str, hidden: str) -> None:
    assert masked(kind, written) == hidden


def test_a_flood_of_contacts_is_cut_short() -> None:
    assert len(find(" ".join(f"a{n}@farm.example" for n in range(500)))) == 50
