"""The incidents of the last 90 days through another version of their policy, or another roster."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.portal.sentences import Sentence
from incidents.enums import Promise
from incidents.logic import replay, summons
from incidents.logic.plan import Plan, first_cursor, freeze
from incidents.logic.replay import Compared, Past
from incidents.logic.summons import StepRow
from incidents.models import EscalationRun, Incident, Notification, PolicyVersion
from incidents.queries import policies
from incidents.queries.circumstances import about_call
from rosters.logic import hindsight
from rosters.logic.directory import Directory
from rosters.logic.rotation import RosterSpec
from rosters.models import Person, Roster
from rosters.queries.directory import load_supposing
from rosters.queries.specs import load_rosters

BACK = timedelta(days=90)
MOST = 50
AHEAD = timedelta(days=366)
"""So far ahead a roster is looked at for changes that are planned."""
REACH = timedelta(days=1)
"""So far after its beginning an incident's calls are looked at."""


@dataclass(frozen=True)
class Replayed:
    """One incident with what another version makes of it; the people by name."""

    incident: Incident
    compared: Compared
    taker: str
    added: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True)
class Arranged:
    """A roster taken as if it had always been arranged as it will be at `at`.

    `is_used`: the version calls somebody through it. `is_planned`: `at` is still to come.
    """

    roster: Roster
    at: datetime
    is_planned: bool
    is_used: bool


@dataclass(frozen=True)
class Replay:
    """The whole comparison, the newest incident first."""

    version: PolicyVersion
    arranged: Arranged | None
    rows: tuple[Replayed, ...]
    said: tuple[Sentence, ...]
    doubt: tuple[Sentence, ...]


def of_version(
    version: PolicyVersion, *, reader: Person, now: datetime, roster: Roster | None = None
) -> Replay:
    """What `version` would have made of the incidents that followed its policy lately.

    With a `roster` that one is taken as it is arranged now, or from its last planned change on, and
    all others as they were. Those that the reader may see; a constant number of queries.
    """
    incidents = _incidents(version, reader=reader, now=now)
    called, takers = _called(incidents)
    rows = policies.step_rows([version.pk])
    specs = policies.step_specs(version, promise=Promise.ACKNOWLEDGE)
    plan = policies.plan_for(version, freeze(specs, target=timedelta(0)), promise="acknowledge")
    at, supposed = _arranged(roster, now=now)
    directory = _directory(incidents, rows, now=now, supposed=supposed)
    found = [
        (
            incident,
            replay.compare(
                Past(takers.get(incident.pk), called[incident.pk]),
                _would(plan, rows, incident, directory),
                until=(incident.acknowledged_at or now) - incident.detected_at,
            ),
        )
        for incident in incidents
    ]
    names = _names(found, takers)
    compared = [one for _, one in found]
    arranged = None
    if roster is not None:
        arranged = Arranged(roster, at, at > now, roster.pk in directory.rosters)
    return Replay(
        version,
        arranged,
        tuple(_replayed(incident, one, takers, names) for incident, one in found),
        replay.summary(compared),
        (*_about(arranged), *replay.doubt(compared)),
    )


def _arranged(roster: Roster | None, *, now: datetime) -> tuple[datetime, dict[int, RosterSpec]]:
    """When the roster's arrangement stands, and the roster as if it had always stood."""
    if roster is None:
        return now, {}
    spec = load_rosters({roster.pk}, starts_at=now, ends_at=now + AHEAD)[roster.pk].as_published
    at = hindsight.settled_at(spec, now=now)
    return at, {roster.pk: hindsight.as_if_always(spec, at=at, since=now - BACK - REACH)}


def _about(arranged: Arranged | None) -> tuple[Sentence, ...]:
    if arranged is None:
        return ()
    named = {"roster": arranged.roster.name}
    if not arranged.is_used:
        return (Sentence("This version calls nobody through {roster}: it changes nothing.", named),)
    return (replay.turned_back(arranged.roster.name, arranged.at if arranged.is_planned else None),)


def _incidents(version: PolicyVersion, *, reader: Person, now: datetime) -> list[Incident]:
    followed = EscalationRun.objects.filter(
        version__policy=version.policy_id, clock__promise=Promise.ACKNOWLEDGE
    )
    rows = Incident.objects.visible_to(reader).filter(
        pk__in=followed.values("clock__incident"), detected_at__gt=now - BACK, detected_at__lte=now
    )
    rows = rows.select_related("service__owner_team")
    return list(rows.order_by("-detected_at", "-pk")[:MOST])


def _called(
    incidents: Sequence[Incident],
) -> tuple[dict[int, dict[int, timedelta]], dict[int, int]]:
    """After how long each person was first called, and who acknowledged, by incident."""
    called: dict[int, dict[int, timedelta]] = defaultdict(dict)
    began = {one.pk: one.detected_at for one in incidents}
    told = Notification.objects.filter(
        incident__in=list(began), run__clock__promise=Promise.ACKNOWLEDGE
    )
    for incident_id, person_id, at in told.order_by("created_at", "pk").values_list(
        "incident_id", "person_id", "created_at"
    ):
        called[incident_id].setdefault(person_id, at - began[incident_id])
    takers = {one.pk: one.acknowledged_by_id for one in incidents if one.acknowledged_by_id}
    return called, takers


def _directory(
    incidents: Sequence[Incident],
    rows: Mapping[int, StepRow],
    *,
    now: datetime,
    supposed: Mapping[int, RosterSpec],
) -> Directory:
    starts_at = min((one.detected_at for one in incidents), default=now)
    ends_at = max((one.detected_at for one in incidents), default=now)
    ends_at += policies.look_ahead(rows.values(), REACH)
    wanted = policies.wanted_by(rows.values(), incidents)
    found = load_supposing(supposed, wanted, starts_at=starts_at, ends_at=ends_at)
    return found.settled(starts_at=starts_at, ends_at=ends_at)


def _would(
    plan: Plan, rows: Mapping[int, StepRow], incident: Incident, directory: Directory
) -> dict[int, timedelta]:
    """After how long each person would have been called first, within a day."""
    calls = summons.forecast(
        plan,
        first_cursor(plan, started_at=incident.detected_at),
        started_at=incident.detected_at,
        steps=rows,
        directory=directory,
        about=about_call(incident),
        limit=len(plan.steps) * 2,
    )
    found: dict[int, timedelta] = {}
    for call in calls:
        for one in call.people:
            if call.at < incident.detected_at + REACH:
                found.setdefault(one.person_id, call.at - incident.detected_at)
    return found


def _names(found: Iterable[tuple[Incident, Compared]], takers: Mapping[int, int]) -> dict[int, str]:
    people = set(takers.values())
    for _, one in found:
        people |= {*one.added, *one.dropped}
    return dict(Person.objects.filter(pk__in=people).values_list("pk", "full_name"))


def _replayed(
    incident: Incident, one: Compared, takers: Mapping[int, int], names: Mapping[int, str]
) -> Replayed:
    return Replayed(
        incident,
        one,
        names.get(takers.get(incident.pk, 0), ""),
        tuple(names.get(pk, "") for pk in one.added),
        tuple(names.get(pk, "") for pk in one.dropped),
    )


def rosters() -> list[Roster]:
    """Every roster that can be tried."""
    return list(Roster.objects.order_by("name", "pk"))


def versions() -> list[PolicyVersion]:
    """Every version that can be tried, by policy, the newest first."""
    rows = PolicyVersion.objects.select_related("policy")
    return list(rows.order_by("policy__name", "-number"))
