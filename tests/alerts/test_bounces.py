"""Mails that came back: what stops e-mail, what does not, and what hostile mail can do to it."""

from __future__ import annotations

import io
import mailbox
import smtplib
import time
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.message import MIMEMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Mailbox
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from adverts.models import AuditEntry, Run
from alerts import outbox, subscriptions
from alerts.bounces import LARGEST, Bounce, Outcome, read, take
from alerts.channels.email import message_id
from alerts.models import Delivery, Subscription
from settings.env import current
from tests.alerts.scenes import START, advert, person, subscription, wish
from tests.alerts.test_channels import _free_port

MORNING = START.replace(hour=7, minute=5) + timedelta(days=1)
LATER = MORNING + timedelta(hours=1)
ID = f"<{'a' * 40}@localhost>"


def report(
    identity: str = ID, *, status: str = "5.1.1", action: str = "failed", whole: bool = True, kind: str = "delivery-status", more: str = ""
) -> bytes:
    """A delivery report as a mail server writes it."""
    original = f"From: fairwatch@localhost\nMessage-ID: {identity}\nSubject: x\n\nwords\n"
    return f"""From: MAILER-DAEMON@mail.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type={kind}; boundary="=edge"

--=edge
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mail.example.
--=edge
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example

{more}Final-Recipient: rfc822; amina@union.example
Action: {action}
Status: {status}

--=edge
Content-Type: {"message/rfc822" if whole else "text/rfc822-headers; charset=us-ascii"}
Content-Transfer-Encoding: 7bit

{original}
--=edge--
""".encode()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("5.1.1", True)),
        ({"whole": False}, ("5.1.1", True)),
        ({"status": "5.0.0"}, ("5.0.0", True)),
        ({"status": "5.2.1 (mailbox disabled)"}, ("5.2.1", True)),
        ({"status": "5.4.4"}, ("5.4.4", True)),
        ({"action": "Failed "}, ("5.1.1", True)),
        ({"more": "Final-Recipient: rfc822; a@b.example\nAction: relayed\nStatus: 2.0.0\n\n"}, ("5.1.1", True)),
        ({"status": "5.2.2"}, ("5.2.2", False)),
        ({"status": "5.2.3"}, ("5.2.3", False)),
        ({"status": "5.3.4"}, ("5.3.4", False)),
        ({"status": "5.7.1"}, ("5.7.1", False)),
        ({"status": "4.2.2"}, ("4.2.2", False)),
        ({"status": "4.4.1", "action": "delayed"}, None),
        ({"action": "delivered", "status": "2.0.0"}, None),
        ({"action": "failed", "status": "2.0.0"}, None),
        ({"status": "gone"}, None),
        ({"status": "5"}, None),
        ({"kind": "disposition-notification"}, None),
        ({"identity": "<abc@localhost>"}, None),
        ({"identity": ""}, None),
    ],
)
def test_reports(given: dict[str, Any], expected: tuple[str, bool] | None) -> None:
    found = read(report(**given))
    assert found == (None if expected is None else Bounce("a" * 40, expected[0]))
    assert expected is None or (found is not None and found.hard is expected[1])


def ordinary() -> bytes:
    made = EmailMessage()
    made["Subject"], made["Message-ID"] = "Status: 5.1.1", ID
    made.set_content(f"Action: failed\nStatus: 5.1.1\nMessage-ID: {ID}\n")
    return made.as_bytes()


def forwarded() -> bytes:
    """Somebody sends a report on: it is not the report of this mail."""
    head = 'From: somebody@union.example\nContent-Type: multipart/mixed; boundary="+edge"\n\n--+edge\nContent-Type: message/rfc822\n\n'
    return head.encode() + report() + b"\n--+edge--\n"


def nested(depth: int) -> bytes:
    """Parts within parts, deeper than Python calls can go."""
    heads = "".join(
        f'Content-Type: multipart/report; report-type=delivery-status; boundary="{each}"\n\n--{each}\n' for each in range(depth)
    )
    return heads.encode()


