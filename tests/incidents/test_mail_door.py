"""The mail door: a real server and a real client, and rows in a real database."""

import asyncio
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.management import CommandError, call_command
from django.db import OperationalError

from config.portal import clock
from incidents.intake.mail import MAX_MAIL_BYTES
from incidents.management import mail_server
from incidents.management.mail_server import Place, serve
from incidents.models import Alert, AlertSource, Incident, RawReceipt
from incidents.operations import mail_door, replaying, sources
from rosters.models import Pulse
from tests.races import together
from tests.world import World, build

pytestmark = pytest.mark.django_db(transaction=True)
DOMAIN = "muster.example.com"
TOKEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghijklmnop"
ADDRESS = f"{TOKEN}@{DOMAIN}"
FROM = "nagios@db1.example.com"


@contextmanager
def running(**place: Any) -> Iterator[int]:
    """The door's port, while it is open."""
    opened: list[int] = []
    is_open, failed = threading.Event(), []
    handles: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def main() -> None:
        stopped = asyncio.Event()
        handles.append((asyncio.get_running_loop(), stopped))

        def ready(port: int) -> None:
            opened.append(port)
            is_open.set()

        await serve(Place("127.0.0.1", 0, DOMAIN, **place), stopped=stopped, ready=ready)

    def run() -> None:
        try:
            asyncio.run(main())
        except BaseException as error:
            failed.append(error)
            is_open.set()
            raise

    thread = threading.Thread(target=run)
    thread.start()
    assert is_open.wait(20)
    try:
        yield opened[0]
    finally:
        loop, stopped = handles[0]
        loop.call_soon_threadsafe(stopped.set)
        thread.join(30)
        assert not thread.is_alive()
        assert not failed


@pytest.fixture
def company() -> World:
    made = build()
    AlertSource.objects.update(kind="email")
    sources.issue_token(made.source, by=None, now=clock.act_now(), token=TOKEN)
    return made


@pytest.fixture
def door(company: World) -> Iterator[int]:
    with running() as port:
        yield port


@pytest.fixture
def client(door: int) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as line:
        yield line


def mail(subject: str = "PROBLEM: disk of db1 full", **headers: str) -> EmailMessage:
    made = EmailMessage()
    given = {"Subject": subject, "From": FROM, "To": ADDRESS, "X_Muster_Service": "payments"}
    for name, value in {**given, **headers}.items():
        made[name.replace("_", "-")] = value
    made.set_content("It is at 99 %.")
    return made


def talk(port: int, *lines: bytes) -> list[bytes]:
    """What the door answers to raw lines, each after the other."""
    answers = []
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        file = line.makefile("rwb")
        file.readline()
        for one in lines:
            file.write(one + b"\r\n")
            file.flush()
            answer = file.readline()
            while answer[3:4] == b"-":
                answer = file.readline()
            answers.append(answer)
    return answers


def code(act: Callable[[], Any]) -> int:
    with pytest.raises((smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused)) as refused:
        act()
    error = refused.value
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        [(found, _words)] = error.recipients.values()
        return found
    assert isinstance(error, smtplib.SMTPResponseException)
    return error.smtp_code


def test_a_mail_opens_an_incident_and_its_recovery_is_noted(
    client: smtplib.SMTP, company: World
) -> None:
    client.send_message(mail(), FROM, ADDRESS)
    client.send_message(mail(), FROM, ADDRESS)
    client.send_message(mail("OK: disk of db1 full"), FROM, ADDRESS)

    alert = Alert.objects.select_related("incident").get()
    assert alert.incident is not None
    assert alert.incident.service == company.service
    assert (alert.status, alert.times_received) == ("resolved", 3)
    assert alert.incident.title == "PROBLEM: disk of db1 full"
    assert Incident.objects.count() == 1
    assert RawReceipt.objects.filter(status=202).count() == 3


