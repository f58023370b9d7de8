"""How long adverts are kept, by what became of them. To change a period, change its line and say why; pages show both.

Basis: GDPR Art. 5(1)(e) (storage limitation), Art. 17 (erasure) and 21 (objection), Art. 12(3) (one month to answer).
The figures are proposals: a controller must set them for its own law before going live.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """One line of the table."""

    keep: timedelta
    """Counted from the decision; for adverts without one from the day on which they were last seen."""
    reason: str


PERIODS: Mapping[str, Period] = {
    "benign": Period(keep=timedelta(days=30), reason="Nothing was found. A month lets a second opinion or an undo still see the text."),
    "cannot-tell": Period(keep=timedelta(days=180), reason="The missing fact may still come; after half a year it will not."),
    "fraud": Period(keep=timedelta(days=365), reason="Handed over. A year lets the body that took it ask back."),
    "labour-law": Period(keep=timedelta(days=365), reason="Fee and wage claims are usually brought within a year."),
    "act": Period(keep=timedelta(days=5 * 365), reason="Evidence of a possible serious offence; proceedings take years."),
    "undecided": Period(
        keep=timedelta(days=180), reason="Nobody flagged or decided it. New copies of the same text are linked within months."
    ),
}
"""By outcome of the case; ``undecided`` for adverts that no decided case holds."""

REFERRED_AFTER_OUTCOME = timedelta(days=5 * 365)
"""A referred advert is kept until the body has answered, and this long after: the time in which it may have to be shown."""

ANSWER_MONTHS = 1
"""Months to answer a person's request (GDPR Art. 12(3))."""
EXTENDED_MONTHS = 3
"""The same where it is extended, of which the person must be told within the first month."""

REPLACED_NOTES = timedelta(days=365)
"""Words of a note for a corridor are kept this long after it was changed or withdrawn, so that a year's work can be followed."""

VERIFIED_FOR = timedelta(days=180)
"""A body of the directory whose entry nobody has checked for this long is marked as overdue."""
