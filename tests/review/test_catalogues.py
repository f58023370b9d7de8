"""The words of the pages in twelve languages: complete, well-formed, compiled, and shown."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from shutil import copytree

import pytest
from babel.messages.mofile import read_mo
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, override

from adverts.access import Role
from adverts.management.commands.catalogues import catalogue_files, compiled, read, said_by_pages, translated, words
from alerts import hooks, outbox, permission
from alerts.trends import SMALL
from notices import replies
from tests.alerts.scenes import advert, person, subscription
from tests.notices.scenes import draft, published

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


UNTRANSLATED = {"Fairwatch", "JSON", "CSV", "ILO", "Enter", "SHA-256", "Atom:", "JSON Feed:"}
"""Words on pages that are the same in every language."""


def templates() -> list[Path]:
    """Templates of pages that are in the catalogues: not mails, and not public pages, which have words of their own."""
    found = []
    for path in sorted(Path(settings.BASE_DIR).rglob("templates/**/*.html")):
        inside = path.relative_to(settings.BASE_DIR)
        own = "mail" in inside.parts or inside.parts[0] in {".venv", "data"} or "accountability" in inside.parts
        if not own and not path.name.startswith(("public_", "print_")):
            found.append(path)
    return found


def unmarked(source: str) -> list[str]:
    """Words between tags and in spoken attributes of a template that no catalogue knows of."""
    bare = re.sub(r"{% *blocktranslate\b.*?endblocktranslate *%}", "", source, flags=re.DOTALL)
    bare = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "\0", bare, flags=re.DOTALL)
    spoken = re.findall(r'(?:aria-label|alt|title)="([^"\0]+)"', bare)
    text = re.sub(r"<(style|pre|code|kbd)\b.*?</\1>|<[^>]*>", "\0", bare, flags=re.DOTALL)
    said = {part.strip(" ·\n") for part in [*text.split("\0"), *spoken]}
    return sorted(part for part in said if re.search(r"[A-Za-z]{3}", part) and part not in UNTRANSLATED)


@pytest.mark.parametrize(
    ("source", "words_found"),
    [
        ("<p>Some words</p>", ["Some words"]),
        ('<nav aria-label="Main">{{ name }}</nav>', ["Main"]),
        ("<p>{% if one %}Yes, it is{% endif %}</p>", ["Yes, it is"]),
        ('<p>{% translate "Some words" %}</p>', []),
        ("<p>{% blocktranslate with a=b %}Some <b>words</b> of {{ a }}{% endblocktranslate %}</p>", []),
        ("<p><code>country:PL</code> · Fairwatch</p>", []),
    ],
)
def test_words_without_a_mark_are_seen(source: str, words_found: list[str]) -> None:
    assert unmarked(source) == words_found


def test_no_words_of_a_template_are_without_a_mark() -> None:
    assert len(templates()) > 50
    assert {path.name: found for path in templates() if (found := unmarked(path.read_text(encoding="utf-8")))} == {}


class Spoken(HTMLParser):
    """Collects the words that a reader of a page meets, but for those marked as English, codes and what people typed."""

    VOID = frozenset({"meta", "link", "input", "br", "img", "rect", "line", "path"})
    APART = frozenset({"script", "style", "code", "pre", "kbd", "textarea", "bdi"})

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.parts += [words for name in ("aria-label", "alt", "title") if (words := given.get(name))]
        if tag not in self.VOID:
            self._open.append(tag in self.APART or (tag != "html" and given.get("lang") == "en"))

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if not any(self._open) and (words := " ".join(data.split())):
            self.parts.append(words)


@cache
def english_pieces(code: str) -> tuple[frozenset[str], re.Pattern[str]]:
    """English texts that the catalogue has in ``code``: whole ones, and a pattern for those with something filled in.

    A text with tags of its own meets the reader in pieces.
    """
    whole, filled = set(), set()
    for message in words(read(catalogue_files()[code])):
        for english in set(forms(message.id)) - set(forms(message.string)):
            for piece in re.split(r"<[^>]+>", english.replace("%%", "%")):
                fixed = re.split(r"%\([a-z_]+\)[sd]|%d", piece.strip())
                if any(re.search("[a-z]{3}", part) for part in fixed):
                    (whole if len(fixed) == 1 else filled).add(".+".join(re.escape(part) for part in fixed) if len(fixed) > 1 else fixed[0])
    return frozenset(whole), re.compile("|".join(sorted(filled)))


def english_left(page: str, code: str) -> set[str]:
    """English texts that stand on a page although the catalogue has them in ``code``."""
    spoken = Spoken()
    spoken.feed(page)
    whole, filled = english_pieces(code)
    return {said for said in spoken.parts if said in whole or filled.fullmatch(said)}


def pages_of_alerts_and_notices(client: Client) -> dict[str, str]:
    """Every page of alerts and of the notices desk, each with something on it, as one person sees them."""
    now = timezone.now()
    user = person("amina", Role.UNION, Role.HEAD, Role.OPERATOR, Role.CAMPAIGNER, email="amina@union.example")
    held = advert(title="1", at=now - timedelta(hours=30), cluster="e" * 32, country="PL")
    permission.restrict(held.pk, roles=[Role.UNION], reason="1", by=user, now=now)
    mine = subscription(user, at=now - timedelta(days=2), name="1", query="country:PL", instant=True, monthly=True)
    subscription(user, name="2", confirmed=False)
    advert(title="2", at=now - timedelta(hours=30), cluster="c" * 32, country="PL", indicators=["document-retention", "deposit-or-bond"])
    outbox.run(now=now)
    hooks.connect(mine, "https://union.example/fairwatch", by="amina", now=now)
    mine.deliveries.filter(channel="email").update(state="dead", last_error="550")
    for week in (1, 2):
        for _ in range(SMALL if week > 1 else 2 * SMALL):
            advert(at=now - timedelta(days=7 * week), title="3", country="PL", languages=["ne"])
    notice, out = draft(now=now, source_language="en"), published(now=now, slug="out", valid_until=(now + timedelta(days=30)).date())
    replies.receive("out", who="employer", said="1", contact="a@b.example", now=now, today=now.date())
    client.force_login(user)
    days = f"?first={(now - timedelta(days=2)).date()}&last={now.date()}"
    addresses = [
        *(reverse(f"alerts-{name}") for name in ("list", "new", "dead", "restricted", "trends")),
        reverse("alerts-trends") + "?by=corridor",
        *(reverse(f"alerts-{name}", args=[mine.pk]) for name in ("detail", "edit", "webhook", "month", "again")),
        reverse("alerts-again", args=[mine.pk]) + days,
        reverse("alerts-item", args=[mine.pk, "c" * 32]),
        reverse("alerts-card", args=[mine.pk, "c" * 32]),
        *(reverse(name) for name in ("notices", "notices-new", "notices-replies")),
        *(reverse("notices-detail", args=[each.pk]) for each in (notice, out)),
        reverse("notices-edit", args=[notice.pk]),
    ]
    found = {address: client.get(address) for address in addresses}
    assert {address: answer.status_code for address, answer in found.items() if answer.status_code != 200} == {}
    form = {"name": "1", "query": "country:PL", "band": "watch", "period": "daily", "weekday": "0", "hour": "7", "time_zone": "Nowhere"}
    found["faults of a form"] = client.post(reverse("alerts-new"), {**form, "quiet_from": "3"})
    found["preview"] = client.post(reverse("alerts-new"), {**form, "time_zone": "UTC", "language": "en", "preview": ""})
    found["faults of a notice"] = client.post(
        reverse("notices-new"), {"slug": "desk", "texts-TOTAL_FORMS": "1", "texts-INITIAL_FORMS": "0"}
    )
    return {address: answer.content.decode() for address, answer in found.items()}


@pytest.mark.django_db
@pytest.mark.parametrize("code", ["ar", "hi", "en"])
def test_no_english_is_left_on_the_pages_of_alerts_and_notices(client: Client, code: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = code
    for address, page in pages_of_alerts_and_notices(client).items():
        assert f'<html lang="{code}" dir="{"rtl" if code == "ar" else "ltr"}"' in page, address
        left = english_left(page, code if code != "en" else "ar")
        assert (len(left) > 5) if code == "en" else (left == set()), address
