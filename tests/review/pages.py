"""Pages read strictly, and the small steps all tests of pages take."""

from __future__ import annotations

from html.parser import HTMLParser

from django.test import Client
from django.urls import reverse

from adverts.models import Cluster
from review import queue
from review.models import Case
from tests.review.scenes import NOW

VOID = {"meta", "link", "input", "br", "img", "hr", "path"}


class Page(HTMLParser):
    """A page read strictly: tags must close in order; ids must be unique; nothing inline may run or style."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.html, self.stack, self.ids, self.words, self.links = html, [], [], [], []
        self.fields: dict[str, str] = {}
        self.feed(html)
        self.close()
        assert self.stack == []
        assert len(self.ids) == len(set(self.ids))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        assert not any(name == "style" or name.startswith("on") for name in given), attrs
        assert tag != "script" or given.get("src"), "inline script"
        assert tag != "style"
        for name in ("href", "src", "action"):
            assert not (given.get(name) or "").lower().startswith(("javascript:", "data:", "http")), attrs
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given["href"]] if given.get("href") else []
        if tag == "input" and given.get("type") in ("hidden", None):
            self.fields[str(given["name"])] = given.get("value") or ""
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.stack.pop() == tag, self.html[max(0, self.rawdata.find(tag)) :][:200]

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def get(client: Client, address: str, *, status: int = 200) -> Page:
    answer = client.get(address)
    assert answer.status_code == status
    return Page(answer.content.decode())


def opened(group: Cluster, *, now_refresh: bool = True) -> Case:
    queue.refresh(now=NOW)
    return Case.objects.get(cluster_id=group.pk)


def advert_url(case: Case) -> str:
    return reverse("advert", args=[case.advert_id])


def form_of(client: Client, case: Case, **changes: str) -> dict[str, str]:
    """The decision form as the page holds it, filled in."""
    page = get(client, advert_url(case))
    names = ("round", "seen", "query", "page")
    return {**{name: page.fields[name] for name in names}, "outcome": "act", "reason": "", "note": "", **changes}
