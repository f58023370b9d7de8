"""The desk where notices are drafted, checked claim by claim, approved, published and taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adverts.access import Role, requires, roles_of
from notices import glossary, languages, quiz, rules, translations, workflow
from notices.content import Content
from notices.forms import ClaimForms, NoticeForm, TextForms, gathered
from notices.markup import blocks, help_lines
from notices.models import Notice, NoticeText
from notices.reading import content, full, standing

WRITERS = (Role.CAMPAIGNER,)
"""Who drafts, publishes, updates and takes back."""

APPROVERS = (Role.CAMPAIGNER, Role.HEAD)
"""Who may be the second person."""

SUFFIXES = {"update": "update", "correct": "correction", "cancel": "cancellation"}
"""How the address of a new notice ends that speaks of an earlier one."""

CHECKS = {
    translations.CHECKED: _("I have compared it with the source: it says the same"),
    translations.NATIVE: _("It is my first language: it is right and easy to read"),
}
"""What a person says who moves a text on."""

READERS = (Role.CAMPAIGNER, Role.HEAD, Role.AUDITOR)


@requires(*READERS)
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """All notices with their states; drafts that were thrown away are left out."""
    today = timezone.localdate()
    rows = full(Notice.objects.exclude(published_at=None, withdrawn_at__isnull=False))
    listed = [(row, rules.STATE_WORDS[rules.state(standing(row), content(row), today=today)], _titles(row)) for row in rows]
    return render(request, "notices/desk_list.html", {"listed": listed, "may_write": _is(request, WRITERS)})


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new draft."""
    forms = _forms(request, None)
    if request.method == "POST" and _valid(forms):
        made = workflow.create(gathered(*forms), by=_person(request), now=timezone.now())
        messages.success(request, gettext("Draft saved."))
        return redirect("notices-detail", made.pk)
    return _form_page(request, forms, heading=gettext("New notice"))


@requires(*WRITERS)
@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft; a change takes its approval away."""
    notice = _notice(pk)
    if why := rules.why_not_edit(standing(notice)):
        messages.error(request, why)
        return redirect("notices-detail", notice.pk)
    forms = _forms(request, notice)
    if request.method == "POST" and _valid(forms):
        supersedes = notice.supersedes.slug if notice.supersedes else ""
        return _try(
            request,
            notice,
            gettext("Draft saved."),
            workflow.change,
            gathered(*forms, supersedes=supersedes),
            by=_person(request),
            now=timezone.now(),
        )
    return _form_page(request, forms, heading=gettext("Change “%(name)s”") % {"name": notice.slug}, notice=notice)


@requires(*READERS)
@require_GET
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice as the second person checks it: claim by claim, then each text."""
    notice = _notice(pk)
    found, stands, today = content(notice), standing(notice), timezone.localdate()
    by = request.user.get_username()
    where = rules.state(stands, found, today=today)
    blocked = rules.why_not_approve(stands, found, by=by, seen=found.digest(), today=today)
    lacks = rules.faults(found, today=today) if where is rules.State.DRAFT else ()
    context = {
        "notice": notice,
        "state": where,
        "state_words": rules.STATE_WORDS[where],
        "faults": lacks,
        "blocked": [reason for reason in blocked if reason not in lacks],
        "names": workflow.names_to_check(found) if where is rules.State.DRAFT else (),
        "hash": found.digest(),
        "claims": found.claims,
        "texts": [_text(found, row, by=by) for row in notice.texts.all()],
        "understood": quiz.understood(notice),
        "comments": [(each, each.content_hash == found.digest()) for each in notice.comments.select_related("author")],
        "about": [*(claim.text[:80] for claim in found.claims), *(languages.own_name(text.language) for text in found.texts)],
        "may_write": _is(request, WRITERS),
        "may_approve": _is(request, APPROVERS) and not blocked,
        "may_check": _is(request, APPROVERS) and not rules.why_not_edit(stands),
        "may_edit": not rules.why_not_edit(stands),
        "may_publish": not rules.why_not_publish(stands, found, today=today),
        "may_update": not rules.why_not_update(stands),
    }
    return render(request, "notices/desk_detail.html", context)


@requires(*APPROVERS)
@require_POST
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve what was on the page: every claim must be ticked, and nothing may have changed since."""
    notice = _notice(pk)
    ticked = set(request.POST.getlist("claim"))
    if ticked != {str(number) for number in range(len(content(notice).claims))}:
        messages.error(request, gettext("Tick every claim once you have looked at its source."))
        return redirect("notices-detail", notice.pk)
    seen, now = request.POST.get("hash", ""), timezone.now()
    return _try(
        request, notice, gettext("Approved."), workflow.approve, by=_person(request), seen=seen, now=now, today=timezone.localdate()
    )


@requires(*APPROVERS)
@require_POST
def check_text(request: HttpRequest, pk: int, language: str) -> HttpResponse:
    """A text was compared with its source, or a native speaker approves it."""
    to, seen = request.POST.get("to", ""), request.POST.get("words", "")
    return _try(
        request, _notice(pk), gettext("Noted."), workflow.check_text, language, to=to, seen=seen, by=_person(request), now=timezone.now()
    )


@requires(*READERS)
@require_POST
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """What an adviser says of a notice."""
    about, body = request.POST.get("about", ""), request.POST.get("body", "")
    return _try(
        request, _notice(pk), gettext("Comment kept."), workflow.comment, about=about, body=body, by=_person(request), now=timezone.now()
    )


@requires(*WRITERS)
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Publish, withdraw, or start an update or a correction."""
    notice, now = _notice(pk), timezone.now()
    match what:
        case "publish":
            return _try(request, notice, gettext("Published."), workflow.publish, by=_person(request), now=now, today=timezone.localdate())
        case "withdraw":
            reason = request.POST.get("reason", "")[:500]
            return _try(request, notice, gettext("Withdrawn."), workflow.withdraw, by=_person(request), reason=reason, now=now)
        case "update" | "correct" | "cancel":
            return _start_update(request, notice, what)
        case _:
            raise Http404


