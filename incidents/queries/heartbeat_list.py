"""Heartbeats on pages: the list, one of them, and the line that calls in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from django.conf import settings
from django.db.models import Q
from django.urls import reverse

from config.portal.sentences import Sentence
from incidents.intake import heartbeat as kind
from incidents.intake.kind import PLACE
from incidents.logic import heartbeats
from incidents.logic.heartbeats import Beat, BeatState
from incidents.logic.signal_keeping import why_not_keep_signals
from incidents.models import Alert, AlertSource, Heartbeat, Incident, IncidentKey
from incidents.queries.signal_keeping import keeper, teams_to_own
from rosters.models import Person

STATES = [(state.value, state.label) for state in BeatState]
ORDER = {state: place for place, state in enumerate(BeatState)}
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class Held:
    """One heartbeat as it is at `now`. `row` has its source, service, team and owner."""

    row: Heartbeat
    now: datetime

    @property
    def pk(self) -> int:
        return self.row.pk

    @property
    def name(self) -> str:
        return self.row.name

    @cached_property
    def beat(self) -> Beat:
        row = self.row
        return Beat(
            row.name,
            row.every_minutes * MINUTE,
            row.grace_minutes * MINUTE,
            row.last_seen_at,
            row.due_at,
            row.silent_since,
            row.muted_until,
            row.mute_reason,
        )

    @cached_property
    def state(self) -> BeatState:
        return heartbeats.state(self.beat, now=self.now)

    @property
    def rank(self) -> tuple[int, str]:
        """The worst first."""
        return (ORDER[self.state], self.row.name.casefold())

    @property
    def words(self) -> Sentence:
        return heartbeats.words(self.beat, now=self.now)

    @property
    def seen_at(self) -> datetime:
        """For sorting; one that never called in comes first."""
        return self.row.last_seen_at or LONG_AGO

    @property
    def expected_at(self) -> datetime | None:
        return self.beat.expected_at

    @property
    def is_silent(self) -> bool:
        return self.state == BeatState.SILENT

    @property
    def is_muted(self) -> bool:
        return self.state == BeatState.MUTED

    @property
    def call_line(self) -> str:
        """What a job runs at its end; the place of the token is named."""
        path = reverse("heartbeat_hook", args=[PLACE, self.row.slug])
        return kind.call_line(settings.PUBLIC_URL + path)


@dataclass(frozen=True)
class Asked:
    """What the list is narrowed to; empty means all."""

    words: str = ""
    state: str = ""
    service: str = ""
    team: str = ""

    @property
    def condition(self) -> Q:
        found = Q()
        if self.words:
            found &= Q(name__icontains=self.words) | Q(slug__icontains=self.words)
        if self.service:
            found &= Q(service__slug=self.service)
        return found & Q(service__owner_team__slug=self.team) if self.team else found


def found(asked: Asked, *, now: datetime) -> list[Held]:
    """The heartbeats that fit, the worst first; one query."""
    rows = Heartbeat.objects.filter(asked.condition).select_related(
        "source", "service__owner_team", "owner"
    )
    held = [Held(row, now) for row in rows]
    kept = [one for one in held if not asked.state or one.state.value == asked.state]
    return sorted(kept, key=lambda one: one.rank)


def counts(*, now: datetime) -> tuple[int, int]:
    """How many there are, and how many of them are silent."""
    held = [Held(row, now) for row in Heartbeat.objects.all()]
    return len(held), sum(one.is_silent for one in held)


def find(pk: int, *, now: datetime) -> Held | None:
    """One of them."""
    rows = Heartbeat.objects.select_related("source", "service__owner_team", "owner")
    row = rows.filter(pk=pk).first()
    return Held(row, now) if row else None


def incident_of(held: Held, *, reader: Person) -> Incident | None:
    """Its open incident, if there is one that the reader may know of."""
    keys = IncidentKey.objects.filter(source=held.row.source_id, key=f"heartbeat-{held.pk}")
    visible = Incident.objects.visible_to(reader).open()
    return visible.filter(pk__in=keys.values("incident")).first()


def held_alert(held: Held) -> Alert | None:
    """The alert of its silence while planned work holds it, with that work."""
    rows = Alert.objects.held_by_work(now=held.now).select_related("held_by")
    return rows.filter(source=held.row.source_id, key=f"heartbeat-{held.pk}").first()


def why_not_keep(held: Held, *, reader: Person) -> str | None:
    """Whether a reader may change, mute and pause it. Its owner may."""
    row = held.row
    if row.owner_id == reader.pk:
        return None
    team = row.service.owner_team_id if row.service else row.source.owner_team_id
    return why_not_keep_signals(keeper(reader, team))


def why_not_add(reader: Person) -> str | None:
    """Whether a reader may add one at all."""
    return None if teams_to_own(reader) else why_not_keep_signals(keeper(reader, None))


def sources() -> list[AlertSource]:
    """Where heartbeats call in."""
    return list(AlertSource.objects.filter(kind=kind.KIND.slug).order_by("name", "pk"))
