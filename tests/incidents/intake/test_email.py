"""Mails as alerts: what becomes of each, and that no byte of any breaks the reading."""

import base64
import random
import time
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from incidents.intake import mail, subjects
from incidents.intake.body import Unreadable
from incidents.intake.email import KIND
from incidents.intake.signal import Noted, Parcel, Post, Signal
from tests.incidents.intake.test_kinds import check, survives

PROBLEM = b"""\
Received: from db1 (localhost [127.0.0.1]) by db1.example.com; Sat, 21 Nov 2026 14:29:00 +0000
From: Nagios <nagios@db1.example.com>
To: token@muster.example.com
Subject: ** PROBLEM Service Alert: db1/Disk is CRITICAL **
Date: Sat, 21 Nov 2026 15:29:00 +0100
Message-ID: <1@db1.example.com>
Auto-Submitted: auto-generated
Precedence: bulk

The disk of db1 is full.
See https://nagios.example.com/db1.

> quoted
--\x20
Nagios at db1
"""
RECOVERY = PROBLEM.replace(b"PROBLEM", b"RECOVERY").replace(b"is CRITICAL", b"is OK")


def mailed(**headers: Any) -> bytes:
    """A mail with these headers; `text` is its text."""
    made = EmailMessage()
    made.set_content(headers.pop("text", "Something is wrong."))
    for name, value in {"From": "m@example.com", "Subject": "Disk full", **headers}.items():
        made[name.replace("_", "-")] = value
    return made.as_bytes()


def parsed(body: bytes, **envelope: str) -> Parcel:
    post = Post(mail.opened(body), {key.replace("_", "-"): text for key, text in envelope.items()})
    parcel = KIND.parse(post)
    check(parcel)
    return parcel


def signal(body: bytes, **envelope: str) -> Signal:
    (alert,) = parsed(body, **envelope).alerts
    assert isinstance(alert, Signal)
    return alert


def test_a_mail_is_an_alert() -> None:
    alert = signal(PROBLEM)

    assert alert.name == "PROBLEM Service Alert: db1/Disk is CRITICAL"
    assert alert.summary == "The disk of db1 is full.\nSee https://nagios.example.com/db1."
    assert (alert.is_firing, alert.severity, alert.service) == (True, 1, "")
    assert alert.link == "https://nagios.example.com/db1"
    assert str(alert.starts_at) == "2026-11-21 14:29:00+00:00"
    assert alert.labels == {"from": "nagios@db1.example.com", "from_domain": "db1.example.com"}


def test_a_recovery_ends_the_same_alert() -> None:
    problem, recovery = signal(PROBLEM), signal(RECOVERY)

    assert recovery.key == problem.key
    assert not recovery.is_firing


SAME = [
    ("Disk full", "Re: Disk full"),
    ("Disk full", "Fwd: AW: RE[2]: disk  FULL"),
    ("[FIRING:2] HighLoad (db1)", "[RESOLVED] HighLoad (db1)"),
    ("Problem: CPU high on db1", "Resolved in 5m 2s: CPU high on db1"),
    ('ALARM: "errors" in EU (Ireland)', 'OK: "errors" in EU (Ireland)'),
    ("Monitor is DOWN: api", "Monitor is UP: api"),
    ("DOWN alert: shop is DOWN", "UP alert: shop is UP"),
    ("[Triggered on {host:db1}] CPU", "[Recovered on {host:db1}] CPU"),
    ("db1/CPU OK -> CRITICAL", "db1/CPU CRITICAL -> OK"),
    ("Disk of db1 is 93% full", "Disk of db1 is 95,5 % full"),
    ("[3] jobs wait since 10:32", "[7] jobs wait since 11:04"),
    ("P1: Card payments fail", "[RESOLVED] Card payments fail"),
    ("[Monitor Alert] Triggered: CPU on host:db1", "[Monitor Alert] Recovered: CPU on host:db1"),
    ("[Shop] [\U0001f534 Down] timeout of 48 s", "[Shop] [\u2705 Up] 200 - OK"),
    ("[No Data] Orders per minute", "[OK] Orders per minute"),
]
OTHER = [
    ("Disk of db1 full", "Disk of db2 full"),
    ("Port 8080 closed", "Port 8443 closed"),
    ("[Triggered on {host:db1}] CPU", "[Triggered on {host:db2}] CPU"),
    ("Cron <root@db1> backup", "Cron <root@db2> backup"),
    ("[Shop] [DOWN] node-a", "[Shop] [DOWN] node-b"),
]
STATES = [
    ("Disk full", "fires", None),
    ("** RECOVERY Service Alert: db1/PING is OK **", "ended", None),
    ("[RESOLVED] HighLoad", "ended", None),
    ("Resolved: HighLoad", "ended", None),
    ("[Checkout] [\u2705 Up] 200", "ended", None),
    ("Backup of db1 OK", "ended", None),
    ("[Monitor Alert] Recovered: CPU of db1", "ended", None),
    ("RESTORED: card payments", "ended", None),
    ("[Monitor Alert] Triggered: CPU of db1", "fires", None),
    ("Updated problem in 1m 3s: High CPU on db1", "noted", None),
    ("How to resolve it: the disk is broken", "fires", None),
    ("Look up the backup", "fires", None),
    ("** ACKNOWLEDGEMENT Host Alert: db1 is DOWN **", "noted", None),
    ("** DOWNTIMESTART Host Alert: db1 is DOWN **", "noted", None),
    ("INSUFFICIENT_DATA: errors", "noted", None),
    ("[CRITICAL] Disk full", "fires", 1),
    ("Warning: Disk full", "fires", 3),
    ("Disk MAJOR", "fires", 2),
    ("SEV2 Disk full", "fires", 2),
    ("[P4] Disk full", "fires", 4),
    ("A high bill", "fires", None),
]


