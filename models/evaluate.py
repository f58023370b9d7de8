"""How well findings agree with labels: precision, recall, F1 and evidence by severity, indicator and language; ranking. Pure.

The measures are those of the project's evaluation guide: an indicator is right when the advert is labelled with it (document level),
its evidence is right when a span covers at least half of the shorter of it and a labelled quote.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from adverts.records import Match

STRONG = frozenset({"critical", "high"})
WEAK = frozenset({"low", "context"})


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled advert with what was found in it."""

    id: str
    language: str
    text: str
    labels: tuple[tuple[str, str], ...]
    """Indicator id and quote."""
    risk: str
    found: tuple[Match, ...]
    score: float


@dataclass(slots=True)
class Tally:
    """Counts of right, wrong and missed, at document level."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    evidence: int = 0

    def figures(self) -> dict[str, float]:
        """Precision, recall, F1, share of right ones with right evidence, number labelled."""
        precision = self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0
        recall = self.right / (self.right + self.missed) if self.right + self.missed else 0.0
        both = precision + recall
        return {
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f1": round(2 * precision * recall / both, 3) if both else 0.0,
            "evidence": round(self.evidence / self.right, 3) if self.right else 0.0,
            "n": self.right + self.missed,
        }


@dataclass(slots=True)
class Report:
    """All tallies of one evaluation."""

    adverts: int = 0
    groups: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_indicator: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_language: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    clean: int = 0
    clean_flagged: int = 0
    ranked: list[tuple[float, bool]] = field(default_factory=list)

    def as_dict(self, severities: Mapping[str, str]) -> dict[str, object]:
        """The figures, ready for JSON."""
        macro = [tally.figures()["f1"] for name, tally in self.by_indicator.items() if severities.get(name) not in WEAK]
        return {
            "adverts": self.adverts,
            **{name: tally.figures() for name, tally in self.groups.items()},
            "macro_f1_medium_up": round(sum(macro) / len(macro), 3) if macro else 0.0,
            "clean_flagged_share": round(self.clean_flagged / self.clean, 3) if self.clean else 0.0,
            "ranking_ap_high": round(average_precision([high for _, high in sorted(self.ranked, key=_riskiest)]), 3),
            "by_language": {name: tally.figures() for name, tally in sorted(self.by_language.items())},
            "by_indicator": {name: tally.figures() for name, tally in sorted(self.by_indicator.items())},
        }


def _riskiest(row: tuple[float, bool]) -> float:
    return -row[0]


def evaluate(cases: Iterable[Case], severities: Mapping[str, str]) -> Report:
    """Compare findings with labels; ``severities`` maps each indicator id to its severity."""
    report = Report()
    for case in cases:
        report.adverts += 1
        wanted, got = _places(case)
        for name in set(wanted) | set(got):
            tallies = [report.groups["all"], report.by_indicator[name], report.by_language[case.language]]
            if severities.get(name) in STRONG:
                tallies.append(report.groups["critical_high"])
            if severities.get(name) not in WEAK:
                tallies.append(report.groups["medium_up"])
            _count(tallies, wanted.get(name), got.get(name))
        if case.risk == "none":
            report.clean += 1
            report.clean_flagged += any(severities.get(name) not in WEAK for name in got)
        report.ranked.append((case.score, case.risk == "high"))
    return report


def _places(case: Case) -> tuple[dict[str, list[tuple[int, int]]], dict[str, list[tuple[int, int]]]]:
    wanted: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, quote in case.labels:
        wanted[name] += _occurrences(case.text, quote)
    got: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for match in case.found:
        got[match.id].append((match.start, match.end))
    return dict(wanted), dict(got)


def _count(tallies: Sequence[Tally], wanted: list[tuple[int, int]] | None, got: list[tuple[int, int]] | None) -> None:
    for tally in tallies:
        if wanted is not None and got is not None:
            tally.right += 1
            tally.evidence += any(covers(span, quote) for span in got for quote in wanted)
        elif got is not None:
            tally.wrong += 1
        else:
            tally.missed += 1


def _occurrences(text: str, quote: str) -> list[tuple[int, int]]:
    found, at = [], text.find(quote)
    while quote and at >= 0:
        found.append((at, at + len(quote)))
        at = text.find(quote, at + 1)
    return found


def covers(span: tuple[int, int], quote: tuple[int, int]) -> bool:
    """Whether two spans share at least half of the shorter one."""
    shared = min(span[1], quote[1]) - max(span[0], quote[0])
    return shared >= 0.5 * max(1, min(span[1] - span[0], quote[1] - quote[0]))


def average_precision(ranked: Sequence[bool]) -> float:
    """Mean of the precision at each right one, riskiest first; 0 where none is right."""
    hits, total = 0, 0.0
    for place, good in enumerate(ranked, 1):
        if good:
            hits += 1
            total += hits / place
    return total / hits if hits else 0.0
