"""The Corner: classifieds in plain HTML with the markup of an old site: tables, font tags, unclosed cells, three layouts."""

from __future__ import annotations

from html import escape

from tests.boards.content import Written, path_of
from tests.boards.pieces import DAY_START, Page, changed_at, direction, document, facts, gone, newest_first, related

SITE = "The Corner"
PER_PAGE = 12
_TOP = (
    '<table width="100%" bgcolor="#ffffcc" lang="en" dir="ltr"><tr><td><font size=5><a href="/corner/list?page=1">The Corner</a></font>'
    '<td align=right><a href="/corner/list?page=1">all ads</a> &middot; <a href="/corner/rules">house rules</a> &middot; '
    '<a href="/corner/members/">members</a></table>'
)
_END = (
    '<hr><center lang="en" dir="ltr"><font size=1>ads are free &amp; unchecked. dont send money or your passport to strangers!! '
    "if an ad smells wrong press REPORT. mail: corner@the-corner.example</font></center>"
)


def pages(*, adverts: tuple[Written, ...], day: int) -> dict[str, Page]:
    """Every address of the board as it answers on ``day``."""
    mine = [advert.on(day) for advert in adverts if advert.board == "corner"]
    online = newest_first([advert for advert in mine if day in advert.days])
    out: dict[str, Page] = {}
    for advert in mine:
        if day in advert.days:
            out[path_of(advert)] = _detail(advert, adverts=adverts, day=day)
        elif min(advert.days) < day:
            out[path_of(advert)] = gone(advert, site=SITE, home="/corner/list?page=1")
    hidden = [advert for advert in online if advert.private]
    out["/corner/members/"] = _sheet("members only", _rows(hidden), day=day)
    out["/corner/rules"] = _sheet("house rules", "<p>be kind. one ad per job. no fees from applicants, ever.</p>", day=0)
    return out | _lists([advert for advert in online if not advert.private], hidden, day=day)


def _lists(shown: list[Written], hidden: list[Written], *, day: int) -> dict[str, Page]:
    count = -(-len(shown) // PER_PAGE)
    out: dict[str, Page] = {}
    for number in range(1, count + 1):
        rows = _rows(shown[(number - 1) * PER_PAGE : number * PER_PAGE])
        if number == 1 and hidden:
            rows += f'<tr><td>*<td><a href="{path_of(hidden[0])}">{escape(hidden[0].title)}</a>'
        following = f'<a class="nxt" href="/corner/list?page={number + 1}">older ads &raquo;</a>' if number < count else "thats all"
        inner = f'<table class="ads" cellpadding=3>{rows}</table><p align=right>{following}'
        out[f"/corner/list?page={number}"] = _sheet(f"all ads, sheet {number}", inner, day=day)
    return out


def _rows(adverts: list[Written]) -> str:
    return "".join(_row(advert) for advert in adverts)


def _row(advert: Written) -> str:
    link = f'<a href="{path_of(advert)}">{escape(advert.title)}</a> {escape(advert.place)}'
    return f"<tr><td>{advert.posted:%d.%m}<td lang={advert.lang} dir={direction(advert.lang)}>{link}\n"


def _sheet(heading: str, inner: str, *, day: int) -> Page:
    return Page(document(title=heading, body=f"{_TOP}<h2>{heading}</h2>{inner}{_END}", site=SITE), DAY_START[day])


def _detail(advert: Written, *, adverts: tuple[Written, ...], day: int) -> Page:
    title = f"<h1 class=adtitle><font color=navy>{escape(advert.title)}</font></h1>"
    rows = "".join(f"<tr><td><i>{escape(name)}</i><td>{escape(value)}" for name, value in facts(advert))
    table = f'<table class="adfacts" border=0>{rows}</table>'
    lines = [escape(line) for line in advert.text.split("\n")]
    layout = sum(advert.id.encode()) % 3
    if layout == 0:
        ad = f'{title}{table}<div id="adtext">{"<br>".join(lines)}</div>'
    elif layout == 1:
        ad = f'{title}<div id="adtext"><font face="Verdana">{"".join(f"<p>{line}" for line in lines if line)}</font></div>{table}'
    else:
        ad = f'<table><tr><td valign=top>{title}<div id="adtext"><div>{"</div><div>".join(lines)}</div></div><td>{table}</table>'
    also = "".join(f'<li><a href="{path_of(other)}">{escape(other.title)}</a>' for other in related(advert, adverts))
    body = f'{_TOP}{ad}<p><a href="/corner/rules" lang="en">[REPORT]</a> <ul class="also">{also}</ul>{_END}'
    return Page(document(title=advert.title, body=body, lang=advert.lang, site=SITE), changed_at(advert, day=day))
