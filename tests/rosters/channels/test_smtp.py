"""E-mail against a real SMTP server."""

from dataclasses import replace
from typing import Any

import pytest

from rosters.channels.contract import Outgoing, SendFailed
from rosters.channels.smtp import SmtpCarrier
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
    assert b"/a/ABC/" in (mail.get_payload(decode=True) or b"")


def test_the_same_message_keeps_its_id_and_an_incident_is_one_thread(server: Behavior) -> None:
    SmtpCarrier().send(OUTGOING)
    SmtpCarrier().send(OUTGOING)
    SmtpCarrier().send(replace(OUTGOING, idempotency_key="message:8"))

    again, _, other = server.mails
    assert [mail["Message-ID"] for mail in server.mails].count(again["Message-ID"]) == 2
    assert other["Message-ID"] != again["Message-ID"]
    assert len({mail["References"] for mail in server.mails}) == 1
    assert again["References"] == again["In-Reply-To"]


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
