"""The words of the pages in twelve languages: complete, well-formed, compiled, and shown."""

from __future__ import annotations

import io
import re
from shutil import copytree

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from adverts.management.commands.catalogues import catalogue_files, compiled, read, said_by_pages, translated, words

CODES = sorted(catalogue_files())
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd%]|\{[a-z_]*\}|</?[a-z]+[^>]*>")


def forms(message: object) -> tuple[str, ...]:
    return message if isinstance(message, tuple) else (str(message),)


def test_twelve_languages() -> None:
    assert set(CODES) == {"ar", "bn", "es", "fr", "hi", "id", "ne", "pl", "pt", "ru", "tr"}


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_missing(code: str) -> None:
    missing = [message.id for message in words(read(catalogue_files()[code])) if not translated(message)]
    assert not missing


@pytest.mark.parametrize("code", CODES)
def test_placeholders_are_those_of_the_english(code: str) -> None:
    for message in words(read(catalogue_files()[code])):
        allowed = {name for text in forms(message.id) for name in PLACEHOLDER.findall(text)}
        for form in forms(message.string):
            found = set(PLACEHOLDER.findall(form))
            assert found <= allowed, message.id
            if not isinstance(message.id, tuple):
                assert sorted(PLACEHOLDER.findall(form)) == sorted(PLACEHOLDER.findall(message.id)), message.id


@pytest.mark.parametrize("code", CODES)
def test_white_space_at_the_ends_is_kept(code: str) -> None:
    for message in words(read(catalogue_files()[code])):
        english = forms(message.id)[-1]
        for form in forms(message.string):
            assert (english[0].isspace(), english[-1].isspace()) == (form[0].isspace(), form[-1].isspace()), message.id


@pytest.mark.parametrize("code", CODES)
def test_what_django_reads_is_what_is_written(code: str) -> None:
    path = catalogue_files()[code]
    assert path.with_suffix(".mo").read_bytes() == compiled(read(path)), "run `make words`"
    with path.with_suffix(".mo").open("rb") as file:
        assert len(words(read_mo(file))) == len(words(read(path)))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 11, 12, 21, 22, 25, 100, 101, 1_000_000])
def test_plural_forms(code: str, number: int) -> None:
    with override(code):
        said = ngettext("%d copy", "%d copies", number) % number
    assert "copies" not in said or code == "fr"
    assert str(number) in said


@pytest.mark.parametrize(
    ("code", "numbers"),
    [("ru", (1, 2, 5)), ("pl", (1, 2, 5)), ("ar", (2, 3, 11)), ("es", (1, 2)), ("bn", (1,)), ("id", (1,))],
)
def test_a_language_has_as_many_forms_as_its_grammar(code: str, numbers: tuple[int, ...]) -> None:
    with override(code):
        said = {ngettext("%d copy", "%d copies", number).replace("%d", "") for number in numbers}
    assert len(said) == len(numbers)


def test_no_text_of_the_pages_is_missing_in_a_catalogue() -> None:
    said = {(context, text if isinstance(text, str) else tuple(text)) for context, text in said_by_pages()}
    for code, path in catalogue_files().items():
        known = {(m.context, m.id if isinstance(m.id, str) else tuple(m.id)) for m in words(read(path))}
        assert known == said, f"{code}: run `make words`, then translate"


def test_a_missing_translation_is_told(tmp_path, settings) -> None:  # type: ignore[no-untyped-def]
    copytree(settings.LOCALE_PATHS[0], tmp_path / "locale")
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    path = catalogue_files()["fr"]
    text = path.read_text(encoding="utf-8")
    call_command("catalogues", check=True, stdout=io.StringIO())
    path.write_text(re.sub('msgid "Queue"\nmsgstr "[^"]+"', 'msgid "Queue"\nmsgstr ""', text), encoding="utf-8")
    with pytest.raises(CommandError, match="translations are missing"):
        call_command("catalogues", check=True, stdout=io.StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize("code", CODES)
def test_the_sign_in_page_speaks_it_and_says_that_nobody_checked_it(client: Client, code: str) -> None:
    page = client.get("/sign-in/", headers={"accept-language": code}).content.decode()
    assert f'lang="{code}"' in page
    assert ('dir="rtl"' in page) == (code == "ar")
    with override(code):
        hint = gettext("The words in this language were made by a machine and are not yet checked by a native speaker.")
    assert hint in page
    assert "made by a machine" not in page


@pytest.mark.django_db
def test_english_needs_no_such_note(client: Client) -> None:
    page = client.get("/sign-in/").content.decode()
    assert 'lang="en"' in page
    assert "not yet checked by a native speaker" not in page
    assert settings.LANGUAGE_CODE == "en"
