"""Sources as data: what a file may say, and what is said of a wrong one."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers import source
from crawlers.source import Paging, SourceError, find, load

GOOD = """
name: quay
title: Quay Jobs
legal_basis: Permission by letter of the operator, 3 May 2026.
purpose: Looks for adverts that keep passports.
contact_page: https://quay.example/contact
start:
  - kind: api
    url: https://api.quay.example/jobs?page=1
    paging: {parameter: page, first: 1}
rate: 0.5
enabled: true
"""


def write(folder: Path, text: str, name: str = "quay.yml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("good", "bad", "line"),
    [
        ("rate: 0.5", "rate: fast", 11),
        ("rate: 0.5", "rte: 0.5", 11),
        ("kind: api", "kind: apis", 8),
        ("first: 1", "first: one", 10),
        ("name: quay", "name: pier", 2),
        ("rate: 0.5", "rate: 11", 11),
        ("rate: 0.5", "", 1),
    ],
)
def test_a_fault_names_its_line(tmp_path: Path, good: str, bad: str, line: int) -> None:
    path = write(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(SourceError) as caught:
        load(path)
    assert f"{path}:{line}: " in str(caught.value)


def test_a_good_file_is_read_with_defaults(tmp_path: Path) -> None:
    read = load(write(tmp_path, GOOD))
    assert (read.name, read.rate, read.concurrency, read.reader, read.details, read.allow_private) == (
        "quay", 0.5, 1, "auto", "when-needed", False,
    )  # fmt: skip
    assert read.start[0].paging == Paging("page", 1, 1)
    assert read.visited_hosts == {"api.quay.example"}
    assert read.lists_all
    assert read.private_netlocs == frozenset()


WRONG = [
    ("rate: 0.5", "rate: 0", "rate: 0 does not fit. Requests a second"),
    ("rate: 0.5", "rate: fast", "rate: 'fast' does not fit"),
    ("rate: 0.5", "rate: 11", "rate: 11 requests a second are too many for a public board; write 10 or less"),
    ("rate: 0.5", "rte: 0.5", "rte: 0.5 is in an unknown field; did you mean rate?"),
    ("rate: 0.5", "", "rate: is missing; add it. Requests a second"),
    ("rate: 0.5", "rate: 0.5\nrate: 1", "'rate' is given twice"),
    ("name: quay", "name: Quay", "name: 'Quay' does not fit"),
    ("name: quay", "name: pier", "name: 'pier' is not the file's name; call it quay"),
    ("name: quay", "name: " + "q" * 25, "24 characters at most"),
    ("legal_basis: Permission by letter of the operator, 3 May 2026.", "legal_basis: yes", "legal_basis: True does not fit"),
    ("legal_basis: Permission by letter of the operator, 3 May 2026.", "", "legal_basis: is missing"),
    ("kind: api", "kind: apis", "start/0/kind: 'apis' does not fit. sitemap, feed, api, listing or urls."),
    ("kind: api", "kind: feed", "start/0/paging: belongs to kinds api and listing, not to feed"),
    ("    url: https://api.quay.example/jobs?page=1\n", "", "start/0/url: is missing for kind api; add it"),
    ("https://api.quay.example/jobs", "ftp://api.quay.example/jobs", "does not fit. An address that begins with http"),
    ("https://api.quay.example/jobs", "https://me:pw@api.quay.example/jobs", "without a user name"),
    ("https://api.quay.example/jobs", "https://api.quay.example:99999/jobs", "is no address: its host, or its port"),
    ("{parameter: page, first: 1}", "{first: 1}", "start/0/paging/parameter: is missing"),
    ("enabled: true", 'enabled: "yes"', "enabled: 'yes' does not fit. true or false"),
    ("enabled: true", "enabled: true\ncountries: [NO]", 'False does not fit. A two-letter country code in capitals and in quotes ("NO"'),
    ("enabled: true", "enabled: true\nlanguages: [English]", "languages/0: 'English' does not fit"),
    ("enabled: true", "enabled: true\nschedule: hourly", "schedule: 'hourly' does not fit. Five fields"),
    ("enabled: true", "enabled: true\nexpected: {adverts: {min: 9, max: 3}}", "expected/adverts: max 3 is less than min 9"),
    ("enabled: true", "enabled: true\nexpected: {fill: {salary: 1}}", "expected/fill"),
    ("    paging:", "    include: '('\n    paging:", "start/0/include: '(' does not fit. A regular expression"),
    ("    paging:", "    newer_than_days: 3\n    paging:", "newer_than_days: 3 belongs to kind sitemap"),
    (GOOD, "", "whole file: None does not fit. A source is a list of fields"),
    (GOOD, "- a\n", "whole file: ['a'] does not fit"),
    (GOOD, "a: [", "is not valid YAML"),
    (GOOD, "!!python/object/apply:os.system [true]", "is not valid YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("good", "bad", "said"), WRONG, ids=[said[:40] for _, _, said in WRONG])
def test_a_wrong_file_is_told_field_value_and_remedy(tmp_path: Path, good: str, bad: str, said: str) -> None:
    assert good in GOOD
    path = write(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(SourceError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


def test_every_wrong_field_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        load(write(tmp_path, GOOD.replace("rate: 0.5", "rate: 0").replace("enabled: true", "enabled: 1")))
    assert len(str(caught.value).splitlines()) == 2
    with pytest.raises(SourceError) as caught:
        load(write(tmp_path, "name: quay\n"))
    missing = {line.split(": ")[1] for line in str(caught.value).splitlines()}
    assert missing == {"title", "legal_basis", "purpose", "contact_page", "start", "rate", "enabled"}


@pytest.mark.parametrize("content", [b"\xff\xfe", b"a" * 1_000_001])
def test_what_is_no_text_or_too_long_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "quay.yml"
    path.write_bytes(content)
    with pytest.raises(SourceError, match=r"cannot be read|too long"):
        load(path)


def test_private_addresses_are_allowed_for_the_very_ports_of_the_start_points(tmp_path: Path) -> None:
    text = GOOD.replace("https://api.quay.example/jobs", "http://127.0.0.1:8099/jobs").replace("rate: 0.5", "rate: 50\nallow_private: true")
    read = load(write(tmp_path, text))
    assert read.private_netlocs == {("127.0.0.1", 8099)}
    assert read.rebased("http://127.0.0.1:9001").private_netlocs == {("127.0.0.1", 9001)}


def test_another_base_changes_where_and_nothing_else(tmp_path: Path) -> None:
    moved = load(write(tmp_path, GOOD)).rebased("http://127.0.0.1:9001")
    assert moved.start[0].urls == ("http://127.0.0.1:9001/jobs?page=1",)
    assert moved.private_netlocs == frozenset()


@pytest.mark.parametrize("base", ["127.0.0.1:9001", "file:///etc", "http://", ""])
def test_a_base_that_is_no_address_is_refused(tmp_path: Path, base: str) -> None:
    with pytest.raises(SourceError, match="base"):
        load(write(tmp_path, GOOD)).rebased(base)


@pytest.mark.parametrize(
    ("include", "exclude", "url", "wanted"),
    [
        ("", "", "https://quay.example/about", True),
        ("/job/", "", "https://quay.example/job/7", True),
        ("/job/", "", "https://quay.example/about", False),
        ("", "/about", "https://quay.example/about", False),
        ("/job/", "closed", "https://quay.example/job/7", True),
        ("/job/", "closed", "https://quay.example/job/7/closed", False),
    ],
)
def test_include_and_exclude(include: str, exclude: str, url: str, wanted: bool) -> None:
    assert source.Start(kind="sitemap", urls=(), include=include, exclude=exclude).wants(url) is wanted


def test_a_public_board_needs_a_contact(tmp_path: Path) -> None:
    read = load(write(tmp_path, GOOD))
    read.require_contact("https://watch.example/contact")
    with pytest.raises(SourceError, match="FAIRWATCH_OPERATOR_CONTACT"):
        read.require_contact("  ")


def test_sources_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD)
    assert find("quay", folder=tmp_path) == path
    assert find(str(path), folder=tmp_path) == path


@pytest.mark.parametrize("name", ["quai", "../quay", "", "quay.txt"])
def test_an_unknown_name_is_told_with_the_near_ones(tmp_path: Path, name: str) -> None:
    write(tmp_path, GOOD)
    with pytest.raises(SourceError, match="quay"):
        find(name, folder=tmp_path)


def test_only_what_is_switched_on_is_enabled(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    write(tmp_path, GOOD.replace("name: quay", "name: pier").replace("enabled: true", "enabled: false"), "pier.yml")
    assert [path.stem for path in source.enabled(folder=tmp_path)] == ["quay"]


@pytest.mark.parametrize("path", sorted(source.FOLDER.glob("*.yml")), ids=lambda path: path.stem)
def test_the_sources_that_ship_are_right(path: Path) -> None:
    read = load(path)
    assert read.allow_private == read.name.startswith("sample-")
    assert not read.enabled or read.allow_private, "a real board is switched on by whoever answers for it"
