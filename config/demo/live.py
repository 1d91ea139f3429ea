"""One story told live, on the running portal: from an alert to the published review in two minutes.

The alert comes in through its door, the real engine calls, the answer goes through the link of the
message. What colleagues would do afterwards is done by the same operations that their pages use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import uuid4

from config.demo.cast import Cast
from incidents.enums import Choose, TargetKind
from incidents.models import (
    EscalationPolicy,
    EscalationStep,
    Incident,
    Notification,
    PolicyVersion,
    Route,
    StepTarget,
)
from incidents.operations import lifecycle, policies, updates
from incidents.operations.updates import UpdateText
from reviews.enums import ActionKind
from reviews.models import Review
from reviews.operations import editing, sweep
from reviews.operations.actions import ActionDraft
from reviews.operations.editing import Draft
from rosters.models import DeskMessage, Roster

SERVICE, ROSTER, SEVERITY = "Gift cards", "Payments", 2
POLICY = "Gift cards, in the season"
WAITS = ((0, Choose.ON_CALL), (1, Choose.BACKUP))
"""Minutes until each step: short, so that the story fits into two minutes."""

TITLE = "Gift cards are refused at the last step"
PATIENCE_SECONDS = 100
LOOK_EVERY_SECONDS = 0.5
Found = TypeVar("Found")


class Portal(Protocol):
    """The running portal, from outside."""

    @property
    def url(self) -> str:
        """Where people find it."""

    def send_alert(self, *, service: str, severity: str, title: str, key: str) -> str:
        """An alert has arrived; returns the reference of its incident."""

    def acknowledge(self, link: str) -> None:
        """Somebody has opened the link of a message and pressed “Acknowledge”."""


class NothingHappened(Exception):
    """What the story waits for did not come."""


@dataclass
class Teller:
    """Who tells: the cast, the portal, the terminal and the time."""

    cast: Cast
    portal: Portal
    say: Callable[[str], None]
    pause: Callable[[float], None]
    clock: Callable[[], datetime]

    def tell(self) -> Incident:
        """The story is told; returns its incident, reviewed."""
        policy_for_the_story(self.cast, now=self.clock())
        self.started_at = self.clock()
        incident = self._alert()
        self._nobody_answers(incident)
        self._backup_answers(incident)
        self._lead(incident)
        self._end(incident)
        self._learn(incident)
        return incident

    def _line(self, text: str) -> None:
        seconds = int((self.clock() - self.started_at).total_seconds())
        self.say(f"{seconds // 60}:{seconds % 60:02d}  {text}")

    def _look_at(self, path: str) -> None:
        self.say(f"      Look at {self.portal.url}{path}")

    def _alert(self) -> Incident:
        key = f"story-{uuid4()}"
        reference = self.portal.send_alert(
            service=SERVICE, severity="serious", title=TITLE, key=key
        )
        self._line(f"An alert arrives and opens {reference}: {TITLE.lower()}.")
        self._look_at(f"/incidents/{reference}/")
        number = int(reference.partition("-")[2])
        incident: Incident = Incident.objects.select_related("service").get(pk=number)
        return incident

    def _nobody_answers(self, incident: Incident) -> None:
        first = self._wait(lambda: self._told(incident, number=1), "The first call was not made.")
        self._line(f"{first.person} is called first: {first.reason}.")
        self._look_at("/desk/  where the call lies, with its answer link")
        self._line("Nobody answers. A minute later the rule goes on by itself.")
        self._look_at("/  where the countdown runs")

    def _told(self, incident: Incident, *, number: int) -> Notification | None:
        told = Notification.objects.filter(incident=incident).select_related("person")
        return told.order_by("pk")[number - 1 : number].first()

    def _backup_answers(self, incident: Incident) -> None:
        backup = self._wait(lambda: self._told(incident, number=2), "The backup was not called.")
        self._line(f"{backup.person} is called: {backup.reason}.")
        link = self._wait(lambda: self._link_for(backup), "The call did not reach the desk.")
        self.pause(6)
        self.portal.acknowledge(link)
        incident.refresh_from_db()
        self._line(f"{backup.person} opens the link and acknowledges. The calls stop.")

    def _link_for(self, notification: Notification) -> str | None:
        lying = DeskMessage.objects.filter(
            message__topic=Notification.TOPIC, message__topic_id=notification.pk
        ).exclude(answer_link="")
        return lying.values_list("answer_link", flat=True).first()

    def _lead(self, incident: Incident) -> None:
        amara = self.cast.people["Amara"]
        self.pause(5)
        lifecycle.take_command(incident, by=amara, now=self.clock())
        self._line(f"{amara} takes command.")
        self.pause(6)
        text = UpdateText(
            "Customers cannot use their gift cards. Every other way to pay works.",
            "It began with the new version of the gift card page, 20 minutes ago.",
            "We are putting the version before back.",
        )
        updates.post(incident, text, key=uuid4(), by=amara, now=self.clock())
        self._line("The first update says what customers notice, and when they hear more.")
        self._look_at("/status/  what colleagues without a technical job read")

    def _end(self, incident: Incident) -> None:
        by = incident.acknowledged_by or self.cast.people["Amara"]
        self.pause(9)
        now = self.clock()
        lifecycle.contain(incident, by=by, at=now, now=now)
        self._line(f"{by}: contained. Customers are no longer affected.")
        self.pause(8)
        now = self.clock()
        lifecycle.resolve(incident, by=by, at=now, now=now)
        self._line(f"{by}: resolved. All is back to normal.")
        self._look_at(f"/incidents/{incident.reference}/  where the timeline tells it all")

    def _learn(self, incident: Incident) -> None:
        self.pause(4)
        sweep.open_due_reviews(now=self.clock())
        review = Review.objects.get(incident=incident)
        jonas = self.cast.people["Jonas"]
        self._line("A review is open by itself, with an owner and a date.")
        self._look_at(f"/reviews/{review.pk}/")
        self.pause(8)
        now = self.clock()
        editing.save(
            review, _lesson(self.cast, now=now), revision=review.revision, by=jonas, now=now
        )
        editing.publish(review, by=jonas, now=now)
        self._line(f"{jonas} publishes it: one story, two factors, one action with one owner.")
        self._look_at("/scorecards/  where it counts from now on")

    def _wait(self, look: Callable[[], Found | None], otherwise: str) -> Found:
        until = self.clock() + timedelta(seconds=PATIENCE_SECONDS)
        while (found := look()) is None:
            if self.clock() > until:
                raise NothingHappened(otherwise)
            self.pause(LOOK_EVERY_SECONDS)
        return found


def _lesson(cast: Cast, *, now: datetime) -> Draft:
    return Draft(
        story="A new version of the gift card page asked for the balance before it was ready. The"
        " last step refused every card. We put the version before back.",
        went_well="The backup answered in seconds, and the change list named the version.",
        was_lucky="It was not the week before the holidays.",
        escalation_look_back="The first call was not heard. The rule went on by itself.",
        factors=[
            "Gift cards have no test of their own.",
            "A new version goes to every customer at once.",
        ],
        actions=[
            ActionDraft(
                title="Write a test that pays with a gift card",
                kind=ActionKind.PREVENT,
                owner=cast.people["Hana"],
                due_date=(now + timedelta(days=14)).date(),
            )
        ],
    )


def policy_for_the_story(cast: Cast, *, now: datetime) -> None:
    """Gift cards at SEV2 go by a rule with short waits. Doing it twice changes nothing."""
    policy, is_new = EscalationPolicy.objects.get_or_create(
        name=POLICY, defaults={"slug": "gift-cards-in-the-season"}
    )
    if not is_new:
        return
    version = PolicyVersion.objects.create(
        policy=policy,
        number=1,
        rationale="Before the holidays a gift card cannot wait.",
        repeats=3,
        loop_minutes=5,
    )
    for order, (minutes, choose) in enumerate(WAITS, start=1):
        step = EscalationStep.objects.create(version=version, order=order, wait_minutes=minutes)
        roster: Roster = cast.rosters[ROSTER]
        StepTarget.objects.create(step=step, kind=TargetKind.ROSTER, choose=choose, roster=roster)
    policies.publish(version, by=cast.people["Amara"], now=now)
    Route.objects.create(service=cast.services[SERVICE], severity=SEVERITY, policy=policy)