HOSTILE = {
    "empty": b"",
    "zeros": b"\x00" * 1000,
    "ordinary": ordinary(),
    "forwarded": forwarded(),
    "cut": report()[:-150],
    "nested": nested(5000),
    "no boundary": b"Content-Type: multipart/report; report-type=delivery-status\n\nStatus: 5.1.1\n",
    "odd charset": report().replace(b"us-ascii", b"no-such-charset"),
    "odd encoding": report(whole=False).replace(b"7bit", b"base64"),
    "raw bytes": report(whole=False).replace(b"Message-ID", b"Message-\xff\xfeID"),
    "odd report": report().replace(b"message/delivery-status", b"text/plain"),
    "many headers": b"X: y\n" * 100_000 + report(),
    "long line": b"Subject: " + b"<" * 900_000 + b"\n\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_no_bounce_of_ours_and_quick(name: str) -> None:
    started = time.perf_counter()
    found = read(HOSTILE[name])
    assert found in (None, Bounce("a" * 40, "5.1.1"))
    assert found is None or name in {"odd charset", "cut", "many headers"}
    assert time.perf_counter() - started < 5


@given(st.binary(max_size=400), st.integers(0, 900))
def test_no_mail_breaks_it(noise: bytes, at: int) -> None:
    raw = report()
    assert read(raw[:at] + noise + raw[at:]) in (None, *(Bounce("a" * 40, f"5.1.{each}") for each in range(1000)))


@pytest.fixture
def sent(db: None) -> tuple[Subscription, str]:
    """A subscription whose digest has been mailed, and that mail's Message-ID."""
    mine = subscription()
    advert()
    outbox.run(now=MORNING)
    return mine, str(mail.outbox[0].extra_headers["Message-ID"])


def test_a_hard_bounce_stops_mail_alone_until_somebody_says_so(sent: tuple[Subscription, str], client: Client) -> None:
    mine, identity = sent
    assert take(report(identity), now=LATER) == Outcome.STOPPED
    advert(at=LATER)
    outbox.run(now=MORNING + timedelta(days=1))
    assert len(mail.outbox) == 1
    assert Delivery.objects.filter(channel="feed", state=Delivery.SENT).count() == 2
    client.force_login(mine.owner)
    page = reverse("alerts-detail", args=[mine.pk])
    shown = client.get(page).content.decode()
    assert "E-mail stopped" in shown
    assert "came back: 5.1.1" in shown
    client.post(reverse("alerts-act", args=[mine.pk, "try-address"]))
    assert "E-mail stopped" not in client.get(page).content.decode()
    assert take(report(identity), now=LATER) == Outcome.KNOWN  # the mailbox is read again
    advert(at=MORNING + timedelta(days=1))
    outbox.run(now=MORNING + timedelta(days=2))
    assert len(mail.outbox) == 2
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"subscription.bounced", "subscription.email-resumed"} <= actions


@pytest.mark.parametrize("status", ["4.2.2", "5.2.2", "5.7.1"])
def test_what_may_pass_is_noted_alone(sent: tuple[Subscription, str], status: str) -> None:
    mine, identity = sent
    assert take(report(identity, status=status), now=LATER) == Outcome.NOTED
    mine.refresh_from_db()
    assert mine.bounced_at is None
    assert Delivery.objects.get(channel="email").last_error == f"came back: {status}"


def test_a_queued_mail_is_not_sent_to_an_address_that_is_gone(sent: tuple[Subscription, str]) -> None:
    _, identity = sent
    advert(at=LATER)
    outbox.match_new()
    outbox.queue_due(now=MORNING + timedelta(days=1))
    take(report(identity), now=LATER)
    outbox.send_due(now=MORNING + timedelta(days=1))
    assert len(mail.outbox) == 1


def test_nothing_of_ours_is_named(sent: tuple[Subscription, str]) -> None:
    mine, identity = sent
    wrong = [ID, identity.replace("<", "<0")[:41] + "@x>", "<>"]
    assert {take(report(each), now=LATER) for each in wrong} == {Outcome.NOT_OURS}
    assert take(b"x" * (LARGEST + 1), now=LATER) == Outcome.TOO_LARGE
    mine.refresh_from_db()
    assert mine.bounced_at is None


