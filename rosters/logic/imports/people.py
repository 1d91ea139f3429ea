"""What a file says of people. Nobody is removed, and no team loses anybody by it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.portal.sentences import Sentence
from rosters.logic.imports.fields import Change, added, changed, said
from rosters.logic.imports.sheet import Checked, Difference, Mistake, Record
from rosters.logic.imports.values import (
    People,
    Register,
    Someone,
    each,
    email,
    region,
    time_zone,
    yes_no,
)

TOLD_EACH = 500
LABELS = {
    "full_name": "Name",
    "short_name": "Short name",
    "email": "E-mail",
    "time_zone": "Time zone",
    "region": "Region",
}
SHORT_LENGTH = 40
STILL_HERE = "Change it on their page in the admin first, or take the row out."


@dataclass(frozen=True)
class PersonNow:
    """A person as they are, with their teams; `leads` are those of them that they lead."""

    pk: int
    fields: Mapping[str, str]
    may_sign_in: bool = False
    teams: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    left_at: datetime | None = None


@dataclass(frozen=True)
class PersonPlan:
    """What is to be written of a person; without `pk` they are new. Teams are those added."""

    pk: int
    fields: Mapping[str, str]
    may_sign_in: bool | None = None
    joins: tuple[int, ...] = ()
    leads: tuple[int, ...] = ()


@dataclass(frozen=True)
class Company:
    """Everybody whom a file is compared with. `reader_id` is who sent it."""

    people: People
    by_pk: Mapping[int, PersonNow]
    teams: Register
    reader_id: int


@dataclass
class _Work:
    known: Company
    now: datetime
    taken: dict[object, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    plans: list[PersonPlan] = field(default_factory=list)
    unchanged: int = 0
    team_names: dict[int, str] = field(default_factory=dict)


def check(
    records: Sequence[Record],
    known: Company,
    *,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> Checked[PersonPlan]:
    """Every mistake and every difference of a file. An empty cell of it changes nothing."""
    work = _Work(known, now)
    work.team_names = {pk: name for name, pk in known.teams.by_name.items()}
    for number, record in enumerate(records, start=1):
        _read(record, work)
        work.mistakes += record.mistakes
        if number % TOLD_EACH == 0:
            tell(number)
    return Checked(tuple(work.mistakes), tuple(work.differences), tuple(work.plans), work.unchanged)


def _read(record: Record, work: _Work) -> None:
    given = {
        "full_name": record.get("full_name"),
        "short_name": record.get("short_name"),
        "email": record.read("email", email),
        "time_zone": record.read("time_zone", time_zone),
        "region": record.read("region", region),
    }
    joins = record.read("teams", each(work.known.teams.find)) or ()
    leads = record.read("leads", each(work.known.teams.find)) or ()
    if not given["full_name"]:
        record.note("full_name", "Is empty. Write first and last name.")
    if record.is_wrong:
        return
    who = _who(record, given, work)
    if record.is_wrong or not _is_first(record, given, who, work):
        return
    was = work.known.by_pk[who.pk] if who else _somebody_new(given)
    _compare(record, work, was, given, (joins, leads))


def _who(record: Record, given: Mapping[str, str | None], work: _Work) -> Someone | None:
    """Whom a row is about: by address, else the one of this name; None is somebody new."""
    name, address = given["full_name"] or "", given["email"]
    found = work.known.people.with_email(address) if address else None
    if found:
        return found
    named = work.known.people.called(name)
    if not address and len(named) > 1:
        record.note("full_name", f"{len(named)} people are called {name}. Write the e-mail too.")
    if address:
        other = next((one for one in named if one.email), None)
        if other and (other.left_at is None or other.left_at > work.now):
            record.note("email", f"{name} is here with another address. {STILL_HERE}")
        named = [one for one in named if not one.email]
    return named[0] if named else None


def _is_first(
    record: Record, given: Mapping[str, str | None], who: Someone | None, work: _Work
) -> bool:
    key = who.pk if who else (given["email"] or (given["full_name"] or "").casefold())
    first = work.taken.setdefault(key, record.number)
    if first != record.number:
        text = f"Row {first} is about the same person. Keep one of the two rows."
        record.note("full_name", text)
    return first == record.number


def _somebody_new(given: Mapping[str, str | None]) -> PersonNow:
    short = (given["full_name"] or "").split()[0][:SHORT_LENGTH]
    return PersonNow(0, {"short_name": short, "time_zone": "UTC"})


def _compare(
    record: Record,
    work: _Work,
    was: PersonNow,
    given: Mapping[str, str | None],
    teams: tuple[tuple[int, ...], tuple[int, ...]],
) -> None:
    values, changes = changed(was.fields, given, LABELS)
    signs_in = _signs_in(record, work, was, values)
    if signs_in is not None:
        changes.append(Change("May sign in", *(("no", "yes") if signs_in else ("yes", "no"))))
    leads = tuple(pk for pk in teams[1] if pk not in was.leads)
    joins = tuple(pk for pk in teams[0] if pk not in was.teams and pk not in leads)
    is_new = not was.pk
    sentences = said(_without_name(changes, is_new=is_new), is_new=is_new, what="person")
    sentences += _of_teams(work, joins, leads)
    if not sentences:
        work.unchanged += 1
        return
    if was.left_at is not None and was.left_at <= work.now:
        record.note("full_name", f"Has left the company. {STILL_HERE}")
    if record.is_wrong:
        return
    fields = {**was.fields, **values} if is_new else values
    work.plans.append(PersonPlan(was.pk, fields, signs_in, joins, leads))
    key = f"{was.pk}|{sorted(was.fields.items())}|{work.plans[-1]}"
    about = given["full_name"] or ""
    work.differences.append(Difference(record.number, about, sentences, key))


def _signs_in(
    record: Record, work: _Work, was: PersonNow, values: Mapping[str, str]
) -> bool | None:
    """Whether they may sign in from now on; None while it stays as it is."""
    wanted = record.read("may_sign_in", yes_no)
    if wanted is None or wanted == was.may_sign_in:
        return None
    if wanted and not (values.get("email") or was.fields.get("email")):
        record.note("may_sign_in", "Whoever signs in needs an e-mail address. Write it too.")
    if not wanted and was.pk == work.known.reader_id:
        record.note("may_sign_in", "This is you. Somebody else must take your own right away.")
    return wanted


def _without_name(changes: Sequence[Change], *, is_new: bool) -> list[Change]:
    """Somebody new has their name in front of the sentence already."""
    return [one for one in changes if not (is_new and one.label == LABELS["full_name"])]


def _of_teams(work: _Work, joins: tuple[int, ...], leads: tuple[int, ...]) -> tuple[Sentence, ...]:
    found = []
    if joins:
        found.append(added("Teams", [work.team_names[pk] for pk in joins]))
    if leads:
        found.append(added("Leads", [work.team_names[pk] for pk in leads]))
    return tuple(found)
