"""A large board that exists only while a benchmark runs: pages of every common form, made from a number, served over real HTTP.

    python -m benchmarks._board PAGES      serves on a free port of loopback; the first line of output is the address

Of twenty pages seventeen show one advert with schema.org data, one shows one advert in plain HTML, one lists twenty adverts, and one is
no advert. A page weighs about 14 kB, for it has what boards put around an advert: styles, menus, similar jobs, a footer.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from html import escape

TITLES = (
    "Warehouse Operative", "Care Assistant", "Line Cook", "Forklift Driver", "Registered Nurse", "Construction Labourer", "Room Attendant",
    "Fruit Picker", "Welder", "Electrician", "Customer Service Agent", "Security Guard", "Delivery Driver", "Machine Operator",
)  # fmt: skip
EMPLOYERS = (
    "Alder & Moss",
    "Brightwater Foods",
    "Canal Street Logistics",
    "Dunmore Care",
    "Eastfield Growers",
    "Fenwick Build",
    "Gull Hotels",
)
PLACES = (("Leeds", "GB"), ("Dublin", "IE"), ("Rotterdam", "NL"), ("Doha", "QA"), ("Poznan", "PL"), ("Lisbon", "PT"), ("Nairobi", "KE"))
WORDS = str.split(
    "you will work in a small team and report to the shift lead every morning; the site is clean, well lit and heated in winter. "
    "we pay every second Friday by bank transfer and give a payslip that shows hours, overtime and every deduction. "
    "training takes three days and is paid at the full rate. uniform, boots and gloves are provided free of charge. "
    "the contract is written in a language you read, and a copy is yours before you sign. holidays follow the law of the country. "
    "experience is welcome but not required; what matters is that you arrive on time and look after the people next to you."
)
DAY = 24
"""Days over which the adverts are spread."""
LIST = 20
"""Adverts a list shows."""
SITEMAP = 5_000
"""Addresses a sitemap holds."""
_STYLE = "".join(f".c{n}{{margin:{n}px;padding:{n % 7}px;color:#{n * 4111 % 0xFFFFFF:06x}}}" for n in range(60))
_SCRIPT = "".join(f"window.q{n}=function(a,b){{return a<b?a+{n}:b-{n}}};" for n in range(40))
_MENU = "".join(f'<li class="nav-item"><a class="nav-link" href="/section/{n}">Section {n}</a></li>' for n in range(24))
_FOOTER = "".join(f'<li><a href="/about/{n}">About page {n}</a></li>' for n in range(20))


def kind(number: int) -> str:
    """What page ``number`` is: data, plain, list or other."""
    return {17: "plain", 18: "list", 19: "other"}.get(number % 20, "data")


def address(number: int) -> str:
    """The path of page ``number``."""
    return {"list": "/jobs/page-", "other": "/advice/"}.get(kind(number), "/job/") + str(number)


def page(number: int) -> bytes:
    """The page as it is served; always the same for the same number."""
    chance = random.Random(number)  # noqa: S311
    make = {"data": _data, "plain": _plain, "list": _list, "other": _other}[kind(number)]
    return make(number, chance).encode()


def robots() -> bytes:
    """Lets everybody in."""
    return b"User-agent: *\nDisallow: /account/\n"


def sitemap(number: int, *, pages: int, base: str) -> bytes:
    """Sitemap ``number``, from 0; the index of them all for -1."""
    if number < 0:
        rows = "".join(f"<sitemap><loc>{base}/sitemap-{n}.xml</loc></sitemap>" for n in range((pages + SITEMAP - 1) // SITEMAP))
        return f"<sitemapindex>{rows}</sitemapindex>".encode()
    shown = range(number * SITEMAP, min(pages, (number + 1) * SITEMAP))
    return f"<urlset>{''.join(f'<url><loc>{base}{address(n)}</loc></url>' for n in shown)}</urlset>".encode()


def _facts(chance: random.Random) -> dict[str, str]:
    place, country = chance.choice(PLACES)
    return {
        "title": chance.choice(TITLES), "employer": chance.choice(EMPLOYERS), "place": place, "country": country,
        "pay": str(chance.randrange(9, 30)), "day": f"2026-05-{chance.randrange(1, DAY):02d}",
    }  # fmt: skip


def _paragraphs(chance: random.Random) -> str:
    def words(count: int) -> str:
        start = chance.randrange(len(WORDS))
        return " ".join((WORDS * 4)[start : start + count]).capitalize()

    items = "".join(f"<li>{words(9)}</li>" for _ in range(6))
    return (
        f"<p>{words(70)}.</p><h3>Your tasks</h3><ul>{items}</ul><p>{words(80)}.<br>{words(20)}.</p>"
        f"<h3>What we offer</h3><p>{words(60)} &amp; more.</p>"
    )


def _data(number: int, chance: random.Random) -> str:
    facts, body = _facts(chance), _paragraphs(chance)
    posting = {
        "@context": "https://schema.org/", "@type": "JobPosting", "title": f"{facts['title']} {number}", "description": body,
        "datePosted": facts["day"], "validThrough": "2026-07-01", "employmentType": "FULL_TIME",
        "identifier": {"@type": "PropertyValue", "name": "board", "value": f"B{number}"},
        "hiringOrganization": {"@type": "Organization", "name": facts["employer"], "sameAs": "https://employer.example/"},
        "jobLocation": {"@type": "Place", "address": {
            "@type": "PostalAddress", "addressLocality": facts["place"], "addressCountry": facts["country"],
        }},
        "baseSalary": {"@type": "MonetaryAmount", "currency": "EUR", "value": {
            "@type": "QuantitativeValue", "value": facts["pay"], "unitText": "HOUR",
        }},
    }  # fmt: skip
    data = json.dumps(posting).replace("</", "<\\/")
    head = f'<script type="application/ld+json">{data}</script>'
    return _frame(f"{facts['title']} {number}", _shown(number, facts, body) + _similar(chance), head=head)


def _plain(number: int, chance: random.Random) -> str:
    facts = _facts(chance)
    return _frame(f"{facts['title']} {number}", _shown(number, facts, _paragraphs(chance)) + _similar(chance))


def _shown(number: int, facts: dict[str, str], body: str) -> str:
    return (
        f'<article class="job-detail"><h1 class="job-title">{escape(facts["title"])} {number}</h1><ul class="facts">'
        f"<li><b>Employer:</b> {escape(facts['employer'])}</li><li><b>Location:</b> {facts['place']}</li>"
        f"<li><b>Salary:</b> EUR {facts['pay']} per hour</li></ul>"
        f'<div class="job-description">{body}</div><a class="btn apply" href="/apply/{number}">Apply now</a></article>'
    )


def _similar(chance: random.Random) -> str:
    rows = "".join(f'<li><a href="/job/{chance.randrange(20_000)}">{chance.choice(TITLES)}</a></li>' for _ in range(8))
    return f'<aside class="similar-jobs"><h2>Similar jobs</h2><ul>{rows}</ul></aside>'


def _list(number: int, chance: random.Random) -> str:
    first = number - number % 20
    cards = "".join(_card(n, random.Random(n)) for n in range(first, first + LIST) if kind(n) in {"data", "plain"})  # noqa: S311
    return _frame("Jobs", f'<h1>All jobs</h1><div class="results">{cards}</div>')


def _card(number: int, chance: random.Random) -> str:
    facts = _facts(chance)
    return (
        f'<div class="job-card"><h2><a href="{address(number)}">{escape(facts["title"])} {number}</a></h2>'
        f'<span class="company">{escape(facts["employer"])}</span><span class="location">{facts["place"]}</span>'
        f'<p class="teaser">{" ".join(WORDS[:18]).capitalize()}</p></div>'
    )


def _other(number: int, chance: random.Random) -> str:
    text = " ".join(chance.choices(WORDS, k=260)).capitalize()
    return _frame(f"How to write a good letter, part {number}", f"<h1>How to write a good letter, part {number}</h1><p>{text}.</p>")


def _frame(title: str, inner: str, *, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)} | Benchmark Board</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>{head}</head><body>'
        f'<header><nav><ul class="menu">{_MENU}</ul></nav></header><main>{inner}</main>'
        f"<footer><ul>{_FOOTER}</ul><p>Benchmark Board shows invented adverts.</p></footer><script>{_SCRIPT}</script></body></html>"
    )


class _Serving(asyncio.Protocol):
    """As little of HTTP/1.1 as a crawler needs: one GET after another on a connection that stays open."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers, self._rest = answers, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        *requests, self._rest = (self._rest + data).split(b"\r\n\r\n")
        for request in requests:
            body = self._answers.get(request.split(b" ", 2)[1])
            status, body = (b"200 OK", body) if body is not None else (b"404 Not Found", b"not here")
            self._transport.write(  # type: ignore[attr-defined]
                b"HTTP/1.1 %b\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body)
            )


def everything(pages: int, base: str) -> dict[bytes, bytes]:
    """All answers of a board by path."""
    answers = {address(n).encode(): page(n) for n in range(pages)}
    answers |= {f"/sitemap-{n}.xml".encode(): sitemap(n, pages=pages, base=base) for n in range((pages + SITEMAP - 1) // SITEMAP)}
    return answers | {b"/sitemap.xml": sitemap(-1, pages=pages, base=base), b"/robots.txt": robots()}


async def _serve(pages: int) -> None:
    answers: dict[bytes, bytes] = {}
    server = await asyncio.get_running_loop().create_server(lambda: _Serving(answers), "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    answers.update(everything(pages, base))
    print(base, flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
