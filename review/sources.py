"""The health of sources for the operator, and the same figures for Prometheus. Neither shows a word of an advert."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.db.models import Count, Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from adverts.access import Role, public, requires
from adverts.models import Advert, Reject, Run
from adverts.sources import ALARMS, SourceHealth, all_sources
from settings.env import current

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA")


@requires(Role.OPERATOR, Role.AUDITOR)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Each source: last success, pages, adverts, fill, errors by kind, alarms; those with alarms first."""
    now = timezone.now()
    found = sorted(all_sources(now=now), key=_urgency)
    return render(request, "review/sources.html", {"now": now, "sources": found, "loud": sum(bool(one.alarms) for one in found)})


@public
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus's text format, for this machine itself or with the token of ``FAIRWATCH_METRICS_TOKEN``."""
    if not may_read(request.META, token=current().metrics_token.get_secret_value()):
        said = "metrics are for this machine itself, or with Authorization: Bearer TOKEN\n"
        return HttpResponse(said, status=403, content_type="text/plain")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Ledger())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"})


def may_read(meta: Mapping[str, object], *, token: str) -> bool:
    """Whether a request may see the figures: with the token, or straight from this machine and through no proxy.

    A proxy on this machine asks from it too, for anybody; where one has left its mark only the token counts.
    """
    given = str(meta.get("HTTP_AUTHORIZATION", ""))
    if token and hmac.compare_digest(given.encode("utf-8", "replace"), f"Bearer {token}".encode()):
        return True
    if any(name in meta for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(str(meta.get("REMOTE_ADDR", ""))).is_loopback
    except ValueError:
        return False


def _urgency(one: SourceHealth) -> tuple[bool, str]:
    return not one.alarms, one.name


class _Ledger(Collector):
    """Asks the ledger once each time it is collected."""

    def collect(self) -> Iterator[Metric]:
        """The figures of sources, stages, adverts and rejected lines."""
        yield from source_metrics(all_sources(now=timezone.now()))
        stages = GaugeMetricFamily("fairwatch_stage_last_success_timestamp_seconds", "End of the last good run.", labels=["stage"])
        good = Run.objects.filter(ok=True, ended_at__isnull=False).exclude(stage__startswith="crawl:")
        for stage, ended in good.values_list("stage").annotate(at=Max("ended_at")):
            stages.add_metric([stage], ended.timestamp())
        yield stages
        adverts = GaugeMetricFamily("fairwatch_adverts", "Adverts in the ledger.", labels=["state"])
        number = Advert.objects.aggregate(everything=Count("*"), closed=Count("closed_at"))
        adverts.add_metric(["online"], number["everything"] - number["closed"])
        adverts.add_metric(["closed"], number["closed"])
        yield adverts
        yield GaugeMetricFamily("fairwatch_rejected_lines", "Landing lines that could not be taken.", value=Reject.objects.count())


def source_metrics(found: Sequence[SourceHealth]) -> Iterable[Metric]:
    """The figures of sources, each with the source's name."""
    success = GaugeMetricFamily("fairwatch_source_last_success_timestamp_seconds", "End of the last good crawl.", labels=["source"])
    pages = GaugeMetricFamily("fairwatch_source_pages", "Pages of the last crawl.", labels=["source"])
    adverts = GaugeMetricFamily("fairwatch_source_adverts", "Adverts met by the last crawl.", labels=["source"])
    fill = GaugeMetricFamily("fairwatch_source_fill_ratio", "Share of its adverts that have a field.", labels=["source", "field"])
    errors = GaugeMetricFamily("fairwatch_source_errors", "Errors of the last crawl.", labels=["source", "kind"])
    alarm = GaugeMetricFamily("fairwatch_source_alarm", "1 where an alarm of this kind stands.", labels=["source", "kind"])
    for one in found:
        success.add_metric([one.name], one.last_success.timestamp() if one.last_success else 0.0)
        pages.add_metric([one.name], one.pages)
        adverts.add_metric([one.name], one.adverts)
        for name, share in one.fill.items():
            fill.add_metric([one.name, name], share)
        for kind, number in one.errors.items():
            errors.add_metric([one.name, kind], number)
        for kind in ALARMS:
            alarm.add_metric([one.name, kind], float(kind in one.kinds()))
    return success, pages, adverts, fill, errors, alarm
