"""The demonstration: sample boards served over real HTTP, people who use Fairwatch, and a table of what came out."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

from django.contrib.auth.models import Group, User
from django.db.models import Count, Sum
from rich.console import Console
from rich.table import Table

from adverts.models import Advert, AdvertVersion, Assessment, Cluster, Profile, Reject, Run
from adverts.records import BAND_ORDER, FairwatchError
from adverts.store import newest_assessments
from settings.env import ROOT, current

SOURCES = ("sample-meadow", "sample-harbour", "sample-summit", "sample-corner")
PASSWORD = "fairwatch-demo"  # noqa: S105 (of invented people, on loopback, in a folder of its own)
PEOPLE = {
    "ines": ("inspector", "Labour inspectorate"),
    "henri": ("head", "Labour inspectorate"),
    "uma": ("union", "Builders' and domestic workers' union"),
    "mara": ("campaigner", "Safe work campaign"),
    "jonas": ("campaigner", "Safe work campaign"),
    "olga": ("operator", "Labour inspectorate"),
    "aziz": ("auditor", "Audit office"),
}
"""User name -> role and organisation."""
PORT_FILE = "boards-port"
PATIENCE = 20.0
"""Seconds the sample boards get to answer."""


class DemoError(FairwatchError):
    """The demonstration cannot go on."""


def has_day_one() -> bool:
    """Whether the first day's ledger is there."""
    return (current().data_dir / "ledger.sqlite3").exists()


def boards_port() -> int:
    """The port on which the first day's boards were served; 0 where that is not known."""
    kept = current().data_dir / PORT_FILE
    return int(kept.read_text()) if kept.exists() else 0


def remember_port(port: int) -> None:
    """Keep the port for the second day: adverts are known by their addresses."""
    (current().data_dir / PORT_FILE).write_text(str(port))


def start_afresh() -> None:
    """Empty the demo's folder. The caller made sure that it is the demo's."""
    from django.db import connection

    connection.close()
    for path in current().data_dir.glob("*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    current().data_dir.mkdir(parents=True, exist_ok=True)


@contextmanager
def boards(*, port: int, day: int) -> Iterator[str]:
    """Serve the sample boards in a process of their own; yields their address. Raises ``DemoError`` where they do not answer."""
    base = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "tests.boards", "--day", str(day), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)  # noqa: S603
    try:
        _wait_for(base, server)
        yield base
    finally:
        server.terminate()
        server.wait(timeout=10)
        if server.stderr:
            server.stderr.close()


