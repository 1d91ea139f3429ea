"""Planned work as sorting, the engine and the pages ask for it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from incidents.enums import MaintenanceMode
from incidents.logic.exceptions import times_of
from incidents.logic.maintenance import Cover, Subject, Window, cover
from incidents.logic.signal_keeping import SignalKeeper
from incidents.models import AlertSource, Incident, MaintenanceWindow
from incidents.queries.remembered import kept
from rosters.logic.roles import Role
from rosters.models import Membership, Person, Service
from rosters.queries import roles

OF_ALERTS = (MaintenanceMode.LOG, MaintenanceMode.HOLD)
OF_STEPS = (MaintenanceMode.PAUSE,)


def going_on(modes: Collection[str], *, now: datetime) -> list[Window]:
    """Windows of these modes that may be going on at `now`; one query, and a second for any."""
    found = _of_day(tuple(modes), now.astimezone(UTC).date())
    return [window for window in found if window.starts_at <= now]


@kept
def _of_day(modes: tuple[str, ...], day: date) -> list[Window]:
    """Windows of these modes of which something is left when this day begins in UTC."""
    rows = MaintenanceWindow.objects.not_over(now=datetime.combine(day, time(), UTC))
    found = list(rows.filter(mode__in=modes).values_list("pk", flat=True))
    if not found:  # as at most times: the longer question is never written
        return []
    rows = MaintenanceWindow.objects.filter(pk__in=found)
    return [window_of(row) for row in rows.with_subjects().order_by("pk")]


def pause_of(incident: Incident, windows: Sequence[Window], *, at: datetime) -> Cover | None:
    """The planned work that pauses the steps of an incident at `at`.

    Never those of one that a person declared: somebody looked, and wants the others to come.
    """
    if incident.declared_by_id is not None or not windows:
        return None
    subject = Subject(incident.service_id, incident.source_id)
    return cover(windows, subject, at=at, modes=OF_STEPS)


def windows_of(pks: Iterable[int]) -> dict[int, Window]:
    """These windows by primary key, over or not; one query."""
    rows = MaintenanceWindow.objects.filter(pk__in=list(pks)).with_subjects()
    return {row.pk: window_of(row) for row in rows}


def window_of(row: MaintenanceWindow) -> Window:
    """One window as the logic wants it; the row comes from `with_subjects`."""
    return Window(
        window_id=row.pk or 0,
        mode=row.mode,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        zone=ZoneInfo(row.time_zone),
        recurrence=row.recurrence,
        until=row.until,
        called_off_at=row.called_off_at,
        service_ids=frozenset(row.service_ids),
        source_ids=frozenset(row.source_ids),
        labels=row.labels,
        title=row.title,
        exceptions=times_of(row.exceptions),
    )


def teams_of(service_ids: Iterable[int], source_ids: Iterable[int]) -> set[int | None]:
    """The teams that own these; None stands for nobody, and for no service and no source."""
    services = Service.objects.filter(pk__in=list(service_ids))
    sources = AlertSource.objects.filter(pk__in=list(source_ids))
    owners: set[int | None] = set(services.values_list("owner_team", flat=True))
    if not owners:
        owners = set(sources.values_list("owner_team", flat=True))
    return owners or {None}


def keeper(reader: Person, teams: Collection[int | None]) -> SignalKeeper:
    """What a reader is to all of these teams together."""
    holder = roles.of(reader)
    if holder.has(Role.ADMINISTRATOR, Role.SERVICE_OWNER):
        return SignalKeeper(reader.is_superuser, is_service_owner=True)
    leads = Membership.objects.filter(person=reader, is_lead=True, team__in=set(teams) - {None})
    led = set(leads.values_list("team", flat=True))
    return SignalKeeper(leads_the_team=None not in teams and led == set(teams))
