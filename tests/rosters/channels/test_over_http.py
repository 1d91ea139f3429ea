"""Carriers over HTTP, against real servers shaped like each provider and read as it reads."""

import base64
import json
import logging
import socket
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest

from config.portal import standard_webhooks
from rosters.channels import gateway, slack, teams, twilio
from rosters.channels.contract import (
    CALLBACK,
    Fate,
    Heard,
    Kind,
    Outgoing,
    Report,
    SendFailed,
    Settings,
    Unproved,
)
from rosters.channels.kinds import KINDS
from rosters.enums import Channel, FailureReason
from tests.rosters.channels.http_server import Answer, Behavior
from tests.world import NOW

DOOR = "https://muster.example.org/carriers/door/abc/"
SECRET = "whsec_" + base64.b64encode(b"s" * 32).decode()
WORDS = "a-very-secret-word"
OUTGOING = Outgoing(
    message_id=7,
    address="+4915112345678",
    person_name="Mei Tan",
    channel=Channel.SMS,
    subject="[SEV1] Cards fail <everywhere> (INC-12)",
    body="SEV1: cards & more fail. Reply 1.\n\nYou are on call.",
    thread_key="incident:12",
    idempotency_key="message:7",
    answer_link="https://muster.example.org/a/ABC/",
    at=NOW,
)


def given(kind: str, base: str, **more: str) -> Settings:
    every: dict[str, dict[str, str]] = {
        "gateway": {"address": f"{base}/send", "secret": SECRET},
        "twilio": {
            "account": "AC1",
            "token": WORDS,
            "sender": "+15550001111",
            "caller": "+15550002222",
            "base": base,
        },
        "slack": {"token": f"xoxb-{WORDS}", "signing_secret": WORDS, "base": base},
        "teams": {"address": f"{base}/workflows/{WORDS}"},
        "apprise": {"address": base.replace("http:", "json:") + f"/{WORDS}"},
    }
    return Settings({**every[kind], CALLBACK: DOOR, **more})


def send(kind: str, receiver: Behavior, outgoing: Outgoing = OUTGOING, **more: str) -> str:
    return KINDS[kind].make(given(kind, receiver.address, **more)).send(outgoing).reference


def refused(kind: str, receiver: Behavior, outgoing: Outgoing = OUTGOING) -> SendFailed:
    with pytest.raises(SendFailed) as caught:
        send(kind, receiver, outgoing)
    return caught.value


OVER_HTTP = ["gateway", "twilio", "slack", "teams", "apprise"]


@pytest.mark.parametrize("kind", OVER_HTTP[:-1])
@pytest.mark.parametrize(
    ("status", "permanent", "reason"),
    [
        (400, True, FailureReason.REFUSED),
        (401, False, FailureReason.ACCOUNT),
        (403, False, FailureReason.ACCOUNT),
        (404, True, FailureReason.REFUSED),
        (408, False, FailureReason.BUSY),
        (429, False, FailureReason.BUSY),
        (500, False, FailureReason.BUSY),
        (503, False, FailureReason.BUSY),
        (302, False, FailureReason.ACCOUNT),
    ],
)
def test_a_status_says_whether_it_is_for_good(
    receiver: Behavior, kind: str, status: int, permanent: bool, reason: FailureReason
) -> None:
    receiver.says(status, {"why": "no"}, Retry_After="17", Location="https://elsewhere.example/")

    why = refused(kind, receiver)

    assert (why.permanent, why.reason) == (permanent, reason)
    assert why.retry_after == (
        17 if reason in (FailureReason.BUSY, FailureReason.REFUSED) else None
    )
    assert len(receiver.asked) == 1


