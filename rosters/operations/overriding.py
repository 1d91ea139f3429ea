"""Who is on call, changed for a time: one instead, one more, one fewer, one who rides along."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from config.portal.refusals import Refused, refuse_if
from rosters.enums import OverrideKind
from rosters.logic import sharing
from rosters.logic.rotation import Span
from rosters.logic.temporaries import Hand
from rosters.models import Override, Person, Roster
from rosters.operations import aftermath, carriage, standing_in, telling, temporary_shifts
from rosters.operations.absences import period
from rosters.operations.telling import Word
from rosters.queries import sharing as reading

ROSTER_IS_GONE = "Somebody removed this roster. Nothing was changed."


@dataclass(frozen=True)
class Wanted:
    """A change to who is on call from `starts_at` until `ends_at` (exclusive); UTC instants.

    `kind` says who is named: with "replace" `person` comes and `instead_of` goes (None: everybody
    who is on call), with "add" and "shadow" `person` comes, with "remove" `instead_of` goes.
    """

    kind: OverrideKind
    starts_at: datetime
    ends_at: datetime
    person: Person | None = None
    instead_of: Person | None = None
    reason: str = ""

    @property
    def window(self) -> Span:
        return self.starts_at, self.ends_at


@transaction.atomic
def put(roster: Roster, wanted: Wanted, *, by: Person, now: datetime) -> Override:
    """The change holds from the commit on, and whoever it concerns is told.

    Where `instead_of` stands in for somebody already, the change names that one, and lasts no
    longer than that. It never holds before `now`, even where the window begins earlier. The very
    same change twice is made once. Raises Refused for those who may not, for a window that cannot
    be, for somebody who is away then or not on call at all, and under a temporary schedule, which
    wins over it.
    """
    roster = locked(roster)
    if (same := _same(roster, wanted, now=now)) is not None:
        return same
    wanted = _from_now(wanted, now=now)
    refuse_if(_why_not(roster, wanted, by=by, now=now))
    named = _drawn(roster, wanted)
    if (same := _same(roster, named, now=now)) is not None:
        return same
    if named.kind == OverrideKind.SHADOW:
        made = _make(roster, named, by=by)
        _tell_rider(made, by=by, now=now)
        return made
    with aftermath.told(roster, by=by, now=now, why=wanted.reason, window=named.window) as change:
        made = _make(roster, named, by=by)
        change.key = f"override:{made.pk}"
    return made


def _make(roster: Roster, named: Wanted, *, by: Person) -> Override:
    return Override.objects.create(
        roster=roster,
        kind=named.kind,
        person=named.person,
        instead_of=named.instead_of,
        starts_at=named.starts_at,
        ends_at=named.ends_at,
        reason=named.reason,
        created_by=by,
    )


@transaction.atomic
def arrange(roster: Roster, wanted: Wanted, *, by: Person, now: datetime) -> Override | None:
    """As `put`, and under a temporary schedule too: there the schedule's own shifts change.

    Returns the change that holds outside of temporary schedules, None where nothing is outside.
    Raises Refused as `put` does, but not for the schedule.
    """
    roster = locked(roster)
    if (same := _same(roster, wanted, now=now)) is not None:
        return same
    wanted = _from_now(wanted, now=now)
    outside = reading.outside(roster, wanted.window)
    if wanted.kind == OverrideKind.SHADOW or outside == (wanted.window,):
        return put(roster, wanted, by=by, now=now)
    if _is_so(roster, wanted):
        return None
    refuse_if(_why_not_at_all(roster, wanted, by=by, now=now))
    if wanted.kind == OverrideKind.REPLACE and wanted.instead_of is None:
        raise Refused("A temporary schedule holds then. Say whom they relieve.")
    if len(outside) > 1:
        raise Refused("Two times outside of a temporary schedule are in this one. Take one first.")
    hand = Hand(wanted.window, _pk(wanted.person), _pk(wanted.instead_of))
    with aftermath.told(roster, by=by, now=now, why=wanted.reason, window=wanted.window):
        temporary_shifts.hand_on(roster, [hand], reason=wanted.reason)
        for starts_at, ends_at in outside:
            part = replace(wanted, starts_at=starts_at, ends_at=ends_at)
            if wanted.instead_of is None or reading.stands(roster, wanted.instead_of, part.window):
                return _make(roster, _drawn(roster, part), by=by)
    return None


def _is_so(roster: Roster, wanted: Wanted) -> bool:
    """Whoever is to come is on call for just this time, and whoever is to go is not."""
    comes, goes = _pk(wanted.person), _pk(wanted.instead_of)
    held = reading.held(roster, starts_at=wanted.starts_at, ends_at=wanted.ends_at)
    whole = {one.person for one in held if (one.starts_at, one.ends_at) == wanted.window}
    return comes in whole and all(one.person != goes for one in held)


def _from_now(wanted: Wanted, *, now: datetime) -> Wanted:
    """What has been stays as it was, also the seconds before the press. What is refused for its
    window stays as it is, so that the sentence fits."""
    if sharing.why_not_window(*wanted.window, now=now) or wanted.starts_at >= now:
        return wanted
    return replace(wanted, starts_at=now)


def _same(roster: Roster, wanted: Wanted, *, now: datetime) -> Override | None:
    """The very same change, made before, if none that was made after it takes its place."""
    about = Override.objects.filter(
        roster=roster,
        instead_of=wanted.instead_of,
        starts_at__lt=wanted.ends_at,
        ends_at__gt=wanted.starts_at,
    )
    if wanted.instead_of is None:
        about = about.filter(kind=wanted.kind)
    if wanted.kind in (OverrideKind.ADD, OverrideKind.SHADOW):
        about = about.filter(person=wanted.person)
    last = about.order_by("pk").last()
    if last is None or (last.kind, last.person_id) != (wanted.kind, _pk(wanted.person)):
        return None
    begins_alike = last.starts_at == wanted.starts_at or wanted.starts_at <= last.starts_at <= now
    return last if begins_alike and last.ends_at == wanted.ends_at else None


def _pk(person: Person | None) -> int | None:
    return person.pk if person else None


def _drawn(roster: Roster, wanted: Wanted) -> Wanted:
    """The change so that it holds: it names whom the layers have. Raises Refused."""
    if wanted.instead_of is None:
        return wanted
    goes, (starts_at, ends_at) = standing_in.drawn(roster, wanted.instead_of, wanted.window)
    if goes is None and wanted.kind == OverrideKind.REMOVE:
        raise Refused(f"{wanted.instead_of.full_name} is there by a change. End that change.")
    return replace(wanted, instead_of=goes, starts_at=starts_at, ends_at=ends_at)


def _why_not(roster: Roster, wanted: Wanted, *, by: Person, now: datetime) -> str | None:
    return _why_not_at_all(roster, wanted, by=by, now=now) or _why_not_now(roster, wanted)


def _why_not_at_all(roster: Roster, wanted: Wanted, *, by: Person, now: datetime) -> str | None:
    part = reading.part_of(by, roster)
    is_own = wanted.person is not None and wanted.person.pk == by.pk
    may = sharing.why_not_take(part) if is_own else sharing.why_not_arrange_for_others(part)
    return (
        may
        or sharing.why_not_window(wanted.starts_at, wanted.ends_at, now=now)
        or _why_not_people(roster, wanted)
    )


def _why_not_people(roster: Roster, wanted: Wanted) -> str | None:
    comes, goes = wanted.person, wanted.instead_of
    if comes and goes and comes.pk == goes.pk:
        return "Choose two different people."
    if comes and reading.away_in(comes, wanted.window):
        return f"{comes.full_name} is away or has left at some time then. Choose somebody else."
    if goes and not reading.shifts_in(roster, goes, wanted.window):
        return f"{goes.full_name} has no shift on {roster} then, so there is nothing to change."
    if wanted.kind == OverrideKind.ADD and comes:
        return _why_not_more(roster, comes, wanted.window)
    return None


def _why_not_more(roster: Roster, comes: Person, window: Span) -> str | None:
    held = reading.shifts_in(roster, comes, window)
    is_first = any(one.level == 0 and (one.starts_at, one.ends_at) == window for one in held)
    return f"{comes.full_name} is on call then already." if is_first else None


def _why_not_now(roster: Roster, wanted: Wanted) -> str | None:
    """A temporary schedule wins over whoever is called, so a change under it would not hold."""
    fixed = reading.fixed_by(roster, wanted.window)
    if fixed is None or wanted.kind == OverrideKind.SHADOW:
        return None
    return f"The temporary schedule “{fixed.name}” holds then. Change that one instead."


@transaction.atomic
def end(override: Override, *, by: Person, now: datetime) -> None:
    """It holds no longer: taken back when it has not begun, else over from now on.

    Over or gone already: nothing changes. Raises Refused for those who may not.
    """
    locked(override.roster)
    found = Override.objects.select_related("roster", "person", "instead_of", "created_by")
    row = found.filter(pk=override.pk).first()
    if row is None or row.ends_at <= now:
        return
    is_own = by.pk in (row.created_by_id, row.person_id) and row.swap_id is None
    if not is_own:
        refuse_if(sharing.why_not_arrange_for_others(reading.part_of(by, row.roster)))
    carriage.cancel([f"override:{row.pk}"], now=now)
    if row.kind == OverrideKind.SHADOW:
        _tell_rider(row, by=by, now=now, is_over=True)
    window, did = (row.starts_at, row.ends_at), "took back a change of who is on call for"
    with aftermath.told(row.roster, by=by, now=now, did=did, window=window):
        if row.starts_at < now:
            Override.objects.filter(pk=row.pk).update(ends_at=now)
        else:
            row.delete()


def locked(roster: Roster) -> Roster:
    """Whoever changes who is on call here waits for who came first. Raises Refused."""
    found = Roster.objects.select_for_update(no_key=True).filter(pk=roster.pk).first()
    if found is None:
        raise Refused(ROSTER_IS_GONE)
    return found


def _tell_rider(row: Override, *, by: Person, now: datetime, is_over: bool = False) -> None:
    """Whoever rides along, or no longer does, reads it, unless they did it themselves."""
    rider = row.person
    if rider is None or rider.pk == by.pk:
        return
    said = "you no longer ride along" if is_over else "you ride along"
    when = period(row.starts_at, row.ends_at, reader=rider, now=now)
    why = f"\n\nWhy: {row.reason.rstrip('.')}." if row.reason and not is_over else ""
    rests = "" if is_over else " You are not called."
    word = Word(
        topic="shift-ended" if is_over else "shift-changed",
        topic_id=row.pk,
        subject_key=f"override:{row.pk}",
        subject=f"{row.roster}: {said}",
        body=(
            f"{by.full_name} changed who is on call for {row.roster}.\n\n"
            f"{said[0].upper()}{said[1:]}: {when}.{rests}{why}\n\n{_address(row.roster)}"
        ),
    )
    telling.tell(rider, word, now=now)


def _address(roster: Roster) -> str:
    return f"{settings.PUBLIC_URL}{reverse('rosters:roster', args=[roster.slug])}"
