"""Clusters that alerts tell to some roles alone: heads of unit restrict them with a reason, and lift it. Each act is in the audit log."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from adverts.access import Role, requires
from adverts.models import Advert
from alerts import page_words, permission
from alerts.masking import one_line
from alerts.models import Restriction
from alerts.permission import SUBSCRIBERS
from alerts.reading import clusters_now

LONGEST = 200
"""Restrictions on the page, the newest first."""

ROLES = [(role.value, page_words.ROLES[role.value]) for role in SUBSCRIBERS]


class RestrictForm(forms.Form):
    """Which cluster, who may still be told, and why."""

    cluster = forms.CharField(
        max_length=64,
        label=_("Cluster or advert"),
        help_text=_("Its number, as in the address of its page."),
        widget=forms.TextInput(attrs={"spellcheck": "false"}),
    )
    roles = forms.MultipleChoiceField(
        choices=ROLES, required=False, label=_("Who may still be told"), help_text=_("None: nobody."), widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(max_length=200, label=_("Why"), help_text=_("Stays on this page. No names of people."))

    def clean_cluster(self) -> str:
        """The advert that stands for it: the one named, or the oldest of the cluster."""
        given = str(self.cleaned_data["cluster"]).strip()
        rows = Advert.objects.order_by("first_seen_at", "advert_id").values_list("advert_id", flat=True)
        found = rows.filter(membership__cluster_id=given).first() or rows.filter(advert_id=given, membership__isnull=False).first()
        if found is None:
            raise forms.ValidationError(gettext("There is no cluster or advert of that number."))
        return str(found)

    def clean_reason(self) -> str:
        """One line."""
        return one_line(self.cleaned_data["reason"], longest=200)


@requires(Role.HEAD)
@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """All restrictions, and a form for a new one; ``?cluster=`` fills in which."""
    form = RestrictForm(request.POST or None, initial={"cluster": request.GET.get("cluster", "")})
    if request.method == "POST" and form.is_valid():
        return _restricted(request, form)
    rows = list(Restriction.objects.select_related("by")[:LONGEST])
    now_in = clusters_now({row.advert_id for row in rows})
    context = {
        "form": form,
        "rows": [(row, now_in.get(row.advert_id, ""), [page_words.ROLES.get(role, role) for role in row.roles]) for row in rows],
    }
    return render(request, "alerts/restricted.html", context)


@requires(Role.HEAD)
@require_POST
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a cluster be told to all again; doing it twice changes nothing."""
    permission.lift(get_object_or_404(Restriction, pk=pk), by=request.user.get_username(), now=timezone.now())
    messages.success(request, gettext("Lifted. From the next message on it is told again to all who asked for it."))
    return redirect("alerts-restricted")


def _restricted(request: HttpRequest, form: RestrictForm) -> HttpResponse:
    if not isinstance(request.user, User):
        raise PermissionDenied
    given = form.cleaned_data
    same = Restriction.objects.filter(advert_id=given["cluster"], lifted_at=None, roles=sorted(given["roles"]))
    if same.exists():
        messages.info(request, gettext("It is restricted to these roles already."))
        return redirect("alerts-restricted")
    roles = [Role(each) for each in given["roles"]]
    permission.restrict(given["cluster"], roles=roles, reason=given["reason"], by=request.user, now=timezone.now())
    messages.success(request, gettext("Restricted. Feeds and pages lose it at once; what was sent before cannot be taken back."))
    return redirect("alerts-restricted")
