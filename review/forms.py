"""Forms of review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from review import wording
from review.deciding import Decision
from review.rules import REASONS, Outcome

LONGEST_NOTE = 2_000


class AnswerForm(forms.Form):
    """An answer as typed: outcome, reason and note."""

    outcome = forms.ChoiceField(
        choices=list(wording.OUTCOMES.items()),
        error_messages={"required": _("Choose one of the five answers"), "invalid_choice": _("Choose one of the five answers")},
    )
    reason = forms.CharField(required=False, max_length=40)
    note = forms.CharField(
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea,
        error_messages={"max_length": _("Shorten the note to 2,000 characters")},
    )

    def clean(self) -> dict[str, Any]:
        """Check that the reason belongs to the answer, and that ``other`` comes with a note."""
        data = super().clean() or {}
        outcome = data.get("outcome")
        if outcome is None:
            return data
        of, _colon, code = data.get("reason", "").partition(":")
        if code and (of != outcome or code not in REASONS[Outcome(outcome)]):
            self.add_error("reason", _("Choose a reason that belongs to your answer"))
        elif code == "other" and not data.get("note", "").strip():
            self.add_error("note", _("Say in the note which other reason"))
        return data

    def answer(self) -> tuple[Outcome, str, str]:
        """Outcome, reason and note of a valid form; the usual reason where none was chosen."""
        data = self.cleaned_data
        outcome = Outcome(data["outcome"])
        return outcome, data["reason"].partition(":")[2] or REASONS[outcome][0], data["note"].strip()


class TogetherForm(AnswerForm):
    """One answer for several cases, with the word that each of them was looked at."""

    sure = forms.BooleanField(error_messages={"required": _("Say that you have looked at each of them")})


class DecisionForm(AnswerForm):
    """A decision as typed; ``round`` and ``seen`` say which state of the case it answers to."""

    round = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    seen = forms.CharField(max_length=16)

    def decision(self) -> Decision:
        """The decision of a valid form."""
        return Decision(*self.answer(), self.cleaned_data["round"], self.cleaned_data["seen"])
