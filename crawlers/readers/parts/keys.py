"""Names of fields in JSON and XML, by family: what boards and applicant tracking systems call a title, an employer, a place.

Names are compared in lower case with letters and digits alone (``job_title``, ``jobTitle`` and ``JOB-TITLE`` are one). Earlier in a
family is surer.
"""

from __future__ import annotations

import re
from functools import lru_cache


def _family(text: str) -> dict[str, int]:
    return {name: place for place, name in enumerate(text.split())}


TITLE = _family(
    "jobtitle positiontitle vacancytitle jobopeningname postingtitle jobname positionname vacancyname offertitle openingtitle openingname "
    "requisitiontitle postingname jobpostingtitle jobheading jobtitletext annonsrubrik stellentitel stellenbezeichnung intituleposte intitule "
    "titulovaga nombrepuesto puesto cargo vaga stanowisko jobposition designation headline title titel titre titulo titolo tytul rubrik overskrift "
    "position beruf emploi vacancy vacature job role subject profession name text label"
)
WEAK_TITLES = frozenset({"name", "text", "label", "subject", "role", "job", "position", "vacancy", "profession"})
EMPLOYER = _family(
    "hiringorganization hiringorganisation hiringcompany companyname employername organizationname organisationname companydisplayname "
    "nameofcompany company employer organization organisation businessname arbetsgivarenamn arbetsgivare arbeitgeber arbeidsgiver firmenname firma "
    "nomentreprise entreprise employeur empresa nombreempresa nomeempresa azienda pracodawca nazwafirmy werkgever bedrijf bedrijfsnaam "
    "advertisername advertiser perusahaan tencongty congty companylegalname legalname recruitername recruiter account accountname brandname "
    "brand hiringagency agencyname departmentname partyname"
)
PLACE = _family(
    "fulllocation positionlocationdisplay formattedlocation locationdisplay locationdisplayname locationname joblocation joblocations locationstext location locations "
    "primarylocation candidaterequiredlocation worklocation workinglocation workplacelocation jobgeo geo placeofwork place locality workplace "
    "joblocationdisplay formattedaddress arbeitsort einsatzort standort ort arbetsort lieutravail lieu ubicacion lugar localizacao local "
    "lokalizacja miejscepracy sede dutystation city town municipality kommun kommune cityname citytown ville ciudad cidade miasto citta stad stadt "
    "addresslocality region regionname state province area office offices address county countryname country land diadiem lokasi lokacija"
)
CITY = frozenset(
    "city town municipality kommun kommune cityname citytown ville ciudad cidade miasto citta stad stadt addresslocality locality ort".split(" ")
)
REGION = frozenset("region state province addressregion statename regionname county lan".split(" "))
COUNTRY = _family("countrycode addresscountry country countryname land pais pays jobcountry locationcountry countryiso")
TEXT = _family(
    "descriptionhtml jobdescription jobdescriptions jobdescriptionhtml fulldescription description descriptionbody descriptionplain body content "
    "contentencoded adtext annonstextformaterad annonstext jobbody bodyhtml html opening overview jobsummary summary details jobdetails "
    "duties keyresponsibilities responsibilities responsibility requirements requirement qualifications qualification experience skillsknowledgeexpertise lists "
    "benefits perks howtoapply additional additionalplain additionalinformation conditions offer weoffer profile tasks aufgaben profil wirbieten "
    "beschreibung stellenbeschreibung descripcion descricao descrizione opis popis beskrivning beskrivelse kuvaus examplesofduties "
    "supplementalinformation majorduties qualificationsummary informationansokningssatt villkorsbeskrivning companydescription applicationinstructions"
)
TEASER = _family(
    "jobexcerpt excerpt snippet teaser shortdescription descriptionteaser shortdescriptionstr descriptionsnippet abstract intro subtitle "
    "summarytext jobsnippet shorttext preview"
)
URL = _family(
    "hostedurl joburl postingurl jobposturl absoluteurl canonicalpositionurl careersitejoburl careersurl jobpostingurl posturl detailurl detailsurl "
    "positionurl vacancyurl viewurl publicurl canonicalurl weburl webpageurl permalink url uri link href joblink externalpath sharelink "
    "landingpage redirecturl positionuri applyurl applicationurl applyonlineuri applylink ref guid"
)
ID = _family(
    "id jobid uuid guid positionid vacancyid postingid requisitionid reqid jobreqid annonsid shortcode jobadid externalid documentid jobseqno "
    "refnumber referencenumber reference ref jobnumber jobkey key objectid slug"
)
POSTED = _family(
    "dateposted datepublished publishedat publicationdate releaseddate posteddate postedat postedon postdate pubdate publishdate publisheddate "
    "publiceringsdatum firstpublished published publicationstartdate advertisefromdate advertisefromdateutc listedat datecreated createdat created "
    "creationdate date dcdate tcreate updatedat updated lastupdated"
)
UNTIL = _family(
    "validthrough applicationdeadline deadline deadlineat closingdate closingdatetime closedate closeat expires expiresat expirydate expirationdate "
    "expiry applicationdue applicationsclose sistaansokningsdatum enddate enddatetime advertisetodatetime advertisetodatetimeutc advertisetodate "
    "unpublishdate publicationenddate validuntil applyby expireson sistapubliceringsdatum"
)
PAY = _family(
    "salarytext salarydescription salarysummary compensationtiersummary scrapeablecompensationsalarysummary compensationsummary salaryrange payrange "
    "basesalary salary compensation remuneration wage pay gehalt lohn salaire salario sueldo wynagrodzenie stipendio lonebeskrivning gaji "
    "salarylabel paytext estimatedsalary luong"
)
PAY_LOW = _family(
    "salarymin minsalary minimumsalary salaryminimum salaryfrom salarylow compensationminimum mincompensation paymin minpay minvalue minimum "
    "minamount remunerationminimumamount minimumrange annualsalarymin payrangemin min low from lower"
)
PAY_HIGH = _family(
    "salarymax maxsalary maximumsalary salarymaximum salaryto salaryhigh compensationmaximum maxcompensation paymax maxpay maxvalue maximum "
    "maxamount remunerationmaximumamount maximumrange annualsalarymax payrangemax max high to upper"
)
PAY_CURRENCY = _family("salarycurrency currencycode currency compensationcurrency paycurrency currencyid")
PAY_PERIOD = _family(
    "salarytimeunit salaryinterval salaryperiod salaryunit salarytype unittext payperiod paytype period interval unit frequency compensationfrequency "
    "remunerationrateintervalcode rateintervalcode per salaryfrequency timeunit"
)
LANGUAGE = _family("languagecode language inlanguage locale lang")

