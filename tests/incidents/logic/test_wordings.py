"""Words of messages: what Muster came with is fine, and what says too little is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from incidents.logic import messages, wordings
from incidents.logic.messages import Rest
from incidents.logic.wordings import CALL, PHONE, REST, SHIPPED, SMS, TOLD, WRITTEN, Book
from tests.incidents.logic.test_messages import LINK, call, left

BRIEF = "{severity} {title}! {reason}.[[ {yes}=mine {no}=next[[ {next}]]]] {link}"
LOUD = "Alarm {severity} [[({situation}) ]]{title}. You: {reason}. {yes}/{no} {link}"


@pytest.mark.parametrize(("kind", "form"), SHIPPED)
def test_what_muster_came_with_is_fine(kind: str, form: str) -> None:
    assert wordings.why_not_words(kind, form, SHIPPED[kind, form]) is None


@pytest.mark.parametrize(
    ("kind", "form", "text", "why"),
    [
        (CALL, SMS, "Muster {severity}: {title}. You are {reason}.", "{link} is missing"),
        (CALL, SMS, "{severity} {title} {link}", "{reason} is missing"),
        (CALL, PHONE, "{title}. You are {reason}. Press {yes}.", "{no} is missing"),
        (CALL, PHONE, "{title}. You are {reason}. {yes} {no} {link}", "{link} is no place"),
        (TOLD, WRITTEN, "{title} {situation} {link}", "{zone} is missing"),
        (REST, SMS, "{who} has it.", "{reference} is missing"),
        (CALL, SMS, "[[{severity} {title} {reason} {link}]]", "Take {severity} out of the [[ ]]"),
        (CALL, SMS, "{severity} {title} {reason} “{link}”", "A text message cannot carry “ ”."),
        (CALL, SMS, "{severity} {title} {reason} {link}" + "x" * 300, "Write at most 300"),
        (CALL, WRITTEN, "{{ settings.SECRET_KEY }}", "{ and } stand only around a place"),
    ],
)
def test_words_that_say_too_little_are_refused(kind: str, form: str, text: str, why: str) -> None:
    said = wordings.why_not_words(kind, form, text)

    assert said is not None
    assert said.startswith(why)


def test_own_words_are_used_with_their_parts() -> None:
    book = Book({(CALL, SMS): BRIEF})

    said = messages.sms(call(), link_length=len(LINK), book=book)

    assert left(said, takes_replies=True) == (
        f"SEV2 Invoices do not go out! on call for Notifications. 1=mine 2=next Ben {LINK}"
    )
    assert left(said, takes_replies=False) == (
        f"SEV2 Invoices do not go out! on call for Notifications. {LINK}"
    )


@given(
    title=st.text(min_size=1, max_size=200),
    name=st.text(max_size=120),
    reason=st.text(min_size=1, max_size=160),
)
def test_with_own_words_no_text_message_is_longer_than_one(
    title: str, name: str, reason: str
) -> None:
    book = Book({(CALL, SMS): LOUD, (REST, SMS): "{who} has {reference}: {title}"})
    about = call(title=title, next_name=name, reason=reason, situation="It is late.")

    body = messages.sms(about, link_length=len(LINK), book=book)

    assert messages.longest(body, link_length=len(LINK)) <= 160
    assert len(Rest(about, name, "13:32", book=book).sms) <= 160
