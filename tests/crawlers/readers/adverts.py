# ruff: noqa: E501 - pages are data
"""Invented advert pages in many makes and languages: address, page, and the title, employer, place, pay and words a reader must find."""

from __future__ import annotations

from dataclasses import dataclass

from tests.crawlers.readers.listings import page


@dataclass(frozen=True, slots=True)
class Expected:
    """An advert page and what a reader must find in it; "" where the page does not say it."""

    name: str
    url: str
    html: str
    title: str
    employer: str = ""
    place: str = ""
    pay: str = ""
    phrases: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    """Words of the site around the advert that must not be in its text."""


COOKIES = "<div class='cookie-consent'><p>We use cookies to make this site better.</p><button>Accept</button></div>"
SIMILAR = (
    "<section class='similar-jobs'><h2>Similar jobs</h2>"
    + "".join(
        f"<div class='card'><h3><a href='/jobs/{n}'>{t}</a></h3><span class='company'>{c}</span><span class='location'>{p}</span></div>"
        for n, t, c, p in (
            (91, "Packer", "Reed & Rush Ltd", "Hull"),
            (92, "Picker", "Fenland Produce", "Boston"),
            (93, "Sorter", "Ox Ltd", "Derby"),
        )
    )
    + "</section>"
)

ADVERTS = (
    Expected(
        name="labels in bold with line breaks",
        url="https://board.example/jobs/view.php?id=77",
        html=page(
            "Live-in Housekeeper - Some Board",
            COOKIES
            + "<div class='content'><h1>Live-in Housekeeper</h1><div><b>Employer:</b> Maple House Agency<br><b>Location:</b> Doha, Qatar<br>"
            "<b>Salary:</b> 1,200 QAR per month<br><b>Posted:</b> 3 November 2026<br><b>Closing date:</b> 30 November 2026</div>"
            "<p>We are looking for a housekeeper for a family of five. You keep your passport; the room is your own.</p>"
            "<ul><li>Cleaning and ironing</li><li>One day off each week</li></ul><p>Send your CV by e-mail to jobs@maple.example.</p></div>"
            + SIMILAR,
        ),
        title="Live-in Housekeeper",
        employer="Maple House Agency",
        place="Doha, Qatar",
        pay="1,200 QAR per month",
        phrases=("You keep your passport", "- One day off each week", "jobs@maple.example"),
        absent=("cookies", "Fenland", "Terms"),
    ),
    Expected(
        name="table of labels, title in a banner",
        url="https://agency.example/job_details.php",
        html=page(
            "Agency",
            "<section class='banner'><h1>Factory Workers for Malaysia</h1></section><table>"
            "<tr><td>Number of Workers :</td><td>40</td></tr><tr><td>Company</td><td>Sunrise Gloves Sdn Bhd</td></tr>"
            "<tr><td>Monthly Basic Salary :</td><td>RM 1500</td></tr><tr><td>Working hours</td><td>8 hours a day, 6 days a week</td></tr>"
            "<tr><td>Accommodation</td><td>Provided by employer</td></tr></table><p>Interested candidates bring passport copies to the office.</p>",
        ),
        title="Factory Workers for Malaysia",
        employer="Sunrise Gloves Sdn Bhd",
        pay="RM 1500",
        phrases=("Working hours", "Interested candidates"),
    ),
    Expected(
        name="German advert with definition list",
        url="https://stellen.example/stelle/4711",
        html=page(
            "Küchenhilfe (m/w/d) bei Gasthaus Sonnenhof | Stellen",
            "<main><h1>Küchenhilfe (m/w/d)</h1><dl><dt>Arbeitgeber</dt><dd>Gasthaus Sonnenhof GmbH</dd><dt>Arbeitsort</dt><dd>Rosenheim</dd>"
            "<dt>Vergütung</dt><dd>14,50 € pro Stunde</dd><dt>Bewerbungsfrist</dt><dd>15. Dezember 2026</dd></dl>"
            "<h2>Ihre Aufgaben</h2><ul><li>Spülen und Vorbereiten</li></ul><h2>Wir bieten</h2><ul><li>Zimmer im Haus</li></ul>"
            "<a href='/bewerben'>Jetzt bewerben</a></main>",
            lang="de",
        ),
        title="Küchenhilfe (m/w/d)",
        employer="Gasthaus Sonnenhof GmbH",
        place="Rosenheim",
        pay="14,50 € pro Stunde",
        phrases=("Spülen und Vorbereiten", "Zimmer im Haus"),
    ),
    Expected(
        name="fields by class names, no labels",
        url="https://app.example/job/9f3c-welder",
        html=page(
            "Welder at Harbour Steel | App",
            "<div class='job-header'><h1 class='job-title'>Welder</h1><a class='company-name' href='/c/1'>Harbour Steel</a>"
            "<span class='job-location'>Gdańsk, Poland</span><span class='job-salary'>8 000 zł / month</span><span>2 days ago</span></div>"
            "<div class='job-description'><p>We are hiring welders for ship repair. Shifts of ten hours, overtime is paid.</p>"
            "<h3>Requirements</h3><ul><li>MIG and TIG welding</li></ul></div><button>Apply now</button>",
        ),
        title="Welder",
        employer="Harbour Steel",
        place="Gdańsk, Poland",
        pay="8 000 zł / month",
        phrases=("overtime is paid", "- MIG and TIG welding"),
        absent=("2 days ago",),
    ),
    Expected(
        name="social preview title",
        url="https://network.example/jobs/view/123",
        html=page(
            "Quayside Logistics hiring Warehouse Operative in Leeds, England, United Kingdom | Network",
            "<main><section><h1>Warehouse Operative</h1><h4><a href='/company/q'>Quayside Logistics</a></h4></section>"
            "<section><p>Quayside Logistics is looking for warehouse staff for nights. We are looking for people who can lift 20 kg.</p>"
            "<h3>Responsibilities</h3><ul><li>Loading lorries</li><li>Scanning parcels</li></ul></section><button>Apply</button></main>",
        ),
        title="Warehouse Operative",
        employer="Quayside Logistics",
        place="Leeds, England, United Kingdom",
        phrases=("- Loading lorries",),
    ),
    Expected(
        name="Nepali demand with native digits",
        url="https://manpower.example/demand/5",
        html=page(
            "कामदार माग",
            "<article><h2 class='job-title'>सुरक्षा गार्ड</h2><p>कम्पनी: हिमाल सेक्युरिटी</p><p>देश: कतार</p><p>मासिक तलब: १२०० QAR</p>"
            "<p>संख्या: ५०</p><p>काम गर्ने समय: ८ घण्टा</p><p>इच्छुकले आवेदन दिनुहोस्।</p></article>",
            lang="ne",
        ),
        title="सुरक्षा गार्ड",
        employer="हिमाल सेक्युरिटी",
        place="कतार",
        pay="१२०० QAR",
        phrases=("काम गर्ने समय",),
    ),
    Expected(
        name="Vietnamese advert",
        url="https://viec.example/viec-lam/cong-nhan-may",
        html=page(
            "Công nhân may | Việc làm",
            "<div><h1>Công nhân may</h1><p>Công ty: Công ty TNHH Sông Xanh</p><p>Địa điểm làm việc: Bình Dương</p><p>Mức lương: 9 - 12 triệu/tháng</p>"
            "<h3>Mô tả công việc</h3><p>May áo xuất khẩu theo chuyền.</p><h3>Quyền lợi</h3><p>Bao ăn trưa, có chỗ ở.</p></div>",
            lang="vi",
        ),
        title="Công nhân may",
        employer="Công ty TNHH Sông Xanh",
        place="Bình Dương",
        pay="9 - 12 triệu/tháng",
        phrases=("Bao ăn trưa",),
    ),
    Expected(
        name="Thai advert",
        url="https://ngan.example/job/88",
        html=page(
            "พนักงานขับรถ",
            "<div class='job-detail'><h1>พนักงานขับรถ</h1><p>บริษัท: บริษัท สายน้ำขนส่ง จำกัด</p><p>สถานที่ทำงาน: ชลบุรี</p><p>เงินเดือน: 15,000 บาท</p>"
            "<p>คุณสมบัติ: อายุ 25-45 ปี</p><p>สนใจสมัคร ติดต่อฝ่ายบุคคล</p></div>",
            lang="th",
        ),
        title="พนักงานขับรถ",
        employer="บริษัท สายน้ำขนส่ง จำกัด",
        place="ชลบุรี",
        pay="15,000 บาท",
    ),
    Expected(
        name="Ukrainian advert",
        url="https://robota.example/vacancy/55",
        html=page(
            "Вакансія: Пакувальник",
            "<h1>Пакувальник</h1><p>Компанія: ТОВ Зелений сад</p><p>Місто: Вроцлав</p><p>Зарплата: 28 zł/год</p><h3>Вимоги</h3><p>Без досвіду.</p>"
            "<h3>Ми пропонуємо</h3><p>Житло оплачує роботодавець.</p>",
            lang="uk",
        ),
        title="Пакувальник",
        employer="ТОВ Зелений сад",
        place="Вроцлав",
        pay="28 zł/год",
        phrases=("Житло оплачує роботодавець",),
    ),
    Expected(
        name="WordPress post of a small agency",
        url="https://small-agency.example/2026/11/urgent-requirement-plumbers-kuwait/",
        html=page(
            "URGENT REQUIREMENT: Plumbers for Kuwait – Small Agency",
            "<article class='post type-post'><header><h1 class='entry-title'>URGENT REQUIREMENT: Plumbers for Kuwait</h1></header><div class='entry-content'>"
            "<p>Urgently required for a leading company in Kuwait:</p><p>Plumber – 25 Nos<br>Salary: 160 KD + food<br>Duty hours: 8<br>Contract: 2 years</p>"
            "<p>Free visa, free ticket. Walk in interview on 12 November. WhatsApp +965 5555 0100</p></div></article>"
            "<aside><h3>Recent Posts</h3><ul><li><a href='/a'>Drivers for Oman</a></li><li><a href='/b'>Cooks for UAE</a></li></ul></aside>",
        ),
        title="URGENT REQUIREMENT: Plumbers for Kuwait",
        pay="160 KD + food",
        phrases=("Free visa, free ticket", "+965 5555 0100", "Plumber – 25 Nos"),
        absent=("Drivers for Oman",),
    ),
    Expected(
        name="classified advert, hardly any structure",
        url="https://ads.example/d/nanny-needed/7700.html",
        html=page(
            "Nanny needed for two children - help wanted",
            "<section class='body'><h2 class='postingtitle'><span id='titletextonly'>Nanny needed for two children</span> <small>(Brooklyn)</small></h2>"
            "<section id='postingbody'>Looking for a nanny who can live with us. You will cook and clean too. We pay $400 a week, cash.<br>"
            "Must hand in documents on arrival. Text 555-0134 only.</section></section>",
        ),
        title="Nanny needed for two children (Brooklyn)",
        phrases=("Must hand in documents on arrival", "555-0134"),
    ),
    Expected(
        name="no heading at all, title only in the head",
        url="https://old.example/jobs/2231.asp",
        html=page(
            "Old Board - Greenhouse Worker",
            "<center><table><tr><td><font size=4><b>Greenhouse Worker</b></font></td></tr><tr><td>Company: Glass Fields B.V.</td></tr>"
            "<tr><td>Location: Westland, Netherlands</td></tr><tr><td>We are looking for greenhouse workers from January. Housing is arranged, "
            "100 euro a week is taken from your pay for it.</td></tr></table></center>",
        ),
        title="Greenhouse Worker",
        employer="Glass Fields B.V.",
        place="Westland, Netherlands",
        phrases=("100 euro a week is taken from your pay",),
    ),
    Expected(
        name="Japanese advert",
        url="https://kyujin.example/job/310",
        html=page(
            "介護スタッフ募集 | 求人",
            "<h1>介護スタッフ</h1><table><tr><th>会社名</th><td>みどりの丘株式会社</td></tr><tr><th>勤務地</th><td>名古屋市</td></tr>"
            "<tr><th>給与</th><td>月給22万円</td></tr><tr><th>雇用形態</th><td>正社員</td></tr></table><h2>仕事内容</h2><p>入浴や食事の介助をお願いします。</p>",
            lang="ja",
        ),
        title="介護スタッフ",
        employer="みどりの丘株式会社",
        place="名古屋市",
        pay="月給22万円",
        phrases=("入浴や食事の介助",),
    ),
    Expected(
        name="Arabic advert",
        url="https://wazaif.example/job/12",
        html=page(
            "مطلوب طباخ",
            "<h1>مطلوب طباخ</h1><p>الشركة: مطاعم الواحة</p><p>مكان العمل: الدوحة</p><p>الراتب: 2500 ريال</p><p>ساعات العمل: 10</p><p>السكن مؤمن من صاحب العمل. للتقديم اتصل بنا.</p>",
            lang="ar",
        ),
        title="مطلوب طباخ",
        employer="مطاعم الواحة",
        place="الدوحة",
        pay="2500 ريال",
    ),
    Expected(
        name="French advert in an iframe-less intranet style",
        url="https://emplois.example/offre/serveur-h-f-lyon",
        html=page(
            "Serveur (H/F) - Lyon",
            "<div id='offre'><h1>Serveur (H/F)</h1><ul class='infos'><li>Entreprise : Brasserie des Quais</li><li>Lieu de travail : Lyon (69)</li>"
            "<li>Type de contrat : CDD</li><li>Salaire : 1 850 € brut par mois</li></ul><h2>Profil recherché</h2><p>Nous recherchons une personne souriante.</p></div>",
            lang="fr",
        ),
        title="Serveur (H/F)",
        employer="Brasserie des Quais",
        place="Lyon (69)",
        pay="1 850 € brut par mois",
        phrases=("une personne souriante",),
    ),
)
