"""What the rosters of the next 30 days need somebody for: gaps first, each with who mends it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rosters.logic.targets import in_short
from rosters.models import CoverageTarget, Person, Roster
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.shortfalls import (
    AHEAD,
    HEADINGS,
    Book,
    Finding,
    Kind,
    everything,
    order,
    owners,
)

FOLDED = frozenset({Kind.TWICE, Kind.HOLIDAY})


@dataclass(frozen=True)
class Declared:
    """When somebody is meant to be on call; `hours` in short where hours are named."""

    roster: Roster
    target: CoverageTarget
    hours: str
    zone: ZoneInfo


@dataclass(frozen=True)
class Group:
    """Everything of one kind, by time."""

    kind: Kind
    findings: tuple[Finding, ...]

    @property
    def heading(self) -> str:
        return HEADINGS[self.kind]

    @property
    def is_folded(self) -> bool:
        """Whether it is told roster by roster, each folded: there are many, and none is a gap."""
        return self.kind in FOLDED

    @property
    def by_roster(self) -> list[tuple[Roster, list[Finding]]]:
        """The same, roster by roster, by name."""
        found: dict[int, tuple[Roster, list[Finding]]] = {}
        for one in self.findings:
            found.setdefault(one.roster.pk, (one.roster, []))[1].append(one)
        return sorted(found.values(), key=lambda pair: pair[0].name)


@dataclass(frozen=True)
class Ahead:
    """The next 30 days of every roster. `targets` are what is declared, by roster."""

    starts_at: datetime
    ends_at: datetime
    findings: tuple[Finding, ...]
    rosters: tuple[Roster, ...]
    targets: Mapping[int, CoverageTarget]

    @property
    def groups(self) -> list[Group]:
        found: dict[Kind, list[Finding]] = {kind: [] for kind in Kind}
        for one in self.findings:
            found[one.kind].append(one)
        return [Group(kind, tuple(some)) for kind, some in found.items() if some]

    @property
    def owners(self) -> list[Person]:
        """Everybody who has something to mend, by name."""
        found = {person.pk: person for one in self.findings for person in one.owners}
        return sorted(found.values(), key=lambda person: person.full_name)

    @property
    def gaps(self) -> int:
        return sum(one.kind is Kind.GAP for one in self.findings)

    @property
    def worst(self) -> Finding | None:
        """The first gap, else the first time without a backup, if there is any."""
        urgent = {Kind.GAP, Kind.BACKUP}
        return next((one for one in self.findings if one.kind in urgent), None)

    def of_owner(self, person: Person) -> list[Finding]:
        """What one person has to mend, the most urgent first."""
        mine = [one for one in self.findings if person in one.owners and one.needs_somebody]
        return sorted(mine, key=order)


@dataclass(frozen=True)
class Asked:
    """What a reader narrows it to."""

    q: str = ""
    kind: str = ""
    roster: str = ""
    owner: int = 0


def load(*, now: datetime) -> Ahead:
    """Everything from `now` on for 30 days; a constant number of queries."""
    rosters = tuple(Roster.objects.filter(is_draft=False).select_related("team").order_by("name"))
    ids = frozenset(one.pk for one in rosters)
    until = now + AHEAD
    directory = load_directory(Wanted(roster_ids=ids), starts_at=now, ends_at=until)
    book = Book(
        {one.pk: one for one in rosters if one.pk in directory.rosters},
        directory,
        Person.objects.in_bulk(directory.people.keys()),
        owners(now=now),
        now,
    )
    targets = CoverageTarget.objects.prefetch_related("hours")
    return Ahead(
        now,
        until,
        everything(book),
        rosters,
        {one.roster_id: one for one in targets},
    )


def narrowed(ahead: Ahead, asked: Asked) -> Ahead:
    """The findings that fit."""
    wanted = asked.q.lower().strip()
    found = tuple(
        one
        for one in ahead.findings
        if (not asked.kind or one.kind == asked.kind)
        and (not asked.roster or one.roster.slug == asked.roster)
        and (not asked.owner or any(person.pk == asked.owner for person in one.owners))
        and (not wanted or wanted in _words(one))
    )
    return replace(ahead, findings=found)


def _words(one: Finding) -> str:
    names = [one.roster.name, one.person.full_name if one.person else ""]
    names += [person.full_name for person in one.owners]
    return " ".join(names).lower()


def declared(ahead: Ahead) -> list[Declared]:
    """What is declared, roster by roster; the others follow their layers."""
    found = []
    for roster in ahead.rosters:
        target = ahead.targets.get(roster.pk)
        if target is not None:
            hours = [(one.weekday, one.starts_at, one.ends_at) for one in target.hours.all()]
            found.append(Declared(roster, target, in_short(hours), ZoneInfo(roster.time_zone)))
    return found