@pytest.mark.parametrize(("first", "second"), SAME)
def test_subjects_about_one_thing(first: str, second: str) -> None:
    assert signal(mailed(Subject=first)).key == signal(mailed(Subject=second)).key


@pytest.mark.parametrize(("first", "second"), OTHER)
def test_subjects_about_two_things(first: str, second: str) -> None:
    assert signal(mailed(Subject=first)).key != signal(mailed(Subject=second)).key


@pytest.mark.parametrize(("subject", "state", "severity"), STATES)
def test_what_a_subject_says(subject: str, state: str, severity: int | None) -> None:
    said = subjects.read(subject)

    assert (said.state, said.severity) == (state, severity)


def test_headers_say_it_without_guessing() -> None:
    alert = signal(
        mailed(
            Subject="[CRITICAL] Nightly report",
            X_Muster_Key="report",
            X_Muster_Service="payments",
            X_Muster_Severity="minor",
            X_Muster_Status="Resolved",
            X_Muster_Link="https://report.example.com/1",
        )
    )

    assert (alert.key, alert.service, alert.severity) == ("report", "payments", 3)
    assert not alert.is_firing
    assert alert.link == "https://report.example.com/1"


def test_the_service_stands_behind_the_plus() -> None:
    assert signal(PROBLEM, recipient_detail="payments").service == "payments"


def test_a_thread_of_a_machine_is_one_alert_and_an_answer_is_of_what_it_answers() -> None:
    thread = {"References": "<group-7@sentry.io> <2@sentry.io>"}

    first = signal(mailed(Subject="TimeoutError (3 events)", **thread))
    second = signal(mailed(Subject="It happens more often", **thread))
    answer = signal(mailed(Subject="Re: Disk full", In_Reply_To="<9@example.com>"))

    assert first.key == second.key
    assert answer.key == signal(mailed()).key
    assert signal(mailed(), thread_key="the-first").key == "the-first"


IGNORED = [
    ({"Auto_Submitted": "auto-replied"}, ""),
    ({"Auto_Submitted": "Auto-Replied (vacation)"}, ""),
    ({"Precedence": "junk"}, ""),
    ({"Precedence": "auto_reply"}, ""),
    ({"X_Autoreply": "yes"}, ""),
    ({"X_Autorespond": "Out"}, ""),
    ({"Subject": "Re: Disk full", "Precedence": "bulk"}, ""),
    ({"Subject": "RE: Disk full", "X_Auto_Response_Suppress": "All"}, ""),
    ({"Subject": "AW: Disk full", "Auto_Submitted": "auto-generated"}, ""),
    ({"Subject": "Automatic reply: Disk full"}, ""),
    ({"Subject": "Out of Office: Mei"}, ""),
    ({"Subject": "Undeliverable: Disk full"}, ""),
    ({}, "<>"),
    ({"Return_Path": "<>"}, ""),
    ({"X_Loop": "alerts@example.com"}, ""),
    ({"In_Reply_To": "<muster.0123456789abcdef0123456789abcdef@example.com>"}, ""),
    ({"Message_ID": "<muster.0123456789abcdef0123456789abcdef@example.com>"}, ""),
]
TAKEN = [
    {"Auto_Submitted": "auto-generated"},
    {"Auto_Submitted": "no"},
    {"Precedence": "bulk"},
    {"Precedence": "list", "List_Id": "<alerts.example.com>"},
    {"X_Auto_Response_Suppress": "All"},
    {"Subject": "Re: Disk full"},
    {"Subject": "Read the disk: full"},
]


@pytest.mark.parametrize(("headers", "sender"), IGNORED)
def test_automatic_answers_and_loops_are_written_down_only(
    headers: dict[str, str], sender: str
) -> None:
    (noted,) = parsed(mailed(**headers), return_path=sender).alerts

    assert isinstance(noted, Noted)
    assert "opens no incident" in noted.sentence


