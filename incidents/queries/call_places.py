"""Who is called for critical incidents of each service in the next two weeks, by their turns."""

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from incidents.enums import Promise
from incidents.logic.call_places import Place, is_night
from incidents.logic.plan import PlannedStep, freeze
from incidents.logic.routing import choose_policy
from incidents.logic.summons import About, hear
from incidents.models import Incident
from incidents.queries import policies, rules
from incidents.queries.circumstances import about_call
from incidents.queries.rules import Book
from rosters.enums import SeverityLevel
from rosters.logic.directory import Directory
from rosters.models import Service
from rosters.queries.directory import load_directory

AHEAD = timedelta(days=14)
EVERY = timedelta(hours=6)
CRITICAL = SeverityLevel.CRITICAL


def places(*, now: datetime) -> dict[Service, dict[int, Place]]:
    """By service, of each person who is called their first place; a constant number of queries.

    By turns and cells alone: who stands in for a shift, or is away, said so themselves.
    """
    book = rules.book()
    services = list(Service.objects.select_related("owner_team").order_by("name", "pk"))
    wanted = policies.wanted_by(book.rows.values(), [Incident(service=one) for one in services])
    ahead = policies.look_ahead(book.rows.values(), AHEAD)
    found = load_directory(wanted, starts_at=now, ends_at=now + ahead)
    rosters = {pk: one.as_turns() for pk, one in found.rosters.items()}
    people = {pk: replace(one, away=()) for pk, one in found.people.items()}
    turns = replace(found, rosters=rosters, people=people, _present={}, _levels={}, _stretches={})
    directory = turns.settled(starts_at=now, ends_at=now + AHEAD)
    return {one: _of(one, book, directory, now=now) for one in services}


def _of(service: Service, book: Book, directory: Directory, *, now: datetime) -> dict[int, Place]:
    about = about_call(Incident(service=service, severity=CRITICAL))
    nights: dict[int, list[bool]] = {}
    found: dict[int, Place] = {}
    for number, step in enumerate(_steps(service, book, now=now), start=1):
        for person_id, at in _told(book, step, directory, about, now=now):
            if found.get(person_id, Place(number, step.offset, at)).number != number:
                continue
            found.setdefault(person_id, Place(number, step.offset, at))
            zone = ZoneInfo(directory.people[person_id].time_zone)
            nights.setdefault(person_id, []).append(is_night(at.astimezone(zone)))
    return {pk: replace(one, is_night_only=all(nights[pk])) for pk, one in found.items()}


def _steps(service: Service, book: Book, *, now: datetime) -> tuple[PlannedStep, ...]:
    """The calls of the first round, in the order of time."""
    policy_id = choose_policy(
        book.routes, service_id=service.pk, severity=CRITICAL, impact_id=None, at=now
    )
    version = book.versions.get(policy_id or 0)
    if version is None:
        return ()
    mine = [one for one in book.steps[version.pk] if one.clock == Promise.ACKNOWLEDGE]
    return freeze([policies.spec_of(one) for one in mine], target=timedelta(0))


def _told(
    book: Book, step: PlannedStep, directory: Directory, about: About, *, now: datetime
) -> list[tuple[int, datetime]]:
    """Whom a step tells, and when, every few hours of the next two weeks."""
    row = book.rows[step.step_id]
    return [
        (one.person_id, now + number * EVERY)
        for number in range(AHEAD // EVERY)
        for one in hear(row, directory, about=about, at=now + number * EVERY).people
    ]
