"""Bring the catalogues of the pages' words up to date: ``manage.py catalogues``; ``--check`` says what is missing and changes nothing."""

from __future__ import annotations

import io
from argparse import ArgumentParser
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation.template import templatize

NOT_PAGES = ("tests", "benchmarks", "data", ".venv")
"""Folders without words of these catalogues. Public pages of notices, which keep their own words in 21 languages, mark none."""
CALLS: dict[str, Any] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
"""Functions whose arguments are texts of the pages: which argument is what."""
ANY_TIME = datetime(2026, 1, 1, tzinfo=UTC)
"""Stands in compiled catalogues where a time is asked for: the same words give the same bytes."""
HEADER = """# Words of the pages: {name}. Written by machine, not yet checked by a native speaker.
msgid ""
msgstr ""
"Project-Id-Version: Fairwatch\\n"
"Language: {code}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={number}; plural={rule};\\n"

"""


class Command(BaseCommand):
    """Take the words from templates and code, keep what is translated, compile."""

    help = "Bring locale/*/LC_MESSAGES/django.po and .mo up to date with the words of templates and code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Only to look, or to write."""
        parser.add_argument("--check", action="store_true", help="only say what is missing; ends 1 where something is")

    def handle(self, *, check: bool, **_: Any) -> None:
        """Extract, tidy, compile; one line a language."""
        missing = 0
        said = said_by_pages()
        for code, path in catalogue_files().items():
            catalogue = brought_up_to_date(read(path), said)
            left = [message for message in words(catalogue) if not translated(message)]
            missing += len(left)
            self.stdout.write(f"{code}: {len(words(catalogue))} texts, {len(left)} without translation")
            if not check:
                path.write_text(as_text(catalogue, code=code), encoding="utf-8")
                path.with_suffix(".mo").write_bytes(compiled(read(path)))
        if missing and check:
            raise CommandError(f"{missing} translations are missing; write them into the .po files, then run `make words`")


def catalogue_files() -> dict[str, Path]:
    """Code of a language -> its catalogue, for all languages of the pages but English."""
    folder = Path(settings.LOCALE_PATHS[0])
    return {code: folder / code / "LC_MESSAGES" / "django.po" for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE}


Said = tuple[str | None, str | tuple[str, ...]]
"""The context of a text, and the text or its two forms."""


def said_by_pages() -> list[Said]:
    """All texts of templates and code, in order of the files."""
    found: dict[Said, None] = {}
    for path in sorted(settings.BASE_DIR.rglob("*")):
        inside = path.relative_to(settings.BASE_DIR).parts
        if inside[0] in NOT_PAGES or inside[0].startswith(".") or not (path.suffix == ".py" or "templates" in inside) or not path.is_file():
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            source = "\n".join(line.lstrip() for line in templatize(source, origin=str(path)).split("\n"))
        for _, text, _, context in extract("python", io.BytesIO(source.encode()), keywords=CALLS):
            found[context, text if isinstance(text, str) else tuple(text)] = None
    return list(found)


def brought_up_to_date(old: Catalog, said: Iterable[Said]) -> Catalog:
    """A catalogue of the texts said now, with the translations that are there for them."""
    new = Catalog(header_comment="")
    new.mime_headers = [("Plural-Forms", old.plural_forms)]
    for context, text in said:
        one = text if isinstance(text, str) else text[0]
        known = old.get(one, context) or (old.get(one) if context else None)
        if known is not None and isinstance(known.id, str) == isinstance(text, str):
            new.add(text, known.string, flags=known.flags, context=context)
        else:
            new.add(text, "" if isinstance(text, str) else ("",) * old.num_plurals, context=context)
    return new


def read(path: Path) -> Catalog:
    """A catalogue as it stands."""
    with path.open("rb") as file:
        return read_po(file)


def words(catalogue: Catalog) -> list[Message]:
    """Its texts, without the header."""
    return [message for message in catalogue if message.id]


def translated(message: Message) -> bool:
    """Whether every form of a text is there and meant."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return all(forms) and not message.fuzzy


def as_text(catalogue: Catalog, *, code: str) -> str:
    """The catalogue as a file, without dates and names that only make noise in changes."""
    body = io.BytesIO()
    write_po(body, catalogue, width=0, no_location=True, omit_header=True)
    name = dict(settings.LANGUAGES)[code]
    head = HEADER.format(name=name, code=code, number=catalogue.num_plurals, rule=catalogue.plural_expr)
    return head + body.getvalue().decode("utf-8").strip() + "\n"


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as Django reads it; the same words give the same bytes."""
    catalogue.creation_date = catalogue.revision_date = ANY_TIME
    body = io.BytesIO()
    write_mo(body, catalogue)
    return body.getvalue()
