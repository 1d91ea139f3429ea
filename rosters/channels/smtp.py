"""E-mail over SMTP: by Django's mail settings, or by an account of one's own."""

import contextlib
import hashlib
import re
import smtplib
from collections.abc import Callable
from datetime import datetime
from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.html import escape

from rosters.channels.contract import Field, Kind, Outgoing, Receipt, SendFailed, Settings
from rosters.enums import Channel, FailureReason

PERMANENT_FROM = 500
LOCKED_OUT = frozenset({530, 534, 535, 538})
LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)”]")
HIGHEST_PORT = 65_535


class SmtpCarrier:
    """Sends each message with a Message-ID of its own that every attempt repeats.

    The first mail about an incident is the root of its thread: what follows answers to it.
    """

    wants_answer_link = False
    is_in_house = False
    takes_replies = False

    def __init__(
        self, connect: Callable[[], BaseEmailBackend] | None = None, sender: str = ""
    ) -> None:
        self._connect = connect or partial(get_connection, timeout=settings.EMAIL_TIMEOUT)
        self._sender = sender or settings.DEFAULT_FROM_EMAIL

    def send(self, outgoing: Outgoing) -> Receipt:
        reference = _message_id(outgoing.idempotency_key, self._sender)
        connection = self._open()
        try:
            connection.send_messages([_email(outgoing, reference, self._sender)])
        except ValueError as bad:  # a line break in a header, or what is no address at all
            raise SendFailed(f"It cannot be written as an e-mail: {bad}", permanent=True) from bad
        except OSError as refused:  # every SMTPException is one
            raise why_refused(refused) from refused
        finally:
            _close(connection)
        return Receipt(reference)

    def check(self, *, at: datetime) -> None:  # noqa: ARG002  # as every check
        """It greets us and lets us in."""
        _close(self._open())

    def _open(self) -> BaseEmailBackend:
        """A connection that greeted us and let us in. Failing says nothing about the message."""
        connection = self._connect()
        try:
            connection.open()
        except smtplib.SMTPAuthenticationError as error:
            raise SendFailed(
                f"The mail server does not let us in: {error.smtp_code}.",
                permanent=False,
                reason=FailureReason.ACCOUNT,
            ) from error
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
        return SendFailed(
            "The mail server refused the address.",
            permanent=is_permanent,
            reason=FailureReason.BAD_ADDRESS if is_permanent else FailureReason.BUSY,
        )
    if isinstance(error, smtplib.SMTPResponseException):
        if error.smtp_code in LOCKED_OUT:
            return SendFailed(
                f"The mail server answered {error.smtp_code}.",
                permanent=False,
                reason=FailureReason.ACCOUNT,
            )
        return SendFailed(
            f"The mail server answered {error.smtp_code}.",
            permanent=error.smtp_code >= PERMANENT_FROM,
        )
    return SendFailed(
        f"The mail server did not say that it took it: {error}",
        permanent=False,
        reason=FailureReason.UNSURE,
    )


def _email(outgoing: Outgoing, reference: str, sender: str) -> EmailMultiAlternatives:
    headers = {"Message-ID": reference, "Auto-Submitted": "auto-generated"}
    root = outgoing.thread_root
    if root and root != reference:
        headers |= {"References": root, "In-Reply-To": root}
    mail = EmailMultiAlternatives(
        subject=outgoing.subject,
        body=outgoing.body,
        from_email=sender,
        to=[outgoing.address],
        headers=headers,
    )
    mail.attach_alternative(as_html(outgoing.body, language=outgoing.language), "text/html")
    return mail


def as_html(text: str, *, language: str = "en") -> str:
    """The very same words, with paragraphs and links; nothing is fetched when it is opened."""
    paragraphs = [part.strip("\n") for part in re.split(r"\n\s*\n", text) if part.strip()]
    written = "\n".join(f"<p>{_inline(part)}</p>" for part in paragraphs)
    return (
        f'<!doctype html>\n<html lang="{language}"><head><meta charset="utf-8"><title></title>'
        "</head>"
        f'<body style="font:16px/1.5 sans-serif">\n{written}\n</body></html>\n'
    )


def _inline(part: str) -> str:
    written, at = "", 0
    for found in LINK.finditer(part):
        link = escape(found.group())
        written += f'{escape(part[at : found.start()])}<a href="{link}">{link}</a>'
        at = found.end()
    return (written + escape(part[at:])).replace("\n", "<br>\n")


def _message_id(key: str, sender: str) -> str:
    """A stable Message-ID for a key, on the sender's own domain.

    By its beginning the mail door knows answers to it.
    """
    _, address = parseaddr(sender)
    domain = address.rpartition("@")[2] or "muster.invalid"
    return f"<muster.{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _make(given: Settings) -> SmtpCarrier:
    connect = partial(
        get_connection,
        "django.core.mail.backends.smtp.EmailBackend",
        host=given["host"],
        port=int(given["port"]),
        username=given["user"] or None,
        password=given["password"] or None,
        use_tls=given["security"] == "starttls",
        use_ssl=given["security"] == "tls",
        timeout=settings.EMAIL_TIMEOUT,
    )
    return SmtpCarrier(connect, given["sender"])


def _why_not_port(typed: str) -> str | None:
    is_number = typed.isascii() and typed.isdigit() and len(typed) <= len(str(HIGHEST_PORT))
    if is_number and 0 < int(typed) <= HIGHEST_PORT:
        return None
    return "The port is a number, such as 587."


def _why_not_sender(typed: str) -> str | None:
    if "@" in parseaddr(typed)[1]:
        return None
    return "Write the sender as an address: Muster <muster@example.com>."


KIND = Kind(
    slug="smtp",
    name="Mail server",
    about="E-mail by SMTP. Without an account, mail leaves by EMAIL_URL of the settings.",
    channels=(Channel.EMAIL,),
    fields=(
        Field("host", "Host", "Such as smtp.example.com. It may stand in your own network."),
        Field("port", "Port", default="587", why_not=_why_not_port),
        Field(
            "security",
            "Encryption",
            default="starttls",
            choices=(
                ("starttls", "STARTTLS, usually port 587"),
                ("tls", "TLS from the start, usually port 465"),
                ("none", "None: only inside your own network"),
            ),
        ),
        Field("user", "User", is_required=False),
        Field("password", "Password", is_secret=True, is_required=False),
        Field(
            "sender",
            "Sender",
            "Empty: EMAIL_FROM of the settings.",
            is_required=False,
            why_not=_why_not_sender,
        ),
    ),
    make=_make,
)
