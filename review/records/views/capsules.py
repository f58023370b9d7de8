"""The page of an advert's capsules, and the one click that makes one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adverts import store
from adverts.access import REVIEWERS, Role, requires, roles_of
from adverts.erasing import ERASED
from adverts.models import Advert
from adverts.records import FairwatchError
from review import tenancy
from review.deciding import can_decide
from review.records import capsule, unmasking, wording
from review.records.acting import RefusedActError
from review.records.models import CapsuleExport
from review.views import panel
from review.views.panel import person, respond


@requires(*REVIEWERS)
@require_safe
def page(request: HttpRequest, advert_id: str) -> HttpResponse:
    """What a capsule holds, who has made one, and the button."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Advert, pk=advert_id)
    panel.log_view(user, f"advert:{row.pk}", now=now)
    values = {
        "advert": row,
        "erased": row.reader == ERASED,
        "exports": list(_exports(user).filter(advert_id=row.pk).select_related("by")[:50]),
        "granted": unmasking.granted(user=user, advert_id=row.pk, now=now),
        "hidden": _is_hidden(request, row),
        "may": can_decide(roles_of(user)),
    }
    return respond(request, "records/capsule.html", values)


@requires(Role.INSPECTOR, Role.HEAD)
@require_POST
def make(request: HttpRequest, advert_id: str) -> HttpResponseBase:
    """Make the capsule and hand it out; the spool folder is gone once the file is open."""
    user, now = person(request), timezone.now()
    row = get_object_or_404(Advert, pk=advert_id)
    if row.reader == ERASED or _is_hidden(request, row):
        messages.error(request, _("There is nothing to export: it was erased, or its findings are shown after your decision."))
        return redirect("capsule", row.pk)
    wanted = set(request.POST.getlist("shown"))
    grants = [one for one in unmasking.granted(user=user, advert_id=row.pk, now=now) if str(one.pk) in wanted]
    try:
        with capsule.spool() as folder:
            made = capsule.make(row, folder=folder, user=user, language=get_language() or "en", made_at=now, requests=grants)
            # open before the folder goes: the file lives on until it is sent
            stream = made.path.open("rb")
    except RefusedActError as refused:
        messages.error(request, str(wording.REFUSALS[refused.refusal]))
        return redirect("capsule", row.pk)
    except FairwatchError as error:
        messages.error(request, str(error))
        return redirect("capsule", row.pk)
    answer = FileResponse(stream, as_attachment=True, filename=made.name, content_type="application/zip")
    answer["Cache-Control"] = "no-store"
    answer["X-Fairwatch-Fingerprint"] = made.fingerprint
    return answer


def _is_hidden(request: HttpRequest, row: Advert) -> bool:
    user = person(request)
    return panel.is_hidden(panel.find_case(store.cluster_of(row.pk), tenant=tenancy.body_of(user)), user)


def _exports(user: User) -> QuerySet[CapsuleExport]:
    tenant = tenancy.scope(user)
    return CapsuleExport.objects.all() if tenant is None else CapsuleExport.objects.filter(tenant=tenant)
