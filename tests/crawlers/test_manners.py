"""The rules of behaviour, each as a table."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers import manners
from settings import crawling
from settings.crawling import user_agent

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("93.184.216.34", True),
        ("2606:4700:4700::1111", True),
        ("127.0.0.1", False),
        ("127.255.0.3", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - refused, not bound
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("224.0.1.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("2002:7f00:1::", False),
        ("2002:a00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::a9fe:a9fe", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    assert manners.is_public(address) is public


@given(st.ip_addresses(v=4))
def test_an_address_inside_an_ipv6_address_is_no_way_round(inner: ipaddress.IPv4Address) -> None:
    carriers = (
        ipaddress.IPv6Address((0xFFFF << 32) | int(inner)),
        ipaddress.IPv6Address((0x2002 << 112) | (int(inner) << 80)),
        ipaddress.IPv6Address((0x64FF9B << 96) | int(inner)),
    )
    if not manners.is_public(str(inner)):
        assert not any(manners.is_public(str(carrier)) for carrier in carriers)


HOSTS = frozenset({"quay.example", "127.0.0.1", "::1"})


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://quay.example/job/1", ""),
        ("http://www.quay.example/job/1", ""),
        ("https://jobs.quay.example:8443/1", ""),
        ("http://127.0.0.1:8099/", ""),
        ("http://127.0.0.1:8098/", "private-address"),
        ("http://127.0.0.1/", "private-address"),
        ("http://[::1]:8099/", "private-address"),
        ("https://notquay.example/", "other-host"),
        ("https://quay.example.evil.example/", "other-host"),
        ("http://10.0.0.1/", "other-host"),
        ("ftp://quay.example/", "bad-address"),
        ("file:///etc/passwd", "bad-address"),
        ("https://me@quay.example/", "bad-address"),
        ("https://quay.example:99999/", "bad-address"),
        ("http://[::1", "bad-address"),
        ("mailto:a@quay.example", "bad-address"),
        ("", "bad-address"),
    ],
)
def test_which_addresses_may_be_asked(url: str, kind: str) -> None:
    assert manners.refusal(url, hosts=HOSTS, private={("127.0.0.1", 8099)}) == kind


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        ("Mon, 04 May 2026 12:01:00 GMT", 60.0),
        ("Mon, 04 May 2026 11:00:00 GMT", 0.0),
        ("Mon, 04 May 2026 12:01:00 -0000", 60.0),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("9" * 40, None),
        ("٣", None),
        ("Mon, 99 May 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert manners.retry_after(value, now=NOW) == seconds


@pytest.mark.parametrize(
    ("tried", "asked", "seconds"),
    [(1, None, 5.0), (2, None, 10.0), (3, None, 20.0), (20, None, manners.MAX_WAIT), (1, 2.0, 2.0), (3, 0.0, 0.0), (1, 9000.0, 9000.0)],
)
def test_waiting(tried: int, asked: float | None, seconds: float) -> None:
    assert manners.wait(tried=tried, asked=asked) == seconds


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        (200, b"mine"),
        (206, b"mine"),
        (404, b""),
        (403, b""),
        (401, b""),
        (410, b""),
        (429, manners.NOTHING_ALLOWED),
        (500, manners.NOTHING_ALLOWED),
        (503, manners.NOTHING_ALLOWED),
        (302, manners.NOTHING_ALLOWED),
    ],
)
def test_what_an_answer_for_robots_txt_means(status: int, kept: bytes) -> None:
    assert manners.robots_body(status, b"mine") == kept


@pytest.mark.parametrize(
    ("contact", "agent"),
    [
        ("https://watch.example/contact", "Fairwatch/0.1 (+https://watch.example/contact)"),
        ("a@b.example\r\nX-Evil: 1", "Fairwatch/0.1 (+a@b.example X-Evil: 1)"),
        ("  ", "Fairwatch/0.1 (operator contact not set)"),
        ("", "Fairwatch/0.1 (operator contact not set)"),
    ],
)
def test_the_user_agent_is_honest(contact: str, agent: str) -> None:
    assert user_agent(contact) == agent


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ROBOTSTXT_OBEY", True),
        ("ROBOTSTXT_USER_AGENT", "Fairwatch"),
        ("COOKIES_ENABLED", False),
        ("HTTPPROXY_ENABLED", False),
        ("DOWNLOAD_VERIFY_CERTIFICATES", True),
        ("DOWNLOAD_DELAY_JITTER", 0.0),
        ("DOWNLOAD_MAXSIZE", 10 * 1024 * 1024),
        ("DOWNLOAD_TIMEOUT", 60),
        ("REDIRECT_MAX_TIMES", 5),
        ("METAREFRESH_ENABLED", False),
        ("TELNETCONSOLE_ENABLED", False),
        ("REMOTE_CONTROL_ENABLED", False),
    ],
)
def test_what_scrapy_is_told(name: str, value: object) -> None:
    assert getattr(crawling, name) == value


def test_a_crawl_that_names_no_rate_is_slow() -> None:
    assert crawling.DOWNLOAD_DELAY >= 1.0
    assert crawling.CONCURRENT_REQUESTS_PER_DOMAIN == 1
