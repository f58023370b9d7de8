"""Notes for corridors: the list of the own body's, and the acts of writing, changing and withdrawing."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adverts.access import REVIEWERS, Role, requires, roles_of
from review import corridors, deciding, tenancy
from review.corridors import ChangedError, NoteError
from review.models import CorridorNote
from review.views.panel import choice, person, respond, tenant_of

PAGE = 25


@requires(*REVIEWERS)
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The notes in force of a body, the newest first, of one corridor or of all."""
    return _page(request, corridor=request.GET.get("corridor", "")[:8])


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def write(request: HttpRequest) -> HttpResponse:
    """Leave a note."""
    corridor, text = request.POST.get("corridor", "")[:8], request.POST.get("text", "")
    try:
        corridors.write(corridor, text, user=person(request), now=timezone.now())
    except NoteError as error:
        return _page(request, corridor=corridor, trouble=str(error), text=text, status=422)
    messages.success(request, _("The note is saved. It is shown on each advert of this route."))
    return _back(corridor)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def change(request: HttpRequest, note_id: int) -> HttpResponse:
    """Put other words in the place of a note."""
    note, text = _own(request, note_id), request.POST.get("text", "")
    try:
        corridors.change(note_id, text, user=person(request), now=timezone.now())
    except NoteError as error:
        now_in_force = corridors.newest_of(note_id, tenant=note.tenant)
        typed = {"editing": now_in_force.pk} if now_in_force else {}
        status = 409 if isinstance(error, ChangedError) else 422
        return _page(request, corridor=note.corridor, trouble=str(error), text=text, status=status, **typed)
    messages.success(request, _("The note is changed."))
    return _back(note.corridor)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def withdraw(request: HttpRequest, note_id: int) -> HttpResponse:
    """Withdraw a note."""
    note = _own(request, note_id)
    try:
        corridors.withdraw(note_id, user=person(request), now=timezone.now())
    except ChangedError:
        messages.warning(request, _("Somebody changed or withdrew this note meanwhile."))
    else:
        messages.success(request, _("The note is withdrawn."))
    return _back(note.corridor)


def _page(request: HttpRequest, *, corridor: str, trouble: str = "", text: str = "", editing: int = 0, status: int = 200) -> HttpResponse:
    tenant, corridor = tenant_of(request), corridor if corridors.is_corridor(corridor) else ""
    before = request.GET.get("before", "")
    rows = corridors.in_force(tenant).filter(**({"corridor": corridor} if corridor else {}))
    if editing:
        rows = rows.filter(pk__lte=editing)  # from the note on whose words were typed: it may stand on a further page
    elif before.isascii() and before.isdigit() and len(before) <= 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: PAGE + 1])
    earlier = corridors.earlier(found[:PAGE])
    values = {
        "corridor": corridor,
        "choices": corridors.choices(tenant=tenant, chosen=corridor),
        "notes": [(note, earlier.get(note.pk, ())) for note in found[:PAGE]],
        "older": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "may_write": deciding.can_decide(roles_of(person(request))),
        "longest": corridors.LONGEST,
        "trouble": trouble,
        "text": text,
        "editing": editing,
        **choice(request),
    }
    return respond(request, "review/corridors.html", values, status=status)


def _own(request: HttpRequest, note_id: int) -> CorridorNote:
    """The note; of another body as if there were none."""
    return get_object_or_404(CorridorNote, pk=note_id, tenant=tenancy.body_of(person(request)))


def _back(corridor: str) -> HttpResponse:
    if not corridors.is_corridor(corridor):
        raise Http404
    return redirect(f"{reverse('corridors')}?{urlencode({'corridor': corridor})}")
