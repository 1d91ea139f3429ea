"""The form of a leaver as it was sent: who takes which thing, whether they leave, what is wrong."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict

from config.front.logic.leaving import Chosen, Place, meant_by
from config.front.queries.leaver import LeaverPage, why_nobody
from rosters.logic.reasons import in_one_line
from rosters.logic.walltime import instant
from rosters.models import Person

LONGEST_NAME = 160
NOW, LATER, STAYS, PLANNED = "now", "later", "stays", "planned"
CHOICES = frozenset({NOW, LATER, STAYS, PLANNED})
ON_A_DAY = frozenset({LATER, PLANNED})
THEN = "then"
UNREADABLE = "\ufffd"
FURTHEST = timedelta(days=3660)


@dataclass
class Typed:
    """What stands in the form. `filled` is the name that was filled in last; `problems` are
    sentences by the field they are about."""

    everything: str = ""
    filled: str = ""
    names: dict[str, str] = field(default_factory=dict)
    successors: dict[str, int] = field(default_factory=dict)
    problems: dict[str, str] = field(default_factory=dict)
    reason: str = ""
    last_day: str = ""
    leaves: str = ""
    hands_over: str = THEN

    @property
    def is_leaving(self) -> bool:
        return self.leaves in (NOW, LATER)

    def suggest(self, last_day: date | None, *, today: date) -> None:
        """Fill in the last day that somebody asked for, unless it is over."""
        if last_day and last_day >= today and not self.last_day:
            self.leaves, self.last_day = LATER, last_day.isoformat()

    @property
    def chosen(self) -> Chosen:
        waits = self.leaves == PLANNED or (self.leaves == LATER and self.hands_over == THEN)
        return Chosen(self.successors, leaves=self.is_leaving, waits=waits)


def read(
    request: HttpRequest, page: LeaverPage, known: Mapping[str, int], *, now: datetime
) -> Typed:
    """What was typed. A name for everything goes into each field that is empty or that it filled
    before, whatever was pressed."""
    values = request.POST if request.method == "POST" else request.GET
    typed = Typed(
        everything=_name(values, "everything"),
        filled=_name(values, "filled") if values is request.POST else "",
        reason=in_one_line(values.get("reason", "")),
        last_day=values.get("last_day", "")[:10],
        leaves=values.get("leaves", "") if values.get("leaves") in CHOICES else "",
        hands_over=NOW if values.get("hands_over") == NOW else THEN,
    )
    leaves_at = page.person.left_at
    if values is not request.POST and leaves_at is not None and leaves_at > now:
        typed.leaves, typed.last_day = LATER, last_day_of(leaves_at, page.person)
    typed.names = {place.key: _name(values, f"to-{place.key}") for place in page.places}
    if typed.everything and typed.everything != typed.filled:
        _fill_in(typed, page.person, known, now=now)
    for place in page.places:
        _understand(typed, place, page.person, known, now=now)
    return typed


def last_day_of(leaves_at: datetime, person: Person) -> str:
    """The day that was noted, where the person is."""
    last = leaves_at.astimezone(ZoneInfo(person.time_zone)) - timedelta(microseconds=1)
    return last.date().isoformat()


def _name(values: QueryDict, field: str) -> str:
    """What was typed; what no name can hold is seen as such, and fits nobody."""
    return values.get(field, "").replace("\0", UNREADABLE).strip()[:LONGEST_NAME]


def _fill_in(typed: Typed, person: Person, known: Mapping[str, int], *, now: datetime) -> None:
    meant = meant_by(typed.everything, known)
    if meant is None:
        typed.problems["id_everything"] = why_nobody(typed.everything, known, now=now)
    elif known[meant] == person.pk:
        typed.problems["id_everything"] = _is_the_one(person)
    else:
        mine = ("", typed.filled)
        typed.names = {key: meant if name in mine else name for key, name in typed.names.items()}
        typed.everything = typed.filled = meant


def _understand(
    typed: Typed, place: Place, person: Person, known: Mapping[str, int], *, now: datetime
) -> None:
    name = typed.names[place.key]
    if not name:
        return
    meant = meant_by(name, known)
    if meant is None:
        typed.problems[f"to-{place.key}"] = why_nobody(name, known, now=now)
    elif known[meant] == person.pk:
        typed.problems[f"to-{place.key}"] = _is_the_one(person)
    else:
        typed.names[place.key], typed.successors[place.key] = meant, known[meant]


def _is_the_one(person: Person) -> str:
    return f"Choose somebody else: {person.full_name} is the one who goes."


def check(typed: Typed, person: Person, *, asks_leaving: bool, now: datetime) -> None:
    """What is missing before anything can be shown is added to the problems."""
    missing = dict(_missing(typed, person, asks_leaving=asks_leaving, now=now))
    typed.problems |= missing


def _missing(
    typed: Typed, person: Person, *, asks_leaving: bool, now: datetime
) -> Iterable[tuple[str, str]]:
    if asks_leaving and not typed.leaves:
        yield "id_leaves", f"Say whether {person.short_name} leaves or stays."
    if typed.leaves in ON_A_DAY and last_moment(typed, person, now=now) is None:
        yield "id_last_day", "Write the last day as 2026-11-30, today or later."
    is_unsaid = not (typed.leaves or asks_leaving)
    if typed.last_day and (typed.leaves in (NOW, STAYS) or is_unsaid):
        yield "id_last_day", "You wrote a last day. Choose “at the end of a day”, or empty it."
    if not typed.successors and not typed.is_leaving and not typed.problems:
        yield "id_everything", "Choose who takes over, at least once."
    if not typed.reason:
        yield "id_reason", "Say why in one line. Whoever reads the history will want to know."


def day_of(text: str) -> date | None:
    """The day that was written; None for anything else."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


def last_moment(typed: Typed, person: Person, *, now: datetime) -> datetime | None:
    """The end of the day that was chosen, where the person is, or now; None without a day."""
    if typed.leaves not in ON_A_DAY:
        return now
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    day = day_of(typed.last_day)
    if day is None or not today <= day < today + FURTHEST:
        return None
    return instant(datetime.combine(day + timedelta(days=1), time()), zone)
