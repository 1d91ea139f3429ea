"""Whose shift ends while they look at an incident, and who comes after them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import Promise
from incidents.logic.summons import StepRow
from incidents.models import EscalationRun, Incident
from incidents.queries import policies
from incidents.queries.circumstances import about
from rosters.logic.directory import Candidate, Directory
from rosters.queries.directory import Wanted, load_directory

MOMENT = timedelta(seconds=1)


@dataclass(frozen=True)
class Shifts:
    """The rosters that the calls of some incidents go to, and who is on them."""

    directory: Directory
    steps: dict[int, tuple[StepRow, ...]]

    def ends_at(
        self, incident: Incident, person_id: int, *, now: datetime, until: datetime
    ) -> datetime | None:
        """When the person's present shift ends, if it does before `until`; None if not.

        Who stands on two of the rosters is on shift until the last of both ends.
        """
        ends = [
            self._end_on(roster_id, person_id, now=now, until=until)
            for roster_id in self._rosters(incident, at=now)
            if self._is_on(roster_id, person_id, at=now)
        ]
        known = [one for one in ends if one is not None]
        return max(known) if known and len(known) == len(ends) else None

    def newcomers(
        self, incident: Incident, person_id: int, *, asked_at: datetime, now: datetime
    ) -> tuple[Candidate, ...]:
        """Who came on call when the person's shift ended, if it ended at `asked_at`."""
        before = asked_at - MOMENT
        left = [
            roster_id
            for roster_id in self._rosters(incident, at=before)
            if self._is_on(roster_id, person_id, at=before)
        ]
        if not left or any(self._is_on(roster_id, person_id, at=now) for roster_id in left):
            return ()
        name = about(incident).service_name
        found: dict[int, Candidate] = {}
        for roster_id in left:
            for one in self.directory.on_call(roster_id, at=now, about=name):
                found.setdefault(one.person_id, one)
        return tuple(found.values())

    def _rosters(self, incident: Incident, *, at: datetime) -> tuple[int, ...]:
        """The rosters behind the steps of its calls, each once."""
        known = about(incident)
        found: dict[int, None] = {}
        for step in self.steps.get(incident.pk, ()):
            for target in step.targets:
                roster_id = target.roster_id
                if target.role_id is not None:
                    roster_id = self.directory.roster_of_role(
                        target.role_id,
                        service_id=known.service_id,
                        team_id=known.team_id,
                        severity=known.severity,
                        at=at,
                    )
                if roster_id is not None:
                    found[roster_id] = None
        return tuple(found)

    def _is_on(self, roster_id: int, person_id: int, *, at: datetime) -> bool:
        return any(person_id in level for level in self.directory.levels(roster_id, at=at))

    def _end_on(
        self, roster_id: int, person_id: int, *, now: datetime, until: datetime
    ) -> datetime | None:
        stretches = self.directory.stretches(roster_id, starts_at=now, ends_at=until)
        gone = (
            one.starts_at
            for one in stretches
            if not any(person_id in level for level in one.levels)
        )
        return next(gone, None)


def shifts_of(
    incidents: Sequence[Incident],
    *,
    people: Iterable[int],
    starts_at: datetime,
    ends_at: datetime,
) -> Shifts:
    """The shifts around these incidents and people; a constant number of queries."""
    runs = EscalationRun.objects.filter(
        clock__incident__in=[incident.pk for incident in incidents],
        clock__promise=Promise.ACKNOWLEDGE,
    )
    climbed = dict(runs.order_by("pk").values_list("clock__incident", "plan"))
    rows = policies.step_rows(runs.values_list("version_id", flat=True))
    steps = {
        pk: tuple(rows[step_id] for step_id, _offset in plan if step_id in rows)
        for pk, plan in climbed.items()
    }
    called = [step for mine in steps.values() for step in mine]
    wanted = policies.wanted_by(called, incidents) | Wanted(person_ids=frozenset(people))
    return Shifts(
        load_directory(wanted, starts_at=starts_at, ends_at=ends_at),
        steps,
    )
