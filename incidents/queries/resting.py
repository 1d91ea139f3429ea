"""The climbs to acknowledge that rest while somebody has it, and where they would go on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from incidents.enums import FinishReason, Promise
from incidents.logic.judgment import Wait, waits_until
from incidents.logic.maintenance import Cover
from incidents.logic.plan import Cursor, Plan, picked_up, put_off
from incidents.logic.summons import About, PlannedCall, StepRow, first_reaching, forecast
from incidents.models import EscalationRun, Incident
from incidents.queries import policies
from rosters.logic.directory import Directory


@dataclass(frozen=True)
class Rest:
    """One such climb, with what decides whom its steps call."""

    run: EscalationRun
    about: About
    steps: Mapping[int, StepRow]
    directory: Directory
    pause: Cover | None = None
    waits: Sequence[Wait] = ()

    def next_call(self, *, at: datetime) -> PlannedCall | None:
        """The first call that reaches somebody once it is handed back at `at`; None for nobody.

        The same steps from the same place as `clocks.reopen_all` lets go on.
        """
        plan = policies.plan_of(self.run, promise=Promise.ACKNOWLEDGE)
        calls = forecast(
            plan,
            self._cursor(plan, at=at),
            started_at=self.run.clock.started_at,
            steps=self.steps,
            directory=self.directory,
            about=self.about,
            limit=2 * len(plan.steps),
        )
        return first_reaching(calls)

    def _cursor(self, plan: Plan, *, at: datetime) -> Cursor | None:
        started_at, shift = self.run.clock.started_at, timedelta(seconds=self.run.shift_seconds)
        is_over = self.run.finish_reason == FinishReason.EXHAUSTED
        cursor = picked_up(
            plan,
            position=0 if is_over else self.run.position,
            shift=timedelta(0) if is_over else shift,
            started_at=started_at,
            at=at,
        )
        ends = (
            self.pause.ends_at if self.pause else None,
            waits_until(self.waits, Promise.ACKNOWLEDGE),
        )
        for until in filter(None, ends):
            cursor = cursor and put_off(plan, cursor, started_at=started_at, until=until)
        return cursor


def resting(
    runs: Iterable[EscalationRun], incidents: Sequence[Incident]
) -> dict[int, EscalationRun]:
    """Of each incident that somebody has: its climb that goes on if it is handed back."""
    held = {one.pk for one in incidents if one.is_open and one.acknowledged_at is not None}
    found: dict[int, EscalationRun] = {}
    for run in sorted(runs, key=_newest):
        clock = run.clock
        is_call = clock.promise == Promise.ACKNOWLEDGE and clock.role_id is None
        if is_call and clock.incident_id in held and clock.stopped_at is None:
            found[clock.incident_id] = run
    return {pk: run for pk, run in found.items() if run.plan}


def _newest(run: EscalationRun) -> tuple[datetime, bool, bool, int]:
    """The newest clock's last; of its climbs the one that goes on, then one that was stopped."""
    is_going = run.finished_at is None
    return run.clock.started_at, is_going, run.finish_reason == FinishReason.MET, run.pk