def test_the_token_is_kept_nowhere(client: smtplib.SMTP) -> None:
    client.send_message(mail(Delivered_To=ADDRESS.upper()), ADDRESS, ADDRESS)

    kept = RawReceipt.objects.get()
    assert TOKEN not in f"{bytes(kept.body)!r}{kept.headers}{kept.answer}".lower()
    assert b"THE-TOKEN@muster.example.com" in bytes(kept.body)


def test_a_mail_that_comes_twice_counts_once_whatever_way_it_took(client: smtplib.SMTP) -> None:
    for hop in ("a", "b"):
        client.send_message(mail(Message_ID="<1@db1>", Received=f"from {hop}"), FROM, ADDRESS)

    assert RawReceipt.objects.count() == 1
    assert Alert.objects.get().times_received == 1


def test_other_words_under_the_same_id_are_another_mail(client: smtplib.SMTP) -> None:
    for subject in ("Disk of db1 full", "Disk of db2 full", "Disk of db2 full"):
        client.send_message(mail(subject, Message_ID="<always@the.same>"), FROM, ADDRESS)

    assert Alert.objects.count() == 2
    assert RawReceipt.objects.count() == 2


def test_an_answer_is_about_the_alert_that_it_answers(client: smtplib.SMTP) -> None:
    client.send_message(mail("Disk of db1 full", Message_ID="<1@db1>"), FROM, ADDRESS)
    client.send_message(mail("[RESOLVED] Room again", In_Reply_To="<1@db1>"), FROM, ADDRESS)

    assert Alert.objects.get().status == "resolved"


def test_case_may_be_lost_and_a_service_stands_behind_the_plus(client: smtplib.SMTP) -> None:
    given = mail()
    del given["X-Muster-Service"]

    client.send_message(given, FROM, f"{TOKEN.upper()}+payments@{DOMAIN.upper()}")

    incident = Incident.objects.get()
    assert incident.service is not None
    assert incident.service.slug == "payments"


STRANGERS = [
    f"nobody@{DOMAIN}",
    f"{TOKEN}x@{DOMAIN}",
    f"{TOKEN}@elsewhere.example.com",
    f"{TOKEN}%elsewhere.example.com@{DOMAIN}",
    f'"{TOKEN}@elsewhere"@{DOMAIN}',
    f"mei@example.com@{DOMAIN}",
    "postmaster@example.com",
    TOKEN,
    f"\u00fc@{DOMAIN}",
]


@pytest.mark.parametrize("address", STRANGERS)
def test_nothing_is_passed_on(door: int, company: World, address: str) -> None:
    [*_, answer] = talk(door, b"EHLO x", b"MAIL FROM:<a@b>", b"RCPT TO:<" + address.encode() + b">")

    assert answer[:3] in (b"550", b"553", b"501")
    assert not RawReceipt.objects.exists()


def test_tokens_of_other_kinds_revoked_ones_and_closed_sources_open_nothing(
    client: smtplib.SMTP, company: World
) -> None:
    AlertSource.objects.update(kind="generic")
    assert code(lambda: client.sendmail(FROM, ADDRESS, b"x")) == 550
    AlertSource.objects.update(kind="email", is_active=False)
    assert code(lambda: client.sendmail(FROM, ADDRESS, b"x")) == 550
    AlertSource.objects.update(is_active=True)
    company.source.tokens.update(revoked_at=clock.act_now())
    assert code(lambda: client.sendmail(FROM, ADDRESS, b"x")) == 550


def test_who_guesses_addresses_is_hung_up_on(door: int) -> None:
    guesses = [b"RCPT TO:<guess%d@muster.example.com>" % n for n in range(10)]

    with socket.create_connection(("127.0.0.1", door), timeout=20) as line:
        file = line.makefile("rwb")
        for one in (b"EHLO x", b"MAIL FROM:<a@b>", *guesses):
            file.write(one + b"\r\n")
            file.flush()
            time.sleep(0.05)
        answers = file.read()

    assert answers.count(b"550 5.1.1") == 10


