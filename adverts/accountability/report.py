"""The quarterly report, pure: what was counted becomes what is told. Equal counts give an equal report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from adverts.accountability import figures
from adverts.accountability.cells import SMALL, Shown, Table, shown, table
from adverts.accountability.figures import Figure
from adverts.accountability.quarters import Quarter
from adverts.records import BAND_ORDER
from review.rules import READ, Outcome

SCHEMA = "fairwatch.accountability/1"
BANDS: Mapping[str, str] = {
    "urgent": "Urgent", "priority": "Priority", "labour-law": "Labour law", "fraud": "Fraud", "watch": "Watch", "none": "No indicator seen",
}  # fmt: skip
UNREAD = "not-read"
OUTCOMES: Mapping[str, str] = {
    Outcome.ACT: "Act: look into it now", Outcome.LABOUR_LAW: "Labour law", Outcome.FRAUD: "Fraud", Outcome.BENIGN: "Benign",
    Outcome.CANNOT_TELL: "Cannot be told",
}  # fmt: skip
HELD = frozenset({Outcome.ACT, Outcome.LABOUR_LAW, Outcome.FRAUD})


@dataclass(frozen=True, slots=True)
class Watched:
    """A source, and on which ground it is read."""

    name: str
    title: str
    legal_basis: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision in force that was taken in the quarter."""

    outcome: str
    origin: str
    """flagged, sample or by-hand."""
    band: str
    """As shown: ``read`` where the findings were hidden."""
    hours: float | None
    """From the opening of the case to its first decision; None for later ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """All that was counted; no name, no contact, no word of an advert."""

    sources: tuple[Watched, ...] = ()
    by_source: Mapping[str, int] = field(default_factory=dict)
    by_language: Mapping[str, int] = field(default_factory=dict)
    by_band: Mapping[str, int] = field(default_factory=dict)
    unread: int = 0
    by_indicator: Mapping[str, int] = field(default_factory=dict)
    language_names: Mapping[str, str] = field(default_factory=dict)
    indicator_names: Mapping[str, str] = field(default_factory=dict)
    decided: tuple[Decided, ...] = ()
    taken_back: int = 0
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(first answer, second answer) -> decisions."""
    notices: Mapping[str, int] = field(default_factory=dict)
    replies: Mapping[str, int] = field(default_factory=dict)
    reply_hours: tuple[float, ...] = ()
    rights: Mapping[str, int] = field(default_factory=dict)
    rights_ended: Mapping[str, int] = field(default_factory=dict)
    contacts: Mapping[str, int] = field(default_factory=dict)
    erasures: Mapping[str, int] = field(default_factory=dict)
    referrals: Mapping[str, int] = field(default_factory=dict)
    alerts: Mapping[str, int] = field(default_factory=dict)
    answers: Mapping[str, int] = field(default_factory=dict)
    board_answers: Mapping[str, int] = field(default_factory=dict)
    rules_versions: tuple[str, ...] = ()
    model_versions: tuple[str, ...] = ()
    audit_entries: int = 0
    audit_holds: bool = True


@dataclass(frozen=True, slots=True)
class Report:
    """What is told of one quarter."""

    quarter: Quarter
    made_at: datetime
    sources: tuple[Watched, ...]
    tables: tuple[Shown, ...]
    figures: tuple[Figure, ...]
    rules_versions: tuple[str, ...]
    model_versions: tuple[str, ...]
    audit_entries: int
    audit_holds: bool
    method: tuple[str, ...]

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        told = {name: value for name, value in asdict(self).items() if name not in {"quarter", "made_at"}}
        head = {"schema": SCHEMA, "quarter": str(self.quarter), "zone": "UTC", "small": SMALL, "made_at": self.made_at.isoformat()}
        span = {"begin": self.quarter.begin.isoformat(), "end": self.quarter.end.isoformat()}
        return {**head, **span, **told}


