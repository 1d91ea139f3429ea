"""What people decided about the calls of the past: waits, how bad it was, help, and approvals.

Drawn from the number of the occasion, so that each kind of decision stands somewhere in the
history. What could not be decided then, because somebody else was quicker, is left out.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from uuid import NAMESPACE_URL, UUID, uuid5

from config.demo.cast import Cast
from config.demo.history.calendar import Occasion
from config.portal.refusals import Refused
from incidents.enums import ApprovalAnswer, HoldKind
from incidents.models import Approval, DecisionKind, Incident
from incidents.operations import approvals, authority, causes, filling
from incidents.operations.deciding import Matter
from incidents.operations.judgment import calling, holding, severity
from incidents.operations.judgment.calling import Ask
from incidents.operations.judgment.holding import Asked
from incidents.operations.judgment.severity import Change
from rosters.enums import SeverityLevel
from rosters.models import Person, StakeholderRole

Act = Callable[[datetime], object]
MINUTE = timedelta(minutes=1)
WAITS = ("The supplier calls back at half past", "The new version is on its way")
HELPERS = ("Ben", "Priya", "Hugo", "Aiko", "Chloe")


class Judgment:
    """What was decided in one occasion, by whoever had it in hand."""

    def __init__(
        self, cast: Cast, occasion: Occasion, add: Callable[[datetime, Act], None]
    ) -> None:
        self.cast, self.occasion, self.add = cast, occasion, add

    def plan(self, incident: Incident) -> None:
        """Each kind of decision happens in one occasion of so many."""
        number, plot = self.occasion.number, self.occasion.plot
        begins_at = self.occasion.detected_at + self.occasion.acknowledged * MINUTE
        drawn: list[tuple[bool, float, Callable[[Incident, Person, datetime], object]]] = [
            (number % 6 == 1, 7, self.asks_for_help),
            (number % 7 == 2 and plot.severity > SeverityLevel.CRITICAL, 9, self.makes_worse),
            (number % 11 == 3, 8, self.lets_wait),
            (number % 8 == 4, 10, self.asks_to_decide),
            (number % 9 == 5, 6, self.takes_a_role),
            (plot.is_restricted, self.occasion.contained + 30, self.says_needless),
        ]
        for happens, minutes, act in drawn:
            if happens:
                self.add(begins_at + minutes * MINUTE, partial(self._try, incident, act))
        if plot.severity <= SeverityLevel.SERIOUS:
            found = self.occasion.detected_at + (self.occasion.resolved + 300) * MINUTE
            self.add(found, partial(self._try, incident, self.finds_the_cause))

    def _try(
        self,
        incident: Incident,
        act: Callable[[Incident, Person, datetime], object],
        at: datetime,
    ) -> None:
        fresh = Incident.objects.select_related("acknowledged_by").get(pk=incident.pk)
        if fresh.acknowledged_by is not None:
            with suppress(Refused):  # it was over by then, or somebody else leads
                act(fresh, fresh.acknowledged_by, at)

    def _key(self, what: str) -> UUID:
        return uuid5(NAMESPACE_URL, f"demo-{what}-{self.occasion.number}")

    def asks_for_help(self, incident: Incident, by: Person, at: datetime) -> None:
        names = [name for name in HELPERS if self.cast.people[name] != by]
        helper = self.cast.people[names[self.occasion.number % len(names)]]
        asked = Ask(
            self._key("help"), "You know this part best. Can you look?", person=helper, is_help=True
        )
        made = calling.call(incident, asked, by=by, now=at)
        comes = self.occasion.number % 4 != 1
        self.add(
            at + 3 * MINUTE,
            lambda at: calling.answer(incident, made.pk, comes=comes, by=helper, now=at),
        )

    def makes_worse(self, incident: Incident, by: Person, at: datetime) -> None:
        before = incident.severity
        reason = "More customers write than we thought"
        severity.change(incident, Change(before, before - 1, reason), by=by, now=at)

    def lets_wait(self, incident: Incident, by: Person, at: datetime) -> None:
        reason = WAITS[self.occasion.number % len(WAITS)]
        asked = Asked(HoldKind.HOLD, at + 20 * MINUTE, reason)
        holding.hold(incident, asked, by=by, now=at)

    def asks_to_decide(self, incident: Incident, by: Person, at: datetime) -> None:
        kind = DecisionKind.objects.get(slug="switch-a-feature-off")
        matter = Matter(kind, self._key("decide"), self.occasion.plot.fixed_by[:120])
        asked = approvals.ask(incident, matter, by=by, now=at)
        self.add(at + 4 * MINUTE, lambda at: self._agree(asked.pk, at))

    def _agree(self, pk: int, at: datetime) -> None:
        asked = Approval.objects.get(pk=pk)
        told = asked.incident.notifications.filter(purpose=f"decide {pk}")
        first = told.select_related("person").order_by("pk").first()
        if first is not None:
            with suppress(Refused):  # it was over by then
                approvals.answer(
                    asked, ApprovalAnswer.APPROVED, note="Go ahead.", by=first.person, now=at
                )

    def takes_a_role(self, incident: Incident, by: Person, at: datetime) -> None:
        del by
        role = StakeholderRole.objects.get(slug="communications-lead")
        filling.take(incident, role, brief="", by=self.cast.people["Laura"], now=at)

    def says_needless(self, incident: Incident, by: Person, at: datetime) -> None:
        del by
        because = "Nobody outside could read it."
        authority.note_needless(incident, because=because, by=self.cast.people["Ines"], now=at)

    def finds_the_cause(self, incident: Incident, by: Person, at: datetime) -> None:
        causes.note(incident, text=self.occasion.plot.factor, by=by, now=at)
