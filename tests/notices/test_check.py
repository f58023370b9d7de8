"""Check this advert: the same judging as ``manage.py detect``, in 21 languages, nothing kept, nobody accused."""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from adverts import detecting
from notices import check, glossary, rate
from notices.languages import DETECTED
from notices.wording import wording
from settings.env import current

pytestmark = pytest.mark.django_db

BAD = "You pay a fee of 500 dollars for the job. We keep your passport until the contract ends."

SAMPLES = {
    "en": BAD,
    "es": "Debe pagar 500 euros por el puesto. Guardamos su pasaporte.",
    "fr": "Vous devez payer 500 euros pour obtenir le poste. Nous gardons votre passeport.",
    "pt": "É preciso pagar uma taxa de 500 euros para conseguir o emprego. O passaporte fica com o empregador.",
    "ar": "يجب أن تدفع رسوم 500 دولار للحصول على الوظيفة. نحتفظ بجواز سفرك.",
    "hi": "नौकरी के लिए 50000 रुपये फीस देनी होगी। पासपोर्ट कंपनी के पास रहेगा।",
    "ne": "जागिरका लागि ५०००० रुपैयाँ शुल्क तिर्नुपर्छ। राहदानी कम्पनीले राख्छ।",
    "bn": "চাকরির জন্য ৫০০০০ টাকা ফি দিতে হবে। পাসপোর্ট কোম্পানি রাখবে।",
    "fil": "Magbayad ng placement fee na 50,000 piso. Itatago ng employer ang pasaporte mo.",
    "id": "Anda harus membayar biaya penempatan 5 juta rupiah. Paspor ditahan oleh majikan.",
    "vi": "Bạn phải đóng phí 50 triệu đồng để được nhận việc. Công ty giữ hộ chiếu.",
    "ru": "Нужно заплатить 500 долларов за трудоустройство. Паспорт хранится у работодателя.",
    "uk": "Треба заплатити 500 доларів за працевлаштування. Паспорт зберігається у роботодавця.",
    "ro": "Trebuie să plătiți o taxă de 500 de euro pentru locul de muncă. Pașaportul rămâne la angajator.",
    "pl": "Trzeba zapłacić 500 euro za pracę. Paszport zostaje u pracodawcy.",
    "lt": "Reikia sumokėti 500 eurų už įdarbinimą. Pasas lieka pas darbdavį.",
    "tr": "İş için 500 euro ücret ödemeniz gerekir. Pasaportunuz işverende kalır.",
    "th": "ต้องจ่ายค่าธรรมเนียม 50,000 บาทเพื่อได้งาน นายจ้างเก็บพาสปอร์ตไว้",
    "sw": "Unapaswa kulipa ada ya dola 500 kupata kazi. Pasipoti itakaa kwa mwajiri.",
    "am": "ለሥራው 500 ዶላር ክፍያ መክፈል አለብዎት። ፓስፖርትዎን አሠሪው ይይዛል።",
    "zh": "需要交500美元的中介费才能得到工作。护照由雇主保管。",
}
"""Invented; in each language a fee or a kept passport."""


@pytest.fixture(autouse=True)
def _fresh() -> None:
    rate.CHECKS.forget()


def post(client: Client, text: str, lang: str = "en", **meta: Any) -> Any:
    return client.post(f"/notices/check/?lang={lang}", {"text": text}, **meta)


@pytest.mark.parametrize("code", DETECTED)
def test_every_language_is_explained_in_itself(client: Client, code: str) -> None:
    page = post(client, SAMPLES[code], code)
    body, words = page.content.decode(), wording(code).texts
    names = glossary.names(code)
    seen = {key for key in ("recruitment-fee", "document-retention", "deposit-or-bond") if names[key] in body}
    assert page.status_code == 200
    assert seen, re.sub(r"\s+", " ", body)[2000:4000]
    for key in ("found", "found_text", "advice", "ask", "help_general"):
        assert words[key].replace("'", "&#x27;") in body
    assert f'<html lang="{code}"' in body
    assert len(page.content) < 50_000


@pytest.mark.parametrize("code", DETECTED)
def test_nothing_found_is_not_called_safe(client: Client, code: str) -> None:
    body = post(client, "12 34", code).content.decode().replace("&#x27;", "'")
    assert wording(code).texts["nothing_text"] in body
    assert wording(code).texts["found"] not in body


@pytest.mark.parametrize("code", ["en", "hi", "ru", "th"])
def test_it_says_what_detect_says(client: Client, code: str) -> None:
    line = json.dumps({"id": 1, "text": SAMPLES[code]}).encode()
    answer = json.loads(next(detecting.answers([line], now=datetime.now(UTC))).line)
    body = post(client, SAMPLES[code], "en").content.decode().replace("&#x27;", "'").replace("&quot;", '"')
    wanted = {glossary.names("en")[each["indicator"]] for each in answer["findings"]}
    shown = {name for key, name in glossary.names("en").items() if f'<p class="n-title">{name}</p>' in body}
    assert wanted
    assert wanted <= shown
    assert shown - wanted == {glossary.names("en")[each["signal"]] for each in answer["protective"]}


