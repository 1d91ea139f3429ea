"""How one incident of the past was met: who answered, what was said, and when it was over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import NAMESPACE_URL, uuid5

from config.demo.cast import Cast
from config.demo.history.calendar import Occasion, Twist
from config.demo.history.judging import Judgment
from incidents.enums import AnswerWay, StepOutcome
from incidents.models import ImpactClass, Incident, Notification
from incidents.operations import answers, lifecycle, runbook_steps, updates, verdicts
from incidents.operations.updates import UpdateText
from incidents.queries import runbook_steps as books
from rosters.enums import SeverityLevel
from rosters.models import Membership, Person

Act = Callable[[datetime], object]
TELLERS = ("Olivia", "Rosa", "Callum", "Emily", "Naoki", "Ines")
COMMANDERS = ("Amara", "Tomás", "Grace", "Sam")
SECOND_TRY = timedelta(minutes=4)
NOTES = (
    "I can see it too. Looking at what changed in the last hour.",
    "Nothing new went live today. Looking at the suppliers next.",
    "It began with the numbers of this morning. I keep looking there.",
    "The runbook fits. Step 2 is done.",
    "Customer care has had {n} messages so far.",
    "Two machines show it, the others do not.",
    "I have asked the owner of the service behind it.",
)


@dataclass
class Response:
    """One occasion on its way from the first sign to its end; each act plans the next."""

    cast: Cast
    occasion: Occasion
    add: Callable[[datetime, Act], None]
    when_resolved: Callable[[Incident, datetime], None] = field(default=lambda *_: None)

    def open(self, at: datetime) -> None:
        plot = self.occasion.plot
        lot = Random(f"open {self.occasion.number}")  # noqa: S311  # a story, not a secret
        teller = None if plot.is_from_monitor else self.cast.people[self._teller(lot)]
        opening = lifecycle.Opening(
            title=plot.title,
            summary=plot.noticed,
            severity=plot.severity,
            service=self.cast.services[plot.service],
            impact=self._impact(),
            source=self.cast.sources["Card error monitor"] if teller is None else None,
            alert_key=f"history-{self.occasion.number}" if teller is None else "",
        )
        self.incident = lifecycle.open_incident(opening, by=teller, now=at)
        if plot.is_restricted:
            Incident.objects.filter(pk=self.incident.pk).update(is_restricted=True)
        self._plan()
        Judgment(self.cast, self.occasion, self.add).plan(self.incident)

    def _teller(self, lot: Random) -> str:
        """Whoever tells of it has a part in it, so a restricted one is told by whom it is for."""
        plot = self.occasion.plot
        return plot.owner if plot.is_restricted else lot.choice(TELLERS)

    def _impact(self) -> ImpactClass | None:
        plot = self.occasion.plot
        if plot.is_restricted:
            name = "privacy-or-regulatory"
        elif "slow" in plot.title:
            name = "performance"
        else:
            name = "internal" if plot.severity == 4 else "customer-facing"
        return ImpactClass.objects.filter(slug=name).first()

    def _at(self, minutes: float) -> datetime:
        return self.occasion.detected_at + timedelta(minutes=minutes)

    def _plan(self) -> None:
        occasion = self.occasion
        answer = {
            Twist.NONE: self.acknowledge,
            Twist.HANDED_BACK: self.take_and_hand_back,
            Twist.PASSED_ON: self.pass_on,
        }[occasion.twist]
        self.add(self._at(occasion.acknowledged), answer)
        for number, minutes in enumerate(occasion.updates, start=1):
            self.add(self._at(minutes), lambda at, number=number: self.post(number, at))  # type: ignore[misc]  # each its own
        self.add(self._at(occasion.acknowledged + 5), self.note)
        self.add(self._at(occasion.contained), self.contain)
        self.add(self._at(occasion.resolved), self.resolve)

    def acknowledge(self, at: datetime) -> None:
        """Whoever was called last answers, if nobody has."""
        incident = Incident.objects.get(pk=self.incident.pk)
        if incident.acknowledged_at is None and incident.is_open:
            lifecycle.acknowledge(self.incident, by=self._called(), now=at, way=self._way)
            if self.occasion.is_led:
                self.add(at + timedelta(minutes=3), self.lead)

    @property
    def _way(self) -> AnswerWay:
        """Most answer by the link; some by a text message, and some on the portal."""
        return (AnswerWay.PORTAL, AnswerWay.LINK, AnswerWay.SMS)[self.occasion.number % 3]

    def _called(self) -> Person:
        last = (
            Notification.objects.filter(incident=self.incident)
            .select_related("person")
            .order_by("-pk")
            .first()
        )
        return last.person if last else self.cast.people["Amara"]

    def take_and_hand_back(self, at: datetime) -> None:
        """The first to answer sees that somebody else is needed; the calls go on."""
        person = self._called()
        lifecycle.acknowledge(self.incident, by=person, now=at)
        self.add(at + SECOND_TRY, lambda at: self._hand_back(person, at))

    def _hand_back(self, person: Person, at: datetime) -> None:
        lifecycle.add_note(
            self.incident, by=person, text="This is not one that I can mend. Handing back.", now=at
        )
        lifecycle.hand_back(self.incident, by=person, now=at)
        self.add(at + SECOND_TRY / 2, self.acknowledge)

    def pass_on(self, at: datetime) -> None:
        """The person cannot take it; the next one is called at once."""
        asked = Notification.objects.filter(incident=self.incident, run__finished_at=None)
        if last := asked.order_by("-pk").first():
            answers.pass_on(last, now=at)
        self.add(at + SECOND_TRY / 2, self.acknowledge)

    def lead(self, at: datetime) -> None:
        if Incident.objects.get(pk=self.incident.pk).is_open:
            name = COMMANDERS[self.occasion.number % len(COMMANDERS)]
            lifecycle.take_command(self.incident, by=self.cast.people[name], now=at)
            self.add(at + SECOND_TRY, self.follow)

    def follow(self, at: datetime) -> None:
        """The first step of the runbook is done, where there is one."""
        incident = Incident.objects.get(pk=self.incident.pk)
        found = books.followed(incident) if incident.is_open else None
        by = incident.acknowledged_by
        if found and found.following and by:
            step = found.following.step
            runbook_steps.mark(incident, step.pk, StepOutcome.WORKED, by=by, now=at)

    def note(self, at: datetime) -> None:
        number = self.occasion.number
        text = NOTES[number % len(NOTES)].format(n=8 + number)
        lifecycle.add_note(self.incident, by=self._colleague(number), text=text, now=at)

    def _colleague(self, number: int) -> Person:
        team = self.cast.services[self.occasion.plot.service].owner_team
        people = [
            one.person
            for one in Membership.objects.filter(team=team).select_related("person").order_by("pk")
        ]
        return people[number % len(people)]

    def post(self, number: int, at: datetime) -> None:
        incident = Incident.objects.get(pk=self.incident.pk)
        if not incident.is_open or incident.acknowledged_at is None:
            return
        key = uuid5(NAMESPACE_URL, f"demo-history-{self.occasion.number}-{number}")
        by = self._speaker(incident)
        updates.post(incident, self._text(number, incident), key=key, by=by, now=at)

    def _speaker(self, incident: Incident) -> Person:
        held = incident.assignments.filter(released_at=None).select_related("person").first()
        return held.person if held else self._called()

    def _text(self, number: int, incident: Incident) -> UpdateText:
        plot = self.occasion.plot
        if incident.contained_at is not None:
            return UpdateText(
                "Customers are no longer affected.",
                f"{plot.behind} {plot.fixed_by}",
                "We watch it until we are sure.",
            )
        if number == 1:
            return UpdateText(
                plot.noticed,
                "We do not know the cause yet.",
                "We are looking for what changed before it began.",
            )
        doing = "We are working on it, and watch how many customers are affected."
        return UpdateText(plot.noticed, plot.behind, doing)

    def contain(self, at: datetime) -> None:
        lifecycle.contain(self.incident, by=self._actor(), at=at, now=at)

    def resolve(self, at: datetime) -> None:
        lifecycle.resolve(self.incident, by=self._actor(), at=at, now=at)
        self.when_resolved(self.incident, at)
        self._judge(at)

    def _judge(self, at: datetime) -> None:
        """Two of three say whether it was worth a call; small ones often were not."""
        incident = Incident.objects.select_related("acknowledged_by").get(pk=self.incident.pk)
        number, by = self.occasion.number, incident.acknowledged_by
        if by is None or number % 3 == 0:
            return
        was_worth_it = incident.severity <= SeverityLevel.SERIOUS or number % 4 != 1
        verdicts.say(incident, was_worth_it=was_worth_it, by=by, now=at)

    def _actor(self) -> Person:
        incident = Incident.objects.select_related("acknowledged_by").get(pk=self.incident.pk)
        return incident.acknowledged_by or self._called()
