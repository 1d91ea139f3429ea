"""The words of a call: an SMS is never longer than one, whatever it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic.messages import Call, Rest, sms, voice
from rosters.logic.gsm import gsm7
from rosters.logic.segments import settled

LINK = "https://muster.example.com/a/ABCDEFGHJKM/"


def call(**changes: object) -> Call:
    usual = {
        "reference": "INC-2482",
        "severity_code": "SEV2",
        "severity_word": "Serious",
        "title": "Invoices do not go out",
        "reason": "on call for Notifications",
        "may_answer": True,
        "next_name": "Ben",
    }
    return Call(**{**usual, **changes})  # type: ignore[arg-type]  # a test's own


def left(body: str, *, takes_replies: bool, yes: str = "1", no: str = "2") -> str:
    """The text as it leaves."""
    kept = settled(body, takes_replies=takes_replies)
    filled = kept.replace("{reply_yes}", yes).replace("{reply_no}", no)
    return filled.replace("{answer_link}", LINK)


def test_the_text_message_says_how_to_answer_where_a_reply_is_heard() -> None:
    body = sms(call(), link_length=len(LINK))

    assert left(body, takes_replies=True) == (
        "Muster SEV2: Invoices do not go out. You are on call for Notifications."
        f" Reply 1 to acknowledge, 2 to pass to Ben. {LINK}"
    )


def test_without_replies_the_link_alone_answers() -> None:
    body = sms(call(), link_length=len(LINK))

    assert left(body, takes_replies=False) == (
        f"Muster SEV2: Invoices do not go out. You are on call for Notifications. {LINK}"
    )


@given(
    title=st.text(min_size=1, max_size=200),
    name=st.text(max_size=40),
    reason=st.text(min_size=1, max_size=160),
    situation=st.sampled_from(["", "It is not contained yet.", "An authority must be told."]),
)
def test_no_text_message_is_longer_than_one(
    title: str, name: str, reason: str, situation: str
) -> None:
    about = call(title=title, next_name=name, reason=reason, situation=situation)
    body = sms(about, link_length=len(LINK))

    text = left(body, takes_replies=True, yes="111", no="112")

    assert len(text) <= 160
    assert text == gsm7(text)
    assert text.startswith("Muster SEV2: ")
    assert text.endswith(f"Reply 111 to acknowledge, 112 to pass. {LINK}") or name


def test_the_phone_says_each_key() -> None:
    assert voice(call(next_name="Ben Carter")).endswith(
        "Press 1 to acknowledge. Press 2 to pass to Ben Carter. Press 3 if you cannot take it: we"
        " call the next person now."
    )
    assert voice(call(next_name="")).endswith(
        "Press 1 to acknowledge. Press 3 if you cannot take it: we call the next person now."
    )


@pytest.mark.parametrize("name", ["Jonas Weber", "Ełżbieta von und zu Hohenzollern-Sigmaringen"])
def test_whoever_may_rest_reads_who_has_it_and_since_when(name: str) -> None:
    rest = Rest(call(), name, "13:32")

    assert rest.sms == gsm7(
        f"Muster: {name} acknowledged INC-2482 at 13:32. You do not need to do anything."
    )
    assert len(rest.sms) <= 160
