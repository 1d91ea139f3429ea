"""What the proof is made of: rules, rosters, cells and people of the next 90 days, read once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from django.apps import apps
from django.db import connection
from django.db.models import QuerySet

from incidents.enums import Promise
from incidents.logic.plan import Plan, freeze
from incidents.logic.proof import words
from incidents.logic.proof.checks import Proof
from incidents.logic.proof.found import Agreement, Found, Number
from incidents.logic.proof.ground import Ground
from incidents.logic.proof.rounds import Case
from incidents.logic.routing import RouteSpec, choose_policy
from incidents.logic.summons import About
from incidents.logic.targets import choose_target
from incidents.models import DecisionRight, Incident
from incidents.queries import policies, rules
from incidents.queries.rules import Book
from rosters.enums import SeverityLevel
from rosters.logic.directory import NEXT, NEXT_WITHIN
from rosters.logic.reaching import CALLS
from rosters.logic.spans import Span
from rosters.logic.standing import STALE_AFTER
from rosters.models import ContactPoint, Person, Service
from rosters.queries.directory import Wanted, load_directory
from rosters.queries.lines import usable_channels
from rosters.queries.shortfalls import owners

AHEAD = timedelta(days=90)
KEPT = ("incidents", "rosters")
"""Whose history is looked at."""
MOST_OFFSET = timedelta(days=7)
"""So far after its beginning an incident's calls are looked at."""


@dataclass
class Material:
    """Everything that is proved from, read at `now`; asks the database nothing more.

    `window` begins with the day of `now`, so that what has not changed is the same all day.
    """

    now: datetime
    window: Span
    services: Mapping[int, Service]
    routes: Mapping[int | None, Sequence[RouteSpec]]
    book: Book
    proof: Proof
    owners: Mapping[int | None, Sequence[Person]]
    _plans: dict[tuple[int, int], Plan] = field(default_factory=dict)
    _prints: dict[tuple[str, int], str] = field(default_factory=dict)

    def cases(self, service: Service | None) -> dict[int, Case | None]:
        """What happens at each severity; None where nobody is called."""
        return {level.value: self._case(service, level) for level in SeverityLevel}

    def prove(self, service: Service | None) -> list[Found]:
        """Everything that may not be about one service; without one, about the company."""
        cases = self.cases(service)
        found = self.proof.of_service(cases)
        if service is None:
            found += [
                one
                for severity, case in cases.items()
                if case is None
                for one in self.proof.agreeing(severity, About(severity))
            ]
        return found

    def fingerprint(self, service: Service | None) -> str:
        """Equal where `prove` must find the same."""
        written = sha256(repr((self.window, self.proof.agreements)).encode())
        for line in sorted(set(self._inputs(service))):
            written.update(line.encode())
        return written.hexdigest()

    def owner_of(self, service: Service | None) -> Person | None:
        """Who mends what is found: a lead of the service's team, or an administrator."""
        led = self.owners.get(service.owner_team_id) if service else None
        return next(iter(led or self.owners.get(None, ())), None)

    def _case(self, service: Service | None, severity: int) -> Case | None:
        policy_id = self._policy(service.pk if service else None, severity)
        version = self.book.versions.get(policy_id or 0)
        target = choose_target(
            self.book.targets,
            promise=Promise.ACKNOWLEDGE,
            severity=severity,
            tier=service.tier if service else None,
        )
        if version is None or target is None:
            return None
        key = (version.pk, target.amount)
        if key not in self._plans:
            specs = [
                policies.spec_of(step)
                for step in self.book.steps[version.pk]
                if step.clock == Promise.ACKNOWLEDGE
            ]
            frozen = freeze(specs, target=timedelta(minutes=target.amount))
            seen = tuple(one for one in frozen if one.offset < MOST_OFFSET)
            self._plans[key] = policies.plan_for(version, seen, promise=Promise.ACKNOWLEDGE)
        return Case(self._plans[key], self.book.rows, _about(service, severity), policy_id)

    def _policy(self, service_id: int | None, severity: int) -> int | None:
        fitting = [
            *self.routes.get(service_id, ()),
            *(self.routes.get(None, ()) if service_id else ()),
        ]
        at = self.window[0]  # nothing fitting is a detour, so any instant is as good
        return choose_policy(
            fitting, service_id=service_id, severity=severity, impact_id=None, at=at
        )

    def _inputs(self, service: Service | None) -> Iterator[str]:
        ground, directory = self.proof.ground, self.proof.ground.directory
        for severity, case in self.cases(service).items():
            if case is None:
                yield f"{severity} has no rule"
                continue
            yield f"{severity} {case.plan!r} {case.about!r}"
            for row in case.in_order:
                yield repr(row)
                for target in row.called:
                    yield from (repr(cell) for cell in ground.cells(target, case.about))
                rosters = ground.rosters(row, case.about)
                yield from (self._print("roster", pk, directory.rosters.get(pk)) for pk in rosters)
                for pk in ground.people(row, case.about):
                    known = (directory.people.get(pk), self.proof.numbers.get(pk))
                    yield self._print("person", pk, known)

    def _print(self, kind: str, pk: int, what: object) -> str:
        key = (kind, pk)
        if key not in self._prints:
            self._prints[key] = f"{kind} {pk} " + sha256(repr(what).encode()).hexdigest()
        return self._prints[key]


