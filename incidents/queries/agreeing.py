"""Which versions need a second person, and who may agree to them."""

from datetime import datetime

from django.db.models import Q

from incidents.models import PolicyVersion, Route
from rosters.enums import Tier
from rosters.logic.roles import Role
from rosters.models import Person, Service


def tier_one(version: PolicyVersion) -> list[Service]:
    """The services of tier 1 that go by this policy, by name; at most three queries."""
    routes = Route.objects.filter(policy=version.policy_id)
    own = Q(routes__in=routes)
    if routes.filter(service__isnull=True).exists():
        whole = Route.objects.filter(service__isnull=False, severity=None, impact=None)
        own |= ~Q(pk__in=whole.values("service_id"))
    critical = Service.objects.filter(tier=Tier.CRITICAL)
    return list(critical.filter(own).distinct().order_by("name", "pk"))


def who_may(*, but: Person, now: datetime) -> list[Person]:
    """Everybody who may agree, other than `but`; one query."""
    allowed = Q(is_superuser=True) | Q(
        groups__name__in=[Role.ADMINISTRATOR.value, Role.SERVICE_OWNER.value]
    )
    found = Person.objects.employed(now=now).filter(allowed, may_sign_in=True).exclude(pk=but.pk)
    return list(found.distinct().order_by("full_name", "pk"))