@pytest.mark.parametrize("kind", OVER_HTTP)
def test_nobody_there_means_away_and_silence_means_unsure(
    receiver: Behavior, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rosters.channels.web.MOST_SECONDS", 0.3)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        nobody = Behavior(address=f"http://127.0.0.1:{probe.getsockname()[1]}")
        away = refused(kind, nobody)
    if kind == "apprise":  # it says no, and not why
        assert (away.permanent, away.is_away) == (False, False)
        return
    receiver.hangs = True

    silent = refused(kind, receiver)

    assert (away.permanent, away.is_away, away.reason) == (False, True, FailureReason.AWAY)
    assert (silent.permanent, silent.is_away) == (False, False)
    assert silent.reason == FailureReason.UNSURE


@pytest.mark.parametrize("kind", OVER_HTTP)
def test_nothing_in_our_own_network_is_asked_unless_it_is_named(
    receiver: Behavior, settings: Any, kind: str
) -> None:
    settings.CARRIER_HOSTS = frozenset()

    why = refused(kind, receiver)

    assert (why.reason, why.permanent) == (FailureReason.ACCOUNT, False)
    assert receiver.asked == []


@pytest.mark.parametrize("kind", OVER_HTTP)
def test_no_secret_is_in_what_a_failure_says_or_a_log_holds(
    receiver: Behavior, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.says(503)
    secrets = (WORDS, SECRET)

    with caplog.at_level("DEBUG"):
        why = refused(kind, receiver)
        carrier = KINDS[kind].make(given(kind, receiver.address))

    said = [str(why), repr(why), repr(carrier), repr(given(kind, "http://x")), caplog.text]
    assert not any(secret in text for secret in secrets for text in said)


def test_apprise_stays_mute_when_logging_is_set_up_anew(
    receiver: Behavior, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.says(503)
    refused("apprise", receiver)
    logging.getLogger("apprise").disabled = False  # as `dictConfig` does with every logger

    with caplog.at_level("DEBUG"):
        refused("apprise", receiver)

    assert [one for one in caplog.records if one.name == "apprise"] == []


def test_the_gateway_gets_one_signed_request(receiver: Behavior) -> None:
    receiver.says(202, {"reference": "abc-1"})

    assert send("gateway", receiver) == "abc-1"

    (asked,) = receiver.asked
    assert standard_webhooks.why_not(SECRET, body=asked.body, found=asked.headers, now=NOW) is None
    assert asked.headers["idempotency-key"] == "message:7"
    told = asked.json
    assert (told["channel"], told["to"], told["key"]) == ("sms", "+4915112345678", "message:7")
    assert told["callback"] == DOOR
    assert [one["key"] for one in told["answers"]] == ["1", "2", "3"]


def test_without_a_question_there_is_nothing_to_answer(receiver: Behavior) -> None:
    outgoing = replace(OUTGOING, answer_link="")

    for kind in ("gateway", "slack", "teams"):
        receiver.says(200, {"ok": True, "channel": "D1", "ts": "1.0"})
        send(kind, receiver, outgoing)

    told, in_chat, card = [asked.json for asked in receiver.asked]
    assert told["answers"] == []
    assert len(in_chat["blocks"]) == 1
    assert "actions" not in card["attachments"][0]["content"]


def test_a_text_message_is_a_form_as_twilio_reads_it(receiver: Behavior) -> None:
    receiver.says(201, {"sid": "SM1"})

    assert send("twilio", receiver) == "SM1"
    send("twilio", receiver, sender="MG99")

    asked, other = receiver.asked
    assert asked.path == "/2010-04-01/Accounts/AC1/Messages.json"
    login = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert login == f"AC1:{WORDS}"
    assert asked.form == {
        "To": "+4915112345678",
        "From": "+15550001111",
        "Body": OUTGOING.body,
        "StatusCallback": DOOR,
    }
    assert other.form["MessagingServiceSid"] == "MG99"


def test_a_call_is_spoken_and_asks_for_a_key(receiver: Behavior) -> None:
    receiver.says(201, {"sid": "CA1"})

    assert send("twilio", receiver, replace(OUTGOING, channel=Channel.PHONE)) == "CA1"

    form = receiver.asked[0].form
    script = ElementTree.fromstring(form["Twiml"])
    gather = script.find("Gather")
    assert gather is not None
    assert (gather.get("action"), gather.get("numDigits")) == (DOOR, "1")
    assert [one.text for one in gather] == [OUTGOING.body]


@pytest.mark.parametrize(
    ("code", "permanent", "reason"),
    [
        (21211, True, FailureReason.BAD_ADDRESS),
        (21610, True, FailureReason.BAD_ADDRESS),
        (21606, False, FailureReason.ACCOUNT),
        (30001, True, FailureReason.REFUSED),
    ],
)
def test_twilios_own_codes_say_more_than_the_status(
    receiver: Behavior, code: int, permanent: bool, reason: FailureReason
) -> None:
    receiver.says(400, {"code": code, "message": "no"})

    why = refused("twilio", receiver)

    assert (why.permanent, why.reason) == (permanent, reason)


def test_slack_edits_one_message_and_puts_what_follows_into_its_thread(
    receiver: Behavior,
) -> None:
    receiver.says(200, {"ok": True, "channel": "D1", "ts": "17.01"})

    root = send("slack", receiver, replace(OUTGOING, address="U042"))
    send("slack", receiver, replace(OUTGOING, address="U042", message_id=8, thread_root=root))

    first, edited, thread = receiver.asked
    assert root == "D1:17.01"
    assert [asked.path for asked in receiver.asked] == [
        "/api/chat.postMessage",
        "/api/chat.update",
        "/api/chat.postMessage",
    ]
    assert first.headers["authorization"] == f"Bearer xoxb-{WORDS}"
    assert first.json["channel"] == "U042"
    assert "&lt;everywhere&gt;" in first.json["text"]
    assert "&amp; more" in first.json["text"]
    buttons = first.json["blocks"][1]["elements"]
    assert [one.get("value") for one in buttons] == ["7", "7", None]
    assert (edited.json["channel"], edited.json["ts"]) == ("D1", "17.01")
    assert edited.json["blocks"][1]["elements"][0]["value"] == "8"
    assert (thread.json["channel"], thread.json["thread_ts"]) == ("D1", "17.01")


def test_a_chat_says_once_what_subject_and_body_both_begin_with(receiver: Behavior) -> None:
    receiver.does = lambda _asked: Answer(body=b'{"ok": true, "channel": "D1", "ts": "1.2"}')
    twice = replace(OUTGOING, subject="[SEV1] Cards fail (INC-12)", body="Cards fail.\n\nCome.")

    send("slack", receiver, twice)

    assert receiver.asked[0].json["text"] == "[SEV1] Cards fail (INC-12)\nCome."
    assert replace(twice, body="Cards fail.").below_subject == "Cards fail."


@pytest.mark.parametrize(
    ("error", "permanent", "reason"),
    [
        ("channel_not_found", True, FailureReason.BAD_ADDRESS),
        ("token_revoked", False, FailureReason.ACCOUNT),
        ("ratelimited", False, FailureReason.BUSY),
        ("msg_too_long", True, FailureReason.REFUSED),
        ("", False, FailureReason.BUSY),
    ],
)
def test_slack_says_no_with_a_word(
    receiver: Behavior, error: str, permanent: bool, reason: FailureReason
) -> None:
    receiver.says(200, {"ok": False, "error": error})

    why = refused("slack", receiver)

    assert (why.permanent, why.reason) == (permanent, reason)


def test_teams_gets_a_card_with_a_link(receiver: Behavior) -> None:
    receiver.says(202)

    send("teams", receiver)

    content = receiver.asked[0].json["attachments"][0]["content"]
    assert content["type"] == "AdaptiveCard"
    assert [one["text"] for one in content["body"]][:2] == [OUTGOING.subject, "For Mei Tan"]
    assert content["actions"][0]["url"] == OUTGOING.answer_link
    assert receiver.asked[0].json["attachments"][0]["contentType"] == teams.CARD


def test_apprise_sends_one_message_to_one_target_without_pictures(receiver: Behavior) -> None:
    base = receiver.address.replace("http:", "json:")

    send("apprise", receiver, address=f"{base}/{{to}}")

    (asked,) = receiver.asked
    assert asked.path.strip("/") in ("%2B4915112345678", "+4915112345678")
    assert (asked.json["title"], asked.json["message"]) == (OUTGOING.subject, OUTGOING.body)
    assert asked.json["attachments"] == []


def test_apprise_follows_nothing_elsewhere(receiver: Behavior) -> None:
    receiver.does = lambda asked: (
        Answer(302, b"", {"Location": "/other"}) if asked.path != "/other" else Answer()
    )

    assert not refused("apprise", receiver).permanent
    assert len(receiver.asked) == 1


@pytest.mark.parametrize(
    ("kind", "values", "why"),
    [
        ("gateway", {"address": "http://gateway.example/"}, "begins with https"),
        ("gateway", {"address": "https://10.0.0.1/"}, "inside our own network"),
        ("gateway", {"address": "https://g.example/", "secret": "short"}, "whsec_"),
        ("twilio", {"base": "https://localhost"}, "inside our own network"),
        ("twilio", {"account": "XX1"}, "AC with digits and letters"),
        ("twilio", {"sender": "shop"}, "or as a service"),
        ("twilio", {"caller": "12"}, "with its country"),
        ("slack", {"base": "ftp://slack.com"}, "begins with https"),
        ("teams", {"address": "https://user:pass@teams.example/"}, "name and password"),
        ("apprise", {"address": "nonsense"}, "cannot read this address"),
        ("apprise", {"address": "syslog://"}, "the machine that Muster runs on"),
        ("apprise", {"address": "json://10.1.2.3/x"}, "inside our own network"),
        ("apprise", {"address": "ntfy://a,ntfy://b"}, "one address"),
    ],
)
def test_settings_that_cannot_work_are_refused_in_words(
    settings: Any, kind: str, values: dict[str, str], why: str
) -> None:
    settings.CARRIER_HOSTS = frozenset()
    base = {**given(kind, "https://carrier.example"), **values}

    ((name, said),) = KINDS[kind].wrong(base)

    assert name in values
    assert why in said


def test_all_that_cannot_work_is_said_at_once() -> None:
    wrong = {"account": "XX1", "sender": "shop", "caller": "", "base": "http://twilio.example"}

    assert [name for name, _why in KINDS["twilio"].wrong(wrong)] == ["account", "sender", "base"]


# --- what they call back with ---------------------------------------------------------------------


def signed(told: Any, *, event: str = "e1", at: Any = NOW, secret: str = SECRET) -> Heard:
    body = json.dumps(told).encode()
    return Heard(DOOR, standard_webhooks.headers(secret, message_id=event, body=body, at=at), body)


def from_twilio(form: dict[str, str], *, token: str = WORDS, url: str = DOOR) -> Heard:
    proof = twilio.signature(token, url, list(form.items()))
    return Heard(DOOR, {"x-twilio-signature": proof}, urlencode(form).encode())


def from_slack(told: Any, *, at: Any = NOW, secret: str = WORDS) -> Heard:
    return signed_by_slack(urlencode({"payload": json.dumps(told)}).encode(), at=at, secret=secret)


def signed_by_slack(body: bytes, *, at: Any = NOW, secret: str = WORDS) -> Heard:
    stamp = str(int(at.timestamp()))
    headers = {
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": slack.signature(secret, stamp, body),
    }
    return Heard(DOOR, headers, body)


def pressed(action: str, value: str = "7") -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U042"},
        "actions": [{"action_id": action, "value": value, "action_ts": "1.5"}],
    }


def hear(kind: Kind, heard: Heard) -> list[Report]:
    assert kind.hear is not None
    return kind.hear(given(kind.slug, "https://c.example"), heard, NOW)


@pytest.mark.parametrize(
    ("told", "fate"),
    [
        ({"type": "message.delivered", "reference": "r"}, Fate.DELIVERED),
        ({"type": "message.read", "reference": "r"}, Fate.READ),
        ({"type": "message.undelivered", "reference": "r"}, Fate.UNDELIVERED),
        ({"type": "message.answered", "choice": "pass", "reference": "r"}, Fate.PASSED_ON),
        ({"type": "message.answered", "choice": "dance", "reference": "r"}, None),
        ({"type": "message.delivered"}, None),
        ({"type": "message.delivered", "reference": 7}, None),
        (["a list"], None),
    ],
)
def test_the_gateway_tells_what_became_of_it(told: Any, fate: Fate | None) -> None:
    reports = hear(gateway.KIND, signed(told))

    assert [one.fate for one in reports] == ([fate] if fate else [])
    assert all((one.reference, one.event_id) == ("r", "e1") for one in reports)


@pytest.mark.parametrize(
    ("form", "fate"),
    [
        ({"MessageSid": "SM1", "MessageStatus": "delivered"}, Fate.DELIVERED),
        ({"MessageSid": "SM1", "MessageStatus": "read"}, Fate.READ),
        ({"MessageSid": "SM1", "MessageStatus": "sent"}, None),
        (
            {"MessageSid": "SM1", "MessageStatus": "undelivered", "ErrorCode": "30003"},
            Fate.UNDELIVERED,
        ),
        ({"CallSid": "SM1", "CallStatus": "no-answer"}, Fate.UNDELIVERED),
        ({"CallSid": "SM1", "CallStatus": "completed"}, Fate.DELIVERED),
        ({"CallSid": "SM1", "CallStatus": "in-progress", "Digits": "1"}, Fate.ACKNOWLEDGED),
        ({"CallSid": "SM1", "Digits": "2"}, Fate.PASSED_ON),
        ({"CallSid": "SM1", "Digits": "3"}, Fate.PASSED_ON),
        ({"CallSid": "SM1", "Digits": "9"}, None),
    ],
)
def test_twilio_tells_what_became_of_it(form: dict[str, str], fate: Fate | None) -> None:
    reports = hear(twilio.KIND, from_twilio(form))

    assert [(one.fate, one.reference) for one in reports] == ([(fate, "SM1")] if fate else [])


def test_a_text_message_names_its_sender_and_what_they_wrote() -> None:
    form = {"MessageSid": "SM9", "From": "+4915112345678", "Body": " 1 "}

    (report,) = hear(twilio.KIND, from_twilio(form))

    assert (report.fate, report.address, report.text) == (Fate.WROTE, "+4915112345678", " 1 ")


def test_a_gateway_says_what_somebody_wrote() -> None:
    told = {"type": "message.received", "from": "+4915112345678", "text": "1"}

    (report,) = hear(gateway.KIND, signed(told))

    assert (report.fate, report.address, report.text) == (Fate.WROTE, "+4915112345678", "1")
    assert hear(gateway.KIND, signed({**told, "text": 1})) == []


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"Digits": "1"}, "<Response><Say>INC-1 &amp; more</Say></Response>"),
        ({"Body": "1"}, "<Response></Response>"),
        ({"MessageStatus": "delivered"}, "<Response></Response>"),
    ],
)
def test_twilio_is_answered_in_its_own_words(form: dict[str, str], said: str) -> None:
    assert twilio.say("INC-1 & more", from_twilio(form)) == ("text/xml", said)