def load(*, now: datetime) -> Material:
    """Everything that is proved from, at `now`; a constant number of queries."""
    book = rules.book()
    found = Service.objects.select_related("owner_team").order_by("pk")
    services = {one.pk: one for one in found}
    rights = list(_rights())
    calls = [row for row in book.rows.values() if row.clock == Promise.ACKNOWLEDGE]
    asks_next = any(target.choose == NEXT for row in calls for target in row.called)
    starts_at = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    ends_at = starts_at + AHEAD
    wanted = policies.wanted_by(calls, [Incident(service=one) for one in services.values()])
    roles = {pk for one in rights for pk in (one.role_id, one.approver_id) if pk is not None}
    directory = load_directory(
        wanted | Wanted(role_ids=frozenset(roles)),
        starts_at=starts_at,
        ends_at=ends_at + MOST_OFFSET + (NEXT_WITHIN if asks_next else timedelta(0)),
    )
    ground = Ground(directory, (starts_at, ends_at + MOST_OFFSET), asks_next)
    routes: dict[int | None, list[RouteSpec]] = defaultdict(list)
    for route in (one for one in book.routes if not one.is_detour):  # those end by themselves
        routes[route.service_id].append(route)
    return Material(
        now,
        (starts_at, ends_at),
        services,
        routes,
        book,
        Proof(
            ground,
            ends_at,
            {pk: one.full_name for pk, one in directory.people.items()},
            _numbers(directory.people, at=starts_at),
            _agreements(rights),
        ),
        owners(now=now),
    )


def _about(service: Service | None, severity: int) -> About:
    if service is None:
        return About(severity)
    return About(severity, service.pk, "", service.owner_team_id, zone=service.owner_team.time_zone)


def _rights() -> QuerySet[DecisionRight]:
    """What one role may decide once another agrees."""
    rows = DecisionRight.objects.filter(approver__isnull=False)
    return rows.select_related("decision", "role", "approver").order_by("pk")


def _agreements(rights: Sequence[DecisionRight]) -> tuple[Agreement, ...]:
    """Which role asks which other, each pair once with everything that it is about."""
    pairs: dict[tuple[int, int], list[DecisionRight]] = defaultdict(list)
    for one in rights:
        pairs[one.role_id, one.approver_id or 0].append(one)
    return tuple(
        Agreement(
            some[0].pk,
            " or ".join(one.decision.name for one in some),
            role_id,
            f"the {some[0].role.name}",
            approver_id,
            f"the {some[0].approver}",
        )
        for (role_id, approver_id), some in pairs.items()
    )


def _numbers(people: Iterable[int], *, at: datetime) -> dict[int, Number]:
    """Why nobody knows that somebody can be called; "" for those of whom we know it."""
    carried = usable_channels()
    wakes = [channel for channel in CALLS if channel in carried]
    if not wakes:
        return {}
    points: dict[int, list[ContactPoint]] = defaultdict(list)
    for point in ContactPoint.objects.filter(person__in=list(people), channel__in=wakes):
        points[point.person_id].append(point)
    return {pk: Number(_why_not(points[pk], at=at)) for pk in people}


def _why_not(points: Sequence[ContactPoint], *, at: datetime) -> str:
    if not points:
        return words.NO_PHONE
    trusted = [one for one in points if one.is_trusted]
    if not trusted:
        return words.UNPROVED
    tested = [one.last_tested_at for one in trusted if one.last_tested_at is not None]
    return "" if any(at - one <= STALE_AFTER for one in tested) else words.UNTESTED


def mark() -> str:
    """Changes whenever somebody changes what the proof is made of; one query.

    The history that the database keeps of everything that people configure has the newest number.
    """
    tables = [
        row._meta.db_table  # noqa: SLF001  # Django's own door to it
        for row in apps.get_models()
        if hasattr(row, "pgh_tracked_model") and row._meta.app_label in KEPT  # noqa: SLF001  # as above
    ]
    newest = " UNION ALL ".join(f"(SELECT max(pgh_id) FROM {one})" for one in sorted(tables))  # noqa: S608  # our own tables
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(coalesce(max, 0)::text, ' ') FROM ({newest}) AS one")  # noqa: S608  # as above
        (found,) = cursor.fetchone()
    return sha256(str(found).encode()).hexdigest()
