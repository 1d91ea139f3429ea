"""Rosters: begun as a draft, set up, published. A draft calls nobody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

import pghistory
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify

from config.portal.refusals import Refused, refuse_if
from rosters.enums import CoverageKind
from rosters.logic.changeovers import carrying_on
from rosters.logic.plans import LayerPlan, problems
from rosters.models import (
    CoverageHours,
    CoverageTarget,
    Layer,
    Person,
    Roster,
    ShiftLog,
    Team,
)
from rosters.operations import aftermath, layering
from rosters.operations.reasons import why
from rosters.queries import last_change, oncall, plans
from rosters.queries.plans import TargetPlan

RESERVED = frozenset({"new", "swaps", "coverage", "pay", "calendars", "planner"})
"""What an address under /oncall/ means already."""
SLUG_LENGTH = 50
STAYS = "and what has been stays as it was. To stop it, remove its layers: each ends when you say."


@dataclass(frozen=True)
class Facts:
    """What a roster is called and how its people live with it."""

    name: str
    time_zone: str
    team_id: int | None = None
    swaps_need_approval: bool = False
    rest_hours: int = 11

    @classmethod
    def of(cls, roster: Roster) -> "Facts":
        return cls(
            roster.name,
            roster.time_zone,
            roster.team_id,
            roster.swaps_need_approval,
            roster.rest_hours,
        )


def revision(facts: Facts, target: TargetPlan) -> str:
    """The same for two settings of a roster only if they say the same."""
    return sha256(repr((facts, target)).encode()).hexdigest()[:16]


class Changed(Refused):
    """Somebody else changed the roster meanwhile."""

    def __init__(self, who: str) -> None:
        super().__init__(
            f"{who} changed this roster while you were writing. Nothing of yours is saved yet."
            " Look at what stands now, then save again."
        )


@transaction.atomic
def begin(facts: Facts, layers: Sequence[LayerPlan], *, by: Person) -> Roster:
    """A new draft with these layers; nobody is called by it. Raises Refused."""
    allowed = {team.pk for team in plans.teams_of(by)}
    if not by.has_perm(plans.MAY_BEGIN) and facts.team_id not in allowed:
        raise Refused("Choose a team that you lead. Roster managers can set up any roster.")
    _refuse_name(facts.name, besides=None)
    with pghistory.context(user=by.pk):
        roster = Roster.objects.create(
            name=facts.name,
            slug=_slug(facts.name),
            team_id=facts.team_id,
            time_zone=facts.time_zone,
            is_draft=True,
            swaps_need_approval=facts.swaps_need_approval,
            rest_hours=facts.rest_hours,
        )
        taken: list[str] = []
        for plan in layers:
            found = problems(plan, taken=taken, names=plans.names_of(plan.people))
            if found:
                raise Refused(f"{plan.name}: {found[0].text}")
            layering.write(roster, plan, valid_from=None)
            taken.append(plan.name)
    return roster


@transaction.atomic
def settle(
    roster: Roster,
    facts: Facts,
    target: TargetPlan,
    *,
    expects: str,
    by: Person,
    now: datetime,
    reason: str = "",
    lets_go: str = "",
) -> Roster:
    """The roster is called this, belongs to this team, and wants this coverage.

    `expects` is the revision that the writer read; Changed when it is another one now. Another zone
    holds from now on: layers without a zone of their own go on in it, and what has been keeps the
    old one. LosesChanges where what was agreed would end by it and `lets_go` does not say so.
    """
    roster = layering.locked(roster, by=by)
    standing = (Facts.of(roster), plans.target_of(roster))
    if standing == (facts, target):
        return roster
    if revision(*standing) != expects:
        raise Changed(last_change.who(roster, by=by))
    _refuse_name(facts.name, besides=roster)
    if facts.team_id is not None and not Team.objects.filter(pk=facts.team_id).exists():
        raise Refused("This team is gone. Choose another.")
    with (
        layering.because(roster, by=by, now=now, reason=reason),
        layering.keeping(roster, lets_go, now=now),
    ):
        if facts.time_zone != roster.time_zone and not roster.is_draft:
            _move(roster, facts.time_zone, now=now)
        for name in ("name", "time_zone", "team_id", "swaps_need_approval", "rest_hours"):
            setattr(roster, name, getattr(facts, name))
        roster.save(
            update_fields=["name", "time_zone", "team", "swaps_need_approval", "rest_hours"]
        )
        _declare(roster, target)
    return roster


@transaction.atomic
def publish(roster: Roster, *, by: Person, now: datetime, reason: str) -> Roster:
    """From `now` on its people are called; before, nobody was. Publishing twice changes nothing.

    Raises Refused for those who may not, and while nobody would be called.
    """
    roster = layering.locked(roster, by=by)
    if not roster.is_draft:
        return roster
    rows = plans.current(roster, now=now)
    refuse_if(why_not_publish(rows))
    line = why(reason)
    with (
        pghistory.context(user=by.pk, reason=line),
        aftermath.told(roster, by=by, now=now, why=line, did="published"),
    ):
        for one in rows:
            if one.layer.valid_from is None or one.layer.valid_from < now:
                Layer.objects.filter(pk=one.layer.pk).update(valid_from=now)
        roster.is_draft = False
        roster.save(update_fields=["is_draft"])
    return roster


def why_not_publish(rows: Sequence[plans.Held]) -> str | None:
    """Whether a draft with these layers may be published."""
    if not rows:
        return "Nobody would be called: it has no layer yet. Add one."
    empty = next((one for one in rows if one.plan is not None and not one.plan.turns), None)
    if empty is not None:
        return f"{empty.layer.name} has nobody yet. Choose its people, or remove it."
    if all(one.layer.is_shadow for one in rows):
        return "Nobody would be called: everybody only rides along. Add a layer that is called."
    return None


@transaction.atomic
def take_back(roster: Roster, *, by: Person, now: datetime, reason: str) -> Roster:
    """It is a draft again and calls nobody from now on; a draft stays one.

    Raises Refused for those who may not, for a roster that something calls or by which somebody has
    been on call: what has been stays as it was.
    """
    roster = layering.locked(roster, by=by)
    if roster.is_draft:
        return roster
    refuse_if(why_not_take_back(roster, now=now))
    line = why(reason)
    with (
        pghistory.context(user=by.pk, reason=line),
        aftermath.told(roster, by=by, now=now, why=line, did="took back"),
    ):
        roster.is_draft = True
        roster.save(update_fields=["is_draft"])
    return roster


def why_not_take_back(roster: Roster, *, now: datetime) -> str | None:
    """Whether a published roster may become a draft again; a few queries."""
    if why_not := plans.why_needed(roster):
        return why_not
    begun = Layer.objects.filter(roster=roster).order_by(F("valid_from").asc(nulls_first=True))
    first = begun.values_list("valid_from", flat=True).first()
    who = "Somebody" if ShiftLog.objects.filter(roster=roster).exists() else None
    if first is None or (first < now and who is None):
        who = "Somebody" if first is None else oncall.first_of(roster, since=first, until=now)
    return f"{who} has been on call by it already, {STAYS}" if who else None


@transaction.atomic
def discard(roster: Roster, *, by: Person) -> None:
    """The draft is gone. Raises Refused for a roster that was published, and one in use."""
    roster = layering.locked(roster, by=by)
    if not roster.is_draft:
        raise Refused("It is published, so it stays. End its layers instead.")
    with pghistory.context(user=by.pk, reason="The draft was thrown away"):
        roster.delete()


def _move(roster: Roster, zone: str, *, now: datetime) -> None:
    """What has been keeps the old zone by name; open layers go on in the new one from now on."""
    old = ZoneInfo(roster.time_zone)
    rows = [one for one in plans.every(roster) if not one.layer.time_zone]
    ids = [one.layer.pk for one in rows]
    running = [one for one in rows if one.layer.valid_until is None and one.plan]
    Layer.objects.filter(pk__in=ids).update(time_zone=roster.time_zone)
    for one in running:
        if one.plan is None:
            continue
        if not one.has_begun(old, now=now):
            Layer.objects.filter(pk=one.layer.pk).update(time_zone="")
            continue
        layering.close(one.layer, at=now)
        named = layering.in_zone(one.plan, roster.time_zone)
        first = carrying_on(one.plan, named, ZoneInfo(zone), at=now)
        layering.write(roster, replace(one.plan, first=first), valid_from=now)


def _declare(roster: Roster, target: TargetPlan) -> None:
    if not target.kind:
        CoverageTarget.objects.filter(roster=roster).delete()
        return
    row, _ = CoverageTarget.objects.update_or_create(
        roster=roster,
        defaults={"kind": target.kind, "levels": target.levels, "reason": target.reason},
    )
    CoverageHours.objects.filter(target=row).delete()
    if target.kind == CoverageKind.HOURS:
        CoverageHours.objects.bulk_create(
            CoverageHours(target=row, weekday=day, starts_at=one.starts_at, ends_at=one.ends_at)
            for one in target.hours
            for day in (one.weekdays or (None,))
        )


def _refuse_name(name: str, *, besides: Roster | None) -> None:
    same = Roster.objects.filter(name__iexact=name).exclude(pk=besides.pk if besides else 0)
    if same.exists():
        raise Refused(f"There is a roster called {name} already. Choose another name.")


def _slug(name: str) -> str:
    """The short address of a roster of this name; numbered where it is taken."""
    start = slugify(name)[: SLUG_LENGTH - 4].strip("-") or "roster"
    taken = set(Roster.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    taken |= RESERVED
    found, number = start, 2
    while found in taken:
        found, number = f"{start}-{number}", number + 1
    return found
