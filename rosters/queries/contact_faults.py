"""What speaks against people's numbers: reported, shared, unproved, never tested. Never the number.

Beside the cells of the matrix (`contact_audit`) the audit shows these; `full` is all of it.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from rosters.enums import Channel
from rosters.logic.addresses import key_of
from rosters.logic.standing import STALE_AFTER
from rosters.models import (
    ConfirmationRequest,
    ContactPoint,
    MatrixEntry,
    Membership,
    Person,
)
from rosters.queries import contact_audit, contact_index
from rosters.queries.compiled import compiled
from rosters.queries.contact_audit import (
    ROLES,
    Audit,
    Finding,
    Kind,
    Tally,
    Who,
    due,
    is_of,
    leads,
    order,
)
from rosters.queries.contact_index import Index
from rosters.queries.everybody import expected
from rosters.queries.lines import usable_channels
from rosters.queries.many import Ids

SHARED = {
    "phone": "the same phone number",
    "sms": "the same number for text messages",
    "email": "the same e-mail address",
    "chat": "the same chat account",
    "push": "the same push device",
}


NAMES = {one.value: str(one.label).lower() for one in Channel}


@dataclass(frozen=True)
class People:
    """Everybody whom a roster or a role counts on: their team, and who leads it.

    `unled` are those in whose team nobody leads: they mend what is theirs themselves.
    """

    by_pk: Mapping[int, Who]
    teams: Mapping[int, int]
    leads: Mapping[int, Person]
    unled: Mapping[int, Person]

    def owner_of(self, person: Who) -> Person | None:
        return self.leads.get(self.teams.get(person.pk, 0)) or self.unled.get(person.pk)


class Way(NamedTuple):
    """A contact point, as far as the audit asks."""

    person_id: int
    channel: str
    address: str
    verified_at: datetime | None
    last_tested_at: datetime | None
    reported_wrong_at: datetime | None
    what_is_wrong: str

    @property
    def name(self) -> str:
        return NAMES[self.channel]


def full(*, now: datetime, index: Index | None = None, of: Person | None = None) -> Audit:
    """The whole audit at `now`, or what is `of` one person to mend; a constant number of queries,
    fewer with an index that is there."""
    audit = contact_audit.load(now=now, index=index, of=of)
    people = _people(now=now)
    points = _points(people.by_pk, now=now)
    mends = of.pk if of else 0
    found = [
        *_wrong(points, people),
        *_answered(people, now=now),
        *_duplicates(points, people, now=now),
        *_unproved(points, people, mends, now=now),
    ]
    more = (one for one in found if is_of(one.owner, mends)) if mends else found
    return replace(audit, findings=tuple(sorted([*audit.findings, *more], key=order)))


def tally(*, now: datetime, index: Index | None = None) -> Tally:
    """How much `full` finds, by kind, in a part of its time; a constant number of queries."""
    index = index or contact_index.load(now=now)
    counted = {pk for (pk,) in _numbers(now)}
    points = _points(counted, now=now)
    unverified, untested = _without_proof(points, now=now)
    found = contact_audit.count(index)
    found[Kind.WRONG] = sum(point.reported_wrong_at is not None for point in points)
    found[Kind.ANSWERED] = sum(1 for _ in _said_no(counted, now=now))
    found[Kind.DUPLICATE] = len(_shared(points))
    found[Kind.UNVERIFIED], found[Kind.UNTESTED] = len(unverified), len(untested)
    return Tally(found)


def _counted(*, now: datetime) -> QuerySet[Person]:
    """Everybody who is here and whom a roster or a role counts on."""
    found: QuerySet[Person] = Person.objects.employed(now=now).filter(expected())
    return found


@compiled
def _numbers(now: datetime) -> QuerySet[Person, Any]:
    return _counted(now=now).values_list("pk")


@compiled
def _ways(channels: tuple[str, ...], now: datetime) -> QuerySet[ContactPoint, Any]:
    found = ContactPoint.objects.filter(
        person__in=_counted(now=now).values("pk"), channel__in=channels
    )
    return found.order_by("person_id", "pk").values_list(*Way._fields)


@compiled
def _last_answers() -> QuerySet[ConfirmationRequest]:
    rows = ConfirmationRequest.objects.filter(answered_at__isnull=False)
    return rows.order_by("person_id", "-answered_at", "-pk").distinct("person_id")


@compiled
def _cells_of(people: Ids) -> QuerySet[MatrixEntry]:
    cells = MatrixEntry.objects.filter(person__in=people).select_related("service")
    return cells.order_by("person_id", "pk")


def _people(*, now: datetime) -> People:
    counted = _counted(now=now)
    found = {pk: Who(pk, name) for pk, name in counted.values_list("pk", "full_name")}
    memberships = Membership.objects.filter(person__in=counted.values("pk")).order_by("-pk")
    teams = dict(memberships.values_list("person_id", "team_id"))
    leading = leads(now=now)
    unled = Person.objects.in_bulk([pk for pk in found if teams.get(pk, 0) not in leading])
    return People(found, teams, leading, unled)


def _points(people: Container[int], *, now: datetime) -> list[Way]:
    rows = _ways(tuple(usable_channels()), now)
    return [Way(*row) for row in rows if row[0] in people]


def _wrong(points: Iterable[Way], people: People) -> Iterable[Finding]:
    for point in points:
        if point.reported_wrong_at:
            person = people.by_pk[point.person_id]
            yield _finding(
                Kind.WRONG,
                f"{person.full_name}, {point.name}",
                f"Somebody says: “{point.what_is_wrong}”",
                person,
                people,
                since=point.reported_wrong_at,
            )


def _said_no(
    people: Container[int], *, now: datetime
) -> Iterable[tuple[ConfirmationRequest, MatrixEntry]]:
    """Who was asked, and said that something is wrong; until their cells are confirmed since."""
    no = [row for row in _last_answers() if row.is_right is False]
    said = {row.person_id: row for row in no if row.person_id in people}
    for cell in _cells_of(frozenset(said)) if said else ():
        row = said.get(cell.person_id or 0)
        if row is None or (cell.confirmed_at and cell.confirmed_at > (row.answered_at or now)):
            continue
        del said[row.person_id]
        yield row, cell


def _answered(people: People, *, now: datetime) -> Iterable[Finding]:
    for row, cell in _said_no(people.by_pk, now=now):
        person = people.by_pk[row.person_id]
        team_id = cell.service.owner_team_id if cell.service else cell.team_id or 0
        found = _finding(
            Kind.ANSWERED,
            f"{person.full_name} says that something is wrong",
            f"“{row.note}”",
            person,
            people,
            since=row.answered_at or now,
        )
        lead = people.leads.get(team_id)
        yield found._replace(owner=lead, team_id=team_id) if lead else found


def _shared(points: Iterable[Way]) -> list[tuple[str, set[int]]]:
    """What several people have: its channel, and who they are."""
    having: dict[tuple[str, str], set[int]] = defaultdict(set)
    for point in points:
        having[point.channel, key_of(point.channel, point.address)].add(point.person_id)
    return [(channel, pks) for (channel, _), pks in having.items() if len(pks) > 1]


def _duplicates(points: Iterable[Way], people: People, *, now: datetime) -> Iterable[Finding]:
    for channel, pks in _shared(points):
        names = [people.by_pk[pk].full_name for pk in sorted(pks)]
        text = f"They have {SHARED[channel]}. Whoever has it answers for both."
        title = f"{', '.join(names[:-1])} and {names[-1]}"
        yield _finding(Kind.DUPLICATE, title, text, people.by_pk[min(pks)], people, since=now)


Ways = Mapping[int, list[Way]]


def _without_proof(points: Iterable[Way], *, now: datetime) -> tuple[Ways, Ways]:
    """By person: what nobody verified, and what nobody tested for long."""
    unverified: dict[int, list[Way]] = defaultdict(list)
    untested: dict[int, list[Way]] = defaultdict(list)
    for point in points:
        if point.verified_at is None and point.last_tested_at is None:
            unverified[point.person_id].append(point)
        elif point.last_tested_at is None or now - point.last_tested_at > STALE_AFTER:
            untested[point.person_id].append(point)
    return unverified, untested


def _unproved(
    points: Iterable[Way], people: People, mends: int, *, now: datetime
) -> Iterable[Finding]:
    """One finding for each person and kind, whatever the number of their contact points."""
    unverified, untested = _without_proof(points, now=now)
    for kind, found, words in (
        (Kind.UNVERIFIED, unverified, "No code was typed yet."),
        (Kind.UNTESTED, untested, "A test shows whether it still arrives."),
    ):
        for pk, own in found.items():
            if mends and not is_of(people.owner_of(people.by_pk[pk]), mends):
                continue
            channels = ", ".join(dict.fromkeys(one.name for one in own))
            title = f"{people.by_pk[pk].full_name}, {channels}"
            tested = [one.last_tested_at for one in own if one.last_tested_at]
            since = min(tested) + STALE_AFTER if tested else now
            yield _finding(kind, title, words, people.by_pk[pk], people, since=since)


def _finding(
    kind: Kind, title: str, detail: str, person: Who, people: People, *, since: datetime
) -> Finding:
    return Finding(
        kind,
        title,
        detail,
        people.owner_of(person),
        due(kind, since),
        person,
        people.teams.get(person.pk, 0),
    )


@dataclass(frozen=True)
class Asked:
    """What a reader narrows the audit to."""

    q: str = ""
    kind: str = ""
    owner: int = 0
    team: int = 0
    sort: str = "due"


SORTS = {"due": "By date", "-due": "Latest date first", "what": "By name", "owner": "By owner"}


def narrowed(audit: Audit, asked: Asked) -> Audit:
    """The findings that fit, in the order asked for."""
    if asked == Asked():
        return audit
    wanted = asked.q.lower().strip()
    found = [
        one
        for one in audit.findings
        if (not asked.kind or one.kind == asked.kind)
        and (not asked.owner or (one.owner is not None and one.owner.pk == asked.owner))
        and (not asked.team or one.team_id == asked.team)
        and (not wanted or wanted in f"{one.title} {one.detail} {one.owner or ''}".lower())
    ]
    found.sort(key=lambda one: _key(one, asked.sort), reverse=asked.sort == "-due")
    return replace(audit, findings=tuple(found))


def _key(one: Finding, sort: str) -> tuple[str, date, str]:
    named = {"what": one.title, "owner": str(one.owner or "")}.get(sort, "")
    return (named.lower(), one.due_on or date.max, one.title)


def about(audit: Audit, pk: str) -> list[Finding]:
    """What is to mend where this person is named."""
    return [
        one
        for one in audit.findings
        if one.kind in ROLES and one.person and str(one.person.pk) == pk
    ]


def owners(audit: Audit) -> list[Person]:
    """Everybody who has something to mend, by name."""
    found = {one.owner.pk: one.owner for one in audit.findings if one.owner}
    return sorted(found.values(), key=lambda person: person.full_name)


def of_owner(audit: Audit, person: Person) -> list[Finding]:
    """What one person has to mend, the most urgent first."""
    ranks = {kind: number for number, kind in enumerate(Kind)}
    mine = [one for one in audit.findings if one.owner and one.owner.pk == person.pk]
    return sorted(mine, key=lambda one: (one.due_on or date.max, ranks[one.kind], one.title))
