"""E-mail by Django's mail back end: plain text and HTML, one-click unsubscribe (RFC 8058)."""

from __future__ import annotations

import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from alerts.channels.base import Channel, Message, PermanentError, TemporaryError, reference


class Email(Channel):
    """Sends over one connection, opened at the first message and again after a failure."""

    def __init__(self) -> None:
        self._connection: BaseEmailBackend | None = None

    def send(self, message: Message) -> None:
        """See ``Channel.send``. A 5xx answer to the recipient is permanent, everything else temporary."""
        try:
            if self._connection is None:
                connection = get_connection()
                connection.open()
                self._connection = connection
            mail(message, connection=self._connection).send()
        except smtplib.SMTPRecipientsRefused as error:
            self.close()
            code = min((code for code, _ in error.recipients.values()), default=450)
            kind = PermanentError if code >= 500 else TemporaryError
            raise kind(f"the mail server refused the recipient with {code}; check the address") from error
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise TemporaryError(f"the mail server did not take it: {type(error).__name__}: {error}") from error

    def close(self) -> None:
        """Close the connection; a server that has already gone is no error."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (smtplib.SMTPException, OSError):
                return


def channel() -> Channel:
    """The e-mail channel."""
    return Email()


def message_id(key: str) -> str:
    """The Message-ID of an idempotency key: a repeat after a crash carries the same one."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"<{reference(key)}@{domain}>"


def mail(message: Message, *, connection: BaseEmailBackend | None = None) -> EmailMultiAlternatives:
    """The message as Django sends it, headers included."""
    headers = {
        "Message-ID": message_id(message.key),
        "Content-Language": message.language,
        "Auto-Submitted": "auto-generated",
    }
    if message.unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made = EmailMultiAlternatives(message.subject, message.text, None, [message.to], connection=connection, headers=headers)
    made.attach_alternative(message.html, "text/html")
    return made