def test_a_key_that_means_nothing_is_asked_again() -> None:
    _, script = twilio.say("", from_twilio({"CallSid": "SM1", "Digits": "9"}))

    gather = ElementTree.fromstring(script).find("Gather")
    assert gather is not None
    assert gather.get("action") == DOOR
    assert "".join(gather.itertext()) == twilio.OTHER_KEY


def test_a_press_of_somebody_else_in_slack_is_another_event() -> None:
    (one,) = hear(slack.KIND, from_slack(pressed("muster_pass") | {"user": {"id": "U1"}}))
    (other,) = hear(slack.KIND, from_slack(pressed("muster_pass") | {"user": {"id": "U2"}}))

    assert one.event_id != other.event_id


def test_a_button_in_slack_names_the_message_and_who_pressed() -> None:
    (report,) = hear(slack.KIND, from_slack(pressed("muster_acknowledge")))

    assert (report.fate, report.message_id, report.by) == (Fate.ACKNOWLEDGED, 7, "U042")
    assert hear(slack.KIND, from_slack(pressed("muster_open"))) == []
    assert hear(slack.KIND, from_slack(pressed("muster_pass", value="é"))) == []
    assert hear(slack.KIND, from_slack(["nothing"])) == []


@pytest.mark.parametrize(
    "body",
    [b"", b"payload=" + b"[" * 50_000, b"&".join(b"a=1" for _ in range(100)), b"payload=%ff"],
)
def test_what_slack_would_never_send_reports_nothing(body: bytes) -> None:
    assert hear(slack.KIND, signed_by_slack(body)) == []


