"""Roles as cards: what each does, what it decides, and who has it today."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime

from incidents.logic.routing import choose_policy
from incidents.models import DecisionRight
from incidents.queries import rules
from rosters.enums import SeverityLevel
from rosters.models import Service, StakeholderRole
from rosters.queries import calling
from rosters.queries.calling import RoleDuty


@dataclass(frozen=True)
class RoleCard:
    """One role. `duty` is who has it for the whole company now; None where nobody is named.

    `alone`, `agreed`: what it may decide by itself, and with whose agreement; `agrees`: what
    others ask it about. `called`: for how many services a rule in force calls it.
    """

    role: StakeholderRole
    duty: RoleDuty | None
    alone: tuple[DecisionRight, ...]
    agreed: tuple[DecisionRight, ...]
    agrees: tuple[DecisionRight, ...]
    called: int


def cards(*, now: datetime) -> list[RoleCard]:
    """Every role, in the order of the grid; a constant number of queries."""
    own: defaultdict[int, list[DecisionRight]] = defaultdict(list)
    asked: defaultdict[int, list[DecisionRight]] = defaultdict(list)
    rights = DecisionRight.objects.select_related("role", "decision", "approver")
    for right in rights.order_by("decision__order", "decision__name", "role__order"):
        own[right.role_id].append(right)
        if right.approver_id:
            asked[right.approver_id].append(right)
    duties = {one.role.pk: one for one in calling.overview(at=now).duties}
    called = _called(now)
    return [
        RoleCard(
            role,
            duties.get(role.pk),
            tuple(right for right in own[role.pk] if not right.approver_id),
            tuple(right for right in own[role.pk] if right.approver_id),
            tuple(asked[role.pk]),
            called[role.pk],
        )
        for role in StakeholderRole.objects.order_by("order", "name", "pk")
    ]


def _called(now: datetime) -> Counter[int]:
    """For how many services a rule in force at `now` calls each role, at any severity."""
    book = rules.book()
    roles = {
        policy: {
            target.role_id
            for step in book.steps[version.pk]
            for target in book.rows[step.pk].targets
            if target.role_id
        }
        for policy, version in book.versions.items()
    }
    own = {route.service_id for route in book.routes if route.service_id}
    others = Service.objects.exclude(pk__in=own).count()
    called: Counter[int] = Counter()
    for service, many in [(None, others), *((one, 1) for one in own)]:
        policies = {
            choose_policy(book.routes, service_id=service, severity=level, impact_id=None, at=now)
            for level in SeverityLevel
        }
        for role in set().union(*(roles.get(policy or 0, set()) for policy in policies)):
            called[role] += many
    return called
