"""A real SMTP conversation, a real HTTP GET of the feed, and what hostile adverts can do to either."""

from __future__ import annotations

import email
import json
import smtplib
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from typing import Any

import feedparser
import pytest
from aiosmtpd.controller import Controller
from django.test import Client, override_settings
from lxml import etree

from adverts.access import Role
from adverts.models import ClusterMember
from alerts import links, outbox, subscriptions
from alerts.channels import load
from alerts.channels.base import Message, PermanentError, TemporaryError
from alerts.channels.email import message_id
from alerts.models import Delivery
from tests.alerts.scenes import START, advert, person, subscription, wish
from tests.conftest import storable

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)


class Mailbox:
    """An SMTP server's handler that keeps what arrives, or answers as told."""

    def __init__(self) -> None:
        self.arrived: list[EmailMessage] = []
        self.answers: list[str] = []
        self.refusal = ""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if self.refusal:
            return self.refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answers:
            return self.answers.pop(0)
        self.arrived.append(email.message_from_bytes(envelope.original_content, policy=policy.default))  # type: ignore[arg-type]
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server on the loopback address, and Django told to use it."""
    box = Mailbox()
    host, port = "127.0.0.1", _free_port()
    controller = Controller(box, hostname=host, port=port, ready_timeout=30)
    controller.start()
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(
        EMAIL_BACKEND=backend, EMAIL_HOST=host, EMAIL_PORT=port, DEFAULT_FROM_EMAIL="Fairwatch <alerts@fairwatch.example>"
    ):
        yield box
    controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.django_db
def test_a_digest_over_real_smtp(mailbox: Mailbox) -> None:
    mine = subscription(name="Zbiór jabłek", time_zone="Europe/Warsaw")
    advert(title="Packers wanted", country="PL", indicators=["document-retention", "deposit-or-bond"])
    assert outbox.run(now=MORNING).sent == 2
    (mail,) = mailbox.arrived
    assert mail["Subject"] == "Zbiór jabłek: 1 new"
    assert (mail["To"], mail["From"]) == ("amina@union.example", "Fairwatch <alerts@fairwatch.example>")
    assert mail["Message-ID"] == message_id(f"digest:{mine.pk}:email:2026-11-03")
    assert str(mail["List-Unsubscribe"]).strip() == f"<{links.unsubscribe_url(mine)}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    for kind in ("plain", "html"):
        text = part(mail, kind)
        assert "Packers wanted" in text
        assert "Poland" in text
        assert links.unsubscribe_url(mine) in text
    assert "<style" not in part(mail, "html")
    assert 'style="' in part(mail, "html")


@pytest.mark.django_db
def test_one_click_unsubscribe_as_a_mail_program_does_it(mailbox: Mailbox, client: Client) -> None:
    mine = subscription()
    advert()
    outbox.run(now=MORNING)
    address = str(mailbox.arrived[0]["List-Unsubscribe"]).strip()[1:-1].removeprefix("http://testserver")
    assert client.get(address).status_code == 200
    mine.refresh_from_db()
    assert mine.ended_at is None
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    mine.refresh_from_db()
    assert mine.ended_at is not None
    assert strict.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    advert(at=MORNING)
    assert outbox.run(now=MORNING + timedelta(days=1)) == outbox.Counts()


@pytest.mark.django_db
def test_the_question_for_consent_and_its_answer(mailbox: Mailbox, client: Client) -> None:
    mine = subscriptions.create(wish(), owner=person(), now=START)
    outbox.run(now=START)
    (mail,) = mailbox.arrived
    assert mail["List-Unsubscribe"] is None
    address = links.confirm_url(mine).removeprefix("http://testserver")
    assert links.confirm_url(mine) in part(mail, "plain")
    client.get(address)
    mine.refresh_from_db()
    assert mine.confirmed_at is None
    client.post(address)
    mine.refresh_from_db()
    assert mine.confirmed_at is not None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "state"),
    [("550 no such user", Delivery.DEAD), ("450 greylisted", Delivery.FAILED)],
)
def test_a_refused_recipient(mailbox: Mailbox, refusal: str, state: str) -> None:
    subscription()
    advert()
    mailbox.refusal = refusal
    outbox.run(now=MORNING)
    row = Delivery.objects.get(channel="email")
    assert (row.state, refusal[:3] in row.last_error) == (state, True)


@pytest.mark.django_db
def test_a_busy_server_gets_the_same_message_again(mailbox: Mailbox) -> None:
    subscription()
    advert()
    mailbox.answers = ["451 try later"]
    outbox.run(now=MORNING)
    assert mailbox.arrived == []
    row = Delivery.objects.get(channel="email")
    outbox.run(now=row.next_at)
    assert [mail["Message-ID"] for mail in mailbox.arrived] == [message_id(row.key)]


@pytest.mark.parametrize("error", [ConnectionRefusedError("no"), TimeoutError("slow"), smtplib.SMTPServerDisconnected("gone")])
def test_no_server_is_a_temporary_error(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def open(self) -> None:
            raise error

    monkeypatch.setattr("alerts.channels.email.get_connection", Broken)
    with pytest.raises(TemporaryError, match=type(error).__name__):
        load("email").send(Message("k", "a@b.example", "s", "t", "<p>t</p>", "en"))


def test_refusals_know_permanent_from_temporary() -> None:
    assert not issubclass(PermanentError, TemporaryError)


HOSTILE = [
    "<script>alert(1)</script>",
    "\" onmouseover=\"alert(1)' x='",
    "]]></title><entry>&xxe;",
    "Bcc: victim@example.org\r\nSubject: x",
    "Nurse \u202egnp.exe\u202c \x00\x0b\x1f end",
    "{{ settings.SECRET_KEY }} {% include 'x' %} {0.__class__}",
    "Call +1 555 0100 2345 or write boss@agency.example, wa.me/15550100, www.agency.example",
]
SECRETS = ("555 0100", "boss@agency", "wa.me", "www.agency", "victim@example.org")


@pytest.mark.django_db
@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_in_mail_and_feed(mailbox: Mailbox, client: Client, title: str) -> None:
    mine = subscription(language="ar")
    advert(title=storable(title), employer="Acme <b>Crew</b> Ltd", country="PL")
    outbox.run(now=MORNING)
    (mail,) = mailbox.arrived
    html, text = part(mail, "html"), part(mail, "plain")
    page = client.get(links.feed_url(mine).removeprefix("http://testserver"))
    feed = page.content.decode()
    tree = etree.fromstring(page.content)
    assert len(tree.findall("{http://www.w3.org/2005/Atom}entry")) == 1
    assert "<script" not in html
    assert not etree.HTML(html).xpath("//*[@onmouseover or @x]")
    for whole in (html, text, feed, str(mail["Subject"])):
        assert not any(secret in whole for secret in SECRETS)
        assert "Acme" not in whole
        assert not any(sign in whole for sign in "\u202e\x00\x0b\x1f")
    assert mail["Bcc"] is None
    safe = [line for line in text.splitlines() if "يمكن نقله" in line]
    assert len(safe) == 1
    assert "Nurse" not in safe[0]


@pytest.mark.django_db(transaction=True)
def test_the_feed_over_real_http(live_server: Any) -> None:
    with override_settings(BASE_URL=live_server.url):
        mine = subscription(name="Feed & friends", address="", language="en")
        row = advert(title="Packers <wanted>", cluster="c" * 32, country="PL")
        outbox.run(now=MORNING)
        url = links.feed_url(mine)
        first = feedparser.parse(url)
        assert (first.status, first.bozo, first.version) == (200, False, "atom10")
        assert first.feed.title == "Feed & friends"
        (entry,) = first.entries
        assert entry.title == "Urgent: Packers <wanted>"
        assert entry.id.startswith("tag:localhost,2026-11-02:subscription/")
        again = feedparser.parse(url, etag=first.etag, modified=first.modified)
        assert (again.status, again.entries) == (304, [])
        advert(cluster="c" * 32, country="DE", at=MORNING)
        outbox.run(now=MORNING + timedelta(days=1))
        changed = feedparser.parse(url, etag=first.etag, modified=first.modified)
        assert changed.status == 200
        assert [each.id for each in changed.entries] == [entry.id]
        assert changed.entries[0].updated > entry.updated
        assert "Seen in a new country" in changed.entries[0].summary
        assert ClusterMember.objects.filter(advert=row).exists()
        subscriptions.revoke_feed(mine, by="amina", now=MORNING)
        assert feedparser.parse(url).status == 404
        assert feedparser.parse(links.feed_url(mine)).status == 200
        mine.owner.groups.clear()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(links.feed_url(mine))  # noqa: S310 (our own server)


@pytest.mark.django_db
def test_the_feed_sets_no_cookie_and_is_not_for_others_to_keep(client: Client) -> None:
    mine = subscription()
    page = client.get(links.feed_url(mine).removeprefix("http://testserver"))
    assert page.cookies == {}
    assert page["Cache-Control"] == "private, no-cache"
    assert page["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_only_subscribers_roles_can_read_their_feed(client: Client, role: Role) -> None:
    mine = subscription(person("x", role))
    page = client.get(links.feed_url(mine).removeprefix("http://testserver"))
    assert (page.status_code == 200) is (role in {Role.UNION, Role.INSPECTOR, Role.HEAD})


@pytest.mark.django_db
def test_the_json_feed_says_what_the_atom_feed_says(client: Client) -> None:
    mine = subscription(address="", language="ar")
    advert(title='Packers "wanted" <b>', country="PL")
    advert(title="عمال تعبئة", country="AE", at=START + timedelta(minutes=1))
    outbox.run(now=MORNING)
    address = links.json_feed_url(mine).removeprefix("http://testserver")
    answer = client.get(address)
    feed = json.loads(answer.content)
    atom = feedparser.parse(client.get(links.feed_url(mine).removeprefix("http://testserver")).content)
    assert answer["Content-Type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == links.json_feed_url(mine)
    assert feed["language"] == "ar"
    assert [item["id"] for item in feed["items"]] == [entry.id for entry in atom.entries]
    assert [item["title"] for item in feed["items"]] == [entry.title for entry in atom.entries]
    assert [item["content_text"].split() for item in feed["items"]] == [entry.summary.split() for entry in atom.entries]
    assert {item["_fairwatch"]["countries"][0] for item in feed["items"]} == {"PL", "AE"}


@pytest.mark.django_db
def test_the_json_feed_is_not_sent_twice_and_can_be_revoked(client: Client) -> None:
    mine = subscription(address="")
    advert()
    outbox.run(now=MORNING)
    address = links.json_feed_url(mine).removeprefix("http://testserver")
    first = client.get(address)
    assert client.get(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert client.get(address, headers={"If-None-Match": '"other"'}).status_code == 200
    assert first["ETag"] != client.get(links.feed_url(mine).removeprefix("http://testserver"))["ETag"]
    subscriptions.revoke_feed(mine, by="amina", now=MORNING)
    assert client.get(address).status_code == 404
    mine.owner.groups.clear()
    assert client.get(links.json_feed_url(mine).removeprefix("http://testserver")).status_code == 404