@pytest.mark.parametrize("change", ["address", "hand-over", "end of the old address"])
def test_a_report_of_an_old_address_stops_nothing(sent: tuple[Subscription, str], change: str) -> None:
    mine, identity = sent
    if change == "hand-over":
        subscriptions.hand_over(mine, person("bela"), by="amina", now=LATER)
    else:
        subscriptions.change(mine, wish(address="new@union.example"), by="amina", now=LATER)
    if change == "end of the old address":
        Subscription.objects.filter(pk=mine.pk).update(confirmed_at=LATER)
    assert take(report(identity), now=LATER) == Outcome.KNOWN
    assert Subscription.objects.get(pk=mine.pk).bounced_at is None


def test_a_question_for_consent_that_comes_back_and_a_new_address(db: None) -> None:
    mine = subscriptions.create(wish(), owner=person(), now=START)
    outbox.send_due(now=START)
    assert take(report(str(mail.outbox[0].extra_headers["Message-ID"])), now=LATER) == Outcome.STOPPED
    mine.refresh_from_db()
    subscriptions.change(mine, wish(address="new@union.example"), by="amina", now=LATER)
    assert Subscription.objects.get(pk=mine.pk).bounced_at is None
    outbox.send_due(now=LATER)
    assert [each.to for each in mail.outbox] == [["amina@union.example"], ["new@union.example"]]


def counted(*places: object) -> dict[str, int]:
    out = io.StringIO()
    call_command("read_bounces", *map(str, places), stdout=out)
    return {name: int(number) for name, number in (each.split(": ") for each in out.getvalue().split(". ")[1].strip().split(", "))}


def test_the_command_reads_every_kind_of_place(sent: tuple[Subscription, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _, identity = sent
    one, box, folder = tmp_path / "one.eml", tmp_path / "box", tmp_path / "folder"
    one.write_bytes(report(identity))
    kept = mailbox.mbox(box)
    for raw in (report(identity), ordinary(), report(ID)):
        kept.add(raw)
    kept.close()
    maildir = mailbox.Maildir(folder)
    maildir.add(report(identity))
    maildir.add(b"Subject: x\n\n" + b"x" * LARGEST)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert counted(one) == {"stopped": 1, "noted": 0, "known": 0, "not-ours": 0, "too-large": 0}
    assert counted(box, folder) == {"stopped": 0, "noted": 0, "known": 2, "not-ours": 2, "too-large": 1}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report(identity))))
    assert counted("-")["known"] == 1
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    for wrong in (tmp_path / "none", tmp_path):
        with pytest.raises(CommandError, match="name a mail"):
            counted(wrong)


@pytest.mark.parametrize("name", ["system:x", "digest:1:email:2026-11-03"])
def test_a_message_id_cannot_be_worked_out_from_the_key(sent: tuple[Subscription, str], settings: Any, name: str) -> None:
    before = message_id(name)
    settings.SECRET_KEY = "y" * 50
    assert message_id(name) != before


class Relay:
    """A mail server that takes everything, finds that the address is no good and says so to the sender, as RFC 3464 wants it."""

    def __init__(self, port_of_sender: int, *, status: str) -> None:
        self.status, self._port = status, port_of_sender
        self.taken: list[bytes] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(envelope.original_content)
        self.sender, self.to = envelope.mail_from, envelope.rcpt_tos[0]
        return "250 queued"

    def send_back(self) -> None:
        for raw in self.taken:
            with smtplib.SMTP("127.0.0.1", self._port, timeout=30) as back:
                back.sendmail("", [self.sender], self._report(raw))

    def _report(self, raw: bytes) -> bytes:
        made = MIMEMultipart("report", **{"report-type": "delivery-status"})
        made["From"], made["To"], made["Subject"] = "MAILER-DAEMON@mail.example", self.sender, "Undelivered Mail Returned to Sender"
        made["Auto-Submitted"] = "auto-replied"
        made.attach(MIMEText("I'm sorry to have to inform you that your message could not be delivered.\n"))
        told = Message()
        told.set_type("message/delivery-status")
        server, recipient = Message(), Message()
        server["Reporting-MTA"] = "dns; mail.example"
        recipient["Final-Recipient"], recipient["Action"], recipient["Status"] = f"rfc822; {self.to}", "failed", self.status
        told.set_payload([server, recipient])
        made.attach(told)
        made.attach(MIMEMessage(message_from_bytes(raw)))
        return made.as_bytes(policy=policy.SMTP)


