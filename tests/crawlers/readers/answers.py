# ruff: noqa: E501 - answers are data
"""Answers of applicant tracking systems and other interfaces: shapes as the products document them, content invented."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

TEXT = "<p>We are looking for a cook for our canteen.</p><ul><li>Early shift</li><li>Meals are free</li></ul>"


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of an interface and its first posting as it must be read."""

    name: str
    url: str
    data: Any
    title: str = "Cook"
    employer: str = ""
    place: str = ""
    country: str = ""
    posting_url: str = ""
    source_id: str = ""
    words: tuple[str, ...] = ()
    pay: tuple[float | None, float | None, str | None, str | None] | None = None
    posted_on: date | None = None
    count: int = 1


ANSWERS = (
    Answer(
        "Greenhouse",
        "https://boards-api.greenhouse.io/v1/boards/acme/jobs?content=true",
        {
            "jobs": [
                {
                    "absolute_url": "https://boards.greenhouse.io/acme/jobs/44",
                    "data_compliance": [{"type": "gdpr", "requires_consent": False}],
                    "internal_job_id": 12,
                    "location": {"name": "Leeds, United Kingdom"},
                    "metadata": [{"id": 1, "name": "Shift", "value": "Early", "value_type": "text"}],
                    "id": 44,
                    "updated_at": "2026-11-03T10:00:00-05:00",
                    "title": "Cook",
                    "content": TEXT.replace("<", "&lt;").replace(">", "&gt;"),
                    "departments": [{"id": 5, "name": "Catering", "child_ids": []}],
                    "offices": [{"id": 6, "name": "Head office", "location": "York"}],
                }
            ],
            "meta": {"total": 1},
        },
        place="Leeds, United Kingdom", country="GB", posting_url="https://boards.greenhouse.io/acme/jobs/44", source_id="44",
        words=("We are looking for a cook", "- Meals are free"), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Lever",
        "https://api.lever.co/v0/postings/acme?mode=json",
        [
            {
                "additionalPlain": "Bring your papers.",
                "categories": {"commitment": "Full-time", "department": "Catering", "location": "Leeds", "team": "Kitchen"},
                "createdAt": 1793700000000,
                "descriptionPlain": "We are looking for a cook for our canteen.",
                "description": "<div>We are looking for a cook for our canteen.</div>",
                "id": "9a1b",
                "lists": [{"text": "What you need", "content": "<li>A knife of your own</li><li>Patience</li>"}],
                "text": "Cook",
                "hostedUrl": "https://jobs.lever.co/acme/9a1b",
                "applyUrl": "https://jobs.lever.co/acme/9a1b/apply",
                "workplaceType": "onsite",
                "salaryRange": {"currency": "GBP", "interval": "per-year-salary", "min": 24000, "max": 26000},
            }
        ],
        place="Leeds", posting_url="https://jobs.lever.co/acme/9a1b", source_id="9a1b",
        words=("We are looking for a cook", "- A knife of your own", "Bring your papers."), pay=(24000, 26000, "GBP", "year"), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Ashby",
        "https://api.ashbyhq.com/posting-api/job-board/acme?includeCompensation=true",
        {
            "jobs": [
                {
                    "id": "c0ffee",
                    "title": "Cook",
                    "department": "Catering",
                    "team": "Kitchen",
                    "employmentType": "FullTime",
                    "location": "Leeds",
                    "secondaryLocations": [{"location": "York", "address": {"addressLocality": "York"}}],
                    "publishedAt": "2026-11-03T10:00:00.000+00:00",
                    "isRemote": False,
                    "address": {"postalAddress": {"addressCountry": "United Kingdom", "addressLocality": "Leeds"}},
                    "jobUrl": "https://jobs.ashbyhq.com/acme/c0ffee",
                    "applyUrl": "https://jobs.ashbyhq.com/acme/c0ffee/application",
                    "descriptionHtml": TEXT,
                    "descriptionPlain": "We are looking for a cook for our canteen.\n\n- Early shift\n- Meals are free",
                    "compensation": {"compensationTierSummary": "£24K – £26K", "scrapeableCompensationSalarySummary": "£24K - £26K"},
                }
            ],
            "apiVersion": "1",
        },
        place="Leeds", country="GB", posting_url="https://jobs.ashbyhq.com/acme/c0ffee", source_id="c0ffee", words=("- Meals are free",),
        pay=(24000, 26000, "GBP", None), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Workable, account",
        "https://apply.workable.com/api/v1/widget/accounts/acme?details=true",
        {
            "name": "Acme Canteens",
            "description": "<p>We feed the town.</p>",
            "jobs": [
                {
                    "title": "Cook", "shortcode": "0AB1", "code": "", "employment_type": "Full-time", "telecommuting": False, "department": "Catering",
                    "url": "https://apply.workable.com/j/0AB1", "shortlink": "https://apply.workable.com/j/0AB1",
                    "application_url": "https://apply.workable.com/j/0AB1/apply", "published_on": "2026-11-03", "created_at": "2026-11-02",
                    "country": "United Kingdom", "city": "Leeds", "state": "England", "education": "", "experience": "", "function": "", "industry": "",
                    "description": TEXT,
                }
            ],
        },
        employer="Acme Canteens", place="Leeds, England, United Kingdom", country="GB", posting_url="https://apply.workable.com/j/0AB1", source_id="0AB1",
        words=("- Meals are free",), posted_on=date(2026, 11, 2),
    ),
    Answer(
        "Workable, list without addresses",
        "https://apply.workable.com/api/v3/accounts/acme/jobs",
        {
            "total": 1,
            "results": [
                {"id": 77, "shortcode": "0AB1", "title": "Cook", "remote": False, "location": {"country": "United Kingdom", "countryCode": "GB", "city": "Leeds",
                 "region": "England"}, "state": "published", "isInternal": False, "published": "2026-11-03T00:00:00.000Z", "type": "full", "department": ["Catering"],
                 "workplace": "on_site"}
            ],
        },
        place="Leeds, England, United Kingdom", country="GB", posted_on=date(2026, 11, 3), source_id="77",
        posting_url="https://apply.workable.com/acme/j/0AB1/",
    ),
    Answer(
        "Recruitee",
        "https://acme.recruitee.com/api/offers/",
        {
            "offers": [
                {"id": 31, "slug": "cook", "title": "Cook", "company_name": "Acme Canteens", "city": "Leeds", "country_code": "GB", "country": "United Kingdom",
                 "location": "Leeds, England, United Kingdom", "careers_url": "https://acme.recruitee.com/o/cook",
                 "careers_apply_url": "https://acme.recruitee.com/o/cook/c/new", "description": TEXT, "requirements": "<p>A knife of your own.</p>",
                 "published_at": "2026-11-03 10:00:00 UTC", "salary": {"min": "24000", "max": "26000", "period": "year", "currency": "GBP"}}
            ]
        },
        employer="Acme Canteens", place="Leeds, England, United Kingdom", country="GB", posting_url="https://acme.recruitee.com/o/cook", source_id="31",
        words=("- Meals are free", "A knife of your own."), pay=(24000, 26000, "GBP", "year"), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "SmartRecruiters, list",
        "https://api.smartrecruiters.com/v1/companies/Acme/postings?limit=1&offset=0",
        {
            "offset": 0, "limit": 1, "totalFound": 3,
            "content": [
                {"id": "744", "name": "Cook", "uuid": "u-1", "refNumber": "R1", "company": {"identifier": "Acme", "name": "Acme Canteens"},
                 "releasedDate": "2026-11-03T10:00:00.000Z", "location": {"city": "Leeds", "region": "England", "country": "gb", "remote": False},
                 "industry": {"id": "food", "label": "Food"}, "department": {}, "function": {"label": "Catering"},
                 "typeOfEmployment": {"label": "Full-time"}, "ref": "https://api.smartrecruiters.com/v1/companies/Acme/postings/744",
                 "creator": {"name": "Some Person"}, "language": {"code": "en", "label": "English"}}
            ],
        },
        employer="Acme Canteens", place="Leeds, England", country="GB", posting_url="https://api.smartrecruiters.com/v1/companies/Acme/postings/744",
        source_id="744", posted_on=date(2026, 11, 3),
    ),
    Answer(
        "SmartRecruiters, one posting",
        "https://api.smartrecruiters.com/v1/companies/Acme/postings/744",
        {
            "id": "744", "name": "Cook", "company": {"identifier": "Acme", "name": "Acme Canteens"}, "location": {"city": "Leeds", "country": "gb"},
            "releasedDate": "2026-11-03T10:00:00.000Z", "typeOfEmployment": {"label": "Full-time"},
            "postingUrl": "https://jobs.smartrecruiters.com/Acme/744", "applyUrl": "https://jobs.smartrecruiters.com/Acme/744?oga=true",
            "jobAd": {"sections": {"companyDescription": {"title": "Company Description", "text": "<p>We feed the town.</p>"},
                                   "jobDescription": {"title": "Job Description", "text": TEXT},
                                   "qualifications": {"title": "Qualifications", "text": "<p>A knife of your own.</p>"}}},
        },
        employer="Acme Canteens", place="Leeds", country="GB", posting_url="https://jobs.smartrecruiters.com/Acme/744", source_id="744",
        words=("We feed the town.", "- Meals are free", "A knife of your own."), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Teamtailor",
        "https://api.teamtailor.com/v1/jobs",
        {
            "data": [
                {"id": "501", "type": "jobs", "links": {"careersite-job-url": "https://acme.teamtailor.com/jobs/501-cook", "self": "https://api.teamtailor.com/v1/jobs/501"},
                 "attributes": {"title": "Cook", "body": TEXT, "pitch": "Feed the town", "employment-type": "fulltime", "remote-status": "none",
                                "created-at": "2026-11-03T10:00:00.000+01:00", "min-salary": 24000, "max-salary": 26000, "currency": "GBP", "salary-time-unit": "yearly"}}
            ],
            "links": {"first": "https://api.teamtailor.com/v1/jobs?page=1", "next": "https://api.teamtailor.com/v1/jobs?page%5Bnumber%5D=2"},
        },
        posting_url="https://acme.teamtailor.com/jobs/501-cook", source_id="501", words=("- Meals are free",), pay=(24000, 26000, "GBP", "year"),
        posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Pinpoint",
        "https://acme.pinpointhq.com/postings.json",
        {
            "data": [
                {"id": "61", "title": "Cook", "url": "https://acme.pinpointhq.com/en/postings/61", "path": "/en/postings/61", "description": TEXT,
                 "key_responsibilities": "<ul><li>Soup</li></ul>", "skills_knowledge_expertise": "<p>A knife of your own.</p>", "benefits": "<p>Pension</p>",
                 "compensation": "£24,000 / year", "compensation_minimum": 24000, "compensation_maximum": 24000, "compensation_currency": "GBP",
                 "compensation_frequency": "year", "compensation_visible": True, "deadline_at": "2026-12-01", "employment_type_text": "Full Time",
                 "location": {"id": "9", "city": "Leeds", "name": "Canteen", "province": "England", "postal_code": "LS1"}, "workplace_type_text": "Onsite"}
            ]
        },
        place="Canteen", posting_url="https://acme.pinpointhq.com/en/postings/61", source_id="61", words=("- Soup", "A knife of your own.", "Pension"),
        pay=(24000, 24000, "GBP", "year"),
    ),
    Answer(
        "BambooHR, list",
        "https://acme.bamboohr.com/careers/list",
        {"meta": {"totalCount": 1}, "result": [{"id": "86", "jobOpeningName": "Cook", "departmentId": "1", "departmentLabel": "Catering",
         "employmentStatusLabel": "Full-Time", "location": {"city": "Leeds", "state": "England"}, "isRemote": None, "locationType": "0"}]},
        place="Leeds, England", posting_url="https://acme.bamboohr.com/careers/86", source_id="86",
    ),
    Answer(
        "BambooHR, one posting",
        "https://acme.bamboohr.com/careers/86/detail",
        {"meta": {}, "result": {"jobOpening": {"jobOpeningShareUrl": "https://acme.bamboohr.com/careers/86", "jobOpeningName": "Cook", "jobOpeningStatus": "Open",
         "departmentLabel": "Catering", "employmentStatusLabel": "Full-Time", "location": {"city": "Leeds", "state": "England", "addressCountry": "United Kingdom"},
         "description": TEXT, "compensation": "£12 per hour", "datePosted": "2026-11-03"}}},
        place="Leeds, England", country="GB", words=("- Meals are free",), pay=(12, 12, "GBP", "hour"), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "Workday, relative path",
        "https://acme.wd3.myworkdayjobs.com/wday/cxs/acme/Careers/jobs",
        {"total": 1, "jobPostings": [{"title": "Cook", "externalPath": "/job/Leeds/Cook_R1", "locationsText": "Leeds", "postedOn": "Posted Today", "bulletFields": ["R1"]}]},
        place="Leeds", posting_url="https://acme.wd3.myworkdayjobs.com/Careers/job/Leeds/Cook_R1",
    ),
    Answer(
        "records wrapped in results, employer as a display name",
        "https://api.search.example/v1/api/jobs/gb/search/1",
        {"count": 1, "results": [{"id": "5", "title": "Cook", "company": {"display_name": "Acme Canteens"}, "location": {"display_name": "Leeds, West Yorkshire",
         "area": ["UK", "Yorkshire", "Leeds"]}, "redirect_url": "https://search.example/land/ad/5", "description": "We are looking for a cook…", "created": "2026-11-03T10:00:00Z",
         "salary_min": 24000, "salary_max": 26000, "contract_time": "full_time", "category": {"label": "Catering Jobs", "tag": "catering"}}]},
        employer="Acme Canteens", place="Leeds, West Yorkshire", posting_url="https://search.example/land/ad/5", source_id="5", words=("We are looking for a cook…",),
        pay=(24000, 26000, None, None), posted_on=date(2026, 11, 3),
    ),
    Answer(
        "names instead of titles, salary from and to, snippets",
        "https://api.rabota.example/vacancies?text=povar",
        {"items": [{"id": "9", "name": "Повар", "area": {"id": "1", "name": "Москва"}, "salary": {"from": 60000, "to": 80000, "currency": "RUR", "gross": False},
         "employer": {"id": "3", "name": "ООО Столовая"}, "snippet": {"requirement": "Опыт от года в горячем цехе.", "responsibility": "Готовить обеды для рабочих."},
         "published_at": "2026-11-03T10:00:00+0300", "alternate_url": "https://rabota.example/vacancy/9", "schedule": {"name": "Полный день"},
         "apply_alternate_url": "https://rabota.example/apply/9"}], "found": 1, "pages": 1, "page": 0},
        title="Повар", employer="ООО Столовая", place="Москва", source_id="9", words=("Готовить обеды", "Опыт от года"), pay=(60000, 80000, "RUR", None),
        posted_on=date(2026, 11, 3),
    ),
    Answer(
        "a public employment service in German",
        "https://rest.arbeit.example/jobboerse/jobs?was=koch",
        {"stellenangebote": [{"beruf": "Koch/Köchin", "titel": "Koch (m/w/d)", "refnr": "10000-1", "arbeitsort": {"plz": "24103", "ort": "Kiel", "region": "Schleswig-Holstein",
         "land": "Deutschland"}, "arbeitgeber": "Kantine Nordlicht GmbH", "aktuelleVeroeffentlichungsdatum": "2026-11-03", "eintrittsdatum": "2026-12-01"}],
         "maxErgebnisse": 1, "page": 1, "size": 25},
        title="Koch (m/w/d)", employer="Kantine Nordlicht GmbH", place="Kiel, Schleswig-Holstein, Deutschland", country="DE",
    ),
    Answer(
        "a government's search, two wrappers deep",
        "https://data.gov.example/api/search?Keyword=cook",
        {"SearchResult": {"SearchResultCount": 1, "SearchResultItems": [{"MatchedObjectId": "88", "MatchedObjectDescriptor": {"PositionID": "X-1", "PositionTitle": "Cook",
         "PositionURI": "https://gov.example/job/88", "PositionLocationDisplay": "Tulsa, Oklahoma", "OrganizationName": "Bureau of Meals",
         "PositionRemuneration": [{"MinimumRange": "18.5", "MaximumRange": "22.1", "RateIntervalCode": "PH"}], "PublicationStartDate": "2026-11-03",
         "QualificationSummary": "You must have cooked for more than a hundred people at a time for a year or longer."}}]}},
        employer="Bureau of Meals", place="Tulsa, Oklahoma", posting_url="https://gov.example/job/88", words=("more than a hundred people",),
    ),
    Answer(
        "a list that begins with a legal notice",
        "https://remote.example/api",
        [{"last_updated": 1, "legal": "Link back, please."}, {"id": "7", "slug": "cook-7", "position": "Cook", "company": "Acme Canteens", "location": "Anywhere",
          "description": TEXT, "url": "https://remote.example/jobs/7", "salary_min": 0, "salary_max": 0, "tags": ["food"], "date": "2026-11-03T10:00:00+00:00"}],
        employer="Acme Canteens", place="Anywhere", posting_url="https://remote.example/jobs/7", source_id="7", words=("- Meals are free",), posted_on=date(2026, 11, 3),
    ),
)  # fmt: skip
