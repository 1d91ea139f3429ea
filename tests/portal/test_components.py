"""Components, drawn with what their header asks for."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.messages.constants import DEFAULT_TAGS
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string

from config.portal.context import Portal
from config.portal.sentences import sentence

NOW = datetime(2026, 11, 20, 13, 16, 5, tzinfo=UTC)
DUE = NOW + timedelta(minutes=13)


def draw(name: str, **values: object) -> str:
    return render_to_string(
        f"components/{name}.html", {"portal": Portal(zone=UTC, now=NOW), **values}
    )


def step(name: str, state: str, **values: object) -> SimpleNamespace:
    empty = {"at": None, "detail": None, "key": False}
    return SimpleNamespace(name=name, label=name.capitalize(), state=state, **(empty | values))


STEPS = [
    step("detected", "done", at=NOW),
    step(
        "acknowledged", "done", at=NOW, detail=sentence("after {n_minutes}", n_minutes=3), key=True
    ),
    step("escalated", "skip", detail=sentence("not needed")),
    step("contained", "due", at=DUE, key=True),
    step("resolved", "todo", at=DUE),
    step("reviewed", "todo"),
]


@pytest.mark.parametrize("is_big", [True, False], ids=["big", "row"])
def test_clock_marks_each_step_by_more_than_colour(is_big):
    html = draw("clock", steps=STEPS, big=is_big)

    assert html.count("<li") == 6
    assert "done-1" in html
    assert (" big" in html) is is_big
    assert html.count('aria-label="Done"') == 2
    assert 'class="skip-step"' in html
    assert 'class="due key" aria-current="step"' in html
    assert "after 3\xa0min" in html
    assert "13 min left" in html


def test_next_band_counts_and_says():
    outlook = SimpleNamespace(sentence=sentence("We phone {who}.", who="Sam"), at=DUE)
    html = draw("next_band", outlook=outlook, hero=False)

    assert "in 13 min" in html
    assert 'We phone <span class="who">Sam</span>.' in html


def test_next_band_without_a_time_has_no_pill():
    outlook = SimpleNamespace(sentence=sentence("Nobody else will be called."), at=None)
    assert 'class="in' not in draw("next_band", outlook=outlook, hero=True)


class Question(forms.Form):
    title = forms.CharField(error_messages={"required": "Say what is wrong."})
    level = forms.ChoiceField(
        choices=[("1", "One")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how bad it is."},
    )


def test_error_summary_links_to_each_answer():
    html = draw("error_summary", form=Question({}))

    assert "There is a problem" in html
    assert '<a href="#id_title">Say what is wrong.</a>' in html
    assert '<a href="#id_level_0">Choose how bad it is.</a>' in html


def test_error_summary_is_silent_without_errors():
    assert "<div" not in draw("error_summary", form=Question())


def test_field_names_its_error():
    html = draw("field", field=Question({})["title"])

    assert 'for="id_title"' in html
    assert 'id="id_title_error"' in html
    assert "Say what is wrong." in html


def message(text: str, level: str = "success", extra_tags: str = "") -> Message:
    levels = {name: number for number, name in DEFAULT_TAGS.items()}
    return Message(levels[level], text, extra_tags)


def test_a_notice_that_can_be_undone_has_a_button():
    html = draw("notices", messages=[message("<b>done</b>", extra_tags="undo /x/undo/")])

    assert '<form class="notice ok" method="post" action="/x/undo/">' in html
    assert "&lt;b&gt;done" in html
    assert '<button type="submit" class="as-link">Undo</button>' in html


@pytest.mark.parametrize("is_signed_in", [True, False])
def test_the_demo_speaks_of_its_history_only_to_those_who_are_in(is_signed_in):
    user = SimpleNamespace(is_authenticated=is_signed_in)

    html = draw("notices", messages=[], demo_percent=24, user=user)

    assert ("24%" in html) is is_signed_in


@pytest.mark.parametrize(
    ("level", "look"), [("success", "ok"), ("warning", "warn"), ("error", "bad"), ("info", "")]
)
def test_notices_stay_and_are_escaped(level, look):
    html = draw("notices", messages=[message("<b>done</b>", level)])

    assert f'class="notice{" " + look if look else ""}"' in html
    assert "&lt;b&gt;done" in html
    assert 'id="contact-lost" hidden' in html


def test_the_late_banner_is_there_only_when_calls_are_late():
    assert "notice" not in draw("late")
    late = sentence("The engine is late since {since_at}.", since_at=NOW)
    html = draw("late", engine_late=late, is_fragment=True)
    assert 'hx-swap-oob="true"' in html
    assert "The engine is late since" in html


def test_ladder_says_how_each_call_went():
    rungs = [
        rung("done", "Jonas", "on call", "phoned", outcome="acknowledged", answered_at=NOW),
        rung("due", "Sam", "the director", "phone", promise="contain"),
        rung("silent", "Mei", "backup", "phoned", outcome="did not answer", symbol="x"),
        rung("todo", "Ruth", "the executive", "e-mail", promise="resolve", symbol="mail"),
    ]

    text = " ".join(draw("ladder", rungs=rungs).split())

    assert "Phoned" in text
    assert "acknowledged" in text
    assert "if it is not contained" in text
    assert "if it is not resolved" in text
    assert "#i-mail" in text
    assert text.count("#i-check") == 1
    assert "did not answer" in text


def rung(state: str, who: str, reason: str, verb: str, **values: object) -> SimpleNamespace:
    empty = {"outcome": "", "answered_at": None, "promise": "", "person_id": 0, "symbol": "phone"}
    return SimpleNamespace(
        state=state, who=who, reason=reason, verb=verb, at=DUE, **(empty | values)
    )


def test_timeline_is_parted_by_days():
    said = sentence("Something happened.")
    entries = [
        SimpleNamespace(at=at, kind="note", sentence=said, by="Mei")
        for at in (NOW, NOW - timedelta(hours=1), NOW - timedelta(days=1), NOW - timedelta(days=20))
    ]

    html = draw("timeline", entries=entries)

    assert html.count('<li class="day">') == 2
    assert '<li class="day">Thu 19 Nov</li>' in html
    assert '<li class="day">Sat 31 Oct</li>' in html


def test_a_timeline_of_another_day_starts_with_it():
    entry = SimpleNamespace(
        at=NOW - timedelta(days=1), kind="told", sentence=sentence("Told."), by=""
    )
    assert draw("timeline", entries=[entry]).count('<li class="day">') == 1