def _wait_for(base: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            said = server.stderr.read().decode(errors="replace").strip() if server.stderr else ""
            last = said.splitlines()[-1] if said else "no reason given"
            raise DemoError(
                f"the sample boards did not start on {base}: {last}. Is the port taken? Choose another: make demo BOARDS_PORT=8199"
            )
        try:
            urllib.request.urlopen(f"{base}/robots.txt", timeout=2).close()  # noqa: S310 (our own loopback address)
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    raise DemoError(f"the sample boards did not answer on {base} within {PATIENCE:.0f} seconds")


def switch(base: str, *, day: int) -> None:
    """Let the boards show another day."""
    request = urllib.request.Request(f"{base}/_day/{day}", method="POST", data=b"")  # noqa: S310 (our own loopback address)
    urllib.request.urlopen(request, timeout=PATIENCE).close()  # noqa: S310


@dataclass(frozen=True, slots=True)
class Standing:
    """Numbers of the ledger at one moment."""

    versions: int
    runs: int
    deliveries: int

    @classmethod
    def now(cls) -> Standing:
        """As the ledger stands now."""
        from alerts.models import Delivery

        newest = AdvertVersion.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        run = Run.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return cls(newest, run, Delivery.objects.filter(sent_at__isnull=False).count())


def people_and_notice(*, now: datetime) -> None:
    """The accounts, one union subscription and one notice that two persons checked; what is there already stays."""
    from alerts import links, subscriptions, tokens

    people = {name: _person(name, role, organisation) for name, (role, organisation) in PEOPLE.items()}
    if not people["uma"].subscriptions.exists():
        yesterday = now - timedelta(hours=25)
        wish = subscriptions.Wish(
            name="All that reaches the queue",
            query="",
            band="labour-law",
            period="daily",
            hour=now.hour,
            time_zone="UTC",
            language="en",
            address="uma@union.example",
        )
        made = subscriptions.create(wish, owner=people["uma"], now=yesterday)
        subscriptions.confirm(links.token(made, tokens.CONFIRM), now=yesterday)
    _notice(people["mara"], people["jonas"], now=now)


def _person(name: str, role: str, organisation: str) -> User:
    user, made = User.objects.get_or_create(username=name, defaults={"email": f"{name}@example.org", "first_name": name.capitalize()})
    if made:
        user.set_password(PASSWORD)
        user.save()
        user.groups.add(Group.objects.get(name=role))
        Profile.objects.get_or_create(user=user, defaults={"organisation": organisation})
    return user


def _notice(author: User, approver: User, *, now: datetime) -> None:
    from notices import demo_texts, workflow
    from notices.models import Notice
    from notices.reading import content

    if Notice.objects.filter(slug=demo_texts.SLUG).exists():
        return
    made = workflow.create(demo_texts.notice(today=now.date()), by=author, now=now)
    workflow.approve(made, by=approver, seen=content(made).digest(), now=now, today=now.date())
    workflow.publish(made, by=approver, now=now, today=now.date())


def summary(before: Standing, *, day: int) -> str:
    """What the day brought, as a table."""
    from alerts.models import Delivery
    from notices.models import Notice

    events = dict(AdvertVersion.objects.filter(pk__gt=before.versions).values_list("event").annotate(Count("pk")))
    sent = Delivery.objects.filter(sent_at__isnull=False).count()
    table = Table(title=f"Fairwatch demo, day {day}", show_header=True)
    table.add_column("what")
    table.add_column("count", justify="right")
    table.add_row("sources crawled", str(len(SOURCES)))
    for label, value in _crawled(before).items():
        table.add_row(label, str(value))
    table.add_row("adverts in the ledger", f"{Advert.objects.count()} ({Advert.objects.filter(closed_at=None).count()} online)")
    for event in ("created", "changed", "closed", "returned"):
        table.add_row(f"adverts {event} today", str(events.get(event, 0)))
    table.add_row("lines rejected", str(Reject.objects.count()))
    bands = dict(newest_assessments(Assessment.objects.all()).values_list("band").annotate(Count("pk")))
    for band in BAND_ORDER:
        table.add_row(f"band {band.value}", str(bands.get(band.value, 0)))
    clusters = Cluster.objects.aggregate(all=Count("pk"), adverts=Sum("size"))
    table.add_row("clusters", f"{clusters['all']} ({Cluster.objects.filter(size__gt=1).count()} of more than one advert)")
    table.add_row("alerts delivered today", f"{sent - before.deliveries} ({sent} in all)")
    table.add_row("notices published", str(Notice.objects.filter(published_at__isnull=False, withdrawn_at=None).count()))
    out = StringIO()
    Console(file=out, width=90).print(table)
    return out.getvalue()


def _crawled(before: Standing) -> dict[str, int]:
    totals = {"pages": 0, "unchanged": 0, "robots": 0}
    for counts in Run.objects.filter(pk__gt=before.runs, stage__startswith="crawl:").values_list("counts", flat=True):
        for name in totals:
            totals[name] += int(counts.get(name, 0))
    labels = {
        "pages": "pages fetched",
        "unchanged": "pages unchanged (one conditional request each)",
        "robots": "addresses left alone (robots.txt)",
    }
    return {labels[name]: value for name, value in totals.items()}


def invitation(port: int) -> str:
    """Where the pages are and who can sign in."""
    lines = [
        f"Pages: http://127.0.0.1:{port}/   public notices: http://127.0.0.1:{port}/notices/   (Ctrl-C ends)",
        f"Accounts (password {PASSWORD}):",
    ]
    lines += [f"  {name:6} {role}" for name, (role, _) in PEOPLE.items()]
    outbox = current().data_dir / "outbox"
    return "\n".join([*lines, f"Mails are files in {_relative(outbox)}"])


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
