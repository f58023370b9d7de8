"""What codes of records are called on pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from review.records.licences import Standing
from review.records.rules import Refusal, Step

STEPS: Mapping[str, object] = {
    Step.PREPARED: _("Prepared"),
    Step.CHECKED: _("Checked by a second person"),
    Step.SENT: _("Sent"),
    Step.ACKNOWLEDGED: _("Receipt confirmed"),
    Step.OUTCOME: _("Outcome known"),
    Step.WITHDRAWN: _("Withdrawn"),
}

LICENCE_STANDINGS: Mapping[str, object] = {
    Standing.VALID: pgettext_lazy("licence", "valid"),
    Standing.ENDED: pgettext_lazy("licence", "ended"),
    Standing.CANCELLED: pgettext_lazy("licence", "cancelled"),
}

STEP_BUTTONS: Mapping[str, object] = {
    Step.CHECKED: _("I have checked it"),
    Step.SENT: _("It has been sent"),
    Step.ACKNOWLEDGED: _("They have it"),
    Step.OUTCOME: _("Note the outcome"),
    Step.WITHDRAWN: _("Withdraw"),
}

REFERRAL_REASONS: Mapping[str, object] = {
    "inspect": _("Inspect the workplace or the recruiter"),
    "investigate": _("Look into possible trafficking"),
    "licence": _("Check the recruiter's licence"),
    "fraud": _("Money or data are at risk"),
    "children": _("Children or minors are addressed"),
    "take-down": _("Have the advert taken down"),
    "advise": _("Advise people who may have applied"),
    "other": _("Something else, see the note"),
}

KINDS: Mapping[str, object] = {
    "labour-inspectorate": _("Labour inspectorate"),
    "licensing": _("Licensing body"),
    "anti-trafficking": _("Anti-trafficking unit"),
    "child-protection": _("Child protection"),
    "fraud": _("Fraud desk"),
    "consulate": _("Consulate"),
    "platform": _("Platform or board"),
    "union": _("Union"),
    "ngo": _("Organisation that helps workers"),
    "police": _("Police"),
}

UNMASK_REASONS: Mapping[str, object] = {
    "identify": _("To find out who recruits"),
    "link": _("To compare it with another case"),
    "refer": _("To hand the case over"),
    "warn": _("To warn the board or the operator of the number"),
    "other": _("Another reason, see the note"),
}

REQUEST_KINDS: Mapping[str, object] = {
    "objection": _("Objection (GDPR Art. 21)"),
    "erasure": _("Erasure (GDPR Art. 17)"),
    "correction": _("Correction (GDPR Art. 16)"),
    "access": _("Access (GDPR Art. 15)"),
}

REQUEST_STATES: Mapping[str, object] = {
    "received": _("To be decided"),
    "granted": _("Granted, waits for the next retention run"),
    "refused": _("Refused"),
    "done": _("Done"),
}

KEPT: Mapping[str, object] = {
    "benign": _("Nothing to do"),
    "cannot-tell": _("Cannot tell"),
    "fraud": _("Fraud, handed over"),
    "labour-law": _("Labour-law issue"),
    "act": _("Act on it"),
    "undecided": _("Not decided by anybody"),
    "hold": _("Under legal hold"),
    "waiting": _("Case waits for a decision"),
    "referred": _("Referred, no answer yet"),
    "answered": _("Referred and answered"),
    "due": _("Due to be erased"),
    "request": _("Asked for by a person"),
    "ended": _("Its time was over"),
}

REFUSALS: Mapping[str, object] = {
    Refusal.NOT_ALLOWED: _("This is not yours to do, or the choice is not one of those offered."),
    Refusal.OUT_OF_ORDER: _("Somebody was quicker, or a step was left out. Look at it again."),
    Refusal.SAME_PERSON: _("A second person must do this."),
    Refusal.UNCHECKED: _("It holds personal data: a second person must check it before it is sent."),
    Refusal.NOTE: _("Say in the note why."),
    Refusal.OVER: _("This has been decided, or has ended, already."),
}
