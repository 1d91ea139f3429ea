"""People, services, teams and roles as programs read them: in a constant number of queries."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Model, OuterRef, Prefetch, Q, QuerySet, Subquery

from rosters.models import (
    Membership,
    Person,
    Service,
    ServiceDependency,
    StakeholderRole,
    Team,
    history,
)


def people(*, now: datetime, has_left: bool = False) -> QuerySet[Person]:
    """Everybody who is here at `now`, or everybody who has left, with their teams."""
    everybody = with_teams(Person.objects.all())
    here = Q(left_at__isnull=True) | Q(left_at__gt=now)
    return everybody.exclude(here) if has_left else everybody.filter(here)


def with_teams(rows: QuerySet[Person]) -> QuerySet[Person]:
    """With what is shown of a person."""
    teams = Membership.objects.select_related("team").order_by("team__name", "pk")
    return _dated(rows, history.PersonEvent).prefetch_related(Prefetch("memberships", teams))


def services() -> QuerySet[Service]:
    """Every service, with what is shown of it."""
    needs = ServiceDependency.objects.select_related("needs").order_by("needs__slug")
    needed = ServiceDependency.objects.select_related("service").order_by("service__slug")
    found = _dated(Service.objects.all(), history.ServiceEvent)
    return found.select_related("owner_team", "backup_owner").prefetch_related(
        Prefetch("dependencies", needs), Prefetch("dependents", needed)
    )


def teams() -> QuerySet[Team]:
    """Every team with its members, leads first."""
    members = Membership.objects.select_related("person")
    return Team.objects.prefetch_related(
        Prefetch("memberships", members.order_by("-is_lead", "person__full_name", "pk"))
    )


def roles() -> QuerySet[StakeholderRole]:
    return StakeholderRole.objects.all()


def _dated(rows: QuerySet[Any], kept: type[Model]) -> QuerySet[Any]:
    """With `updated_at`: when the trail last kept the row."""
    own: QuerySet[Any] = QuerySet(kept).filter(pgh_obj_id=OuterRef("pk"))
    newest = own.order_by("-pgh_id").values("pgh_created_at")[:1]
    dated: QuerySet[Any] = rows.annotate(updated_at=Subquery(newest))
    return dated


def by_slug(model: type[Model], slugs: Iterable[str]) -> Mapping[str, Any]:
    """Those of these rows that exist, by slug; one query, none when nothing is asked."""
    wanted = set(slugs)
    rows: Any = model._default_manager  # noqa: SLF001  # public in spite of its name
    return {row.slug: row for row in rows.filter(slug__in=wanted)} if wanted else {}
