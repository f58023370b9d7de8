"""Essential facts an advert leaves unsaid. Unknown is not "no": these become questions and never flag."""

from __future__ import annotations

from adverts.records import Findings
from nlp.find import Reading

# fact -> (tags any of which says something of it, signals or indicators any of which does)
_SAID_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "employer": (frozenset({"company_form"}), frozenset({"named-employer-and-worksite"})),
    "worksite": (frozenset({"address", "office"}), frozenset({"named-employer-and-worksite"})),
    "pay": (frozenset({"amount"}), frozenset({"clear-pay-hours"})),
    "hours": (
        frozenset({"hours", "long_hours", "long_week", "long_span", "round_clock"}),
        frozenset({"clear-pay-hours", "excessive-hours"}),
    ),
    "contract-length": (frozenset({"end_of_contract"}), frozenset({"right-to-leave-stated"})),
    "contract-language": (frozenset({"own_language", "contract"}), frozenset({"written-contract-own-language"})),
    "who-pays": (
        frozenset({"payer.employer", "payer.worker", "company_pays"}),
        frozenset({"no-fee-statement", "employer-pays-travel-and-visa", "recruitment-fee", "visa-or-travel-cost-on-worker"}),
    ),
    "housing-cost": (frozenset({"housing", "rent"}), frozenset()),
    "licence": (frozenset({"licence"}), frozenset({"licence-number-shown"})),
    "how-to-apply": (frozenset({"contact.email", "contact.link", "office", "public_service"}), frozenset({"official-application-channel"})),
}


def unsaid(reading: Reading, findings: Findings) -> tuple[str, ...]:
    """The ids of the facts (``adverts.questions``) that ``reading`` says nothing of, in the order they are asked."""
    tags = {tag.name for tag in reading.tags}
    found = {match.id for match in (*findings.indicators, *findings.signals)}
    return tuple(fact for fact, (names, ids) in _SAID_BY.items() if not names & tags and not ids & found)