LONG_AGO = NOW - timedelta(minutes=6)
FORM = {"MessageSid": "SM1", "MessageStatus": "delivered"}
TOLD = {"type": "message.delivered", "reference": "r"}


def without_headers(heard: Heard) -> Heard:
    return replace(heard, headers={})


@pytest.mark.parametrize(
    ("kind", "heard", "is_late"),
    [
        (gateway.KIND, signed(TOLD, secret=standard_webhooks.new_secret()), False),
        (gateway.KIND, without_headers(signed(TOLD)), False),
        (gateway.KIND, replace(signed(TOLD), body=b"{}"), False),
        (gateway.KIND, signed(TOLD, at=LONG_AGO), True),
        (twilio.KIND, from_twilio(FORM, token="x"), False),
        (twilio.KIND, from_twilio(FORM, url="https://elsewhere.example/"), False),
        (twilio.KIND, without_headers(from_twilio(FORM)), False),
        (twilio.KIND, replace(from_twilio(FORM), body=b"\xff"), False),
        (slack.KIND, from_slack(pressed("muster_pass"), secret="x"), False),
        (slack.KIND, without_headers(from_slack(pressed("muster_pass"))), False),
        (slack.KIND, from_slack(pressed("muster_pass"), at=LONG_AGO), True),
    ],
)
def test_what_is_forged_or_late_is_no_report(kind: Kind, heard: Heard, is_late: bool) -> None:
    with pytest.raises(Unproved) as caught:
        hear(kind, heard)

    assert caught.value.is_late is is_late
