"""What a file says of services. No service is removed, no label and no need taken away. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from config.portal.sentences import sentence
from rosters.logic.imports.fields import added, changed, said
from rosters.logic.imports.sheet import Checked, Difference, Mistake, Record, Wrong, near, shown
from rosters.logic.imports.values import People, Register, listed, region, tier

TOLD_EACH = 500
LABEL_LENGTH = 40
LABELS = {
    "team": "Owner team",
    "tier": "Tier",
    "impact": "What customers notice",
    "backup_owner": "Backup owner",
    "region": "Region",
    "hours": "Operating hours",
    "vendors": "Vendor contacts",
}


@dataclass(frozen=True)
class ServiceNow:
    """A service as it is, in words; `needs` are names in small letters."""

    pk: int
    fields: Mapping[str, str]
    labels: tuple[str, ...] = ()
    needs: frozenset[str] = frozenset()
    backup_owner_id: int | None = None


@dataclass(frozen=True)
class ServicePlan:
    """What is to be written of a service; without `pk` it is new. Labels and needs are added."""

    pk: int
    name: str
    fields: Mapping[str, str]
    team_id: int | None = None
    backup_owner_id: int | None = None
    labels: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Every service that a file is compared with; whether its sender may add one."""

    services: Register
    by_pk: Mapping[int, ServiceNow]
    teams: Register
    people: People
    may_add: bool


@dataclass
class _Work:
    known: Catalogue
    now: datetime
    coming: dict[str, str] = field(default_factory=dict)
    taken: dict[str, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    plans: list[ServicePlan] = field(default_factory=list)
    unchanged: int = 0
    names: dict[str, str] = field(default_factory=dict)


def check(
    records: Sequence[Record],
    known: Catalogue,
    *,
    now: datetime,
    tell: Callable[[int], None] = lambda _: None,
) -> Checked[ServicePlan]:
    """Every mistake and every difference of a file. An empty cell of it changes nothing."""
    work = _Work(known, now)
    work.names = {name.casefold(): name for name in known.services.by_name}
    for record in records:
        work.names.setdefault(record.get("name").casefold(), record.get("name"))
    for number, record in enumerate(records, start=1):
        _read(record, work)
        work.mistakes += record.mistakes
        if number % TOLD_EACH == 0:
            tell(number)
    return Checked(tuple(work.mistakes), tuple(work.differences), tuple(work.plans), work.unchanged)


def _read(record: Record, work: _Work) -> None:
    name, known = record.get("name"), work.known
    if not name:
        record.note("name", "Is empty. Write what people call the service.")
        return
    first = work.taken.setdefault(name.casefold(), record.number)
    if first != record.number:
        record.note("name", f"Row {first} is about the same service. Keep one of the two rows.")
        return
    team_id = record.read("team", known.teams.find)
    number = record.read("tier", tier)
    backup_id = record.read("backup_owner", known.people.find)
    labels = record.read("labels", _labels) or ()
    needs = record.read("needs", lambda text: _needs(text, name, work)) or ()
    pk = _pk(name, known)
    was = known.by_pk[pk] if pk else ServiceNow(0, {"tier": "2"})
    given = {
        "team": _name(known.teams, team_id),
        "tier": str(number) if number else None,
        "impact": record.get("impact"),
        "backup_owner": _person(record, work, backup_id, was),
        "region": record.read("region", region),
        "hours": record.get("hours"),
        "vendors": record.get("vendors"),
    }
    _why_not_new(record, work, is_new=not pk)
    if record.is_wrong:
        return
    values, changes = changed(was.fields, given, LABELS)
    sentences = list(said(changes, is_new=not pk, what="service"))
    fresh = tuple(one for one in labels if one.casefold() not in _small(was.labels))
    coming = tuple(one for one in needs if one.casefold() not in was.needs)
    sentences += [sentence("Labels: also {labels}.", labels=", ".join(fresh))] if fresh else []
    sentences += [added("Needs", coming)] if coming else []
    if not sentences:
        work.unchanged += 1
        return
    fields = values if pk else {**was.fields, **values}
    work.plans.append(ServicePlan(pk, name, fields, team_id, backup_id, fresh, coming))
    key = f"{pk}|{sorted(was.fields.items())}|{work.plans[-1]}"
    about = known_name(name, work)
    work.differences.append(Difference(record.number, about, tuple(sentences), key))


def known_name(name: str, work: _Work) -> str:
    """The service as it is written here already, whatever the file's capitals."""
    return work.names.get(name.casefold(), name)


def _pk(name: str, known: Catalogue) -> int:
    try:
        return known.services.find(name)
    except Wrong:
        return 0


def _name(register: Register, pk: int | None) -> str | None:
    return next((name for name, one in register.by_name.items() if one == pk), None) if pk else None


def _person(record: Record, work: _Work, pk: int | None, was: ServiceNow) -> str | None:
    """The name of the backup owner, who must still be here if they are new to it."""
    if pk is None:
        return None
    someone = work.known.people.by_pk[pk]
    if someone.left_at is not None and someone.left_at <= work.now and pk != was.backup_owner_id:
        record.note("backup_owner", f"{someone.full_name} has left. Choose somebody else.")
    return someone.full_name


def _why_not_new(record: Record, work: _Work, *, is_new: bool) -> None:
    if not is_new:
        return
    if not work.known.may_add:
        hint = near(record.get("name"), work.known.services.by_name) if not work.mistakes else ""
        text = "No service has this name, and your account may not add one."
        record.note("name", f"{text}{hint} Ask an administrator, or mend the name.")
    elif not record.get("team"):
        record.note("team", "Is empty. A new service needs a team that answers for it.")


def _labels(text: str) -> tuple[str, ...]:
    found = listed(text)
    for one in found:
        if len(one) > LABEL_LENGTH:
            raise Wrong(f"“{shown(one)}” is too long. At most {LABEL_LENGTH} characters fit.")
    return found


def _needs(text: str, name: str, work: _Work) -> tuple[str, ...]:
    found = []
    for one in listed(text):
        if one.casefold() == name.casefold():
            raise Wrong("A service cannot need itself. Take it out.")
        if one.casefold() not in work.names:
            hint = near(one, work.names.values()) if not work.mistakes else ""
            raise Wrong(f"No service is called “{shown(one)}”, here or in the file.{hint}")
        found.append(work.names[one.casefold()])
    return tuple(found)


def _small(labels: Sequence[str]) -> set[str]:
    return {one.casefold() for one in labels}