def test_automatic_answers_are_taken_and_written_down(client: smtplib.SMTP) -> None:
    client.send_message(mail(), "<>", ADDRESS)
    client.send_message(mail(Auto_Submitted="auto-replied"), FROM, ADDRESS)
    client.send_message(mail(X_Loop="x"), FROM, ADDRESS)

    assert not Alert.objects.exists()
    said = list(RawReceipt.objects.order_by("pk").values_list("status", flat=True))
    assert said == [202, 202, 202]
    assert RawReceipt.objects.first().words == "This is an automatic answer. It opens no incident"  # type: ignore[union-attr]


def test_what_the_door_says_of_itself(client: smtplib.SMTP) -> None:
    client.ehlo()

    assert client.esmtp_features["size"] == str(MAX_MAIL_BYTES)
    assert {"8bitmime", "smtputf8"} <= set(client.esmtp_features)
    assert not {"auth", "starttls"} & set(client.esmtp_features)
    assert client.verify(ADDRESS)[0] == 502
    assert client.expn("all")[0] == 502
    assert client.docmd("AUTH", "PLAIN AHgAeA==")[0] >= 500


def test_too_large_a_mail_is_refused_by_what_it_says_and_by_what_it_is(
    client: smtplib.SMTP, door: int
) -> None:
    client.ehlo()
    announced = client.docmd("MAIL", f"FROM:<a@b> SIZE={MAX_MAIL_BYTES + 1}")
    client.does_esmtp = False
    sent = code(lambda: client.sendmail(FROM, ADDRESS, (b"x" * 70 + b"\r\n") * 80_000))

    assert (announced[0], sent) == (552, 552)


