# ruff: noqa: E501 - pages are data
"""Invented listing pages in the layouts that boards use: address, page, and the titles, employers and places its cards show."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing page and what a reader must find in it; employers and places "" where the page names none."""

    name: str
    url: str
    html: str
    cards: tuple[tuple[str, str, str], ...]
    """Title, employer, place of each card, in order."""
    first_url: str = ""
    next_page: str = ""


def page(title: str, body: str, *, lang: str = "en") -> str:
    """A whole page with the furniture that every site has around its content."""
    return f"""<!doctype html><html lang="{lang}"><head><title>{title}</title><meta charset="utf-8"></head><body>
<header><a href="/">Home</a><nav><ul><li><a href="/jobs">Jobs</a></li><li><a href="/companies">Companies</a></li><li><a href="/blog">Blog</a></li>
<li><a href="/login">Log in</a></li></ul></nav></header>
{body}
<footer><a href="/about">About us</a> <a href="/terms">Terms</a> <a href="/privacy">Privacy policy</a> <p>Some Board Ltd, 1 High Street</p></footer>
</body></html>"""


def repeated(template: str, rows: tuple[tuple[str, ...], ...]) -> str:
    """A template filled once for each row; {0}, {1} ... are its values, {n} its number."""
    return "\n".join(template.format(*row, n=number) for number, row in enumerate(rows, 1))


WORKERS = (
    ("Warehouse Operative", "Quayside Logistics Ltd", "Leeds"),
    ("Night Cleaner", "Brightway Services", "Bradford"),
    ("Forklift Driver", "Marlow & Finch", "Halifax"),
    ("Kitchen Porter", "The Copper Kettle", "York"),
)
GERMANS = (
    ("Küchenhilfe (m/w/d)", "Gasthaus Sonnenhof GmbH", "Rosenheim"),
    ("Lagermitarbeiter (m/w/d)", "Nordkai Spedition GmbH & Co. KG", "Hamburg"),
    ("Pflegefachkraft (m/w/d)", "Haus Birkenblick gGmbH", "Kassel"),
)
DEMANDS = (
    ("Security Guard", "Falcon Shield LLC", "UAE", "AED 1,500"),
    ("Steel Fixer", "Al Noor Contracting", "Qatar", "QAR 1,200"),
    ("Factory Worker", "Sunrise Gloves Sdn Bhd", "Malaysia", "RM 1,500"),
)