def test_a_mail_that_passed_too_many_servers_is_a_loop() -> None:
    hop = b"Received: from a by b; Sat, 21 Nov 2026 14:29:00 +0000\r\n"

    assert isinstance(parsed(hop * 51 + PROBLEM).alerts[0], Noted)
    assert isinstance(parsed(hop * 40 + PROBLEM).alerts[0], Signal)


def test_a_report_about_another_mail_is_none() -> None:
    report = b"Subject: Disk\nContent-Type: multipart/report; boundary=x\n\n--x\n\nfailed\n--x--\n"

    assert isinstance(parsed(report).alerts[0], Noted)


@pytest.mark.parametrize("headers", TAKEN)
def test_what_monitors_say_of_themselves_loses_no_alert(headers: dict[str, str]) -> None:
    assert signal(mailed(**headers)).is_firing


def test_of_html_people_read_the_words() -> None:
    made = EmailMessage()
    made["Subject"] = "Disk full"
    made.set_content(
        "<html><head><title>T</title><style>p{}</style></head><body><script>bad()</script>"
        "<h1>Disk&nbsp;full</h1><table><tr><td>db1</td><td>99&nbsp;%</td></tr></table>"
        "<p>Look &lt;here&gt;<br>now</p></body></html>",
        subtype="html",
    )

    assert signal(made.as_bytes()).summary == "Disk full\n\ndb1 99 %\n\nLook <here>\nnow"


def test_the_plain_text_of_several_parts_counts_and_attachments_do_not() -> None:
    made = EmailMessage()
    made["Subject"] = "Disk full"
    made.set_content("Plain words.")
    made.add_alternative("<p>HTML words.</p>", subtype="html")
    made.add_attachment(b"x" * 5000, maintype="image", subtype="png", filename="graph.png")
    made.add_attachment("Attached words.", filename="log.txt")

    assert signal(made.as_bytes()).summary == "Plain words."


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252", "koi8-r"])
@pytest.mark.parametrize("encoding", ["base64", "quoted-printable"])
def test_charsets(charset: str, encoding: str) -> None:
    words = "Привет" if charset == "koi8-r" else "Störung à Zürich"
    made = EmailMessage()
    made["Subject"] = words
    made.set_content(words, charset=charset, cte=encoding)

    alert = signal(made.as_bytes())

    assert (alert.name, alert.summary) == (words, words)


BROKEN: list[Any] = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"\n", id="an empty line"),
    pytest.param(b"\0" * 5000, id="NUL"),
    pytest.param(b"\xff\xfe" * 500, id="no text"),
    pytest.param(b"no header at all\nand more", id="no header"),
    pytest.param(b"Subject: a\0b\x1b[31m\n\nx\0y", id="NUL in text"),
    pytest.param("Subject: pay\u202epal\n\n\u2066x".encode(), id="turned text"),
    pytest.param(b"Subject: =?utf-8?B?!!!?=\n\nx", id="broken word"),
    pytest.param(b"Subject: =?nonsense?Q?a=FFb?=\n\nx", id="unknown charset in a word"),
    pytest.param(b"Subject: =?zlib?B?eJw=?= =?punycode?Q?a-b?=\n\nx", id="a codec"),
    pytest.param(b"Subject: " + b"=?utf-8?Q?a?= " * 5000 + b"\n\nx", id="5,000 words"),
    pytest.param(b"Subject: \xe9t\xe9\n\n\xe9t\xe9", id="raw bytes"),
    pytest.param(b"Subject: x\nContent-Type: text/plain; charset=zlib\n\nx", id="charset zlib"),
    pytest.param(b"Subject: x\nContent-Type: text/plain; charset=idna\n\n\xff", id="charset idna"),
    pytest.param(b"Subject: x\nContent-Type: text/plain; charset*=x'y'%FF\n\nz", id="charset*"),
    pytest.param(
        b"Subject: x\nContent-Type: text/plain; charset*=''x; charset*0*=a'b'c; charset*9*=y\n\nz",
        id="one charset in pieces and whole",
    ),
    pytest.param(
        b"Subject: x\nContent-Type: multipart/mixed; boundary*=''x; boundary*0=b\n\n--b\n\nz",
        id="one boundary in pieces and whole",
    ),
    pytest.param(b"Subject: x\nContent-Transfer-Encoding: base64\n\n!!!x=\n", id="broken base64"),
    pytest.param(b"Subject: x\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 x\n#", id="uu"),
    pytest.param(b"Subject: x\nContent-Type: multipart/mixed\n\nx", id="no boundary"),
    pytest.param(b"Subject: x\nContent-Type: multipart/mixed; boundary=\n\nx", id="empty boundary"),
    pytest.param(b"Subject: x\nContent-Type: \xff/\xff;;;=\n\nx", id="odd type"),
    pytest.param(b"Subject: x\nContent-Type: text/plain" + b';"' * 50_000 + b"\n\nx", id="quotes"),
    pytest.param(b"Subject: x\nContent-Type: text/html\n\n" + b"<!" * 100_000, id="odd HTML"),
    pytest.param(b"Subject: x\nContent-Type: text/html\n\n" + b"<a <" * 50_000, id="open tags"),
    pytest.param(b"Subject: x\nContent-Type: text/html\n\n" + b"<p>" * 60_000, id="60,000 tags"),
    pytest.param(b"Subject: x\nDate: Sat, 99 Foo 99999 99:99\n\nx", id="no date"),
    pytest.param(b"Subject: x\nDate: Fri, 31 Dec 9999 23:59:59 -2359\n\nx", id="last date"),
    pytest.param(b"Subject: x\nDate: Mon, 01 Jan 0001 00:00:00 +0000\n\nx", id="first date"),
    pytest.param(b"Subject: x\nFrom: " + b"<" * 1900 + b"\n\nx", id="brackets"),
    pytest.param(b"Subject: x\nReferences: " + b"<a@b> " * 5000 + b"\n\nx", id="5,000 references"),
    pytest.param(b"Subject: x\n" + b"Subject: y\n" * 400 + b"\nx", id="400 subjects"),
    pytest.param(b"X" * 20_000 + b": y\nSubject: x\n\nz", id="a long name"),
    pytest.param(b"Subject: x\r\n\r\n" + b"y" * 1_000_000, id="one long line"),
    pytest.param(b"Subject:" + b"\n x" * 9000 + b"\n\nx", id="a folded subject"),
    pytest.param(b"From nobody\nSubject: x\n\nFrom me", id="an mbox line"),
    pytest.param(b"Subject: x\rFrom: y\r\rz", id="line ends of old"),
]


