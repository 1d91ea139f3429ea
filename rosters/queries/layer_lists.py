"""The layers of a roster as a page lists them: in words, what follows, and what has been."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rosters.logic import plan_words
from rosters.logic.plans import LayerPlan
from rosters.models import Person, Roster
from rosters.models.history import LayerEvent
from rosters.queries import plans
from rosters.queries.plans import Held

PRIORITY_WORDS = {1: "First on call", 2: "Backup", 3: "Third", 4: "Fourth"}
FEW = 12
UNDONE_WITHIN = timedelta(days=1)
"""Who changed a layer by mistake sees it within a day."""


@dataclass(frozen=True)
class LayerRow:
    """One layer in words. `begins_at` lies ahead; `ends_at` is when it stops, or gives way to
    `follower`; `elsewhere` is its hours as its people read them."""

    held: Held
    asked: str
    people: str
    summary: str
    elsewhere: tuple[str, ...]
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    follower: Held | None = None


@dataclass(frozen=True)
class PastChange:
    """A layer that was changed or ended: when, what was different, who did it and why.

    `may_undo`: it can go on as it was, with one press.
    """

    held: Held
    at: datetime
    what: tuple[str, ...]
    who: str = ""
    why: str = ""
    may_undo: bool = False


def rows(roster: Roster, *, now: datetime) -> list[LayerRow]:
    """The layers that count now or later, in the order in which they are asked."""
    found = plans.current(roster, now=now)
    people = _people(found)
    return [_row(one, found, people, roster, now=now) for one in found]


def _people(found: list[Held]) -> Mapping[int, Person]:
    ids = {pk for one in found if one.plan for pk in one.plan.people}
    return {one.pk: one for one in Person.objects.filter(pk__in=ids)}


def _row(
    one: Held,
    found: list[Held],
    people: Mapping[int, Person],
    roster: Roster,
    *,
    now: datetime,
) -> LayerRow:
    names = {pk: person.full_name for pk, person in people.items()}
    ends_at, begins_at = one.layer.valid_until, one.layer.valid_from
    return LayerRow(
        one,
        "Rides along" if one.layer.is_shadow else PRIORITY_WORDS.get(one.layer.priority, ""),
        plan_words.people(one.plan, names) if one.plan else "",
        plan_words.summary(one.plan) if one.plan else "",
        _elsewhere(one.plan, people, roster, now=now) if one.plan else (),
        begins_at if begins_at and begins_at > now else None,
        ends_at,
        next((other for other in found if ends_at and other.layer.valid_from == ends_at), None),
    )


def _elsewhere(
    plan: LayerPlan, people: Mapping[int, Person], roster: Roster, *, now: datetime
) -> tuple[str, ...]:
    """Its hours in the zones of its people: "09:00 to 17:00 in Tokyo"."""
    if not plan.hours:
        return ()
    own = plan.zone(ZoneInfo(roster.time_zone))
    here = now.astimezone(own)
    found = []
    for name in dict.fromkeys(people[pk].time_zone for pk in sorted(plan.people) if pk in people):
        zone = ZoneInfo(name)
        if now.astimezone(zone).utcoffset() == here.utcoffset():
            continue
        one = plan.hours[0]
        starts, ends = (
            here.replace(hour=at.hour, minute=at.minute).astimezone(zone)
            for at in (one.starts_at, one.ends_at)
        )
        found.append(f"{starts:%H:%M} to {ends:%H:%M} in {plan_words.place(name)}")
    return tuple(found[:3])


def past(roster: Roster, *, now: datetime) -> list[PastChange]:
    """What was changed so far, the latest first; none of a draft."""
    if roster.is_draft:
        return []
    found = plans.every(roster)
    ended = [one for one in found if one.layer.valid_until and one.layer.valid_until <= now]
    ended.sort(key=lambda one: (one.layer.valid_until, one.layer.pk), reverse=True)
    names = {pk: person.full_name for pk, person in _people(found).items()}
    contexts = _contexts([one.layer.pk for one in ended[:FEW]])
    listed = [_past(one, found, names, contexts.get(one.layer.pk, ("", ""))) for one in ended[:FEW]]
    return [replace(one, may_undo=_may_undo(one, found, now=now)) for one in listed]


def _may_undo(one: PastChange, found: list[Held], *, now: datetime) -> bool:
    """Whether it is fresh, and no other layer has taken its place since."""
    going_on = [other for other in found if other.layer.valid_until is None]
    after = plans.following(one.held, [other for other in going_on if _begins(other) == one.at])
    taken = {other.layer.name for other in going_on if other not in after}
    is_fresh = one.at > now - UNDONE_WITHIN
    return is_fresh and one.held.plan is not None and one.held.layer.name not in taken


def _begins(one: Held) -> datetime | None:
    return one.layer.valid_from


def _past(
    one: Held, found: list[Held], names: Mapping[int, str], said: tuple[str, str]
) -> PastChange:
    at = one.layer.valid_until
    if at is None:
        raise ValueError("It goes on.")
    after = [other for other in found if other.layer.valid_from == at]
    follower = next((other for other in after if other.layer.name == one.layer.name), None)
    if follower is None and len(after) == 1:
        follower = after[0]
    if follower is None:
        what: list[str] = ["It ended."]
    elif one.plan and follower.plan:
        what = plan_words.differences(one.plan, follower.plan, names) or ["Its turns go on."]
    else:
        what = ["It was replaced."]
    return PastChange(one, at, tuple(what), *said)


def _contexts(ids: list[int]) -> dict[int, tuple[str, str]]:
    """Who closed each layer, and why, from the audit trail."""
    events: Any = LayerEvent.objects
    rows = events.filter(pgh_obj_id__in=ids, pgh_label="update", valid_until__isnull=False)
    pairs = rows.order_by("pgh_id").values_list("pgh_obj_id", "pgh_context")
    said = {pk: context or {} for pk, context in pairs}
    names = plans.names_of({one["user"] for one in said.values() if one.get("user")})
    return {
        pk: (names.get(one.get("user", 0), ""), str(one.get("reason", "")))
        for pk, one in said.items()
    }
