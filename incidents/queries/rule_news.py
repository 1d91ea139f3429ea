"""What stands in the rule of a service, so that a change of it can be told."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from incidents.enums import TargetKind
from incidents.logic.policy_diff import differences
from incidents.logic.routing import choose_policy
from incidents.logic.rule_news import Published, Seen
from incidents.models import PolicyVersion, RuleSubscription
from incidents.queries import policy_texts, rules
from incidents.queries.rules import Book
from rosters.enums import SeverityLevel
from rosters.logic.directory import Directory
from rosters.logic.matrix import CellSpec, Question
from rosters.models import Person, Service
from rosters.queries.directory import Wanted, load_directory

SHORTLY = timedelta(minutes=1)


def seen(services: Iterable[Service], *, now: datetime) -> dict[int, Seen]:
    """What stands in the rules of these services at `now`; a constant number of queries."""
    found, book = list(services), rules.book()
    wanted = Wanted(
        role_ids=frozenset(
            target.role_id
            for row in book.rows.values()
            for target in row.targets
            if target.role_id is not None
        ),
        service_ids=frozenset(one.pk for one in found),
        team_ids=frozenset(one.owner_team_id for one in found),
    )
    directory = load_directory(wanted, starts_at=now, ends_at=now + SHORTLY)
    return {one.pk: _seen(one, book, directory, now=now) for one in found}


def _seen(service: Service, book: Book, directory: Directory, *, now: datetime) -> Seen:
    versions: dict[str, int] = {}
    roles: dict[str, str] = {}
    for level in SeverityLevel:
        policy_id = choose_policy(
            book.routes, service_id=service.pk, severity=level, impact_id=None, at=now
        )
        version = book.versions.get(policy_id or 0)
        if version is None:
            continue
        versions[str(level.value)] = version.pk
        for step in book.steps[version.pk]:
            for target in step.targets.all():
                if target.kind == TargetKind.ROLE and target.role_id is not None:
                    name = directory.role_names.get(target.role_id, "")
                    roles[name] = _named(target.role_id, service, directory, now=now)
    return Seen(versions, roles)


def _named(role_id: int, service: Service, directory: Directory, *, now: datetime) -> str:
    """Whom the nearest cells name for a role, whatever their hours and whoever is away."""
    asked = Question(role_id, service.pk, service.owner_team_id)
    cells = [one for one in directory.around(asked) if replace(one, hours=None).holds(now)]
    cells.sort(key=lambda one: (one.rank, -one.cell_id), reverse=True)
    nearest = [one for one in cells if one.level == cells[0].level]
    return "; ".join(_of_cell(one, directory) for one in nearest)


def _of_cell(cell: CellSpec, directory: Directory) -> str:
    if cell.roster_id is not None:
        who = f"whoever is on call for {directory.roster_names.get(cell.roster_id, 'its roster')}"
    else:
        who = _name(cell.person_id, directory)
        who += f", with {_name(cell.backup_id, directory)} as backup" if cell.backup_id else ""
    if cell.severity is not None:
        who += f", at SEV{cell.severity}{' and worse' if cell.and_worse else ''}"
    return who + (f", during {cell.hours.name}" if cell.hours else "")


def _name(person_id: int | None, directory: Directory) -> str:
    person = directory.people.get(person_id or 0)
    return person.full_name if person else "nobody"


def published(version_ids: Iterable[int]) -> dict[int, Published]:
    """These versions as news tell of them, each with what it changed of the one before."""
    rows = PolicyVersion.objects.filter(pk__in=set(version_ids))
    found = list(rows.select_related("policy", "published_by", "based_on"))
    older = [one.based_on for one in found if one.based_on is not None]
    texts = policy_texts.texts_of([*found, *older])
    return {
        one.pk: Published(
            one.policy.name,
            one.number,
            str(one.published_by or "Somebody"),
            one.rationale,
            differences(texts[one.based_on.pk], texts[one.pk]) if one.based_on else (),
        )
        for one in found
    }


def is_followed(service: Service, person: Person) -> bool:
    """Whether this person hears of changes of this rule."""
    return RuleSubscription.objects.filter(service=service, person=person).exists()


def followed_by(person: Person) -> list[Service]:
    """The services of whose rules this person hears, by name."""
    rows = Service.objects.filter(followers__person=person)
    return list(rows.order_by("name", "pk"))


def followers() -> Mapping[Service, list[Person]]:
    """Everybody who follows a rule and still works here, by service."""
    rows = RuleSubscription.objects.filter(person__left_at__isnull=True)
    found: dict[Service, list[Person]] = {}
    for row in rows.select_related("service__owner_team", "person").order_by("service", "pk"):
        found.setdefault(row.service, []).append(row.person)
    return found
