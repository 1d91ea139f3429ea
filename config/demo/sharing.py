"""Living with shifts at the demo organisation: swaps, hand-over notes, temporary schedules and
calendar addresses, made by the same operations at past instants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from config.demo import sink
from config.demo.cast import Cast
from rosters.enums import SwapState
from rosters.logic.rotation import Span
from rosters.logic.temporaries import ShiftPlan, TemporaryPlan
from rosters.models import Person, Roster, ShiftSwap
from rosters.operations import feeds, handover_notes, swap_reminders, swapping, temporaries
from rosters.operations.swapping import Gift
from rosters.queries import handover
from rosters.queries import sharing as reading

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
EVENING, EVENING_HOURS = 18, 8
BY = "Amara"
"""Who keeps every roster."""


@dataclass(frozen=True)
class Scene:
    """One evening that changes hands: whose it is follows from the rotation."""

    roster: str
    in_days: int
    asked_days_before: int
    reason: str
    state: SwapState
    answer: str = ""
    is_of_one: bool = False
    wants_return: bool = False


SCENES = [
    Scene("Storefront", 8, 9, "A concert", SwapState.ASKED),
    Scene(
        "Messaging", 9, 10, "Parents' evening", SwapState.ASKED, is_of_one=True, wants_return=True
    ),
    Scene("Security", 6, 7, "A language course", SwapState.AGREED),
    Scene("Security", 13, 14, "A long weekend", SwapState.REFUSED, "Isaac and Haruto are away"),
    Scene("Orders", 9, 11, "A match", SwapState.DONE),
    Scene("Payments", 10, 12, "A train that was cancelled", SwapState.WITHDRAWN),
    Scene("Storefront", -16, 4, "A christening", SwapState.DONE),
    Scene("Delivery", -12, 2, "A dentist", SwapState.EXPIRED),
]
NEEDS_APPROVAL = "Security"

NOTED = ["Payments", "Storefront", "Messaging"]
NOTES = [
    "Quiet week. The nightly export ran twice on Thursday; harmless, the ticket is open.",
    "One call at 03:10, a full disk on the batch host. Room for about ten days now.",
    "Certificate renewed. The new alert on queue length rings too early, at 200; 400 would do.",
]
WEEKS_NOTED = 3

CALENDARS = [
    # who, of which roster (none: their own shifts), called, made how many days ago, read by now
    ("Nadia", None, "Phone", 70, True),
    ("Jonas", None, "Work calendar", 55, True),
    ("Amara", "Payments", "Wall in the team room", 40, True),
    ("Mei", None, "Old phone", 90, False),
]
OFFICE_MOVE = (12, 2)
DATA_CENTRE = (-33, 1)


def build(cast: Cast) -> None:
    """Swaps in every state, notes from one to the next, two temporary schedules, calendars."""
    now = cast.made_at
    Roster.objects.filter(pk=cast.rosters[NEEDS_APPROVAL].pk).update(swaps_need_approval=True)
    _schedule(cast, "Delivery", "Office move", OFFICE_MOVE, made_days_before=20)
    _schedule(cast, "Delivery", "Move of the data center", DATA_CENTRE, made_days_before=10)
    for scene in SCENES:
        _swap(cast, scene)
    for roster in NOTED:
        _note(cast, cast.rosters[roster])
    _calendars(cast)
    swap_reminders.sweep(now=now)
    sink.silence_whatever_waits(now=now)


def _swap(cast: Cast, scene: Scene) -> None:
    roster = Roster.objects.get(pk=cast.rosters[scene.roster].pk)
    starts_at = _at(cast, scene.in_days, EVENING)
    window = (starts_at, starts_at + EVENING_HOURS * HOUR)
    asked_at = starts_at - scene.asked_days_before * DAY
    [giver, *_] = _first(roster, window)
    taker = _taker(roster, giver, window)
    asked_of = taker if scene.is_of_one else None
    gift = Gift(giver, *window, asked_of, scene.wants_return, scene.reason)
    swap = swapping.ask(roster, gift, by=giver, now=asked_at)
    answered_at = asked_at + 3 * HOUR
    if scene.wants_return:
        returns = _own(roster, taker, since=window[1])
        swapping.offer(swap, by=taker, now=answered_at, returns=returns, note="If you take mine")
    if scene.state in (SwapState.AGREED, SwapState.DONE, SwapState.REFUSED):
        swapping.offer(swap, by=taker, now=answered_at)
    if scene.state == SwapState.REFUSED:
        _refuse(cast, swap, scene, now=answered_at + 5 * HOUR)
    if scene.state == SwapState.WITHDRAWN:
        swapping.withdraw(swap, by=giver, now=answered_at)
    if scene.state == SwapState.EXPIRED:
        swap_reminders.sweep(now=starts_at + HOUR)


def _refuse(cast: Cast, swap: ShiftSwap, scene: Scene, *, now: datetime) -> None:
    by = cast.people[BY]
    swapping.decide(swap, approves=False, by=by, now=now, answer=scene.answer)


def _first(roster: Roster, window: Span) -> list[Person]:
    """Who is first on call in the window, as the resolver says."""
    held = reading.held(roster, starts_at=window[0], ends_at=window[1])
    return [Person.objects.get(pk=one.person) for one in held if one.level == 0]


def _taker(roster: Roster, giver: Person, window: Span) -> Person:
    """Somebody who takes turns there, is here then, and stands at no level."""
    held = reading.held(roster, starts_at=window[0], ends_at=window[1])
    busy = {giver.pk, *(one.person for one in held)}
    return next(one for one in _here(roster, window) if one.pk not in busy)


def _own(roster: Roster, person: Person, *, since: datetime) -> Span:
    """An evening of the person's own, after `since`."""
    held = reading.held(roster, starts_at=since, ends_at=since + 28 * DAY)
    mine = next(one for one in held if one.person == person.pk and one.starts_at > since)
    starts_at = mine.starts_at + 9 * HOUR
    return starts_at, min(starts_at + EVENING_HOURS * HOUR, mine.ends_at)