def _start_update(request: HttpRequest, notice: Notice, what: str) -> HttpResponse:
    kind = {"correct": "correction", "cancel": "cancellation"}.get(what, notice.type)
    try:
        made = workflow.start_update(
            notice,
            type=kind,
            slug=_free_slug(notice.slug, what),
            by=_person(request),
            now=timezone.now(),
        )
    except workflow.RefusedError as error:
        return _refused(request, notice, error)
    messages.success(request, gettext("A draft has been started from this notice. Change it, then have it approved."))
    return redirect("notices-edit", made.pk)


def _free_slug(slug: str, what: str) -> str:
    base, number = f"{slug[:60]}-{SUFFIXES[what]}", 1
    while Notice.objects.filter(slug=f"{base}-{number}").exists():
        number += 1
    return f"{base}-{number}"


def _try(request: HttpRequest, notice: Notice, done: str, act: Any, *args: Any, **options: Any) -> HttpResponse:
    try:
        act(notice, *args, **options)
    except workflow.RefusedError as error:
        return _refused(request, notice, error)
    messages.success(request, done)
    return redirect("notices-detail", notice.pk)


def _refused(request: HttpRequest, notice: Notice, error: workflow.RefusedError) -> HttpResponse:
    for reason in error.reasons:
        messages.error(request, reason)
    return redirect("notices-detail", notice.pk)


def _person(request: HttpRequest) -> User:
    """The person looking; the decorator has let nobody else in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _notice(pk: int) -> Notice:
    return get_object_or_404(full(Notice.objects.all()), pk=pk)


def _is(request: HttpRequest, roles: tuple[Role, ...]) -> bool:
    return not roles_of(request.user).isdisjoint(roles)


def _titles(notice: Notice) -> list[dict[str, str]]:
    return [
        {"title": text.title, "language": text.language, "direction": languages.direction(text.language)} for text in notice.texts.all()
    ]


def _text(found: Content, row: NoticeText, *, by: str) -> dict[str, Any]:
    text = next(text for text in found.texts if text.language == row.language)
    moves = {to: translations.why_not_check(found, text.language, to=to, by=by, worded_by=row.worded_by) for to in CHECKS}
    return {
        "text": text,
        "direction": languages.direction(text.language),
        "name": languages.own_name(text.language),
        "state": dict(NoticeText.STATES)[text.state],
        "stale": found.is_stale(text),
        "shown": text in found.shown_texts,
        "is_source": text.language == found.source_language,
        "checked_by": row.checked_by,
        "checked_at": row.checked_at,
        "words": text.words,
        "moves": [(to, CHECKS[to]) for to, why in moves.items() if not why],
        "help_lines": help_lines(text.help_lines),
        "blocks": blocks(glossary.filled(text.body, text.language)),
        "title": glossary.filled(text.title, text.language),
    }


def _forms(request: HttpRequest, notice: Notice | None) -> tuple[NoticeForm, Any, Any]:
    data = request.POST if request.method == "POST" else None
    found = content(notice) if notice is not None else Content("", "safe-labour", None, "", (), ())
    head = {name: getattr(found, name) for name in NoticeForm.base_fields}
    texts = [{name: getattr(text, name) for name in ("language", "title", "help_lines", "body", "short")} for text in found.texts]
    claims = [{name: getattr(claim, name) for name in ("text", "source_title", "source_url", "checked_on")} for claim in found.claims]
    # a row that equals its first answers would be taken for one left empty: what is sent stands for itself
    if data is not None:
        texts, claims = [], []
    return (
        NoticeForm(data, initial=head),
        TextForms(data, initial=texts, prefix="texts"),
        ClaimForms(data, initial=claims, prefix="claims", form_kwargs={"today": timezone.localdate()}),
    )


def _valid(forms: tuple[NoticeForm, Any, Any]) -> bool:
    return all([form.is_valid() for form in forms])  # noqa: C419 (every form must collect its errors)


def _form_page(request: HttpRequest, forms: tuple[NoticeForm, Any, Any], *, heading: str, notice: Notice | None = None) -> HttpResponse:
    head, texts, claims = forms
    context = {"form": head, "texts": texts, "claims": claims, "heading": heading, "notice": notice, "errors": _errors(forms)}
    return render(request, "notices/desk_form.html", context)


def _errors(forms: tuple[NoticeForm, Any, Any]) -> list[tuple[str, str]]:
    """Id of the field and what is wrong, for the summary at the top."""
    head, texts, claims = forms
    if not head.is_bound:
        return []
    each_form = [head, *texts.forms, *claims.forms]
    found = [(field.id_for_label, f"{field.label}: {error}") for form in each_form for field in form for error in field.errors]
    return found + [("main", str(error)) for form_set in (texts, claims) for error in form_set.non_form_errors()]
