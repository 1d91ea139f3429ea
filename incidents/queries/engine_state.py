"""The engine in words, for whoever sits at a terminal."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from incidents.models import EngineFence, EscalationRun
from incidents.queries import audit
from incidents.queries.calls import calls_for
from rosters.enums import MessageState
from rosters.models import Message, Pulse

SOON = timedelta(minutes=10)


def state(*, version: int, now: datetime) -> Iterator[str]:
    """One sentence for each thing to know; `version` is that of the asking program."""
    asked = max(EngineFence.objects.values_list("version", flat=True), default=0)
    fits = "may move calls" if asked <= version else "moves nothing: start the newer program"
    yield f"This engine is version {version}, the database asks for {asked}: it {fits}."
    for beat in Pulse.objects.order_by("name"):
        age = max(0, int((now - beat.at).total_seconds()))
        clean = "" if beat.is_clean else ", and not clean"
        yield f"{beat.name}: {age} s ago, by {beat.runner}{clean}."
    runs = EscalationRun.objects.open()
    yield (
        f"Due now: {runs.filter(next_due_at__lte=now).count()} steps;"
        f" in the next ten minutes: {runs.filter(next_due_at__lte=now + SOON).count()}."
    )
    messages = Message.objects.filter(state__in=[MessageState.PLANNED, MessageState.SENDING])
    yield f"Waiting to be sent: {messages.filter(not_before__lte=now).count()} messages."
    for violation in broken(now=now):
        yield f"{violation.sentence} Since {violation.since:%Y-%m-%d %H:%M:%S} UTC."


def broken(*, now: datetime) -> tuple[audit.Violation, ...]:
    """Every invariant that is broken now."""
    return (*audit.violations(now=now), *audit.lately(now=now))


def following(count: int, *, now: datetime) -> Iterator[str]:
    """What is called next if nobody does anything, by the plan that the engine itself climbs."""
    runs = EscalationRun.objects.open().exclude(clock__incident__is_canary=True)
    coming = runs.select_related("clock__incident__service__owner_team").order_by(
        "next_due_at", "pk"
    )
    incidents = {run.clock.incident_id: run.clock.incident for run in coming[:count]}
    calls = calls_for(list(incidents.values()), now=now, ahead=1)
    planned = [
        (call.at, pk, promise, call.people)
        for pk, one in calls.items()
        for promise, call in one.upcoming
    ]
    for at, pk, promise, people in sorted(planned, key=lambda one: one[:2])[:count]:
        who = ", ".join(person.full_name for person in people) or "nobody: the step is skipped"
        yield f"{at:%Y-%m-%d %H:%M:%S} UTC  {incidents[pk].reference}  {promise}: {who}"
