"""Questions to ask about facts an advert leaves unsaid. Silence is not a "no": these rank nothing and accuse nobody."""

from __future__ import annotations

FACTS: dict[str, str] = {
    "employer": "Who is the employer, and where is the firm registered?",
    "worksite": "At which address, in which town and country is the work?",
    "occupation": "Which work exactly is to be done?",
    "pay": "How much is paid, in which currency, and how often?",
    "hours": "How many hours a day and days a week? Which day is free?",
    "contract-length": "How long does the contract run, and how can either side end it?",
    "contract-language": "Is there a written contract before departure, in a language the worker reads?",
    "who-pays": "Who pays recruitment, visa, medical tests and travel?",
    "housing-cost": "Is housing provided, what does it cost, and may the worker live elsewhere?",
    "licence": "Does the recruiter hold a licence, and what is its number?",
    "how-to-apply": "How does one apply other than by a private message?",
    "closing-date": "Until when is the offer open?",
}
"""The twelve essential facts of the catalogue (section 8, missing-essential-information), in the order they are asked."""


def fact_question(fact: str, language: str) -> str:
    """The question for a missing fact in ``language``; English where no translation exists. Unknown facts are asked by name."""
    del language  # translations come with the page languages
    return FACTS.get(fact, f"What does the advert say about {fact.replace('-', ' ')}?")
