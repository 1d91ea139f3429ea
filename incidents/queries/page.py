"""Everything that an incident's own page shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from config.portal import undo
from config.portal.sentences import Sentence
from incidents.enums import EntryKind, Promise
from incidents.logic import access, judgment
from incidents.logic.access import Containment, Standing, State
from incidents.logic.handing_back import Then, if_handed_back
from incidents.logic.judgment import Lead
from incidents.logic.next_update import NextUpdate, next_update
from incidents.logic.status import impact_of
from incidents.models import Alert, Incident, StatusUpdate
from incidents.queries import (
    authority,
    board,
    deciding,
    ladder,
    near_changes,
    runbook_steps,
    standing,
    templates,
    timeline,
    verdicts,
)
from incidents.queries.board import Card, Entry
from incidents.queries.ladder import Ladder
from incidents.queries.next_update import hearings_of
from rosters.models import Person
from rosters.queries.compiled import compiled

ALERTS_SHOWN = 20


@dataclass(frozen=True)
class Page:
    """One incident for one reader. Each `why_not_…` is None, or why its button is off."""

    card: Card
    update: StatusUpdate | None
    impact: str
    ladder: Ladder
    timeline: timeline.Narrowed
    alerts: tuple[Alert, ...]
    alerts_total: int
    runbook: runbook_steps.Followed | None
    standing: Standing
    state: State
    containment: Containment | None
    now: datetime
    next_update: NextUpdate
    worth: verdicts.Asked | None
    advised: templates.Advised | None
    changes: tuple[near_changes.Changed, ...]
    decided: deciding.Decided
    report: authority.Due | None

    @property
    def incident(self) -> Incident:
        return self.card.incident

    @property
    def next_step(self) -> runbook_steps.Line | None:
        """What to do next by the runbook, if there is one with steps."""
        return self.runbook.following if self.runbook else None

    @property
    def why_not_follow(self) -> str | None:
        return access.why_not_follow(self.standing, self.state)

    @property
    def is_late(self) -> bool:
        """Whether what is to happen next was promised for sooner: only that is told in red."""
        acknowledged = self.incident.acknowledged_at is not None
        step = Promise.CONTAIN if acknowledged else Promise.ACKNOWLEDGE
        clock = self.card.calls.open_clock(step)
        return clock is not None and clock.target_at <= self.now

    @property
    def may_call(self) -> bool:
        """Whether the reader may have somebody called by hand, as one of those who handle it."""
        return self.standing.may_act and self.why_not_call is None

    @property
    def following_update_by(self) -> datetime | None:
        """When the update after one that is posted now will be due; None where we do not know."""
        clock = self.card.calls.open_clock(Promise.UPDATE)
        if clock is None or self.incident.contained_at is not None:  # then they come less often
            return None
        return self.now + (clock.target_at - clock.started_at)

    @property
    def why_not_acknowledge(self) -> str | None:
        return access.why_not_acknowledge(self.standing, self.state)

    @property
    def may_acknowledge(self) -> bool:
        """Whether it still waits for the reader: for anybody, or for each of those it told."""
        is_waited_for = self.card.calls.reader_id in self.card.calls.each
        is_free = self.incident.acknowledged_at is None
        return (is_free or is_waited_for) and self.why_not_acknowledge is None

    @property
    def why_not_contain(self) -> str | None:
        return access.why_not_contain(self.standing, self.state)

    @property
    def why_not_resolve(self) -> str | None:
        return access.why_not_resolve(self.standing, self.state)

    @property
    def why_not_undo_contain(self) -> str | None:
        return access.why_not_undo_contain(self.state, self.containment, now=self.now)

    @property
    def why_not_collect(self) -> str | None:
        return access.why_not_collect(self.standing, self.state)

    @property
    def why_not_update(self) -> str | None:
        return access.why_not_update(self.standing, self.state)

    @property
    def may_hand_back(self) -> bool:
        """Whether the reader has it, and may have the next person called in their place."""
        return self.why_not_hand_back is None and self._is_holder

    @property
    def may_take_away(self) -> bool:
        """Whether the reader may have the next person called in place of whoever has it."""
        is_left_alone = self.incident.contained_at is None
        return self.why_not_hand_back is None and not self._is_holder and is_left_alone

    @property
    def _is_holder(self) -> bool:
        return self.incident.acknowledged_by_id == self.card.calls.reader_id

    @property
    def why_not_hand_back(self) -> str | None:
        return access.why_not_hand_back(self.standing, self.state)

    @property
    def then(self) -> Then | None:
        """Whom we call if it is handed back now; None where nobody can, or no rule has called."""
        if self.why_not_hand_back is not None:
            return None
        return self.card.calls.if_handed_back(at=self.now)

    @property
    def handing_back(self) -> Sentence:
        """What follows if the reader hands it back, or does so for whoever has it."""
        holder = "" if self._is_holder else str(self.incident.acknowledged_by or "")
        return if_handed_back(self.then, holder=holder)

    @property
    def why_not_give_back_command(self) -> str | None:
        return access.why_not_give_back_command(self.state, leads=self.card.is_led_by_reader)

    @property
    def lead(self) -> Lead:
        """Who leads it, as the rules of judgment ask."""
        return Lead(str(self.card.commander or ""), is_reader=self.card.is_led_by_reader)

    @property
    def why_not_steer(self) -> str | None:
        return judgment.why_not_steer(self.standing, self.state, self.lead)

    @property
    def why_not_snooze(self) -> str | None:
        return judgment.why_not_snooze(self.standing, self.state)

    @property
    def why_not_wait(self) -> str | None:
        """Whether the reader may let any calls wait at all."""
        return self.why_not_steer and self.why_not_snooze and self.why_not_steer

    @property
    def why_not_end_wait(self) -> str | None:
        return judgment.why_not_end_wait(self.standing, self.state)

    @property
    def why_not_severity(self) -> str | None:
        return judgment.why_not_consider_severity(self.standing, self.state, self.lead)

    @property
    def why_not_call(self) -> str | None:
        return judgment.why_not_call(self.standing, self.state)

    @property
    def undo_until(self) -> datetime | None:
        """Until when the reader may take "contained" back; None when they may not."""
        if self.why_not_undo_contain or self.containment is None:
            return None
        return self.containment.marked_at + undo.UNDO_FOR

    @property
    def why_not_take_command(self) -> str | None:
        commander = str(self.card.commander or "")
        return access.why_not_take_command(self.standing, self.state, commander=commander)


def of(incident: Incident, *, viewer: Person, now: datetime, show: str = "") -> Page:
    """The page of one incident; a constant number of queries. `show` narrows the timeline."""
    (card,) = board.cards([incident], viewer=viewer, now=now, ahead=6)
    alerts = _alerts(incident)
    total = len(alerts) if len(alerts) < ALERTS_SHOWN else incident.alerts.count()
    updates = _updates(incident)
    update = updates[0] if updates else None
    story = timeline.narrowed(incident, show=show, zone=ZoneInfo(viewer.time_zone))
    entries = _with_updates(story.entries, updates)
    return Page(
        card=card,
        update=update,
        impact=impact_of(updates, contained_at=incident.contained_at, otherwise=incident.summary),
        ladder=ladder.of(card, now=now),
        timeline=replace(story, entries=tuple(ladder.told_in(entries, card, now=now))),
        alerts=tuple(alerts),
        alerts_total=total,
        runbook=runbook_steps.followed(incident),
        standing=standing.of(viewer, incident),
        state=standing.state(incident),
        containment=standing.containment(viewer, incident),
        now=now,
        next_update=_next_update(card, update, now=now),
        worth=verdicts.asked(incident, reader=viewer),
        advised=templates.advised(incident, now=now),
        changes=near_changes.of(incident, now=now),
        decided=deciding.decided_in(incident, now=now),
        report=authority.due_in(incident),
    )


@compiled
def _alerts(incident: Incident) -> QuerySet[Alert]:
    alerts = Alert.objects.filter(incident=incident)
    return alerts.order_by("status", "-last_received_at", "pk")[:ALERTS_SHOWN]


@compiled
def _updates(incident: Incident) -> QuerySet[StatusUpdate]:
    updates = StatusUpdate.objects.filter(incident=incident)
    return updates.select_related("posted_by").order_by("-number")


def _with_updates(entries: Iterable[Entry], updates: Iterable[StatusUpdate]) -> list[Entry]:
    """The same timeline, where an update was posted with what it said."""
    posted = {str(one.number): one for one in updates}
    return [
        replace(entry, update=posted.get(str(entry.sentence.params["number"])))
        if entry.kind == EntryKind.UPDATED
        else entry
        for entry in entries
    ]


def _next_update(card: Card, update: StatusUpdate | None, *, now: datetime) -> NextUpdate:
    incident = card.incident
    commanders = {incident.pk: card.commander} if card.commander else {}
    written = {incident.pk} if update else set()
    hearings = hearings_of([incident], {incident.pk: card.calls}, commanders, written=written)
    return next_update(hearings[incident.pk], now=now)


def act(incident: Incident, name: str, *, viewer: Person, now: datetime) -> dict[str, Any]:
    """What a page that asks one question before an act shows."""
    page = of(incident, viewer=viewer, now=now)
    why_not = {
        "contain": page.why_not_contain,
        "resolve": page.why_not_resolve,
        "update": page.why_not_update,
        "severity": page.why_not_severity,
        "hold": page.why_not_wait,
        "reroute": page.why_not_steer,
        "jump": page.why_not_steer,
        "call": page.why_not_call,
        "stand_down": page.why_not_steer,
        "hand_back": page.why_not_hand_back,
    }[name]
    return {"page": page, "act": name, "why_not": why_not}