def test_a_real_form_without_cookies_or_token(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, BAD).status_code == 200
    assert strict.cookies == {}
    page = strict.get("/notices/check/")
    assert "Set-Cookie" not in page
    assert page["Cache-Control"] == "public, max-age=300"
    assert post(strict, BAD)["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in page


MARK = "zqxjkv7719"


def test_nothing_is_stored_or_logged(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    folder = Path(current().data_dir)
    tallies = folder / rate.FILE  # keeps how often, never what
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path != tallies}
    counts = {model: model.objects.count() for model in apps.get_models()}
    with caplog.at_level(logging.DEBUG):
        for text in (f"{BAD} {MARK}", MARK * 2000, f"\x00{MARK}"):
            post(client, text)
    assert MARK not in caplog.text
    assert counts == {model: model.objects.count() for model in apps.get_models()}
    assert before == {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file() and path != tallies}
    assert MARK.encode() not in tallies.read_bytes()


def test_a_fault_inside_shows_nothing_of_the_text(client: Client, settings: Any, caplog: pytest.LogCaptureFixture) -> None:
    settings.NOTICES_JUDGE = "tests.notices.test_check.failing"
    client.raise_request_exception = False
    with caplog.at_level(logging.DEBUG):
        page = post(client, f"{BAD} {MARK}")
    assert page.status_code == 500
    assert MARK not in page.content.decode()
    assert MARK not in caplog.text


def failing(text: str, *, now: datetime) -> None:
    raise ValueError("broken")


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        ("", 200, "Paste some words first."),
        ("  \x00 \n", 200, "Paste some words first."),
        ("a" * 8_000, 200, "We found nothing"),
        ("a" * 8_001, 413, "Paste at most 8000 letters."),
        ("工" * 8_000, 200, ""),
        ("a" * 200_000, 413, "Paste at most 8000 letters."),
    ],
)
def test_size(client: Client, text: str, status: int, words: str) -> None:
    page = post(client, text)
    assert page.status_code == status
    assert words in page.content.decode()


@pytest.mark.parametrize("length", ["x", "-", "99999999"])
def test_a_length_that_is_none_is_refused(client: Client, length: str) -> None:
    assert post(client, BAD, CONTENT_LENGTH=length).status_code == 413


def test_the_limit_of_an_address(client: Client) -> None:
    codes = [post(client, "x", REMOTE_ADDR="192.0.2.7").status_code for _ in range(22)]
    assert codes == [200] * 20 + [429] * 2
    page = post(client, "x", REMOTE_ADDR="192.0.2.7")
    assert page["Retry-After"] == "600"
    assert "use the numbers on this page" in page.content.decode()
    assert "n-number" in page.content.decode()
    assert post(client, "x", REMOTE_ADDR="192.0.2.8").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "192.0.2.1", "192.0.2.9"),
        (1, "192.0.2.1", "192.0.2.1"),
        (1, "203.0.113.5, 192.0.2.1", "192.0.2.1"),
        (2, "203.0.113.5, 192.0.2.1", "203.0.113.5"),
        (2, "192.0.2.1", "192.0.2.9"),
        (1, "", "192.0.2.9"),
    ],
)
def test_a_forged_header_is_believed_for_our_own_proxies_alone(
    proxies: int, forwarded: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(current(), "proxies", proxies)
    assert rate.address_of({"REMOTE_ADDR": "192.0.2.9", "HTTP_X_FORWARDED_FOR": forwarded}) == expected


ACCUSING = re.compile(r"\b(traffick\w*|criminal\w*|illegal|scammer\w*|slave\w*|guilty|fraudster\w*|victim\w*)\b", re.IGNORECASE)


@pytest.mark.parametrize("text", [*SAMPLES.values(), "x"])
def test_nobody_is_accused(client: Client, text: str) -> None:
    body = post(client, text).content.decode()
    main = re.sub(r"<details>.*?</details>|<q .*?</q>|<[^>]+>", " ", body[body.index("<main") :], flags=re.DOTALL)
    assert ACCUSING.search(main) is None


@given(st.text(max_size=200))
def test_any_text_is_answered_and_escaped(text: str) -> None:
    rate.CHECKS.forget()
    page = post(Client(), f"{text} <script>alert(1)</script> pay fee <b>500</b> dollars for the job")
    assert page.status_code == 200
    assert "<script" not in page.content.decode()
    assert "<b>500" not in page.content.decode()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["a ", "1", "工", "कंपनी ", "((", "+1 555 010 0199 ", "pay fee 500 dollars before job. "])
def test_hostile_texts_take_no_time(client: Client, piece: str) -> None:
    post(client, "warm up")
    began = datetime.now(UTC)
    page = post(client, piece * (check.LONGEST // len(piece)))
    assert page.status_code == 200
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    assert len(page.content) < 50_000
