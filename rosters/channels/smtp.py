"""E-mail over SMTP, through Django's mail settings."""

import contextlib
import hashlib
import smtplib
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from rosters.channels.contract import Outgoing, Receipt, SendFailed

PERMANENT_FROM = 500


class SmtpCarrier:
    """Sends each message with a Message-ID of its own that every attempt repeats."""

    wants_answer_link = False

    def send(self, outgoing: Outgoing) -> Receipt:
        reference = _message_id(outgoing.idempotency_key)
        connection = _open()
        try:
            connection.send_messages([_email(outgoing, reference)])
        except ValueError as bad:  # a line break in a header, or what is no address at all
            raise SendFailed(f"It cannot be written as an e-mail: {bad}", permanent=True) from bad
        except OSError as refused:  # every SMTPException is one
            raise why_refused(refused) from refused
        finally:
            _close(connection)
        return Receipt(reference)


def _open() -> BaseEmailBackend:
    """A connection that greeted us and let us in. Failing here says nothing about the message."""
    connection: BaseEmailBackend = get_connection(timeout=settings.EMAIL_TIMEOUT)
    try:
        connection.open()
    except OSError as error:
        raise SendFailed(
            f"The mail server is away: {error}", permanent=False, is_away=True
        ) from error
    return connection


def _close(connection: BaseEmailBackend) -> None:
    """Hang up; what has been accepted or refused stays so."""
    with contextlib.suppress(OSError):
        connection.close()


def why_refused(error: OSError) -> SendFailed:
    """What a refusal means: 5xx is for good; 4xx, silence and hanging up are not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
        is_permanent = min(codes, default=0) >= PERMANENT_FROM
        return SendFailed("The mail server refused the address.", permanent=is_permanent)
    if isinstance(error, smtplib.SMTPResponseException):
        return SendFailed(
            f"The mail server answered {error.smtp_code}.",
            permanent=error.smtp_code >= PERMANENT_FROM,
        )
    return SendFailed(f"The mail server did not say that it took it: {error}", permanent=False)


def _email(outgoing: Outgoing, reference: str) -> EmailMessage:
    headers = {"Message-ID": reference, "Auto-Submitted": "auto-generated"}
    if outgoing.thread_key:
        thread = _message_id(outgoing.thread_key)
        headers |= {"References": thread, "In-Reply-To": thread}
    return EmailMessage(
        subject=outgoing.subject, body=outgoing.body, to=[outgoing.address], headers=headers
    )


def _message_id(key: str) -> str:
    """A stable Message-ID for a key, on the sender's own domain.

    By its beginning the mail door knows answers to it.
    """
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2] or "muster.invalid"
    return f"<muster.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"
