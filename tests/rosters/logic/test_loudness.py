"""Which of a person's ways a severity uses: never silence, and never two at once without need."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rosters.logic import loudness
from rosters.logic.directory import Directory
from rosters.logic.reachable import Contact, PersonSpec
from rosters.logic.reaching import wakes

MINUTE = timedelta(minutes=1)
PHONE, SMS, PUSH, CHAT, EMAIL = (
    Contact(number, channel) for number, channel in enumerate(loudness.LOUDEST_FIRST)
)


def later(contact: Contact, minutes: int) -> Contact:
    return Contact(contact.contact_point_id, contact.channel, minutes * MINUTE)


def channels(ways: loudness.Ways) -> list[str]:
    return [one.channel for one in ways if not one.is_spare]


@pytest.mark.parametrize(
    ("ways", "severity", "is_urgent", "found"),
    [
        pytest.param((PHONE, SMS), 1, True, ["phone", "sms"], id="the worst uses all that wakes"),
        pytest.param((PHONE, SMS), 3, True, ["sms"], id="SEV3 texts and does not phone"),
        pytest.param((PHONE, EMAIL), 3, True, ["phone", "email"], id="what is urgent must wake"),
        pytest.param((SMS, EMAIL), 4, True, ["sms", "email"], id="at SEV4 as well"),
        pytest.param((PHONE, SMS), 4, True, ["sms"], id="as softly as it can"),
        pytest.param((SMS, EMAIL), 4, False, ["email"], id="what can wait stays quiet"),
        pytest.param((PHONE,), 4, False, ["phone"], id="better loud than silent"),
        pytest.param((EMAIL,), 1, True, ["email"], id="who has nothing that wakes"),
    ],
)
def test_allowed(ways: loudness.Ways, severity: int, is_urgent: bool, found: list[str]) -> None:
    kept = loudness.allowed(ways, loudness.channels_of(severity, {}), is_urgent=is_urgent)

    assert channels(kept) == found


def test_nobody_is_told_later_because_a_way_was_left_out() -> None:
    ways = (PHONE, later(SMS, 5), later(EMAIL, 10))

    kept = loudness.allowed(ways, ("sms", "email"), is_urgent=True)

    assert [(one.channel, one.delay) for one in kept] == [
        ("sms", timedelta(0)),
        ("email", 5 * MINUTE),
    ]


@pytest.mark.parametrize(
    ("ways", "is_urgent", "found"),
    [
        pytest.param((EMAIL, CHAT), False, ["email"], id="what can wait: one at a time"),
        pytest.param((EMAIL, later(SMS, 60)), False, ["email", "sms"], id="one after the other"),
        pytest.param((PHONE, SMS, PUSH), True, ["phone", "sms"], id="urgent: two at once"),
        pytest.param((PHONE, Contact(9, "phone")), True, ["phone", "phone"], id="two phones"),
    ],
)
def test_never_more_at_once_than_needed(
    ways: loudness.Ways, is_urgent: bool, found: list[str]
) -> None:
    assert channels(loudness.with_spares(ways, is_urgent=is_urgent)) == found


WAYS = st.lists(
    st.builds(
        Contact,
        st.integers(1, 99),
        st.sampled_from(loudness.LOUDEST_FIRST),
        st.integers(0, 20).map(lambda count: count * MINUTE),
    ),
    min_size=1,
    unique_by=lambda one: one.contact_point_id,
).map(lambda ways: tuple(sorted(ways, key=lambda one: one.delay)))
CHOSEN = st.dictionaries(
    st.integers(1, 4), st.lists(st.sampled_from(loudness.LOUDEST_FIRST), unique=True)
)


@given(
    ways=WAYS,
    chosen=CHOSEN,
    severity=st.integers(1, 4),
    urgency=st.sampled_from(["urgent", "normal"]),
    has_rules=st.booleans(),
)
def test_whatever_is_chosen_somebody_is_reached_as_soon_as_ever(
    ways: loudness.Ways,
    chosen: dict[int, list[str]],
    severity: int,
    urgency: str,
    has_rules: bool,
) -> None:
    kept = {severity: tuple(found) for severity, found in chosen.items()}
    listed = {urgency if has_rules else "any": ways}
    person = PersonSpec(1, "Mei Tan", "Mei", "UTC", listed, channels=kept)
    directory = Directory({1: person})

    used = directory.contacts(1, urgency=urgency, severity=severity)
    every = directory.every_contact(1, urgency=urgency, severity=severity)

    assert used
    assert used[0].delay == ways[0].delay or not has_rules
    assert set(used) <= set(every)
    at_once: dict[timedelta, set[str]] = {}
    for one in used:
        at_once.setdefault(one.delay, set()).add(one.channel)
    assert max(map(len, at_once.values())) <= (2 if urgency == "urgent" else 1)
    if urgency == "urgent" and has_rules and any(wakes(one) for one in ways):
        assert any(wakes(one) for one in every)


@pytest.mark.parametrize(
    ("severity", "chosen", "is_fine"),
    [(1, ["phone"], True), (2, ["email"], False), (3, ["email"], True), (4, [], False)],
)
def test_why_not_channels(severity: int, chosen: list[str], is_fine: bool) -> None:
    assert (loudness.why_not_channels(severity, chosen) is None) is is_fine


def test_a_severity_in_words() -> None:
    assert loudness.sentence(1, loudness.LOUDEST_FIRST) == (
        "SEV1: what is urgent phones and texts people; what can wait goes by e-mail, chat or push"
        " message."
    )
    assert loudness.sentence(4, ("email",)) == (
        "SEV4: what is urgent wakes people as softly as it can; what can wait goes by e-mail."
    )
