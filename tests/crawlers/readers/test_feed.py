# ruff: noqa: E501 - feeds are data
"""RSS, Atom, RDF and the XML of boards; feeds of other things; dangerous and broken XML."""

from __future__ import annotations

from datetime import date

import pytest

from crawlers.reading import Page, Reading, read

URL = "https://board.example/jobs.rss"
RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Jobs at the harbour</title><link>https://board.example/</link><description>New jobs</description><language>en-gb</language>
<item><title>Deckhand</title><link>https://board.example/jobs/1?utm_source=rss</link><guid isPermaLink="false">job-1</guid><pubDate>Tue, 03 Nov 2026 07:30:00 +0000</pubDate>
<description>Short words.</description><content:encoded><![CDATA[<p>We need a deckhand.</p><p>Location: Hull</p><ul><li>Meals on board</li></ul>]]></content:encoded></item>
<item><title>Cook</title><link>https://board.example/jobs/2</link><guid>https://board.example/jobs/2</guid><description>&lt;p&gt;Cook for a crew of nine&amp;hellip;&lt;/p&gt;</description></item>
</channel></rss>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Stellenangebote</title><link rel="next" href="/jobs.atom?page=2"/>
<entry><title>Küchenhilfe (m/w/d)</title><id>tag:board.example,2026:1</id><link rel="edit" href="/x"/><link rel="alternate" href="/stelle/1"/>
<published>2026-11-03T07:30:00Z</published><content type="html">&lt;p&gt;Wir suchen eine Küchenhilfe.&lt;/p&gt;&lt;p&gt;Ort: Kiel&lt;/p&gt;</content></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://board.example/"><title>Job vacancies</title><link>https://board.example/</link></channel>
<item rdf:about="https://board.example/jobs/3"><title>Net Mender</title><link>https://board.example/jobs/3</link><description>Mend nets in winter.</description><dc:date>2026-11-03</dc:date></item></rdf:RDF>"""
BOARD = """<?xml version="1.0" encoding="utf-8"?><source><publisher>Board</publisher><job><title><![CDATA[Packer]]></title><date><![CDATA[2026-11-03]]></date>
<referencenumber><![CDATA[P-9]]></referencenumber><url><![CDATA[https://board.example/p/9]]></url><company><![CDATA[Fen & Field]]></company><city><![CDATA[Boston]]></city>
<state><![CDATA[Lincolnshire]]></state><country><![CDATA[GB]]></country><salary><![CDATA[£11.50 per hour]]></salary>
<description><![CDATA[<p>Pack leeks.</p><p>Transport costs 8 pounds a day.</p>]]></description></job></source>"""
PERSONIO = """<workzag-jobs><position><id>41</id><office>Kiel</office><department>Küche</department><name>Koch (m/w/d)</name><jobDescriptions><jobDescription>
<name>Deine Aufgaben</name><value><![CDATA[<ul><li>Mittagessen</li></ul>]]></value></jobDescription><jobDescription><name>Dein Profil</name><value>
<![CDATA[<p>Messer vorhanden</p>]]></value></jobDescription></jobDescriptions><employmentType>permanent</employmentType><createdAt>2026-11-03T08:00:00+00:00</createdAt></position></workzag-jobs>"""
HR_XML = """<ShowPositionOpening xmlns="http://www.hr-xml.org/3"><DataArea><PositionOpening><DocumentID>88</DocumentID><PostingRequester><PartyName>Office 7</PartyName>
</PostingRequester><PositionProfile><PositionTitle>Cook</PositionTitle><PositionLocation><LocationName>Tulsa, OK United States</LocationName></PositionLocation>
<PositionOrganization><OrganizationIdentifiers><OrganizationName>Bureau of Meals</OrganizationName></OrganizationIdentifiers></PositionOrganization>
<OfferedRemunerationPackage><RemunerationRange><RemunerationMinimumAmount currencyID="USD">30000</RemunerationMinimumAmount><RemunerationMaximumAmount currencyID="USD">
35000</RemunerationMaximumAmount><RemunerationRateIntervalCode>PA</RemunerationRateIntervalCode></RemunerationRange></OfferedRemunerationPackage>
<UserArea><JobSummary>&lt;p&gt;Feed two hundred clerks.&lt;/p&gt;</JobSummary></UserArea></PositionProfile></PositionOpening></DataArea></ShowPositionOpening>"""
SPANISH = """<ofertas><oferta><puesto>Peón agrícola</puesto><empresa>Huertas del Sur</empresa><ubicacion>Huelva</ubicacion><salario>50 € al día</salario>
<descripcion>Recogida de fresa, alojamiento incluido.</descripcion></oferta></ofertas>"""
PREFIXED = """<rss version="2.0"><channel><title>Council vacancies</title><item><title>Caretaker</title><link>https://board.example/c/1</link>
<joblisting:location>Leeds</joblisting:location><joblisting:department>Schools</joblisting:department><joblisting:minimumSalary>22000</joblisting:minimumSalary>
<joblisting:maximumSalary>24000</joblisting:maximumSalary><joblisting:salaryCurrency>GBP</joblisting:salaryCurrency><joblisting:salaryInterval>Year</joblisting:salaryInterval>
<joblisting:examplesofduties>&lt;p&gt;Open the gates.&lt;/p&gt;</joblisting:examplesofduties></item></channel></rss>"""


