"""Print sheets: tagged, on one page, the words of each script readable again by ``pdftotext``, refused where letters are missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.test import Client

from notices import public, sheets
from notices.content import Text
from notices.languages import direction
from notices.reading import public_notices
from tests.notices.scenes import ENGLISH, NOW, TODAY, published

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils are not installed"),
]

SCRIPTS = {
    "en": ("Before you accept farm work", "You do not pay for the job. Keep your passport."),
    "ar": ("قبل أن تقبل العمل", "لا تدفع مقابل الوظيفة. احتفظ بجواز سفرك."),
    "ur": ("کام قبول کرنے سے پہلے", "نوکری کے لیے پیسے نہ دیں۔"),
    "hi": ("काम स्वीकार करने से पहले", "नौकरी के लिए पैसे न दें। अपना पासपोर्ट अपने पास रखें।"),
    "bn": ("কাজ নেওয়ার আগে", "চাকরির জন্য টাকা দেবেন না। নিজের পাসপোর্ট নিজে রাখুন।"),
    "th": ("ก่อนรับงาน", "อย่าจ่ายเงินเพื่อได้งาน เก็บหนังสือเดินทางไว้เอง"),
    "am": ("ሥራ ከመቀበልዎ በፊት", "ለሥራው አይክፈሉ። ፓስፖርትዎን ይያዙ።"),
    "zh": ("接受工作之前", "不要为工作付钱。护照自己保管。"),
    "ru": ("Перед тем как согласиться", "Не платите за работу. Храните паспорт у себя."),
    "vi": ("Trước khi nhận việc", "Đừng trả tiền để có việc. Hãy tự giữ hộ chiếu."),
    "km": ("មុនពេលទទួលការងារ", "កុំបង់ប្រាក់ដើម្បីការងារ"),
    "ta": ("வேலையை ஏற்கும் முன்", "வேலைக்கு பணம் கொடுக்க வேண்டாம்."),
    "si": ("රැකියාව භාර ගැනීමට පෙර", "රැකියාව සඳහා මුදල් ගෙවන්න එපා."),
    "pa": ("ਕੰਮ ਲੈਣ ਤੋਂ ਪਹਿਲਾਂ", "ਨੌਕਰੀ ਲਈ ਪੈਸੇ ਨਾ ਦਿਓ।"),
    "lo": ("ກ່ອນຮັບວຽກ", "ຢ່າຈ່າຍເງິນເພື່ອໄດ້ວຽກ."),
    "my": ("အလုပ်မလက်ခံမီ", "အလုပ်အတွက် ငွေမပေးပါနှင့်။"),
}


@pytest.fixture(autouse=True)
def _today() -> Any:
    sheets._kept.cache_clear()
    with time_machine.travel(NOW, tick=False):
        yield


def read(raw: bytes, folder: Path, *, tool: str = "pdftotext", options: tuple[str, ...] = ()) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(raw)
    target = ("-",) if tool == "pdftotext" else ()
    return subprocess.run([tool, *options, str(path), *target], capture_output=True, check=True, text=True, timeout=60).stdout


def bare(text: str) -> str:
    """Without spaces (lines break elsewhere) and direction signs, in one form of Arabic letters."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(char for char in plain if not char.isspace() and unicodedata.category(char) != "Cf")


def words_of(text: str) -> set[str]:
    return {bare(word).strip(".,") for word in text.split()}


@pytest.mark.parametrize("form", list(sheets.FORMS))
@pytest.mark.parametrize("code", list(SCRIPTS))
def test_the_text_can_be_read_again_in_each_script(client: Client, tmp_path: Path, code: str, form: str) -> None:
    title, body = SCRIPTS[code]
    published(texts=(replace(ENGLISH, language=code, title=title, body=body),))
    page = client.get(f"/notices/farm-work/{code}/{form}.pdf")
    assert page.status_code == 200, page.content[:200]
    assert page["Content-Type"] == "application/pdf"
    text = read(page.content, tmp_path, options=("-raw",))  # in the order of the document; else two panels are read across
    if direction(code) == "ltr":
        assert bare(title) in bare(text)
        assert bare(body) in bare(text)
    else:  # readers order the words of a mixed line each in its own way: the words themselves must be whole
        assert [word for word in words_of(f"{title} {body}") if word not in bare(text)] == []
    for number in ("+1 555 010 0199", "112 / 999"):
        assert number in re.sub(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]", "", text)


@pytest.mark.parametrize("form", list(sheets.FORMS))
def test_tagged_titled_and_on_one_page(client: Client, tmp_path: Path, form: str) -> None:
    published()
    raw = client.get(f"/notices/farm-work/en/{form}.pdf").content
    info = read(raw, tmp_path, tool="pdfinfo")
    assert re.search(r"Tagged:\s+yes", info)
    assert re.search(r"Title:\s+Before you accept farm work", info)
    assert re.search(r"Pages:\s+1\b", info)
    assert re.search(r"Page size:.*A4", info)
    meta = read(raw, tmp_path, tool="pdfinfo", options=("-meta",))
    assert re.search(r"pdfuaid:part(>|=\")1", meta)
    structure = read(raw, tmp_path, tool="pdfinfo", options=("-struct",))
    assert "H1" in structure
    assert "Figure" in structure


def test_a_long_text_gets_smaller_letters_and_loses_nothing(client: Client, tmp_path: Path) -> None:
    body = "\n\n".join(f"Paragraph {number} says that you do not pay for the job and keep your passport with you." for number in range(60))
    published(texts=(replace(ENGLISH, body=body),))
    text = read(client.get("/notices/farm-work/en/sheet.pdf").content, tmp_path)
    assert all(f"Paragraph {number} says" in text for number in range(60))


def test_expired_is_printed_as_expired(client: Client, tmp_path: Path) -> None:
    published()
    with time_machine.travel("2027-03-01T12:00:00+00:00", tick=False):
        text = read(client.get("/notices/farm-work/en/sheet.pdf").content, tmp_path)
    assert text.strip().startswith("Expired")


def test_missing_letters_are_refused(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    published(texts=(replace(ENGLISH, title="Private use \ue123"),))
    page = client.get("/notices/farm-work/en/sheet.pdf")
    assert page.status_code == 503
    assert "U+E123" in page.content.decode()


def test_nothing_is_fetched_for_a_print(client: Client) -> None:
    hostile = '<img src="http://192.0.2.1/x.png"><style>@import url(file:///etc/passwd)</style>'
    published(texts=(replace(ENGLISH, body=hostile),))
    assert client.get("/notices/farm-work/en/sheet.pdf").status_code == 200


@pytest.mark.parametrize("address", ["/notices/farm-work/en/poster.pdf", "/notices/farm-work/fr/sheet.pdf", "/notices/none/en/sheet.pdf"])
def test_other_prints_are_none(client: Client, address: str) -> None:
    published()
    assert client.get(address).status_code == 404


def test_a_print_is_kept_until_the_notice_changes() -> None:
    published()
    found = public.in_language(public_notices(today=TODAY), "farm-work", "en")
    assert found is not None
    first = sheets._kept(sheets.Key(*found), "sheet")
    assert sheets._kept(sheets.Key(*found), "sheet") is first
    text: Text = found[1]
    other = replace(found[0], content=replace(found[0].content, texts=(replace(text, body="Other"),)))
    assert sheets.Key(other, text) != sheets.Key(*found)