@pytest.mark.parametrize(("status", "stopped"), [("5.1.1", True), ("4.4.7", False)])
def test_there_and_back_by_real_mail_servers(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: str, stopped: bool) -> None:
    """A digest goes out by SMTP, the report comes back by SMTP into a Maildir, the hourly job reads it, twice."""
    home = Controller(Mailbox(tmp_path / "Maildir"), hostname="127.0.0.1", port=_free_port(), ready_timeout=30)
    relay = Relay(home.port, status=status)
    out = Controller(relay, hostname="127.0.0.1", port=_free_port(), ready_timeout=30)
    home.start()
    out.start()
    monkeypatch.setattr(current(), "bounces", str(tmp_path / "Maildir"))
    backend = "django.core.mail.backends.smtp.EmailBackend"
    sender = "Fairwatch <alerts@fairwatch.example>"
    try:
        with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=out.port, DEFAULT_FROM_EMAIL=sender):
            mine = subscription()
            advert()
            outbox.run(now=MORNING)
            relay.send_back()
            first, second = counted(), counted()
            advert(at=MORNING)
            outbox.run(now=MORNING + timedelta(days=1))
    finally:
        out.stop()
        home.stop()
    assert relay.sender == "alerts@fairwatch.example"
    assert (first["stopped"], first["noted"], first["known"]) == (int(stopped), int(not stopped), 0)
    assert (second["stopped"], second["noted"], second["known"]) == (0, 0, 1)
    assert len(relay.taken) == (1 if stopped else 2)
    mine.refresh_from_db()
    assert (mine.bounced_at is not None) is stopped
    assert [run.ok for run in Run.objects.filter(stage="bounces")] == [True, True]
    assert Run.objects.filter(stage="bounces").first().counts.get("stopped", 0) == int(stopped)  # type: ignore[union-attr]


def test_without_a_place_the_job_reads_nothing_and_a_wrong_one_fails_it(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sum(counted().values()) == 0
    monkeypatch.setattr(current(), "bounces", "/no/such/place")
    with pytest.raises(CommandError, match="name a mail"):
        counted()
    assert [run.ok for run in Run.objects.order_by("pk")] == [True, False]


def test_a_pipe_is_read_to_its_end_and_may_begin_as_an_mbox_does(sent: tuple[Subscription, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, identity = sent
    large = io.BytesIO(b"Subject: x\n\n" + b"x" * 3 * LARGEST)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(large))
    assert counted("-")["too-large"] == 1
    assert large.read() == b""
    piped = b"From MAILER-DAEMON  Tue Nov  3 08:05:00 2026\n" + report(identity)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(piped)))
    assert counted("-")["stopped"] == 1


def test_a_ledger_that_cannot_be_written_lets_the_mail_server_come_again(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def locked(raw: bytes, *, now: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr("alerts.bounces.take", locked)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(report())))
    with pytest.raises(CommandError, match="try again") as caught:
        counted("-")
    assert caught.value.returncode == 75


def test_a_mail_that_is_gone_meanwhile_is_passed_over(
    sent: tuple[Subscription, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, identity = sent
    maildir = mailbox.Maildir(tmp_path / "folder")
    keys = [maildir.add(report(identity)), maildir.add(report(identity))]
    monkeypatch.setattr(mailbox.Maildir, "iterkeys", lambda self: iter([*keys, "gone"]))
    assert counted(tmp_path / "folder")["stopped"] == 1
