"""Help lines as public pages show them: by country, in the language of the page, saying which nobody has checked yet."""

from __future__ import annotations

from dataclasses import dataclass

from notices import ports, subjects
from notices.markup import HelpLine, help_lines
from settings.env import current


@dataclass(frozen=True, slots=True)
class CountryLine:
    """One number."""

    country: str
    line: HelpLine
    checked: bool


def help_by_country(language: str) -> tuple[CountryLine, ...]:
    """All numbers but the general emergency ones, which the page's own words give, by the name of the country."""
    found = ports.help_lines()(current().data_dir / "helplines.csv")
    made = [
        CountryLine(
            subjects.country_name(each.country, language), help_lines(f"{each.name} | {each.number}")[0], each.verified_on is not None
        )
        for each in found
        if each.country != "EU"
    ]
    return tuple(sorted(made, key=lambda each: (each.country, each.line.name)))
