"""Marks, and what an incident is shown with."""

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from config.front.samples.sample import Sample
from config.portal.sentences import sentence


def marks(now: datetime) -> list[Sample]:
    states = {
        "Working": ("quiet", "ok"),
        "Partly failing": ("warn", "degraded"),
        "Failing": ("bad", "down"),
        "No signal": ("unk", "unknown"),
    }
    pill = {"form": "in"}
    return [
        Sample(
            "Severity chip",
            "components/severity_chip.html",
            {f"level {level}": {"level": level} for level in (1, 2, 3, 4)},
        ),
        Sample(
            "State mark",
            "components/state.html",
            {
                text: {"tone": tone, "symbol": symbol, "text": text}
                for text, (tone, symbol) in states.items()
            },
        ),
        Sample(
            "Tag",
            "components/tag.html",
            {
                "plain": {"text": "Draft", "tone": ""},
                "warn": {"text": "Today", "tone": "warn"},
                "bad": {"text": "3 days late", "tone": "bad"},
                "ok": {"text": "Published", "tone": "ok"},
                "you": {"text": "You", "tone": "you"},
            },
        ),
        Sample(
            "Countdown pill",
            "components/countdown_pill.html",
            {
                "later": pill | {"at": now + timedelta(minutes=104)},
                "soon": pill | {"at": now + timedelta(minutes=13)},
                "late": pill | {"at": now - timedelta(minutes=2)},
            },
        ),
        Sample(
            "Next band",
            "components/next_band.html",
            {
                "on a card": {"outlook": _outlook(now), "hero": False},
                "on its own page": {"outlook": _outlook(now), "hero": True},
            },
            is_wide=True,
        ),
    ]


def _outlook(now: datetime) -> SimpleNamespace:
    due_at = now + timedelta(minutes=13)
    said = sentence(
        "If this is not contained by {due_at}, we phone {who}, the engineering director on duty.",
        due_at=due_at,
        who="Sam Okafor",
    )
    return SimpleNamespace(sentence=said, at=due_at)


def _steps(now: datetime) -> list[SimpleNamespace]:
    def step(name: str, state: str, minutes: int | None = None, **more: Any) -> SimpleNamespace:
        at = None if minutes is None else now + timedelta(minutes=minutes)
        values = {"at": at, "detail": None, "key": False} | more
        return SimpleNamespace(name=name, label=name.capitalize(), state=state, **values)

    return [
        step("detected", "done", -47),
        step("acknowledged", "done", -44, detail=sentence("after {n_minutes}", n_minutes=3)),
        step("escalated", "skip", detail=sentence("not needed"), key=True),
        step("contained", "due", 13, key=True),
        step("resolved", "todo", 190),
        step("reviewed", "todo"),
    ]


def incident(now: datetime) -> list[Sample]:
    cards_fail = SimpleNamespace(
        title="Card payments fail for some customers in the EU",
        reference="INC-2481",
        severity=1,
        detected_at=now - timedelta(minutes=47),
        contained_at=None,
    )
    card = SimpleNamespace(
        incident=cards_fail,
        service_names=["Payments", "Checkout"],
        lead=sentence("Commander: {who}", who="Amara Diallo"),
        milestones=_steps(now),
        outlook=_outlook(now),
        update_due_at=now + timedelta(minutes=9),
        update_owner="Amara Diallo",
        is_about_update=False,
        needs_acknowledgement=False,
        my_call_at=None,
        is_calling_me=False,
    )
    rung: dict[str, object] = {
        "verb": "phone",
        "outcome": "",
        "answered_at": None,
        "promise": "contain",
    }
    rung |= {"person_id": 0, "symbol": "phone", "is_now": False, "is_soon": False}
    rungs = [
        rung
        | {"state": "silent", "who": "Nadia Haddad", "reason": "on call for Payments"}
        | {"verb": "phoned", "at": now - timedelta(minutes=47), "symbol": "x"}
        | {"outcome": "did not answer"},
        rung
        | {"state": "done", "who": "Mei Tan", "reason": "backup for Payments"}
        | {"verb": "phoned", "at": now - timedelta(minutes=42), "symbol": "check"}
        | {"outcome": "acknowledged", "answered_at": now - timedelta(minutes=41)},
        rung
        | {"state": "due", "who": "Ben Carter", "reason": "backup for Payments"}
        | {"at": now + timedelta(minutes=13)},
        rung
        | {"state": "todo", "who": "Sam Okafor", "reason": "the engineering director"}
        | {"at": now + timedelta(minutes=28)},
    ]
    entries = [
        SimpleNamespace(at=now - timedelta(minutes=back), kind=kind, sentence=said, by="Mei Tan")
        for back, kind, said in (
            (2, "note", "The second bank answers."),
            (44, "acknowledged", "Mei Tan acknowledged it."),
            (47, "detected", "The monitor saw 4 % of card payments fail."),
        )
    ]
    return [
        Sample(
            "Incident card",
            "components/incident_card.html",
            {"": {"card": card, "is_first_act": True}},
            is_wide=True,
        ),
        Sample(
            "Clock",
            "components/clock.html",
            {"big; in a row it stands on a card": {"steps": _steps(now), "big": True}},
            is_wide=True,
        ),
        Sample("Ladder", "components/ladder.html", {"": {"rungs": rungs}}),
        Sample("Step list", "components/step_list.html", {"": {"steps": _book(), "ruled": False}}),
        Sample(
            "Triage question",
            "components/triage_question.html",
            {
                "": {
                    "path": ["Cards", "Only in the EU"],
                    "question": "Do all banks fail, or only one?",
                    "hint": "Look at the graph of answers by bank.",
                    "answers": [
                        {"text": "Only one", "url": "#main"},
                        {"text": "All of them", "url": "#main"},
                    ],
                }
            },
        ),
        Sample("Timeline", "components/timeline.html", {"": {"entries": entries}}),
    ]


def _book() -> list[SimpleNamespace]:
    def step(text: str, kind: str, **more: str) -> SimpleNamespace:
        values = {"expected": "", "command": "", "undo": ""} | more
        return SimpleNamespace(text=text, get_kind_display=kind, **values)

    return [
        step("Move card payments to the second bank.", "Do", command="bank use second"),
        step("Look at the share of payments that fail.", "Check", expected="Below 1 %."),
    ]
