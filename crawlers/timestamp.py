"""RFC 3161 time stamps: a third party's signed word that the head of the chain existed at a time.

The stamped message is the link's 64 hex digits, so that anybody can check a stamp without us:
``printf %s LINK | openssl ts -verify -in STAMP.tsr -data /dev/stdin -CAfile CA.pem``.
"""

from __future__ import annotations

import hashlib
import http.client
import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from adverts.records import FairwatchError

PATIENCE = 20.0
"""Seconds an authority may take between two bytes of its answer."""
LONGEST = 64 * 1024
"""Bytes of an answer: a token with its certificates takes some 6,000."""
GRANTED = 0


class TimestampError(FairwatchError):
    """A time stamp could not be had, or does not hold; the message says why and what to do."""


def stamp(url: str, link: str, *, patience: float = PATIENCE) -> bytes:
    """Ask the authority at ``url`` to stamp a link; its answer as it came, checked to be about this link.

    Raises ``TimestampError``. Whether the signature holds is for ``check``, which knows whom we trust.
    """
    if not url.startswith(("http://", "https://")):
        raise TimestampError(f"FAIRWATCH_TIMESTAMP_URL {url!r} is no web address: write it with http:// or https://, or leave it empty")
    asked = TimestampRequestBuilder().data(link.encode("ascii")).hash_algorithm(HashAlgorithm.SHA256).build()
    try:
        # the operator's own setting, http(s) alone
        request = urllib.request.Request(url, data=asked.as_bytes(), headers={"Content-Type": "application/timestamp-query"})  # noqa: S310
        with urllib.request.urlopen(request, timeout=patience) as answer:  # noqa: S310
            raw = bytes(answer.read(LONGEST + 1))
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise TimestampError(
            f"{url}: gave no time stamp ({error}); the next crawl asks again. If it stays so, correct FAIRWATCH_TIMESTAMP_URL"
        ) from error
    answered = _decoded(raw, url)
    if answered.tst_info.nonce != asked.nonce or not _is_about(answered, link):
        raise TimestampError(f"{url}: answered with a stamp of something else; ask its operator, or name another authority")
    return raw


def check(raw: bytes, link: str, *, roots: Sequence[x509.Certificate]) -> datetime:
    """The time a stamp vouches for. Raises ``TimestampError`` where it is not about ``link`` or no root vouches for its signer.

    Certificates need to have been valid when it was stamped, not now. Without ``roots`` the signature is not checked.
    """
    answered = _decoded(raw, "the stamp")
    if not _is_about(answered, link):
        raise TimestampError("is about something else than this line of the chain: the stamp or the chain was changed")
    if roots:
        builder = VerifierBuilder()
        for root in roots:
            builder = builder.add_root_certificate(root)
        try:
            builder.build().verify_message(answered, link.encode("ascii"))
        except (VerificationError, ValueError) as error:
            what = f"its signature does not hold ({error}); compare FAIRWATCH_TIMESTAMP_CA with the authority's own root"
            raise TimestampError(what) from error
    return answered.tst_info.gen_time


def read_roots(path: Path) -> list[x509.Certificate]:
    """The certificates of a PEM file. Raises ``TimestampError`` where there is none."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        raise TimestampError(f"FAIRWATCH_TIMESTAMP_CA {path}: no certificate in PEM form ({error}); give the authority's root") from error


def _decoded(raw: bytes, where: str) -> TimeStampResponse:
    try:
        answered = decode_timestamp_response(_in_order(raw))
        if answered.status != GRANTED:
            said = ", ".join(answered.status_string) or f"status {answered.status}"
            raise TimestampError(f"{where}: refused to stamp ({said}); ask its operator")
        _ = answered.tst_info
    except ValueError as error:
        raise TimestampError(f"{where}: is no RFC 3161 answer ({str(error)[:100]}); name the authority's address for queries") from error
    return answered


def _is_about(answered: TimeStampResponse, link: str) -> bool:
    return bytes(answered.tst_info.message_imprint.message) == hashlib.sha256(link.encode("ascii")).digest()


def _in_order(raw: bytes) -> bytes:
    """The answer with its certificates in the order that DER wants. OpenSSL's authorities leave them as they come, which rfc3161-client
    refuses; no signature covers their order. An answer of another form is given back as it is.
    """
    try:
        _, start, _ = _element(raw, 0)  # TimeStampResp
        _, _, start = _element(raw, start)  # past its status
        for _ in range(2):  # into ContentInfo, past its type, into [0]
            _, start, _ = _element(raw, start)
            start = _element(raw, start)[2] if raw[start] == 0x06 else start
        _, start, _ = _element(raw, start)  # SignedData
        for _ in range(3):  # past version, digest algorithms, content
            _, _, start = _element(raw, start)
        tag, start, end = _element(raw, start)
        if tag != 0xA0:
            return raw
        found, at = [], start
        while at < end:
            _, _, after = _element(raw, at)
            found.append(raw[at:after])
            at = after
    except (IndexError, ValueError):
        return raw
    return raw[:start] + b"".join(sorted(found)) + raw[end:]


def _element(raw: bytes, at: int) -> tuple[int, int, int]:
    """Tag, and where the content of the DER element at a place begins and ends. Raises ``IndexError`` or ``ValueError``."""
    tag, length, start = raw[at], raw[at + 1], at + 2
    if length & 0x80:
        size = length & 0x7F
        length, start = int.from_bytes(raw[start : start + size], "big"), start + size
    if start + length > len(raw):
        raise ValueError("longer than what holds it")
    return tag, start, start + length
