"""A referral in the field names of IOM's Human Trafficking Case Data Standard (HTCDS), as far as an advert can fill them.

The standard describes the files of people who were harmed. An advert proves none: every field about a person (``prs_``, ``vic_``,
``per_``) stays out, by a list of what may go and not of what may not. Names follow the published field reference (CC BY 4.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from adverts.models import Advert
from review.records import tables
from review.records.models import Referral, ReferralEvent
from review.records.rules import Step

FIELDS: tuple[str, ...] = (
    "cas_Status", "cas_ReferringOrganisation", "cas_ReferredOrganisation", "cas_OutgoingReferralDate",
    "cas_ReasonForOutgoingReferral", "cas_OutgoingReferralDetails", "cas_ReasonForCaseClosure",
    "org_Name", "org_Type", "org_ShippingCountry",
    "hte_Type", "hte_Country", "hte_City", "hte_Date", "hte_Description",
)  # fmt: skip
"""Field names of HTCDS that are filled, in order."""

NOTE = (
    "Partial record aligned to HTCDS: recruitment conditions seen in a public advert. It describes no person and no trafficking case; "
    "fields about people (prs_, vic_, per_) are left out on purpose."
)

# HTCDS has its own list of kinds of organisation; ours that it lacks stay empty
_TYPES = {
    "labour-inspectorate": "CentralGovernmentOrganisation", "licensing": "CentralGovernmentOrganisation", "police": "LawEnforcement",
    "anti-trafficking": "LawEnforcement", "fraud": "LawEnforcement", "child-protection": "CentralGovernmentOrganisation",
    "consulate": "CentralGovernmentOrganisation", "platform": "CorporateBusiness", "ngo": "NGO", "union": "NGO",
}  # fmt: skip
_STATUS = {Step.OUTCOME: "Closed", Step.WITHDRAWN: "Closed", Step.SENT: "ClosedReferred", Step.ACKNOWLEDGED: "FollowUp"}


def record(referral: Referral, *, advert: Advert | None, organisation: str) -> dict[str, object]:
    """The record of a referral: HTCDS fields, what else is known under ``fairwatch``, and what it is not."""
    sent = ReferralEvent.objects.filter(referral=referral, state=Step.SENT).order_by("number").first()
    ended = ReferralEvent.objects.filter(referral=referral, state__in=(Step.OUTCOME, Step.WITHDRAWN)).order_by("number").last()
    body = referral.body
    values: Mapping[str, str] = {
        "cas_Status": _STATUS.get(Step(referral.state), "Active"),
        "cas_ReferringOrganisation": organisation,
        "cas_ReferredOrganisation": body.name,
        "cas_OutgoingReferralDate": sent.at.astimezone(UTC).date().isoformat() if sent else "",
        "cas_ReasonForOutgoingReferral": "Other",
        "cas_OutgoingReferralDetails": referral.reason,
        "cas_ReasonForCaseClosure": ended.state if ended else "",
        "org_Name": body.name,
        "org_Type": _TYPES.get(body.kind, ""),
        "org_ShippingCountry": body.country,
        "hte_Type": "Recruitment",
        "hte_Country": advert.country if advert else "",
        "hte_City": advert.place if advert else "",
        "hte_Date": advert.first_seen_at.astimezone(UTC).date().isoformat() if advert else "",
        "hte_Description": advert.title if advert else "",
    }
    own = {"referral": referral.pk, "case": referral.case_id, "advert": referral.advert_id, "state": referral.state}
    return {"note": NOTE, "standard": "HTCDS", "htcds": {name: values[name] for name in FIELDS}, "fairwatch": own}


def as_csv(found: Mapping[str, object]) -> str:
    """The same as a table of one row."""
    fields = found["htcds"]
    values = [fields[name] for name in FIELDS] if isinstance(fields, dict) else []
    return tables.write([*FIELDS, "note"], [[*values, NOTE]])