LISTINGS = (
    Listing(
        name="linked headings with named spans",
        url="https://board.example/jobs/leeds",
        html=page(
            "Jobs in Leeds | Some Board",
            "<main><h1>Jobs in Leeds</h1><p>4 jobs found</p><div class='results'>"
            + repeated(
                "<article class='job-card'><h2><a href='/job/{n}-x?utm_source=list'>{0}</a></h2><div class='company'>{1}</div>"
                "<div class='location'>{2}</div><span class='salary'>£11.44 per hour</span><p class='snippet'>Start soon, shifts of eight hours…</p>"
                "<a href='/job/{n}-x#apply'>Apply now</a></article>",
                WORKERS,
            )
            + "</div><a rel='next' href='/jobs/leeds?page=2'>Next</a></main>",
        ),
        cards=WORKERS,
        first_url="https://board.example/job/1-x",
        next_page="https://board.example/jobs/leeds?page=2",
    ),
    Listing(
        name="applicant tracking board: opening and location",
        url="https://boards.example/quayside",
        html=page(
            "Jobs at Quayside Logistics",
            "<div id='main'><h1>Current Job Openings</h1><section class='level-0'><h3>Operations</h3>"
            + repeated("<div class='opening'><a href='/quayside/jobs/{n}'>{0}</a><br><span class='location'>{2}</span></div>", WORKERS[:2])
            + "</section><section class='level-0'><h3>Transport</h3>"
            + repeated("<div class='opening'><a href='/quayside/jobs/9{n}'>{0}</a><br><span class='location'>{2}</span></div>", WORKERS[2:])
            + "</section></div>",
        ),
        cards=tuple((title, "Quayside Logistics", place) for title, _, place in WORKERS),
    ),
    Listing(
        name="the whole card is a link",
        url="https://jobs.example/acme",
        html=page(
            "Acme careers",
            "<div class='postings-group'>"
            + repeated(
                "<div class='posting'><a class='posting-title' href='https://jobs.example/acme/{n}'><h5>{0}</h5><div class='posting-categories'>"
                "<span class='sort-by-location posting-category'>{2}</span><span class='sort-by-commitment posting-category'>Full-time</span></div></a></div>",
                WORKERS,
            )
            + "</div>",
        ),
        cards=tuple((title, "", place) for title, _, place in WORKERS),
        first_url="https://jobs.example/acme/1",
    ),
    Listing(
        name="German board without classes that help",
        url="https://stellen.example/stellenangebote/?q=pflege",
        html=page(
            "Stellenangebote in Bayern",
            "<h1>3 Stellenangebote</h1><ul>"
            + repeated(
                "<li><h3><a href='/stellenangebot/{n}'>{0}</a></h3><p>{1}</p><p>{2}</p><p>Vollzeit</p><p>vor {n} Tagen</p></li>", GERMANS
            )
            + "</ul><a href='/stellenangebote/?q=pflege&amp;seite=2'>Weiter</a>",
            lang="de",
        ),
        cards=GERMANS,
        next_page="https://stellen.example/stellenangebote/?q=pflege&seite=2",
    ),
    Listing(
        name="table of overseas demands",
        url="https://manpower.example/current-demands",
        html=page(
            "Current Demands",
            "<h1>Current Demands</h1><table><tr><th>Position</th><th>Company</th><th>Country</th><th>Salary</th><th></th></tr>"
            + repeated("<tr><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td><td><a href='/demand/{n}'>View details</a></td></tr>", DEMANDS)
            + "</table>",
        ),
        cards=tuple(row[:3] for row in DEMANDS),
        first_url="https://manpower.example/demand/1",
    ),
    Listing(
        name="table with linked titles",
        url="https://council.example/vacancies",
        html=page(
            "Vacancies - Council",
            "<h1>Vacancies</h1><table class='vacancies'><thead><tr><th>Job title</th><th>Location</th><th>Closing date</th></tr></thead><tbody>"
            + repeated("<tr><td><a href='vacancy.php?id={n}'>{0}</a></td><td>{2}</td><td>2{n}/11/2026</td></tr>", WORKERS)
            + "</tbody></table>",
        ),
        cards=tuple((title, "", place) for title, _, place in WORKERS),
        first_url="https://council.example/vacancy.php?id=1",
    ),
    Listing(
        name="headings and paragraphs side by side, no element around a card",
        url="https://estate.example/jobs.html",
        html=page(
            "Work with us",
            "<div class='content'><h1>Vacancies</h1>"
            + repeated("<h3>{0}</h3><p>Location: {2}</p><p>Employer: {1}</p><p><a href='jobs/{n}.html'>Read more</a></p>", WORKERS)
            + "</div>",
        ),
        cards=WORKERS,
        first_url="https://estate.example/jobs/1.html",
    ),
    Listing(
        name="Russian board, meta line with dots",
        url="https://rabota.example/vakansii",
        html=page(
            "Вакансии в Варшаве",
            "<h1>Вакансии</h1><div>"
            + repeated(
                "<div class='vacancy-item'><a class='vacancy-title' href='/vacancy/{n}'>{0}</a><div>{1} · {2} · сегодня</div><div>от 45 000 до 60 000 руб.</div></div>",
                (
                    ("Сварщик", "ООО Северный причал", "Варшава"),
                    ("Водитель категории Е", "ООО Дальняя дорога", "Минск"),
                    ("Упаковщик", "ЗАО Ромашка", "Прага"),
                ),
            )
            + "</div><a href='/vakansii?page=2'>дальше</a>",
            lang="ru",
        ),
        cards=(
            ("Сварщик", "ООО Северный причал", "Варшава"),
            ("Водитель категории Е", "ООО Дальняя дорога", "Минск"),
            ("Упаковщик", "ЗАО Ромашка", "Прага"),
        ),
        next_page="https://rabota.example/vakansii?page=2",
    ),
    Listing(
        name="Spanish board, data attributes",
        url="https://empleos.example/ofertas-de-trabajo",
        html=page(
            "Ofertas de trabajo en Lima",
            "<h1>Ofertas de trabajo</h1><section>"
            + repeated(
                "<article data-qa='offer'><h2 data-qa='offer-title'><a href='/oferta/{n}'>{0}</a></h2><p data-qa='company-name'>{1}</p>"
                "<p data-qa='location'>{2}</p><p data-qa='description'>Buscamos personal con ganas de trabajar en turno de mañana.</p></article>",
                (("Operario de planta", "Conservas del Puerto S.A.", "Callao"), ("Ayudante de cocina", "Restaurante El Faro", "Lima")),
            )
            + "</section>",
            lang="es",
        ),
        cards=(("Operario de planta", "Conservas del Puerto S.A.", "Callao"), ("Ayudante de cocina", "Restaurante El Faro", "Lima")),
    ),
    Listing(
        name="Chinese board",
        url="https://zhaopin.example/zhiwei/list",
        html=page(
            "电子厂招聘信息",
            "<div class='job-list'>"
            + repeated(
                "<div class='job-item'><a href='/job/{n}.html' class='job-name'>{0}</a><span class='company-name'>{1}</span>"
                "<span class='job-area'>{2}</span><em class='salary'>6000-8000元/月</em></div>",
                (("普工", "东湖电子有限公司", "深圳"), ("仓库管理员", "南山物流有限公司", "广州"), ("厨师", "江边饭店", "上海")),
            )
            + "</div><a href='/zhiwei/list?page=2'>下一页</a>",
            lang="zh",
        ),
        cards=(("普工", "东湖电子有限公司", "深圳"), ("仓库管理员", "南山物流有限公司", "广州"), ("厨师", "江边饭店", "上海")),
        next_page="https://zhaopin.example/zhiwei/list?page=2",
    ),
    Listing(
        name="Arabic board, right to left",
        url="https://wazaif.example/jobs",
        html=page(
            "وظائف شاغرة في الرياض",
            "<h1>وظائف شاغرة</h1><ul class='jobs'>"
            + repeated(
                "<li class='job'><a href='/job/{n}'><h2>{0}</h2></a><span class='company'>{1}</span><span class='city'>{2}</span></li>",
                (("سائق شاحنة", "شركة النخيل للنقل", "الرياض"), ("محاسب", "مؤسسة الواحة", "جدة")),
            )
            + "</ul>",
            lang="ar",
        ),
        cards=(("سائق شاحنة", "شركة النخيل للنقل", "الرياض"), ("محاسب", "مؤسسة الواحة", "جدة")),
    ),
    Listing(
        name="definition list with a position list of one board",
        url="https://careers.example/positions",
        html=page(
            "Open positions",
            "<ul class='positions location'>"
            + repeated(
                "<li class='position'><a href='/p/{n}-abc'><h2>{0}</h2><ul class='meta'><li class='location'><span>{2}</span></li>"
                "<li class='type'><span>Full-Time</span></li><li class='department'><span>Operations</span></li></ul></a></li>",
                WORKERS,
            )
            + "</ul>",
        ),
        cards=tuple((title, "", place) for title, _, place in WORKERS),
        first_url="https://careers.example/p/1-abc",
    ),
    Listing(
        name="cards with icons and hashed class names",
        url="https://app.example/jobs",
        html=page(
            "Find jobs",
            "<div class='css-1q2w3e'>"
            + repeated(
                "<div class='css-9x8y7z'><a href='/jobs/{n}'><div class='css-0p1o2i'><span class='css-aa11bb'><strong>{0}</strong></span></div></a>"
                "<div class='css-5t6y7u'><svg data-icon='building'></svg><span class='css-zz22'>{1}</span></div>"
                "<div class='css-5t6y7u'><svg data-icon='map-marker'></svg><span class='css-zz22'>{2}</span></div><button>Apply</button></div>",
                WORKERS,
            )
            + "</div>",
        ),
        cards=WORKERS,
    ),
    Listing(
        name="job cards beside a sidebar of categories",
        url="https://portal.example/search?q=driver",
        html=page(
            "Driver jobs",
            "<div class='cols'><aside class='sidebar'><h4>Categories</h4><ul>"
            + repeated(
                "<li><a href='/jobs/cat-{n}'>{0}</a></li>",
                (("Driving jobs (120)",), ("Cleaning jobs (54)",), ("Care jobs (33)",), ("Farm jobs (8)",)),
            )
            + "</ul></aside><div class='list'>"
            + repeated(
                "<div class='row'><div class='col'><a class='title' href='/listing/{n}'>{0}</a><br><small>{1} - {2}</small></div><div>Full time</div></div>",
                (
                    ("Van Driver", "Swift Parcels Ltd", "Cardiff"),
                    ("HGV Driver", "Ridge Haulage Ltd", "Swansea"),
                    ("Bus Driver", "Valley Coaches Ltd", "Newport"),
                ),
            )
            + "</div></div>",
        ),
        cards=(
            ("Van Driver", "Swift Parcels Ltd", "Cardiff"),
            ("HGV Driver", "Ridge Haulage Ltd", "Swansea"),
            ("Bus Driver", "Valley Coaches Ltd", "Newport"),
        ),
    ),
    Listing(
        name="classifieds: help wanted with prices of nothing else",
        url="https://ads.example/help-wanted",
        html=page(
            "Help wanted - jobs",
            "<ul class='rows'>"
            + repeated(
                "<li class='result-row'><time datetime='2026-11-0{n} 10:00'>Nov {n}</time><a href='/d/{n}.html' class='result-title'>{0}</a>"
                "<span class='result-hood'>({1})</span></li>",
                (
                    ("Nanny needed for two children", "Brooklyn"),
                    ("Painters wanted, cash paid daily", "Queens"),
                    ("Live-in housekeeper", "Yonkers"),
                ),
            )
            + "</ul>",
        ),
        cards=(("Nanny needed for two children", "", ""), ("Painters wanted, cash paid daily", "", ""), ("Live-in housekeeper", "", "")),
    ),
)