def report(counts: Counts, quarter: Quarter, *, made_at: datetime) -> Report:
    """The report on what was counted."""
    return Report(
        quarter=quarter, made_at=made_at, sources=counts.sources, tables=tuple(shown(each) for each in _tables(counts)),
        figures=tuple(_figures(counts)), rules_versions=counts.rules_versions, model_versions=counts.model_versions,
        audit_entries=counts.audit_entries, audit_holds=counts.audit_holds, method=METHOD,
    )  # fmt: skip


def _tables(counts: Counts) -> Iterable[Table]:
    source_names = {one.name: one.title for one in counts.sources}
    read = "Adverts first seen in the quarter"
    yield _of("sources", "Adverts by source", f"{read}, by the board they were read from.", counts.by_source, source_names)
    yield _of("languages", "Adverts by language", f"{read}, by their main language.", counts.by_language, counts.language_names)
    says = f"{read}, by how soon an inspector should look (newest reading)."
    yield _of("bands", "Adverts by band", says, counts.by_band, BANDS, all_of=True)
    says = (
        f"{read} that no rule or model has read yet: a state of the program, so small numbers are told. They have no language and no band."
    )
    unread = {UNREAD: "Not read yet"}
    yield _of("unread", "Adverts not read yet", says, {UNREAD: counts.unread}, unread, all_of=True, whole=False, open=True)
    says = f"{read}, by indicators seen. One advert can carry several. An indicator is a question to ask, no proof."
    yield _of("indicators", "Indicators seen", says, counts.by_indicator, counts.indicator_names, whole=False)
    yield from _decisions(counts.decided)
    yield from _public(counts)
    yield from _people(counts)
    yield from _told(counts)


def _decisions(decided: Sequence[Decided]) -> Iterable[Table]:
    """One table an origin: put together, one origin could be found from the others by subtraction.

    The random sample has none: with it, the share of misses could be told far less closely.
    """
    titles = {
        "flagged": ("Decisions on flagged cases", "Decisions of people on cases that the program put into the queue."),
        "by-hand": ("Decisions on cases opened by hand", "Decisions on cases that a person opened."),
    }
    for origin, (title, says) in titles.items():
        counted = Counter(one.outcome for one in decided if one.origin == origin)
        yield _of(f"decisions-{origin}", title, f"{says} Those taken back are left out.", counted, OUTCOMES, all_of=True)


def _public(counts: Counts) -> Iterable[Table]:
    says = "Notices published or taken back in the quarter. These are public acts, so small numbers are told."
    yield _of("notices", "Notices", says, counts.notices, NOTICES, all_of=True, whole=False, open=True)
    yield _of("replies", "Replies to notices", "Replies from outside that were answered, by what came of them.", counts.replies, REPLIES)


def _people(counts: Counts) -> Iterable[Table]:
    says = "Requests of people about data on them that came in the quarter."
    yield _of("rights", "Rights requests received", says, counts.rights, RIGHTS, all_of=True)
    yield _of("rights-ended", "Rights requests decided", "Requests decided in the quarter.", counts.rights_ended, ENDED, all_of=True)
    says = "Contacts are kept masked. Seeing one in clear needs a reason, a custodian's grant and a time limit; each look is counted."
    yield _of("contacts", "Contacts", says, counts.contacts, CONTACTS, all_of=True, whole=False)
    yield _of("erasures", "Adverts erased", "Erased because the period ended, or because somebody asked.", counts.erasures, ERASURES)


def _told(counts: Counts) -> Iterable[Table]:
    yield _of("referrals", "Steps of referrals", "Cases handed to other bodies; each step counts once.", counts.referrals, {}, whole=False)
    yield _of("alerts", "Alerts sent", "Messages sent to subscribers, by kind.", counts.alerts, ALERTS)
    yield _of("answers", "Answers of subscribers", "What subscribers said of items they were told.", counts.answers, ANSWERS)
    says = "What job boards said they did with adverts that people had decided on."
    yield _of("boards", "Answers of job boards", says, counts.board_answers, BOARDS)
    once = {"taken-back": counts.taken_back}
    yield _of("taken-back", "Decisions taken back", "Decisions that their author undid.", once, {"taken-back": "Taken back"}, whole=False)


