# ruff: noqa: E501 - tables of cases
"""The word lists: labels, occupations, buttons, roles, and that the file itself is sound."""

from __future__ import annotations

import pytest

from crawlers.readers.parts import words


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Recruiter:", "employer"), ("Monthly Basic Salary :", "pay"), ("Salary (RM)", "pay"), ("Arbeitsort", "place"), ("勤務地", "place"), ("Зарплата", "pay"),
        ("المسمى الوظيفي", "title"), ("पद", "title"), ("Hạn nộp hồ sơ", "until"), ("Date posted", "posted"), ("Working hours", "other"), ("Ref. no", ""),
        ("We are looking for a cook", ""), ("", ""), ("Cook", ""), ("a" * 500, ""),
    ],
)  # fmt: skip
def test_labels(text: str, field: str) -> None:
    assert words.label(text) == field


@pytest.mark.parametrize(
    "title",
    [
        "Küchenhilfe (m/w/d)",
        "Softwareentwickler",
        "Сварщик",
        "พนักงานขับรถ",
        "मजदूर",
        "مطلوب سائقين",
        "Verkäufer*in",
        "Live-in housekeeper",
        "普工",
        "lái xe tải",
        "والسائقين",
    ],
)
def test_occupations(title: str) -> None:
    assert words.occupations(title) > 0


@pytest.mark.parametrize(
    "title", ["A light in the attic", "Terms and conditions", "Port reopens", "Gefahren im Winter", "Winter market", ""]
)
def test_other_titles_have_no_occupation(title: str) -> None:
    assert words.occupations(title) == 0


@pytest.mark.parametrize(
    ("text", "yes"),
    [("Full-time, permanent", True), ("CDI", True), ("Vollzeit", True), ("Full-time cook", False), ("", False), ("Leeds", False)],
)
def test_employment_types(text: str, yes: bool) -> None:
    assert words.employment_type(text) is yes


@pytest.mark.parametrize(
    ("text", "yes"),
    [("›", True), ("Next »", True), ("下一页", True), ("Weiter", True), ("Next steps for you", False), ("", False), ("1", False)],
)
def test_next_links(text: str, yes: bool) -> None:
    assert words.is_next(text) is yes


@pytest.mark.parametrize(
    ("names", "role", "yes"),
    [
        ("css-1h7lukg companyName", "employer", True), ("job-detail-location", "place", True), ("v2_title", "title", True), ("job_salary", "pay", True),
        ("accompanying", "employer", False), ("dislocation", "place", False), ("css-1x2y3z", "title", False), ("", "title", False),
    ],
)  # fmt: skip
def test_roles_of_class_names(names: str, role: str, yes: bool) -> None:
    assert (role in words.roles_of(names)) is yes


@pytest.mark.parametrize(
    ("tokens", "yes"),
    [(["jobs", "12"], True), (["vacature"], True), (["招聘信息"], True), (["work"], False), (["products"], False), ([], False)],
)
def test_job_words_in_addresses(tokens: list[str], yes: bool) -> None:
    assert words.job_tokens(tokens) is yes


def test_every_list_is_in_lower_case_and_without_empty_entries() -> None:
    for name, value in words.table().items():
        texts = value.values() if isinstance(value, dict) else [value]
        for text in texts:
            for part in text.values() if isinstance(text, dict) else [text]:
                assert all(entry == entry.strip() and entry for entry in words.split(part)), name


def test_some_twenty_languages_have_labels_for_each_field() -> None:
    for field in ("title", "employer", "place", "pay", "until"):
        assert len(words.table()["labels"][field]) >= 20, field