HOSTILE: list[Any] = [
    pytest.param(
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\ny\n" * 10_000, 552, id="parts"
    ),
    pytest.param(b"Content-Type: message/rfc822\n\n" * 9000, 552, id="mails in mails"),
    pytest.param(b"A: b\n" * 600 + b"\nx", 552, id="headers"),
    pytest.param(b"\n" * 150_000, 552, id="lines"),
    pytest.param(b"x" * 1_100_000, 500, id="a long line"),
    pytest.param(b"Subject: a\0b\n\n\0", 250, id="NUL"),
    pytest.param("Subject: pay\u202epal\n\nx".encode(), 250, id="turned text"),
    pytest.param(b"\xff\xfe\xfd", 250, id="bytes"),
    pytest.param(b"", 250, id="nothing"),
    pytest.param(b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!", 250, id="base64"),
    pytest.param(b"Subject: x\nContent-Type: text/plain; charset=idna\n\n\xff", 250, id="charset"),
    pytest.param(b"Message-ID: <" + b"x" * 3000 + b">\nSubject: x\n\nx", 250, id="a long id"),
    pytest.param(b"X-Muster-Key: a\0b\nSubject: x\n\nx", 250, id="an odd key"),
    pytest.param(b"X-Muster-Severity: \xff\nSubject: x\n\nx", 250, id="an odd severity"),
]


@pytest.mark.parametrize(("body", "status"), HOSTILE)
def test_whatever_comes_is_answered_and_kept(
    client: smtplib.SMTP, company: World, body: bytes, status: int
) -> None:
    client.ehlo()
    client.mail(FROM)
    client.rcpt(ADDRESS)

    answered, words = client.data(body)

    assert answered == status, words
    if status == 250:
        assert Alert.objects.exists()
        assert RawReceipt.objects.get().status == 202
    if status == 552:
        assert RawReceipt.objects.get().status == 413
        assert not Alert.objects.exists()


def test_letters_of_every_kind_arrive(client: smtplib.SMTP) -> None:
    body = "Subject: Störung 🔥\r\nX-Muster-Service: payments\r\n\r\nÜber 90 °C".encode()

    client.sendmail("mei@störung.example", ADDRESS, body, ["SMTPUTF8", "BODY=8BITMIME"])

    alert = Alert.objects.get()
    assert (alert.name, alert.summary) == ("Störung 🔥", "Über 90 °C")


def test_a_mail_to_several_doors_reaches_each(client: smtplib.SMTP, company: World) -> None:
    other = AlertSource.objects.create(name="Other", slug="other", kind="email")
    token = sources.issue_token(other, by=None, now=clock.act_now())

    client.send_message(mail(), FROM, [ADDRESS, f"{token}@{DOMAIN}"])

    assert token == token.lower()
    assert set(RawReceipt.objects.values_list("source__slug", flat=True)) == {
        company.source.slug,
        "other",
    }


def test_a_database_that_is_away_loses_no_mail(
    client: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("the database is away")

    monkeypatch.setattr(mail_door, "take", away)
    assert code(lambda: client.send_message(mail(), FROM, ADDRESS)) == 451
    monkeypatch.setattr(mail_door, "source_of", away)
    assert code(lambda: client.send_message(mail(), FROM, ADDRESS)) == 451


def test_a_mistake_of_ours_loses_no_mail(
    client: smtplib.SMTP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(mail_door, "take", broken)

    assert code(lambda: client.send_message(mail(), FROM, ADDRESS)) == 451


def test_too_much_at_once_is_to_be_sent_again(
    door: int, company: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_server, "MOST_WAITING", 0)
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as line:
        assert code(lambda: line.send_message(mail(), FROM, ADDRESS)) == 451
    monkeypatch.setattr(mail_server, "MOST_LINES", 0)
    assert code(lambda: smtplib.SMTP("127.0.0.1", door, timeout=20)) == 421


def test_slow_lines_are_ended(company: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_server, "COMMAND_SECONDS", 0.3)
    with running() as port, socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.recv(200)
        assert line.recv(200) == b""
    monkeypatch.setattr(mail_server, "COMMAND_SECONDS", 60.0)
    monkeypatch.setattr(mail_server, "LINE_SECONDS", 0.5)
    with running() as port, socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        heard = line.recv(200)
        while heard:
            line.sendall(b"RSET\r\n")
            time.sleep(0.05)
            try:
                heard = line.recv(200)
            except ConnectionError:
                break


def test_a_mail_that_breaks_off_is_none(door: int, company: World) -> None:
    with socket.create_connection(("127.0.0.1", door), timeout=20) as line:
        file = line.makefile("rwb")
        head = [b"EHLO x", b"MAIL FROM:<a@b>", b"RCPT TO:<" + ADDRESS.encode() + b">", b"DATA"]
        for one in head:
            file.write(one + b"\r\n")
            file.flush()
            time.sleep(0.1)
        file.write(b"Subject: half a ma")
        file.flush()
    time.sleep(0.2)

    assert not RawReceipt.objects.exists()


def test_one_mail_of_two_servers_at_once_counts_once(door: int, company: World) -> None:
    def send() -> None:
        with smtplib.SMTP("127.0.0.1", door, timeout=20) as line:
            line.send_message(mail(Message_ID="<1@db1>"), FROM, ADDRESS)

    together(send, send, send)

    assert Alert.objects.get().times_received == 1
    assert RawReceipt.objects.count() == 1


def test_a_mail_can_be_sent_again_from_its_page(client: smtplib.SMTP, company: World) -> None:
    client.send_message(mail(), FROM, f"{TOKEN}+payments@{DOMAIN}")
    company.alice.is_superuser = True

    replaying.send(RawReceipt.objects.get(), by=company.alice, now=clock.act_now())

    assert Alert.objects.get().times_received == 2


def test_a_source_with_a_secret_takes_no_mail(client: smtplib.SMTP, company: World) -> None:
    AlertSource.objects.update(sealed_secret="f1:x")

    assert code(lambda: client.send_message(mail(), FROM, ADDRESS)) == 550
    assert RawReceipt.objects.get().status == 401


def test_the_door_beats_and_ends_its_pulse_when_it_is_closed(company: World) -> None:
    with running():
        until = time.monotonic() + 20
        while not Pulse.objects.filter(name="maildoor").exists():
            assert time.monotonic() < until
            time.sleep(0.05)

    assert not Pulse.objects.filter(name="maildoor").exists()


ODD_LINES = [
    b"",
    b"\x00\x01\x02",
    b"\xff\xfe\xfd",
    b"HELO",
    b"EHLO \x00",
    b"DATA",
    b"DATA now",
    b"BDAT 10 LAST",
    b"STARTTLS",
    b"AUTH LOGIN",
    b"XCLIENT ADDR=127.0.0.1",
    b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2",
    b"MAIL FROM:",
    b"MAIL FROM:<\xff@\xff>",
    b"MAIL FROM:<a@b> SIZE=\xc2\xb2",
    b"MAIL FROM:<a@b> SIZE=-1",
    b"MAIL FROM:<a@b> BODY=BINARYMIME",
    b"MAIL FROM:<a@b> RET=FULL ENVID=x",
    b"MAIL FROM:" + b"(" * 400,
    b"RCPT TO:<" + b"a" * 400 + b"@muster.example.com>",
    b"RCPT TO:<<<>>>",
    b'RCPT TO:<"\\',
    b"RCPT TO:<@>",
    b"RCPT TO:<a@b> NOTIFY=NEVER",
    b"VRFY root",
    b"x" * 3000,
]


def test_odd_commands_are_answered_and_cost_nobody_a_mail(door: int, company: World) -> None:
    for odd in ODD_LINES:
        answers = talk(door, b"EHLO x", odd, b"MAIL FROM:<a@b>", odd, b"NOOP")
        assert all(answer[:1] in b"2345" for answer in answers if answer), odd
        assert answers[-1].startswith(b"250"), odd
    with smtplib.SMTP("127.0.0.1", door, timeout=20) as line:
        line.send_message(mail(), FROM, ADDRESS)

    assert RawReceipt.objects.count() == 1


def test_a_door_with_a_certificate_speaks_tls(company: World, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    trusting = ssl.create_default_context(cafile=certificate)
    trusting.check_hostname = False

    with (
        running(tls=mail_server.context(certificate, key)) as port,
        smtplib.SMTP("127.0.0.1", port, timeout=20) as line,
    ):
        line.starttls(context=trusting)
        line.ehlo()
        assert "auth" not in line.esmtp_features
        line.send_message(mail(), FROM, ADDRESS)

    assert Alert.objects.count() == 1


def self_signed(where: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DOMAIN)])
    now = clock.act_now()
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (where / "door.crt").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (where / "door.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(where / "door.crt"), str(where / "door.key")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"MAIL_DOOR_PORT": 0}, "MAIL_DOOR_PORT is not set"),
        ({"MAIL_DOOR_CERT": "/nowhere.crt"}, "MAIL_DOOR_CERT or MAIL_DOOR_KEY cannot be read"),
        ({"MAIL_DOOR_HOST": "192.0.2.1"}, "The mail door cannot open at 192.0.2.1"),
    ],
)
def test_a_door_that_cannot_open_says_why(
    changed: dict[str, Any], said: str, settings: Any
) -> None:
    settings.MAIL_DOOR_PORT = 2599
    for name, value in changed.items():
        setattr(settings, name, value)

    # In a thread, for the one of the tests may have a loop of a browser's.
    with ThreadPoolExecutor(1) as thread, pytest.raises(CommandError, match=said):
        thread.submit(call_command, "maildoor").result()


def test_a_storm_of_mails_is_counted_and_none_is_lost(door: int, company: World) -> None:
    subjects = ("Disk of db1 full", "Disk of db2 full", "Queue is long")

    def send() -> None:
        with smtplib.SMTP("127.0.0.1", door, timeout=60) as line:
            for number in range(12):
                line.send_message(mail(subjects[number % 3]), FROM, ADDRESS)

    assert together(*[send] * 10) == [None] * 10

    counts = dict(Alert.objects.values_list("name", "times_received"))
    assert counts == dict.fromkeys(subjects, 40)
    assert RawReceipt.objects.filter(status=202).count() == 120
    assert Incident.objects.count() == 3
