"""How long it takes to prove the rules of 90 days: every service at all four severities.

Each service has a team, a roster of its own with two layers and hand-overs every day, a policy of
four steps and three cells of the contact matrix; a third of the people are away for some days.
Beside the clock on the wall stands the work of this process alone. Aims: 200 services in 30 s on
two cores, growth in a straight line, and after one change one service proved again.
"""

import time
from collections.abc import Iterator
from datetime import timedelta

from django.test.utils import override_settings

from config.portal import clock
from incidents.enums import Choose, Promise, TargetKind
from incidents.models import EscalationPolicy, Finding, PolicyVersion, Proof, ResponseTarget, Route
from incidents.operations import proving
from rosters.enums import RotationUnit
from rosters.models import Absence, MatrixEntry, Person, Rotation, Service, StakeholderRole, Team
from tests.world import make_person, make_roster, step

SIZES = (50, 100, 200)
SEVERITIES = (1, 2, 3, 4)
AIM = 30.0
DAY = timedelta(days=1)


def measure() -> Iterator[str]:
    """One line for each size, then what one change costs."""
    made, before = 0, 0.0
    yield f"{'services':>8}{'work':>9}{'wall':>9}{'growth':>8}{'findings':>10}"
    for size in SIZES:
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            grow(made, size)  # nobody signs in: a slow hash for each would take minutes
        made = size
        work, wall, proved = timed()
        growth = f"{work / before:8.1f}" if before else f"{'':>8}"
        slow = "  SLOW" if wall > AIM else ""
        found = Finding.objects.filter(gone_at__isnull=True).count()
        yield f"{proved:8d}{work:8.1f}s{wall:8.1f}s{growth}{found:10d}{slow}"
        before = work
    now = clock.act_now()
    somebody = Person.objects.get(email="first 7@example.org")
    Absence.objects.create(person=somebody, starts_at=now + 3 * DAY, ends_at=now + 9 * DAY)
    work, wall, proved = timed(anew=False)
    yield f"after one absence {proved} was proved again, in {work:.1f} s of work"
    work, wall, _ = timed(anew=False, sweeps=True)
    work, wall, _ = timed(anew=False, sweeps=True)
    yield f"a sweep that finds nothing changed takes {work * 1000:.1f} ms of work"


def timed(*, anew: bool = True, sweeps: bool = False) -> tuple[float, float, int]:
    """Work, wall and how many were proved; `anew` forgets what was proved before."""
    if anew:
        Finding.objects.all().delete()
        Proof.objects.all().delete()
    worked, began = time.process_time(), time.monotonic()
    now = clock.act_now()
    done = proving.sweep(runner="bench", now=now) if sweeps else proving.prove(now=now)
    return time.process_time() - worked, time.monotonic() - began, done.proved


def grow(first: int, many: int) -> None:
    """Services `first` to `many`, and what they are answered by."""
    now = clock.act_now()
    roles = [
        StakeholderRole.objects.get_or_create(slug=f"role-{one}", defaults={"name": f"role {one}"})[
            0
        ]
        for one in range(3)
    ]
    if not first:
        for severity in SEVERITIES:
            ResponseTarget.objects.create(promise=Promise.ACKNOWLEDGE, severity=severity, amount=5)
    for number in range(first, many):
        people = [
            make_person(f"{place} {number}") for place in ("First", "Second", "Third", "Lead")
        ]
        team = Team.objects.create(
            name=f"Team {number}", slug=f"team-{number}", time_zone="Europe/Berlin"
        )
        service = Service.objects.create(
            name=f"Service {number}", slug=f"service-{number}", owner_team=team, tier=1 + number % 3
        )
        roster = make_roster(f"Roster {number}", [people[:3], people[1:3]], now=now)
        Rotation.objects.filter(layer__roster=roster).update(unit=RotationUnit.DAY)
        for role, person in zip(roles, people[1:], strict=True):
            MatrixEntry.objects.create(role=role, service=service, person=person, backup=people[0])
        if number % 3 == 0:
            Absence.objects.create(
                person=people[0], starts_at=now + number % 60 * DAY, ends_at=now + 70 * DAY
            )
        policy = EscalationPolicy.objects.create(name=f"Policy {number}", slug=f"policy-{number}")
        version = PolicyVersion.objects.create(
            policy=policy, number=1, rationale="x", published_at=now, published_by=people[3]
        )
        step(version, 1, 0, kind=TargetKind.ROSTER, roster=roster)
        step(version, 2, 5, kind=TargetKind.ROSTER, roster=roster, choose=Choose.BACKUP)
        step(version, 3, 15, kind=TargetKind.ROLE, role=roles[0])
        step(version, 4, 30, kind=TargetKind.ROLE, role=roles[1])
        Route.objects.create(policy=policy, service=service)
