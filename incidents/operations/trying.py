"""What a request would do if it arrived now: read and decided, but nothing opened or stored."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from incidents.enums import AlertOutcome
from incidents.intake import doorway
from incidents.intake.body import Unreadable
from incidents.intake.kinds import KINDS
from incidents.intake.signal import Made, Noted, Parcel, Post, Rejected, Signal
from incidents.models import AlertSource, EscalationPolicy, ImpactClass, Incident
from incidents.operations.sorting import Request, groups_of
from incidents.operations.sorting.foreseeing import Foreseen, foresee
from incidents.queries import preview
from incidents.queries.preview import Called
from rosters.enums import SeverityLevel
from rosters.models import Person, Service

MOST_SHOWN = 20


@dataclass(frozen=True)
class TriedAlert:
    """One alert and what it would do. `called` are those who would be told, the first first.

    `sentence` stands for an alert that opens nothing; `incident` is the one it would join, or
    nothing when the reader may not know of it (`is_hidden`).
    """

    name: str
    outcome: str
    sentence: str = ""
    service: Service | None = None
    severity: SeverityLevel | None = None
    incident: Incident | None = None
    is_hidden: bool = False
    is_placed: bool = True
    rule_id: int | None = None
    waits_until: datetime | None = None
    called: tuple[Called, ...] = ()

    @property
    def first(self) -> Called | None:
        return self.called[0] if self.called else None

    @property
    def second(self) -> Called | None:
        return self.called[1] if len(self.called) > 1 else None


@dataclass(frozen=True)
class Tried:
    """A whole request. `problem`: why none of it can be read."""

    problem: str = ""
    alerts: tuple[TriedAlert, ...] = ()
    changes: tuple[Made, ...] = ()
    more: int = 0
    confirms: bool = False


def body(
    source: AlertSource, text: str, headers: Mapping[str, str], *, by: Person, now: datetime
) -> Tried:
    """What a pasted body would do at `now`: JSON, or what the tool has in its place."""
    kind = KINDS[source.kind]
    if kind.form is not None and not text.lstrip().startswith("{"):
        headers = {**headers, "content-type": kind.form.content_type}
    try:
        read = doorway.read(text.encode(errors="surrogatepass"), headers, form=kind.form)
    except Unreadable as refused:
        return Tried(str(refused))
    return post(source, read, by=by, now=now)


def post(source: AlertSource, posted: Post, *, by: Person, now: datetime) -> Tried:
    """What this request would do at `now`, in words that `by` may read."""
    try:
        parcel = KINDS[source.kind].parse(posted)
    except Unreadable as refused:
        return Tried(str(refused))
    shown = parcel.alerts[:MOST_SHOWN]
    foreseen = _foreseen(source, Parcel(parcel.group_key, parcel.title, shown), now=now)
    visible = _visible(foreseen.values(), by)
    return Tried(
        alerts=tuple(_tried(one, foreseen, visible, now=now) for one in shown),
        changes=parcel.changes[:MOST_SHOWN],
        more=len(parcel.alerts) - len(shown),
        confirms=bool(parcel.confirm_at),
    )


def _foreseen(source: AlertSource, parcel: Parcel, *, now: datetime) -> dict[str, Foreseen]:
    groups = groups_of(parcel)
    request = Request(source, groups, {}, {}, now)
    return {found.one.signal.key: found for found in foresee(request)}


def _visible(foreseen: Iterable[Foreseen], by: Person) -> set[int]:
    numbers = [found.incident.pk for found in foreseen if found.incident]
    if not numbers:
        return set()
    rows = Incident.objects.visible_to(by).filter(pk__in=numbers)
    return set(rows.values_list("pk", flat=True))


def _tried(
    alert: Signal | Noted | Rejected,
    foreseen: Mapping[str, Foreseen],
    visible: set[int],
    *,
    now: datetime,
) -> TriedAlert:
    if isinstance(alert, Rejected):
        return TriedAlert("", AlertOutcome.REJECTED, alert.sentence)
    if isinstance(alert, Noted):
        return TriedAlert("", AlertOutcome.NOTED, alert.sentence)
    if not alert.is_firing:
        return TriedAlert(alert.name, AlertOutcome.RESOLVED)
    found = foreseen[alert.key]
    opens = found.outcome in (AlertOutcome.CREATED, AlertOutcome.REOPENED)
    is_hidden = found.incident is not None and found.incident.pk not in visible
    return TriedAlert(
        alert.name,
        found.outcome,
        service=found.one.service,
        severity=SeverityLevel(found.one.severity),
        incident=None if is_hidden else found.incident,
        is_hidden=is_hidden,
        is_placed=found.one.service is not None,
        rule_id=found.one.decision.rule_id,
        waits_until=found.one.held_until,
        called=tuple(_called(found, now=now)) if opens else (),
    )


def _called(found: Foreseen, *, now: datetime) -> list[Called]:
    decision = found.one.decision
    incident = Incident(
        service=found.one.service,
        severity=found.one.severity,
        impact=ImpactClass(pk=decision.impact_id) if decision.impact_id else None,
        policy=EscalationPolicy(pk=decision.policy_id) if decision.policy_id else None,
        detected_at=now,
    )
    return preview.of_incident(incident, now=now)
