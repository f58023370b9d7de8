"""Pages of replies: the public form, and the desk where they are answered."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from adverts.access import Role, public, requires, roles_of
from notices import frame, rate, replies
from notices.models import Reply
from notices.public import in_language
from notices.reading import public_notices
from notices.wording import day, full_wording
from notices.workflow import RefusedError

READERS = (Role.CAMPAIGNER, Role.HEAD, Role.AUDITOR)
ANSWERERS = (Role.CAMPAIGNER, Role.HEAD)


@csrf_exempt  # a token would need a cookie; what is sent is a letter, not an act of somebody signed in
@sensitive_post_parameters()
@public
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, slug: str, language: str) -> HttpResponseBase:
    """The form under a notice, and thanks with the day of the answer."""
    found = in_language(public_notices(today=frame.today()), slug, language)
    if found is None:
        raise Http404
    words = full_wording(language)
    context: dict[str, Any] = {"notice": frame.links(found[0], first=language)[0]}
    status = 200
    if request.method == "POST":
        said, now = request.POST.get("said", "").strip(), timezone.now()
        if not said or len(said) > replies.LONGEST:
            context |= {"fault": words.texts["reply_missing"], "said": said[: replies.LONGEST]}
        elif not rate.REPLIES.allows(rate.address_of(request.META), now=now):
            context |= {"fault": words.texts["check_busy"], "said": said}
            status = 429
        else:
            who, contact = request.POST.get("who", ""), request.POST.get("contact", "")
            made = replies.receive(slug, who=who, said=said, contact=contact, now=now, today=frame.today())
            context["thanks"] = words.texts["reply_thanks"].format(date=day(made.due_on, words.language))
    keep = request.method != "POST"
    title = words.texts["wrong_link"]
    return frame.page(request, "notices/public_reply.html", context, words=words, title=title, status=status, keep=keep)


@requires(*READERS)
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """All replies, those that wait first, the one due soonest on top."""
    rows = Reply.objects.select_related("notice")
    waiting = [(row, row.due_on < frame.today(), replies.contact_of(row)) for row in rows.filter(answered_at=None)]
    done = rows.exclude(answered_at=None).order_by("-answered_at")[:200]
    may_answer = not roles_of(request.user).isdisjoint(ANSWERERS)
    context = {"waiting": waiting, "done": done, "outcomes": Reply.OUTCOMES, "may_answer": may_answer}
    return render(request, "notices/desk_replies.html", context)


@requires(*ANSWERERS)
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Close a reply."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    row = get_object_or_404(Reply, pk=pk)
    outcome, text = request.POST.get("outcome", ""), request.POST.get("answer", "")
    try:
        replies.answer(row, outcome=outcome, answer=text, by=request.user, now=timezone.now())
    except RefusedError as error:
        for reason in error.reasons:
            messages.error(request, reason)
    else:
        messages.success(request, gettext("Answered. It stands in the public log."))
    return redirect("notices-replies")
