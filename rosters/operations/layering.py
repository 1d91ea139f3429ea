"""Layers of a roster: set up, changed from an instant on, ended. What has been stays as it was."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pghistory
from django.db import transaction
from django.db.models import Q

from config.portal.refusals import Refused, refuse_if
from rosters.logic.plan_words import differences
from rosters.logic.plans import HoursPlan, LayerPlan, problems
from rosters.logic.roster_keeping import why_not_keep_roster
from rosters.logic.rotation import Span
from rosters.models import Layer, Person, Restriction, Roster, Rotation, RotationMember
from rosters.operations import aftermath
from rosters.operations.reasons import why
from rosters.queries import last_change, lost_changes, plans
from rosters.queries.lost_changes import LostChange
from rosters.queries.plans import Held
from rosters.queries.trying import Tryout

IS_GONE = "{who} removed this layer while you were writing. Nothing was changed."
IS_PAST = "That is past. What has been stays as it was. Choose now or later."
ROSTER_IS_GONE = "Somebody removed this roster. Nothing was changed."
SPLIT = "One layer for each of its rotations"


class Overtaken(Refused):
    """Somebody else changed the layer meanwhile. `theirs` stands now; None if it is gone."""

    def __init__(self, who: str, theirs: Held | None, what: Iterable[str] = ()) -> None:
        self.theirs = theirs
        self.what = tuple(what)
        super().__init__(
            f"{who} changed this layer while you were writing. Nothing of yours is saved yet."
            " Look at what stands now, then save again."
            if theirs
            else IS_GONE.format(who=who)
        )


class LosesChanges(Refused):
    """What was agreed would no longer hold, and whoever changes the roster has not read it yet."""

    def __init__(self, lost: tuple[LostChange, ...]) -> None:
        self.lost = lost
        changes = len({one.change.pk for one in lost})
        some = "An agreed change" if changes == 1 else f"{changes} agreed changes"
        super().__init__(
            f"{some} would no longer hold. Nothing is saved yet. Read which, then save again."
        )


@dataclass(frozen=True)
class Change:
    """A layer as it is to be from `when` on, against `expects`, the revision that was read.

    `lets_go`: which agreed changes may end by it, as `lost_changes.fingerprint` has them.
    """

    plan: LayerPlan
    expects: str
    when: datetime
    lets_go: str = ""


@transaction.atomic
def add(roster: Roster, plan: LayerPlan, *, by: Person, now: datetime, reason: str = "") -> Layer:
    """The roster has one more layer, from `now` on.

    A published roster asks for a reason. Raises Refused for those who may not, and for a plan that
    cannot be kept.
    """
    roster = locked(roster, by=by)
    _check(plan, roster, besides=None, now=now)
    with because(roster, by=by, now=now, reason=reason):
        return write(roster, plan, valid_from=None if roster.is_draft else now)


@transaction.atomic
def change(layer: Layer, to: Change, *, by: Person, now: datetime, reason: str = "") -> Layer:
    """From `to.when` on the layer is as planned; until then it stays as it was.

    Returns the layer that holds the new plan. One that has put nobody on call yet is changed in
    place; so is every layer of a draft. Saying the same again changes nothing. Raises Overtaken
    when somebody else was faster, Refused for those who may not and for what cannot be kept.
    """
    roster = locked(layer.roster, by=by)
    held = _as_read(layer, expects=to.expects, by=by)
    if held.plan == to.plan:
        return held.layer
    _check(to.plan, roster, besides=held.layer, now=now)
    runs = not roster.is_draft and held.has_begun(ZoneInfo(roster.time_zone), now=now)
    with because(roster, by=by, now=now, reason=reason):
        if runs:
            _refuse_past(to.when, now=now)
        _keep(roster, Tryout(to.plan, to.when, held, runs=runs), to.lets_go, now=now)
        if not runs:
            return rewrite(held.layer, to.plan)
        close(held.layer, at=to.when)
        return write(roster, to.plan, valid_from=to.when)


@transaction.atomic
def remove(
    layer: Layer,
    *,
    expects: str,
    when: datetime,
    by: Person,
    now: datetime,
    reason: str = "",
    lets_go: str = "",
) -> None:
    """The layer ends at `when`; one that has put nobody on call yet is gone, as in a draft.

    Already ended: nothing changes. Raises as `change` does.
    """
    roster = locked(layer.roster, by=by)
    found = plans.held(Q(pk=layer.pk))
    if not found or found[0].layer.valid_until is not None:
        return
    held = _as_read(layer, expects=expects, by=by)
    runs = not roster.is_draft and held.has_begun(ZoneInfo(roster.time_zone), now=now)
    with because(roster, by=by, now=now, reason=reason):
        if runs:
            _refuse_past(when, now=now)
        _keep(roster, Tryout(None, when, held, runs=runs), lets_go, now=now)
        if not runs:
            held.layer.delete()
            return
        close(held.layer, at=when)


@transaction.atomic
def take_back(layer: Layer, *, by: Person, now: datetime, lets_go: str = "") -> Layer:
    """What was changed last is undone: the layer that was closed goes on.

    `layer` is the closed one. What has begun to follow it ends now, so that even an undone change
    does not rewrite what has been. Returns the layer that goes on. Undone already: nothing changes.
    Raises LosesChanges where what was agreed since would end by it and `lets_go` does not say so.
    """
    roster = locked(layer.roster, by=by)
    found = plans.held(Q(pk=layer.pk))
    if not found:
        raise Refused(IS_GONE.format(who=last_change.SOMEBODY))
    old = found[0]
    ended_at = old.layer.valid_until
    if ended_at is None:
        return old.layer
    after = plans.held(Q(roster=roster, valid_from=ended_at, valid_until__isnull=True))
    following = plans.following(old, after)
    _refuse_taken(old, following, roster, now=now)
    reason = "It was undone"
    with because(roster, by=by, now=now, reason=reason), keeping(roster, lets_go, now=now):
        if ended_at > now:
            Layer.objects.filter(pk__in=[one.layer.pk for one in following]).delete()
            Layer.objects.filter(pk=old.layer.pk).update(valid_until=None)
            return Layer.objects.get(pk=old.layer.pk)
        if old.plan is None:
            raise Refused("This layer cannot be brought back here. Add a new one.")
        for one in following:
            close(one.layer, at=now)
        return write(roster, old.plan, valid_from=now)


@transaction.atomic
def split(layer: Layer, *, by: Person, now: datetime, reason: str = SPLIT) -> list[Layer]:
    """A layer of several rotations is one layer for each of them from `now` on.

    They are asked at the same time, as layers of equal priority are, so the same people are on
    call as before. Split already: nothing changes. Raises Refused for those who may not, and for
    one whose shifts come from a calendar.
    """
    roster = locked(layer.roster, by=by)
    found = plans.held(Q(pk=layer.pk))
    if not found or found[0].layer.valid_until is not None or len(found[0].parts) == 1:
        return []
    held = found[0]
    if not held.parts:
        raise Refused("It has no turns of its own, so there is nothing to split.")
    taken = {one.layer.name for one in plans.current(roster, now=now)}
    names = [held.layer.name, *_more_names(held.layer.name, len(held.parts) - 1, taken)]
    valid_from = held.layer.valid_from
    with because(roster, by=by, now=now, reason=reason):
        if roster.is_draft or (valid_from is not None and valid_from > now):
            held.layer.delete()
        else:
            close(held.layer, at=now)
            valid_from = now
        return [
            write(roster, replace(plan, name=name), valid_from=valid_from)
            for name, plan in zip(names, held.parts, strict=True)
        ]


def _more_names(name: str, number: int, taken: Iterable[str]) -> list[str]:
    used = {one.casefold() for one in taken}
    free = (f"{name[:55]} {count}" for count in range(2, number + len(used) + 3))
    return [one for one in free if one.casefold() not in used][:number]


def _refuse_taken(old: Held, following: list[Held], roster: Roster, *, now: datetime) -> None:
    """Another layer may have taken its name since."""
    gone = {one.layer.pk for one in following}
    taken = {
        one.layer.name
        for one in plans.current(roster, now=now)
        if one.layer.valid_until is None and one.layer.pk not in gone
    }
    if old.layer.name in taken:
        raise Refused(f"There is another layer called {old.layer.name} now. Rename it first.")


def locked(roster: Roster, *, by: Person) -> Roster:
    """Whoever changes this roster waits for who came first. Refused for those who may not."""
    found = Roster.objects.select_for_update(no_key=True).filter(pk=roster.pk).first()
    if found is None:
        raise Refused(ROSTER_IS_GONE)
    refuse_if(why_not_keep_roster(plans.keeper(by, found)))
    return found


def _as_read(layer: Layer, *, expects: str, by: Person) -> Held:
    """The layer as it stands, if it is what was read. Raises Overtaken."""
    found = plans.held(Q(pk=layer.pk))
    if found and found[0].layer.valid_until is None and found[0].revision == expects:
        return found[0]
    if found and found[0].layer.valid_until is not None:
        old = found[0]
        later = Q(roster=layer.roster_id, valid_until__isnull=True, name=old.layer.name)
        theirs = (plans.held(later) or [None])[0]  # type: ignore[list-item]
        raise Overtaken(last_change.who(layer.roster, by=by), theirs, _what(old, theirs))
    raise Overtaken(last_change.who(layer.roster, by=by), found[0] if found else None)


def _what(old: Held, theirs: Held | None) -> list[str]:
    if theirs is None or theirs.plan is None or old.plan is None:
        return []
    names = plans.names_of(old.plan.people | theirs.plan.people)
    return differences(old.plan, theirs.plan, names)


def _check(plan: LayerPlan, roster: Roster, *, besides: Layer | None, now: datetime) -> None:
    rows = plans.current(roster, now=now)
    taken = [
        one.layer.name
        for one in rows
        if one.layer.valid_until is None and (besides is None or one.layer.pk != besides.pk)
    ]
    found = problems(plan, taken=taken, names=plans.names_of(plan.people))
    if found:
        raise Refused(found[0].text)


def _keep(roster: Roster, tryout: Tryout, lets_go: str, *, now: datetime) -> None:
    """Nobody loses what was agreed without it being read first."""
    lost = lost_changes.lost(roster, tryout, now=now)
    if lost_changes.fingerprint(lost) not in ("", lets_go):
        raise LosesChanges(lost)


@contextmanager
def keeping(roster: Roster, lets_go: str, *, now: datetime) -> Iterator[None]:
    """The same for what is changed inside: LosesChanges at its end takes everything back."""
    standing = lost_changes.agreed(roster, now=now)
    yield
    lost = lost_changes.lost_since(roster, standing)
    if lost_changes.fingerprint(lost) not in ("", lets_go):
        raise LosesChanges(lost)


def _refuse_past(when: datetime, *, now: datetime) -> None:
    if when < now:
        raise Refused(IS_PAST)


@contextmanager
def because(
    roster: Roster, *, by: Person, now: datetime, reason: str, window: Span | None = None
) -> Iterator[None]:
    """The trail says who and why, and whoever it concerns is told; a draft needs no reason.

    `window`: nothing else can change, so whoever it concerns is told however far ahead it lies.
    """
    if roster.is_draft:
        with pghistory.context(user=by.pk):
            yield
        return
    line = why(reason)
    with (
        pghistory.context(user=by.pk, reason=line),
        aftermath.told(roster, by=by, now=now, why=line, window=window),
    ):
        yield


def close(layer: Layer, *, at: datetime) -> None:
    """The layer counts until `at`."""
    Layer.objects.filter(pk=layer.pk).update(valid_until=at)


def write(roster: Roster, plan: LayerPlan, *, valid_from: datetime | None) -> Layer:
    """A new layer that says what is planned."""
    layer = Layer.objects.create(
        roster=roster,
        name=plan.name,
        priority=plan.priority,
        time_zone=plan.time_zone,
        is_shadow=plan.is_shadow,
        valid_from=valid_from,
    )
    _write_turns(layer, plan)
    return layer


def rewrite(layer: Layer, plan: LayerPlan) -> Layer:
    """The layer itself says what is planned; for one that has put nobody on call yet."""
    layer.name, layer.priority = plan.name, plan.priority
    layer.time_zone, layer.is_shadow = plan.time_zone, plan.is_shadow
    layer.save(update_fields=["name", "priority", "time_zone", "is_shadow"])
    Rotation.objects.filter(layer=layer).delete()
    Restriction.objects.filter(layer=layer).delete()
    _write_turns(layer, plan)
    return layer


def _write_turns(layer: Layer, plan: LayerPlan) -> None:
    rotation = Rotation.objects.create(
        layer=layer,
        starts_on=plan.starts_on,
        handover_at=plan.handover_at,
        ends_on=plan.ends_on,
        unit=plan.unit,
        length=plan.length,
        weekdays=list(plan.weekdays),
        first=plan.first,
    )
    RotationMember.objects.bulk_create(
        RotationMember(rotation=rotation, order=order, person_id=person)
        for order, turn in enumerate(plan.turns)
        for person in turn
    )
    Restriction.objects.bulk_create(
        Restriction(layer=layer, weekday=day, starts_at=one.starts_at, ends_at=one.ends_at)
        for one in plan.hours
        for day in _days(one)
    )


def _days(one: HoursPlan) -> tuple[int | None, ...]:
    return one.weekdays or (None,)


def in_zone(plan: LayerPlan, zone: str) -> LayerPlan:
    """The plan with the zone named that it kept without saying so."""
    return plan if plan.time_zone else replace(plan, time_zone=zone)