def _note(cast: Cast, roster: Roster) -> None:
    """At each of the last changes of shift the one who left wrote, and the one who came read."""
    at = cast.made_at - WEEKS_NOTED * 7 * DAY
    for text in NOTES:
        change = handover.next_change(roster, now=at)
        if change is None or not change.goes or not change.comes:
            return
        written_at = min(change.at - HOUR, cast.made_at - HOUR)
        written = handover_notes.write(roster, text, by=change.goes[0], now=written_at)
        if change.at < cast.made_at:
            read_at = min(change.at + HOUR / 4, cast.made_at)
            handover_notes.mark_read(written.note, by=change.comes[0], now=read_at)
        at = change.at + 6 * DAY


def _schedule(
    cast: Cast, name: str, title: str, when: tuple[int, int], *, made_days_before: int
) -> None:
    """Fixed shifts of half a day each, by two people with one more behind them."""
    roster = cast.rosters[name]
    in_days, days = when
    starts_at = _at(cast, in_days, 9)
    window = (starts_at, starts_at + days * DAY)
    people = _here(roster, window)
    turns = [starts_at + number * 12 * HOUR for number in range(days * 2)]
    shifts = [
        ShiftPlan(people[number % 2].pk, at, at + 12 * HOUR) for number, at in enumerate(turns)
    ]
    shifts.append(ShiftPlan(people[2].pk, *window, level=2))
    plan = TemporaryPlan(title, *window, tuple(shifts))
    temporaries.make(
        roster,
        plan,
        by=cast.people[BY],
        now=starts_at - made_days_before * DAY,
        reason=f"{title}: two people by turns on site",
    )


def _here(roster: Roster, window: Span) -> Sequence[Person]:
    turns = Person.objects.filter(rotation_places__rotation__layer__roster=roster)
    return reading.here_in(list(turns.order_by("pk").distinct()), window)


def _calendars(cast: Cast) -> None:
    for short_name, roster, name, days_ago, is_read in CALENDARS:
        made_at = cast.made_at - days_ago * DAY
        person = cast.people[short_name]
        of = cast.rosters[roster] if roster else None
        made = feeds.make(of, name=name, by=person, now=made_at)
        if is_read:
            feeds.note_used(made.feed, now=cast.made_at - 2 * HOUR)
        else:
            feeds.end(made.feed, by=person, now=made_at + 30 * DAY)


def _at(cast: Cast, in_days: int, hour: int) -> datetime:
    """An hour of a day from today on, wall time in Berlin."""
    day: date = cast.made_at.astimezone(BERLIN).date() + in_days * DAY
    return datetime.combine(day, time(hour), BERLIN)
