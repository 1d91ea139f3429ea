"""Random histories of one incident against a model of ten lines, on the real database.

The model says which acts are refused and which promises are open after each. The engine ticks as
time passes. After every act rows must say what the model says.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

import hypothesis.strategies as st
from django.db import transaction
from django.db.models import F
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from config.portal.refusals import Refused
from incidents.enums import FiringOutcome, Promise
from incidents.models import EscalationRun, Incident, Notification, ResponseClock, StepFiring
from incidents.operations import answers, engine, lifecycle, updates
from incidents.operations.lifecycle import Opening
from incidents.operations.updates import UpdateText
from rosters.enums import MessageState
from rosters.models import Message
from tests.world import NOW, World

RESPONDERS = ("alice", "bob", "carol", "dora")
people = st.sampled_from(RESPONDERS)


@dataclass
class Model:
    """What an incident is, as far as its promises go. Each act says whether it is allowed."""

    looks: str = ""
    marked: str = ""
    is_resolved: bool = False
    is_reviewed: bool = False
    updates: bool = False
    leads: str = ""

    def acknowledge(self, who: str) -> bool:
        allowed = not self.is_resolved and self.looks in ("", who)
        if allowed and not self.looks:
            self.looks, self.updates = who, True
        return allowed

    def hand_back(self, _who: str) -> bool:
        allowed = bool(self.looks) and not self.is_resolved
        if allowed:
            self.looks, self.updates = "", False
        return allowed

    def contain(self, who: str) -> bool:
        allowed = not self.marked and not self.is_resolved
        if allowed:
            self.updates = self.updates or not self.looks
            self.looks, self.marked = self.looks or who, who
        return allowed

    def undo(self, who: str) -> bool:
        """Within two minutes; the caller knows whether they are over."""
        allowed = bool(self.marked) and not self.is_resolved and who in (self.marked, self.leads)
        if allowed:
            self.marked = ""
        return allowed

    def resolve(self, who: str) -> bool:
        allowed = not self.is_resolved
        if allowed:
            self.contain(who)
            self.is_resolved, self.updates = True, False
        return allowed

    def update(self, _who: str) -> bool:
        self.updates = self.updates or not self.is_resolved
        return not self.is_resolved

    def command(self, who: str) -> bool:
        self.leads = self.leads if self.is_resolved else who
        return not self.is_resolved

    def give_back(self, who: str) -> bool:
        allowed = self.leads == who and not self.is_resolved
        if allowed:
            self.leads = ""
        return allowed

    def review(self, _who: str) -> bool:
        self.is_reviewed = self.is_reviewed or self.is_resolved
        return self.is_resolved

    def reopen(self) -> None:
        self.looks = self.marked = ""
        self.is_resolved = False

    def open_promises(self) -> set[str]:
        if self.is_resolved:
            return set() if self.is_reviewed else {Promise.REVIEW}
        waits = {Promise.ACKNOWLEDGE: not self.looks, Promise.CONTAIN: not self.marked}
        also = {Promise.RESOLVE: True, Promise.UPDATE: self.updates}
        return {promise for promise, is_open in {**waits, **also}.items() if is_open}


class Histories(RuleBasedStateMachine):
    """One incident from its opening on; each history is rolled back."""

    world: World

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = NOW
        self.model = Model()
        self.contained_at = NOW
        opening = Opening(
            title="Card payments fail",
            severity=1,
            service=self.world.service,
            source=self.world.source,
            alert_key="cards",
        )
        self.incident = lifecycle.open_incident(opening, by=None, now=NOW)

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.savepoint)

    def _try(self, act: str, who: str, *, allowed: bool) -> None:
        person = self.world.people[who]
        at: dict[str, datetime] = {"now": self.now}
        if act in ("contain", "resolve"):
            at["at"] = self.now
        did = True
        try:
            getattr(lifecycle, act)(self.incident, by=person, **at)
        except Refused:
            did = False
        assert did == allowed, f"{act} by {who}: the model says {allowed}"
        self.incident = Incident.objects.get(pk=self.incident.pk)

    @rule(who=people)
    def acknowledge(self, who: str) -> None:
        self._try("acknowledge", who, allowed=self.model.acknowledge(who))

    @rule(who=people)
    def hand_back(self, who: str) -> None:
        self._try("hand_back", who, allowed=self.model.hand_back(who))

    @rule(who=people)
    def contain(self, who: str) -> None:
        allowed = self.model.contain(who)
        self.contained_at = self.now if allowed else self.contained_at
        self._try("contain", who, allowed=allowed)

    @rule(who=people)
    def undo(self, who: str) -> None:
        is_soon = self.now - self.contained_at <= timedelta(minutes=2)
        self._try("undo_contain", who, allowed=is_soon and self.model.undo(who))

    @rule(who=people)
    def resolve(self, who: str) -> None:
        self._try("resolve", who, allowed=self.model.resolve(who))

    @rule(who=people)
    def take_command(self, who: str) -> None:
        self._try("take_command", who, allowed=self.model.command(who))

    @rule(who=people)
    def give_back(self, who: str) -> None:
        self._try("give_back_command", who, allowed=self.model.give_back(who))

    @rule(who=people)
    def review(self, who: str) -> None:
        self._try("mark_reviewed", who, allowed=self.model.review(who))

    @rule(who=people)
    def update(self, who: str) -> None:
        text = UpdateText("Some notice.", "We know.", "We mend.")
        did = True
        try:
            updates.post(self.incident, text, key=uuid4(), by=self.world.people[who], now=self.now)
        except Refused:
            did = False
        assert did == self.model.update(who)

    @rule(who=people)
    def note(self, who: str) -> None:
        lifecycle.add_note(self.incident, by=self.world.people[who], text="Look.", now=self.now)

    @rule()
    def pass_on(self) -> None:
        last = Notification.objects.filter(incident=self.incident, answer="").order_by("-pk")
        for called in last.select_related("run__clock", "incident", "person")[:1]:
            try:
                answers.pass_on(called, now=self.now)
            except Refused:
                return

    @rule()
    def alert_again(self) -> None:
        """The source fires again, soon after it was resolved."""
        if self.model.is_resolved and not self.model.is_reviewed:
            lifecycle.open_again([lifecycle.lock(self.incident.pk)], now=self.now)
            self.incident = Incident.objects.get(pk=self.incident.pk)
            self.model.reopen()

    @rule(seconds=st.sampled_from([1, 30, 59, 90, 300, 900, 3600]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        for _ in range(3):
            engine.tick(now=self.now)

    @rule()
    def a_carrier_fails(self) -> None:
        Message.objects.filter(state=MessageState.PLANNED).update(state=MessageState.FAILED)

    @invariant()
    def promises_are_those_of_the_model(self) -> None:
        clocks = ResponseClock.objects.filter(incident=self.incident)
        running = clocks.filter(met_at=None, stopped_at=None).values_list("promise", flat=True)
        assert set(running) == self.model.open_promises()

    @invariant()
    def climbs_follow_their_clocks(self) -> None:
        runs = EscalationRun.objects.filter(clock__incident=self.incident).select_related("clock")
        for run in runs:
            assert run.finished_at or run.clock.is_open, f"{run} goes on"
        waiting = ResponseClock.objects.filter(
            incident=self.incident, met_at=None, stopped_at=None
        ).exclude(promise=Promise.RESOLVE)
        for clock in waiting:  # the policy has steps for each of them
            states = clock.runs.values_list("finish_reason", flat=True)
            assert set(states) & {"", "exhausted"}, f"{clock} calls nobody"

    @invariant()
    def every_position_passed_is_logged_once_and_not_early(self) -> None:
        fired = StepFiring.objects.filter(run__clock__incident=self.incident)
        assert not fired.filter(fired_at__lt=F("due_at")).exists()
        for run in EscalationRun.objects.filter(clock__incident=self.incident):
            positions = sorted(run.firings.values_list("position", flat=True))
            assert positions == list(range(run.position))
        told = fired.filter(outcome=FiringOutcome.TOLD).values_list("run", "position")
        called = Notification.objects.filter(incident=self.incident, run__isnull=False)
        assert set(called.values_list("run", "position")) == set(told)

    @invariant()
    def nothing_waits_for_a_clock_that_has_ended(self) -> None:
        over = EscalationRun.objects.filter(clock__incident=self.incident).exclude(
            clock__met_at=None, clock__stopped_at=None
        )
        keys = [f"run:{pk}" for pk in over.values_list("pk", flat=True)]
        waiting = Message.objects.filter(subject_key__in=keys, state=MessageState.PLANNED)
        assert not waiting.exists()
