"""Notices as OASIS Common Alerting Protocol 1.2 messages, one ``info`` a language, elements in the order of the standard's schema.

A notice is no emergency: urgency ``Future``, severity ``Unknown``. An update or correction is an ``Update``, a cancellation a ``Cancel``,
each with ``references`` to the earlier message. A notice that was taken back is a ``Cancel`` without any of its words.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe
from lxml import etree

from adverts.access import public
from notices import frame, subjects
from notices.content import Text
from notices.markup import blocks, help_lines
from notices.reading import Public, Tombstone, public_notices, tombstones

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml; charset=utf-8"
MESSAGE = {"correction": "Update", "cancellation": "Cancel"}


@public
@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One notice as a CAP message; 410 with a ``Cancel`` where it was taken back."""
    notices = public_notices(today=frame.today())
    notice = next((each for each in notices if each.slug == slug), None)
    if notice is not None:
        older = next((each for each in notices if each.slug == notice.older), None)
        return frame.answer(request, message(notice, older), CONTENT_TYPE)
    stone = next((each for each in tombstones(notices) if each.slug == slug), None)
    if stone is None:
        raise Http404
    return HttpResponse(taken_back(stone), content_type=CONTENT_TYPE, status=410)


def message(notice: Public, older: Public | None) -> bytes:
    """The message of a notice that is out."""
    kind = MESSAGE.get(notice.content.type, "Update" if older else "Alert")
    alert = _alert(_identifier(notice.slug), notice.published_at, kind)
    if older is not None:
        _add(alert, "references", _reference(older.slug, older.published_at))
    for text in notice.content.shown_texts:
        _info(alert, notice, text)
    return _written(alert)


def taken_back(stone: Tombstone) -> bytes:
    """The message of a notice that was taken back: why, and which one."""
    alert = _alert(f"{_identifier(stone.slug)}-withdrawn", stone.withdrawn_at, "Cancel")
    _add(alert, "note", stone.reason)
    _add(alert, "references", _reference(stone.slug, stone.published_at))
    return _written(alert)


def _alert(identifier: str, sent: datetime, kind: str) -> Any:
    alert = etree.Element(f"{{{NAMESPACE}}}alert", nsmap={None: NAMESPACE})
    fields = {"identifier": identifier, "sender": _sender(), "sent": _moment(sent), "status": "Actual", "msgType": kind, "scope": "Public"}
    for name, value in fields.items():
        _add(alert, name, value)
    return alert


def _info(alert: Any, notice: Public, text: Text) -> None:
    info = etree.SubElement(alert, f"{{{NAMESPACE}}}info")
    fields = {
        "language": text.language,
        "category": "Safety",
        "event": "Safe work notice",
        "responseType": "Prepare" if notice.holds else "None",
        "urgency": "Future" if notice.holds else "Past",
        "severity": "Unknown",
        "certainty": "Unknown",
        "effective": _moment(notice.published_at),
        "expires": _expires(notice),
        "senderName": "Fairwatch",
        "headline": text.title,
        "description": "\n".join(line for block in blocks(text.body) for line in block.lines),
        "instruction": "\n".join(f"{line.name} {line.number}".strip() for line in help_lines(text.help_lines)),
        "web": frame.absolute("notice-public", notice.slug, text.language),
    }
    for name, value in fields.items():
        if value:
            _add(info, name, value)
    codes = [code for code in (notice.content.from_country, notice.content.to_country) if code]
    area = etree.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", ", ".join(subjects.country_name(code, text.language) for code in codes) or "World")
    for code in codes:
        geocode = etree.SubElement(area, f"{{{NAMESPACE}}}geocode")
        _add(geocode, "valueName", "ISO3166-1")
        _add(geocode, "value", code)


def _expires(notice: Public) -> str:
    last = notice.content.valid_until
    return _moment(datetime.combine(last + timedelta(days=1), time(), tzinfo=UTC)) if last else ""


def _reference(slug: str, sent: datetime) -> str:
    return f"{_sender()},{_identifier(slug)},{_moment(sent)}"


def _identifier(slug: str) -> str:
    return f"{frame.host()}-notice-{slug}"


def _sender() -> str:
    return f"notices@{frame.host()}"


def _moment(moment: datetime) -> str:
    # the standard wants an offset in numbers and names UTC as -00:00
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")


def _add(parent: Any, name: str, value: str) -> None:
    etree.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = "".join(char for char in value if char >= " " or char in "\n\t")


def _written(alert: Any) -> bytes:
    return bytes(etree.tostring(alert, xml_declaration=True, encoding="utf-8", pretty_print=True))