def reading(xml: str | bytes, url: str = URL) -> Reading:
    return read(Page(xml if isinstance(xml, bytes) else xml.encode(), url))


@pytest.mark.parametrize(
    ("xml", "title", "employer", "place", "url", "words"),
    [
        (RSS, "Deckhand", "", "Hull", "https://board.example/jobs/1", "- Meals on board"),
        (ATOM, "Küchenhilfe (m/w/d)", "", "Kiel", "https://board.example/stelle/1", "Wir suchen eine Küchenhilfe."),
        (RDF, "Net Mender", "", "", "https://board.example/jobs/3", "Mend nets in winter."),
        (BOARD, "Packer", "Fen & Field", "Boston, Lincolnshire", "https://board.example/p/9", "Transport costs 8 pounds a day."),
        (PERSONIO, "Koch (m/w/d)", "", "Kiel", URL, "- Mittagessen"),
        (HR_XML, "Cook", "Bureau of Meals", "Tulsa, OK United States", URL, "Feed two hundred clerks."),
        (SPANISH, "Peón agrícola", "Huertas del Sur", "Huelva", URL, "alojamiento incluido"),
        (PREFIXED, "Caretaker", "", "Leeds", "https://board.example/c/1", "Open the gates."),
    ],
    ids=["rss", "atom", "rdf", "board", "personio", "hr-xml", "spanish", "undeclared prefix"],
)
def test_feeds(xml: str, title: str, employer: str, place: str, url: str, words: str) -> None:
    found = reading(xml)
    assert found.reader == "feed"
    advert = found.adverts[0]
    assert (advert.title, advert.employer, advert.place, advert.url) == (title, employer, place, url)
    assert words in advert.text
    assert advert.text.startswith(title)


def test_ids_dates_pay_languages_and_next_pages() -> None:
    rss, board = reading(RSS).adverts, reading(BOARD).adverts[0]
    assert [advert.source_id for advert in rss] == ["job-1", ""]
    assert rss[0].posted_on == date(2026, 11, 3)
    assert (rss[0].languages, reading(ATOM).adverts[0].languages) == (("en-GB",), ("de",))
    assert board.pay is not None
    assert (board.pay.raw, board.pay.low, board.pay.period, board.country, board.source_id) == (
        "£11.50 per hour",
        11.5,
        "hour",
        "GB",
        "P-9",
    )
    assert reading(ATOM).next_pages == ("https://board.example/jobs.atom?page=2",)
    pay = reading(HR_XML).adverts[0].pay
    assert (pay and (pay.low, pay.high, pay.currency, pay.period)) == (30000, 35000, "USD", "year")


