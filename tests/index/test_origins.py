from __future__ import annotations

import pytest

from index.origins import BY_CALLING_CODE, BY_LANGUAGE, origins, phones


@pytest.mark.parametrize(
    ("languages", "numbers", "work", "expected"),
    [
        (["ne"], [], "QA", ("NP",)),
        (["bn"], [], "", ("BD", "IN")),
        (["zh-Hant"], [], "", ()),
        (["en"], ["+977 98*****10"], "QA", ("NP",)),
        (["en"], ["00880 17*****1"], "", ("BD",)),
        (["en"], ["+63 9** *** **12", "+974 5*****1"], "QA", ("PH",)),
        (["pl"], ["+48 5*****12"], "PL", ()),
        (["th", "am"], [], "", ("ET", "TH")),
        # what tells nothing
        (["en", "ar", "es"], [], "", ()),
        ([], ["07700 9***10", "+1 555 01**", "+7 9** ***", "+", "", "++"], "", ()),
        ([], ["977 98*****"], "", ()),
        ([], ["+97* *****"], "", ()),
    ],
)
def test_tells_whose_people_are_spoken_to(languages: list[str], numbers: list[str], work: str, expected: tuple[str, ...]) -> None:
    assert origins(languages, numbers, work=work) == expected


def test_codes_are_those_of_iso_3166_and_itu() -> None:
    countries = {country for found in BY_LANGUAGE.values() for country in found} | set(BY_CALLING_CODE.values())
    assert all(len(country) == 2 and country.isupper() for country in countries)
    two = {code for code in BY_CALLING_CODE if len(code) == 2}
    assert not [code for code in BY_CALLING_CODE if len(code) == 3 and code[:2] in two], "a number would have two countries"


def test_only_phones_count() -> None:
    assert phones([{"kind": "phone", "masked": "+977 9*"}, {"kind": "email", "masked": "+977"}, {"kind": "phone"}]) == ["+977 9*", ""]