JOBISH = frozenset(
    "positiontitle jobtitle vacancytitle positionuri positionlocation positionlocationdisplay department departmentlabel team employmenttype employmenttypes jobtype jobtypes contracttype typeofemployment employmentstatuslabel "
    "employmenttypecode experiencelevel seniority senioritylevel workplacetype worktype worktypes jobcategory joblevel isremote remote "
    "remotetype requisitionid reqid jobid jobreqid vacancies openings positions requiredskills skills careerlevel schedule positionscheduletypecode "
    "jobfunction recruiter hiringmanager applyurl applicationurl applicationdeadline howtoapply jobindustry hiringorganization jobopeningname "
    "yrkesroll anstallningtyp arbetsgivarenamn arbetstidtyp jobschedule joblocation salary salaryrange salarymin salarymax minsalary maxsalary jobseqno jobadid recruitingcategory "
    "yearsofexperience education workload minexperience maxexperience candidaterequiredlocation employer companyname easyapply worklocation".split(" ")
)
"""Names that only records of jobs have."""
CONTAINERS = frozenset(
    "jobs job positions position openings vacancies vacancy postings jobpostings offers joboffers requisitionlist requisitions jobads ads "
    "joblistings jobopenings opportunities careers stellen stellenangebote jobresults searchresults offres ofertas empleos vagas ofertaslaborales "
    "vacatures oferty annonser platsannonser lowongan vieclam jobdetails jobsearch jobdata jobview jobposting jobinfo jobpost positionopening "
    "demands announcements jobposts jobsdata joblist positionslist vacancieslist itemsjobs".split(" ")
)
"""Names under which lists of jobs stand."""
NOT_OWN = frozenset(
    "similarjobs relatedjobs recommendedjobs similar related recommended recommendations recentjobs viewedjobs similarpositions relatedpositions "
    "similarvacancies otherjobs morejobs popularjobs suggestedjobs alsoviewed recentlyviewed breadcrumbs breadcrumb facets filters aggregations "
    "navigation menu categories departments locations offices companies employers questions comments reviews articles posts news blog faq users "
    "applicants candidates resumes translations seo meta tags skills".split(" ")
)
"""Names under which other things than the page's own adverts stand."""
ASIDE = frozenset(
    "contact contacts contactlist contactperson personcontact creator createdby author hiringmanager translations questions "
    "dynamicfields customfield customfields breadcrumbs postingrequester user similarjobs relatedjobs departments "
    "department team industry function typeofemployment experiencelevel skills requiredskills tags employmenttypes image logo media translation "
    "administration metadata facets socialmedia applicationarea benefitslist extension parentorganization".split(" ")
)
"""Parts of a record that say nothing of title, employer or place."""
WRAPPERS = CONTAINERS | frozenset("attributes node item data fields source record entry result document properties edges object detail details".split(" "))
"""Names around a record that mean nothing of their own."""
GENERIC = frozenset("name label value text displayname namn nom nome formatted default content title en displaytext longname shortname".split(" "))
"""Names that mean what their parent means: ``{"company": {"name": ...}}``."""


_OWNERS = frozenset({*EMPLOYER, *PLACE, *COUNTRY, *PAY, *LANGUAGE}) | ASIDE | frozenset({"category", "categories", "sections"})


def meaning(path: tuple[str, ...]) -> str:
    """The name that tells what a value means: its own, or its parent's where its own is generic and the parent is no mere wrapper."""
    own = path[-1]
    if len(path) < 2 or own not in GENERIC or path[-2] in WRAPPERS:
        return own
    if own == "title" and path[-2] not in _OWNERS and not path[-2].endswith("description"):
        return own
    return path[-2]


@lru_cache(maxsize=20_000)
def plain(name: str) -> str:
    """A field name in lower case, letters and digits alone, without its namespace prefix or brace."""
    local = name[:120].rsplit("}", 1)[-1].rsplit(":", 1)[-1]
    return re.sub(r"[^a-z0-9]+", "", local.lower())