def test_cut_off_items_are_incomplete_and_linked() -> None:
    found = reading(RSS)
    assert not found.adverts[1].complete
    assert "https://board.example/jobs/2" in found.links


def test_employers_in_titles_are_found_by_what_all_titles_have_in_common() -> None:
    item = "<item><title>{0}</title><link>https://board.example/j/{1}</link><description>We need you.</description></item>"
    titles = ("Quayside Ltd: Night Loader", "Reed Farm: Strawberry Picker", "Copper Kettle: Cook")
    xml = "<rss><channel><title>Jobs</title>" + "".join(item.format(title, n) for n, title in enumerate(titles)) + "</channel></rss>"
    assert [advert.employer for advert in reading(xml).adverts] == ["Quayside Ltd", "Reed Farm", "Copper Kettle"]


def test_places_and_kinds_before_a_colon_are_no_employers() -> None:
    item = "<item><title>{0}</title><link>https://board.example/j/{1}</link><description>We need you.</description></item>"
    titles = ("Driver: nights", "Cook: days", "Nurse: weekends", "Cleaner: mornings")
    xml = "<rss><channel><title>Jobs</title>" + "".join(item.format(title, n) for n, title in enumerate(titles)) + "</channel></rss>"
    assert {advert.employer for advert in reading(xml).adverts} == {""}


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ("<rss><channel><title>The Paper</title><item><title>Port reopens</title><link>https://p.example/news/1</link></item>"
         "<item><title>Snow is coming</title><link>https://p.example/news/2</link></item></channel></rss>", "no adverts"),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><title>Blog</title><entry><title>What a contract says</title><link href='/b/1'/></entry></feed>", "no adverts"),
        ("<rss><channel><title>Jobs</title></channel></rss>", "no items"),
        ("<catalog><product><title>Boots</title><price>49</price></product><product><title>Gloves</title><price>9</price></product></catalog>", "no adverts"),
        ("<?xml version='1.0'?><a>", "no items"),
    ],
)  # fmt: skip
def test_other_feeds_give_a_reason(xml: str, words: str) -> None:
    found = reading(xml, "https://p.example/feed.xml")
    assert found.adverts == ()
    assert words in found.reason


def test_entities_neither_expand_nor_fetch() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{"&a" + str(n - 1) + ";" if n else "x"}{"&a" + str(n - 1) + ";" if n else "x"}">' for n in range(40))
    for declared in (bomb, '<!ENTITY a39 SYSTEM "file:///etc/hostname">', '<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;'):
        xml = f'<?xml version="1.0"?><!DOCTYPE jobs [{declared}]><jobs><job><title>Cook &a39;</title><company>Acme</company></job></jobs>'
        found = reading(xml)
        assert [advert.title for advert in found.adverts] == ["Cook &a39;"]


@pytest.mark.parametrize(
    "xml",
    [
        BOARD.replace("&", "&"),
        BOARD.replace("<![CDATA[Fen & Field]]>", "Fen & Field"),
        BOARD.replace("<![CDATA[Fen & Field]]>", "Fen &nbsp;&amp; Field"),
        BOARD.replace("</job></source>", ""),
        BOARD.replace("<publisher>Board</publisher>", "<publisher>Board"),
        BOARD.replace("Pack leeks.", "Pack \x07leeks."),
        "\n\n" + BOARD,
        BOARD.replace("utf-8", "utf-16"),
    ],
)
def test_broken_xml_is_read_as_far_as_it_goes(xml: str) -> None:
    advert = reading(xml).adverts[0]
    assert (advert.title, advert.employer) == ("Packer", "Fen & Field")


def test_legacy_encodings_of_xml() -> None:
    xml = "<?xml version='1.0' encoding='windows-1251'?><jobs><job><title>Сварщик</title><company>Завод Северный</company></job></jobs>"
    assert reading(xml.encode("cp1251")).adverts[0].title == "Сварщик"
