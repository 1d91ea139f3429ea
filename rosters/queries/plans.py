"""The layers of a roster as people set them up; a constant number of queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import PROTECT, Prefetch, Q

from rosters.logic.plans import HoursPlan, LayerPlan, days_of
from rosters.logic.roster_keeping import RosterKeeper
from rosters.models import (
    CoverageTarget,
    Layer,
    MatrixEntry,
    Membership,
    Person,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
    ShiftLog,
    Team,
)

MAY_KEEP = "rosters.change_roster"
MAY_BEGIN = "rosters.add_roster"


@dataclass(frozen=True)
class Held:
    """One layer and what it says. Without a plan it has several rotations, or none: `parts` are
    what a layer for each of them would say."""

    layer: Layer
    plan: LayerPlan | None
    parts: tuple[LayerPlan, ...] = ()

    @property
    def revision(self) -> str:
        return self.plan.revision if self.plan else ""

    def has_begun(self, zone: ZoneInfo, *, now: datetime) -> bool:
        """Whether it has put anybody on call before `now`, so that its past must stay."""
        if self.layer.valid_from is not None:
            return self.layer.valid_from < now
        if self.plan is None:
            return True
        starts = datetime.combine(self.plan.starts_on, self.plan.handover_at)
        return starts.replace(tzinfo=self.plan.zone(zone)) < now


@dataclass(frozen=True)
class TargetPlan:
    """When somebody is meant to be on call, as the form has it. Kind "" declares nothing."""

    kind: str = ""
    levels: int = 1
    reason: str = ""
    hours: tuple[HoursPlan, ...] = ()


def keeper(reader: Person, roster: Roster) -> RosterKeeper:
    """What `reader` is to a roster; one query at most."""
    rows = Membership.objects.filter(is_lead=True, team=roster.team_id, person__left_at=None)
    found = rows.order_by("person__full_name", "pk").values_list("person_id", "person__full_name")
    leads = dict(found) if roster.team_id is not None else {}
    return RosterKeeper(
        is_administrator=reader.is_superuser,
        keeps_rosters=reader.has_perm(MAY_KEEP),
        leads_the_team=reader.pk in leads,
        leads=tuple(leads.values()),
    )


def teams_of(reader: Person) -> list[Team]:
    """The teams for which a reader may begin a roster, by name."""
    teams = Team.objects.order_by("name", "pk")
    if reader.has_perm(MAY_BEGIN):
        return list(teams)
    return list(teams.filter(memberships__person=reader, memberships__is_lead=True))


def may_begin(reader: Person, *, leads_any: bool) -> bool:
    """Whether a reader may set up a roster: for any team, or for one that they lead."""
    return leads_any or reader.has_perm(MAY_BEGIN)


def drafts_of(reader: Person) -> list[Roster]:
    """The drafts that a reader may publish, by name; they call nobody yet."""
    drafts = Roster.objects.filter(is_draft=True).order_by("name", "pk")
    if reader.has_perm(MAY_KEEP):
        return list(drafts)
    mine = drafts.filter(team__memberships__person=reader, team__memberships__is_lead=True)
    return list(mine.distinct())


def current(roster: Roster, *, now: datetime) -> list[Held]:
    """The layers that count now or later, the first asked first; those that end last."""
    return held(Q(roster=roster) & (Q(valid_until__isnull=True) | Q(valid_until__gt=now)))


def every(roster: Roster) -> list[Held]:
    """All layers there ever were, with those that were closed."""
    return held(Q(roster=roster))


def held(which: Q) -> list[Held]:
    """These layers with what they say; four queries."""
    members = RotationMember.objects.order_by("order", "pk")
    rotations = Rotation.objects.order_by("pk").prefetch_related(Prefetch("members", members))
    rows = (
        Layer.objects.filter(which)
        .select_related("roster", "feed")
        .prefetch_related(
            Prefetch("rotations", rotations),
            Prefetch("restrictions", Restriction.objects.order_by("pk")),
        )
        .order_by("priority", "valid_from", "pk")
    )
    return [_held(layer) for layer in rows]


def following(old: Held, after: list[Held]) -> list[Held]:
    """Of the layers that began when this one ended, the one of its name, else the only one."""
    named = [one for one in after if one.layer.name == old.layer.name]
    return named or (after if len(after) == 1 else [])


def one(roster: Roster, pk: int) -> Held | None:
    """One layer of this roster."""
    return next(iter(held(Q(roster=roster, pk=pk))), None)


def zone_of(roster: Roster) -> ZoneInfo:
    """The zone in which a roster hands over."""
    return ZoneInfo(roster.time_zone)


def _held(layer: Layer) -> Held:
    parts = tuple(_plan(layer, one) for one in layer.rotations.all())
    return Held(layer, parts[0] if len(parts) == 1 else None, parts)


def _plan(layer: Layer, rotation: Rotation) -> LayerPlan:
    turns: dict[int, list[int]] = defaultdict(list)
    for member in rotation.members.all():
        turns[member.order].append(member.person_id)
    return LayerPlan(
        name=layer.name,
        turns=tuple(tuple(people) for people in turns.values()),
        starts_on=rotation.starts_on,
        handover_at=rotation.handover_at,
        priority=layer.priority,
        unit=rotation.unit,
        length=rotation.length,
        ends_on=rotation.ends_on,
        weekdays=days_of(rotation.weekdays),
        hours=hours_of(layer.restrictions.all()),
        time_zone=layer.time_zone,
        is_shadow=layer.is_shadow,
        first=rotation.first % max(len(turns), 1),
    )


def hours_of(rows: Iterable[object]) -> tuple[HoursPlan, ...]:
    """Rows of one weekday each as hours with their weekdays."""
    found: dict[tuple[time, time], list[int | None]] = defaultdict(list)
    for row in rows:
        found[row.starts_at, row.ends_at].append(row.weekday)  # type: ignore[attr-defined]  # two models
    return tuple(
        HoursPlan(starts_at, ends_at, () if None in days else days_of(_numbers(days)))
        for (starts_at, ends_at), days in found.items()
    )


def _numbers(days: Iterable[int | None]) -> list[int]:
    return [day for day in days if day is not None]


def target_of(roster: Roster) -> TargetPlan:
    """When somebody is meant to be on call on this roster, as declared."""
    row = CoverageTarget.objects.filter(roster=roster).prefetch_related("hours").first()
    if row is None:
        return TargetPlan()
    hours = sorted(row.hours.all(), key=lambda one: one.pk)
    return TargetPlan(row.kind, row.levels, row.reason, hours_of(hours))


def names_of(people: Iterable[int]) -> Mapping[int, str]:
    """Full names of people, by primary key."""
    rows = Person.objects.filter(pk__in=set(people))
    return dict(rows.values_list("pk", "full_name"))


def named_anywhere(rosters: Collection[int]) -> frozenset[int]:
    """Those of these rosters that a rule or the contact matrix names; a query for each of both."""
    return frozenset(
        pk
        for model, name in _naming()
        for pk in model.objects.filter(**{f"{name}__in": rosters})
        .order_by()
        .values_list(name, flat=True)
        .distinct()
    )


def _naming() -> Iterator[tuple[Any, str]]:
    """What points at a roster and keeps it from being removed, with the name of its field; the log
    of shifts only remembers it."""
    for one in Roster._meta.get_fields(include_hidden=True):  # noqa: SLF001  # public in spite of its name
        model: Any = one.related_model
        if getattr(one, "on_delete", None) is PROTECT and model is not ShiftLog:
            field: Any = one.remote_field
            yield model, field.name


def why_needed(roster: Roster) -> str | None:
    """What relies on the roster, in a sentence; None where nothing does."""
    for model, name in _naming():
        if not model.objects.filter(**{name: roster}).exists():
            continue
        if model is MatrixEntry:
            return "The contact matrix names it, so it stays published. Change that cell first."
        return "A rule names it, now or in an earlier version, so it stays published."
    return None