@pytest.mark.parametrize("body", BROKEN)
def test_a_broken_mail_is_still_an_alert(body: bytes) -> None:
    begun = time.perf_counter()

    assert signal(body).is_firing

    assert time.perf_counter() - begun < 3


def nested(levels: int, kind: bytes = b"multipart/mixed") -> bytes:
    body = b"Subject: deep\n"
    for level in range(levels):
        body += b'Content-Type: %s; boundary="b%d"\n\n--b%d\n' % (kind, level, level)
    return body + b"\nend\n"


TOO_MUCH: list[Any] = [
    pytest.param(b"Subject: x\n\n" + b"x" * mail.MAX_MAIL_BYTES, id="too large"),
    pytest.param(b"Subject: x\n\n" + b"\n" * 200_000, id="too many lines"),
    pytest.param(b"Subject: x\n" + b"X-A: y\n" * 30_000 + b"\n", id="too large a header"),
    pytest.param(b"Subject: x\n" + b"A: y\n" * 600 + b"\nx", id="too many headers"),
    pytest.param(
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\ny\n" * 10_000, id="10,000 parts"
    ),
    pytest.param(nested(2000), id="2,000 deep"),
    pytest.param(b"Content-Type: message/rfc822\n\n" * 9000 + b"x", id="9,000 mails in mails"),
    pytest.param(
        b"Content-Type: multipart/digest; boundary=x\n\n" + b"--x\n\nA: b\n\nc\n" * 9000,
        id="a digest of 9,000",
    ),
]


@pytest.mark.parametrize("body", TOO_MUCH)
def test_too_much_is_refused_soon(body: bytes) -> None:
    begun = time.perf_counter()

    with pytest.raises(Unreadable) as refused:
        mail.opened(body)

    assert refused.value.status == 413
    assert time.perf_counter() - begun < 3


def test_a_nested_mail_within_the_limits_is_read() -> None:
    assert signal(nested(80)).name == "deep"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_a_mail(body: bytes) -> None:
    survives(KIND, Post(mail.opened(body)))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers())
def test_a_mail_with_bytes_out_of_place_is_read(seed: int) -> None:
    made = EmailMessage()
    made["Subject"] = "Störung"
    made.set_content("Plain wörds.")
    made.add_alternative("<p>HTML wörds.</p>", subtype="html")
    body = bytearray(made.as_bytes() + base64.b64encode(PROBLEM))
    chance = random.Random(seed)
    for _ in range(30):
        body[chance.randrange(len(body))] = chance.randrange(256)

    survives(KIND, Post(mail.opened(bytes(body))))


def test_a_mail_is_shown_as_people_read_one() -> None:
    assert mail.shown(mail.opened(mailed(X_Muster_Service="payments"))) == (
        "From: m@example.com\nSubject: Disk full\nX-Muster-Service: payments\n\nSomething is wrong."
    )
