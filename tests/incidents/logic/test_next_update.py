"""When readers hear more, as a table: acknowledged or not, late or not, who is asked next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from config.portal import words
from incidents.logic.next_update import Hearing, next_update
from incidents.logic.outlook import LastCall, NextCall
from tests.world import at

NOW = at("2026-11-21 10:31")
PHONED = LastCall(at("2026-11-21 10:27"), "Nadia Haddad", "phoned")
CALL = NextCall(
    "acknowledge", at("2026-11-21 10:32"), "Ben Carter", "backup for Notifications", "phone"
)
ASKED = NextCall(
    "update", at("2026-11-21 10:44"), "Sam Okafor", "the engineering director", "phone"
)


def minutes(number: int) -> datetime:
    return NOW + timedelta(minutes=number)


UNTAKEN = Hearing(False, take_by=minutes(6), first_by=minutes(36), last_call=PHONED, next_call=CALL)
LED = Hearing(True, has_update=True, due_at=minutes(3), owner="Amara Diallo", next_call=ASKED)


@pytest.mark.parametrize(
    ("hearing", "said"),
    [
        pytest.param(
            UNTAKEN,
            "The first update comes by 11:07. Nobody has acknowledged this yet. There is time"
            " until 10:37."
            " We phoned Nadia Haddad at 10:27 and wait for an answer."
            " If nobody answers, we phone Ben Carter at 10:32, backup for Notifications.",
            id="not acknowledged, in time",
        ),
        pytest.param(
            replace(UNTAKEN, take_by=minutes(-4)),
            "The first update comes by 11:07. Nobody has acknowledged this yet, and somebody should"
            " have by 10:27."
            " We phoned Nadia Haddad at 10:27 and wait for an answer."
            " If nobody answers, we phone Ben Carter at 10:32, backup for Notifications.",
            id="not acknowledged, over its time",
        ),
        pytest.param(
            Hearing(False, take_by=minutes(-1), first_by=minutes(-1)),
            "The first update was due by 10:30. Nobody has acknowledged this yet, and somebody"
            " should have by 10:30."
            " No more calls are planned. Phone somebody yourself.",
            id="not acknowledged, all late, nobody left",
        ),
        pytest.param(
            replace(UNTAKEN, is_left=True, has_update=True, due_at=minutes(-5), last_call=None),
            "The next update was due by 10:26. Nobody is on it at this moment. Whoever had it has"
            " not said that they still are."
            " If nobody answers, we phone Ben Carter at 10:32, backup for Notifications.",
            id="nobody is on it any more",
        ),
        pytest.param(
            Hearing(False, next_call=replace(CALL, is_first=True)),
            "The first update comes when somebody has acknowledged it. Nobody has"
            " acknowledged this yet."
            " We phone Ben Carter now, backup for Notifications.",
            id="no targets, the first call goes out now",
        ),
        pytest.param(
            replace(UNTAKEN, last_call=None, next_call=replace(CALL, who="you")),
            "The first update comes by 11:07. Nobody has acknowledged this yet. There is time"
            " until 10:37."
            " If nobody answers, we phone you at 10:32, backup for Notifications.",
            id="the reader is next",
        ),
        pytest.param(LED, "We write again by 10:34, even if nothing has changed.", id="in time"),
        pytest.param(
            replace(LED, has_update=False), "The first update comes by 10:34.", id="the first"
        ),
        pytest.param(
            replace(LED, due_at=NOW),
            "We write again by 10:31, even if nothing has changed.",
            id="due now",
        ),
        pytest.param(
            replace(LED, due_at=minutes(-1)),
            "The update promised for 10:30 is late. Amara Diallo owes it."
            " If it has not come by 10:44, we phone Sam Okafor, the engineering director.",
            id="late",
        ),
        pytest.param(
            replace(LED, due_at=minutes(-9), owner="", next_call=None),
            "The update promised for 10:22 is late, and nobody leads."
            " No more calls are planned. If you cannot wait, phone whoever is on call.",
            id="late, nobody leads, nobody asked",
        ),
        pytest.param(
            replace(LED, due_at=minutes(-9), next_call=None),
            "The update promised for 10:22 is late. Amara Diallo owes it."
            " No more calls are planned. If you cannot wait, phone Amara Diallo.",
            id="late, no call is left",
        ),
        pytest.param(
            replace(
                LED,
                due_at=minutes(-9),
                next_call=None,
                any_call=replace(ASKED, promise="resolve"),
                asked=(PHONED, replace(PHONED, at=minutes(-2), who="Sam Okafor")),
            ),
            "The update promised for 10:22 is late. Amara Diallo owes it."
            " We phoned Nadia Haddad at 10:27. We phoned Sam Okafor at 10:29."
            " Nobody has answered yet. The next automatic call is at 10:44, to Sam Okafor.",
            id="late, all were called and the next call is for something else",
        ),
        pytest.param(
            replace(UNTAKEN, has_update=True, due_at=minutes(9), last_call=None),
            "The next update comes by 10:40. Nobody has acknowledged this yet. There is time"
            " until 10:37. If nobody answers, we phone Ben Carter at 10:32, backup for"
            " Notifications.",
            id="not acknowledged, but whoever declared it has written",
        ),
        pytest.param(
            replace(LED, due_at=None),
            "No time is set for the next update. We write when something changes.",
            id="no promise",
        ),
    ],
)
def test_it_says_when_by_whom_and_who_is_asked(hearing: Hearing, said: str) -> None:
    found = next_update(hearing, now=NOW)

    assert words.as_text(found.sentences, zone=UTC, now=NOW) == said


@pytest.mark.parametrize(
    ("hearing", "late"),
    [(UNTAKEN, False), (LED, False), (replace(LED, due_at=minutes(-1)), True)],
    ids=["not taken", "in time", "late"],
)
def test_only_an_update_past_its_time_is_late(hearing: Hearing, *, late: bool) -> None:
    assert next_update(hearing, now=NOW).is_late is late