def _of(
    name: str, title: str, says: str, counted: Mapping[str, int], names: Mapping[str, str], *,
    all_of: bool = False, whole: bool = True, open: bool = False,
) -> Table:  # fmt: skip
    """A table in the order of ``names``; with ``all_of`` every one of them has a row, else only what was counted."""
    known = [key for key in names if all_of or counted.get(key)]
    others = sorted(key for key, number in counted.items() if key not in names and number)
    cells = [(key, names.get(key) or _words(key), counted.get(key, 0)) for key in [*known, *others]]
    return table(name, title, says, cells, whole=whole, open=open)


def _words(code: str) -> str:
    return code.replace("-", " ").capitalize()


def _figures(counts: Counts) -> Iterable[Figure]:
    flagged = next(shown(each) for each in _decisions(counts.decided) if each.name == "decisions-flagged")
    says = "Of flagged cases that could be told, those a person did not find benign."
    yield figures.share_within("held-up", "Flagged cases that held up", says, flagged, hits=HELD, others={Outcome.BENIGN})
    sample = [one for one in counts.decided if one.origin == "sample" and one.outcome != Outcome.CANNOT_TELL]
    says = "Of unflagged adverts drawn at random and read blind, those a person says should have been flagged."
    yield figures.share("misses", "Misses in the blind sample", says, hits=sum(one.outcome in HELD for one in sample), of=len(sample))
    says = (
        "Agreement of two people on the same case, the second not seeing the first answer: 1 is full agreement, 0 what chance would give."
    )
    yield figures.agreed("agreement", "Agreement between reviewers", says, counts.pairs)
    for band in [*(each.value for each in BAND_ORDER), READ]:
        hours = [one.hours for one in counts.decided if one.hours is not None and one.band == band]
        name = BANDS.get(band, "Read without findings")
        if hours:
            says = f"Half of the first decisions on cases shown as “{name}” took no longer than this from the opening of the case."
            yield figures.median_hours(f"time-{band}", f"Time to decision: {name}", says, hours)
    says = "Half of the answers to replies on notices took no longer than this."
    yield figures.median_hours("time-replies", "Time to answer a reply", says, counts.reply_hours)


NOTICES = {
    "safe-labour": "Safe labour", "pattern-warning": "Warnings about a pattern", "official-relay": "Official warnings passed on",
    "correction": "Corrections", "cancellation": "Cancellations", "withdrawn": "Taken back",
}  # fmt: skip
REPLIES = {"corrected": "Corrected", "kept": "Notice stands", "unfounded": "Not about a notice"}
RIGHTS = {"objection": "Objection", "erasure": "Erasure", "correction": "Correction", "access": "Access"}
ENDED = {"granted": "Granted", "refused": "Refused"}
CONTACTS = {"asked": "Asked to see one", "granted": "Granted", "refused": "Refused", "shown": "Looks at a contact in clear"}
ERASURES = {"request": "Somebody asked", "benign": "Decided benign", "undecided": "Never decided"}
ALERTS = {"digest": "Digests and instant messages", "confirm": "Questions for consent", "idle": "Questions whether still wanted"}
ANSWERS = {"acknowledged": "Seen", "snoozed": "Not now", "not-relevant": "Not relevant"}
BOARDS = {"removed": "Removed", "kept": "Kept", "unknown": "Not known"}

METHOD = (
    "The quarter is three months of UTC. An advert counts in the quarter in which it was first seen, once for each page it stood on.",
    "An indicator seen in an advert is a question to ask. It is no proof of anything about an employer or a worker.",
    f"Counts from 1 to {SMALL - 1} are kept back, since so few could point to somebody; zero is told. Where a count could be found by "
    "subtraction from a total, further counts are kept back, and where that does not suffice the rows are left out.",
    "Every share has Wilson's 95 % interval, every median one from order statistics, agreement (Cohen's kappa) one from its large-sample "
    "variance. Intervals cover chance alone: not what was never crawled, nor what was misread by everybody.",
    "Misses: adverts that the program did not flag are drawn at random and read among flagged ones whose findings are hidden.",
    "Adverts erased since stay in the counts; their words are gone.",
    "The numbers come from the ledger by a program; the same ledger gives the same report.",
)
