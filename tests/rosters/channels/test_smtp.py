"""E-mail against a real SMTP server."""

import re
from dataclasses import replace
from email import message_from_bytes, policy
from html import unescape
from typing import Any

import pytest

from rosters.channels.contract import Outgoing, SendFailed, Settings
from rosters.channels.smtp import KIND, SmtpCarrier
from tests.rosters.channels import mail_server
from tests.rosters.channels.mail_server import Behavior
from tests.world import NOW

OUTGOING = Outgoing(
    message_id=7,
    address="mei@example.org",
    person_name="Mei Tan",
    channel="email",
    subject="[SEV1] Zahlungen schlagen fehl – überall (INC-12)",  # noqa: RUF001  # what people type
    body="You are on call for Payments.\n\nhttp://127.0.0.1/a/ABC/",
    thread_key="incident:12",
    idempotency_key="message:7",
    answer_link="",
    at=NOW,
)


def refused(outgoing: Outgoing = OUTGOING) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        SmtpCarrier().send(outgoing)
    return caught.value


def test_a_mail_arrives_with_its_words(server: Behavior) -> None:
    receipt = SmtpCarrier().send(OUTGOING)

    (mail,) = server.mails
    assert server.envelopes[0].rcpt_tos == ["mei@example.org"]
    assert mail["Message-ID"] == receipt.reference
    assert mail["Auto-Submitted"] == "auto-generated"
    plain, html = parts(mail)
    assert plain.strip() == OUTGOING.body.strip()
    assert '<a href="http://127.0.0.1/a/ABC/">http://127.0.0.1/a/ABC/</a>' in html


def parts(mail: Any) -> tuple[str, str]:
    """The plain words and the page, as a receiver's program reads them."""
    read = message_from_bytes(mail.as_bytes(), policy=policy.default)
    found = [read.get_body((kind,)) for kind in ("plain", "html")]
    plain, html = (one.get_content() for one in found if one is not None)
    return plain, html


@pytest.mark.parametrize(
    "body",
    [
        "You are on call.\n\nhttps://muster.example.org/a/ABC/\n\nIf you do nothing: 02:16.",
        "One line\nand another, <b>not bold</b> & “quoted”.\n\n\nhttps://m.example.org/x?a=1&b=2.",
        "Only https://muster.example.org/a/ABC/, nothing else",
    ],
)
def test_the_page_says_word_for_word_what_the_plain_mail_says(server: Behavior, body: str) -> None:
    SmtpCarrier().send(replace(OUTGOING, body=body))

    plain, html = parts(server.mails[0])
    assert words(re.sub(r"<[^>]+>", " ", html.partition("<body")[2].partition(">")[2])) == words(
        plain
    )
    assert "src=" not in html


def words(text: str) -> list[str]:
    return unescape(text).replace(" .", ".").replace(" ,", ",").split()


def test_the_same_message_keeps_its_id_and_what_follows_answers_to_the_first(
    server: Behavior,
) -> None:
    first = SmtpCarrier().send(OUTGOING).reference
    SmtpCarrier().send(OUTGOING)
    SmtpCarrier().send(replace(OUTGOING, idempotency_key="message:8", thread_root=first))

    root, again, other = server.mails
    assert root["Message-ID"] == again["Message-ID"] == first
    assert root["References"] is None
    assert other["Message-ID"] != first
    assert other["References"] == other["In-Reply-To"] == first


def test_without_a_thread_there_is_no_reference(server: Behavior) -> None:
    SmtpCarrier().send(replace(OUTGOING, thread_key=""))

    assert server.mails[0]["References"] is None


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "permanent"),
    [
        pytest.param("450 mailbox busy", "", False, id="recipient 4xx"),
        pytest.param("550 no such user", "", True, id="recipient 5xx"),
        pytest.param("", "451 try again later", False, id="message 4xx"),
        pytest.param("", "554 message refused", True, id="message 5xx"),
    ],
)
def test_4xx_is_for_now_and_5xx_for_good(
    server: Behavior, to_recipient: str, to_data: str, permanent: bool
) -> None:
    server.to_recipient, server.to_data = to_recipient, to_data

    failed = refused()

    assert failed.permanent is permanent
    assert not failed.is_away


@pytest.mark.usefixtures("smtp")
def test_nobody_listens() -> None:
    failed = refused()

    assert (failed.permanent, failed.is_away) == (False, True)


def test_a_silent_server_is_left_in_time(smtp: Any) -> None:
    smtp.EMAIL_TIMEOUT = 0.2
    with mail_server.silent() as smtp.EMAIL_PORT:
        failed = refused()

    assert (failed.permanent, failed.is_away) == (False, True)


def test_a_line_cut_after_the_message_is_tried_again_under_the_same_id(server: Behavior) -> None:
    server.hangs_up = True
    failed = refused()
    server.hangs_up = False
    SmtpCarrier().send(OUTGOING)

    assert (failed.permanent, failed.is_away) == (False, False)
    assert len({mail["Message-ID"] for mail in server.mails}) == 1


@pytest.mark.parametrize(
    "outgoing",
    [
        pytest.param(replace(OUTGOING, subject="Hi\nBcc: all@example.org"), id="subject"),
        pytest.param(replace(OUTGOING, address="mei@example.org\nBcc: x@y.z"), id="address"),
        pytest.param(replace(OUTGOING, address="@"), id="hardly an address"),
    ],
)
def test_what_cannot_be_a_mail_never_leaves(server: Behavior, outgoing: Outgoing) -> None:
    failed = refused(outgoing)

    assert failed.permanent
    assert server.envelopes == []


def test_an_account_of_ones_own_is_used_with_its_own_sender(server: Behavior, smtp: Any) -> None:
    given = {"host": "127.0.0.1", "port": str(smtp.EMAIL_PORT), "security": "none"}
    smtp.EMAIL_PORT = mail_server.free_port()

    KIND.make(Settings({**given, "sender": "Ops <ops@example.net>"})).send(OUTGOING)

    assert server.mails[0]["From"] == "Ops <ops@example.net>"
    assert str(server.mails[0]["Message-ID"]).endswith("@example.net>")


@pytest.mark.parametrize("port", ["smtp", "0", "70000", "５８７"])  # noqa: RUF001  # odd digits
def test_a_port_is_a_number(port: str) -> None:
    assert list(KIND.wrong({"port": port})) == [("port", "The port is a number, such as 587.")]
