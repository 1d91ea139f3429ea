"""Writing services from a file, and what they need."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.text import slugify

from rosters.logic.imports.services import ServicePlan
from rosters.logic.service_addresses import PAGES_OF_THEIR_OWN
from rosters.models import Person, Service, ServiceDependency
from rosters.operations.imports import bulk
from rosters.operations.imports.locking import one_at_a_time

SLUG_LENGTH = 44
COLUMN_OF = {
    "impact": "customer_impact",
    "region": "region",
    "hours": "operating_hours",
    "vendors": "vendor_contacts",
}
CHANGED = (
    "owner_team",
    "tier",
    "customer_impact",
    "backup_owner",
    "region",
    "operating_hours",
    "vendor_contacts",
    "labels",
)


def lock() -> None:
    one_at_a_time(3)


def write(plans: Sequence[ServicePlan], *, by: Person, now: datetime) -> None:  # noqa: ARG001  # as every subject is written
    """They are as planned, and need what the file says, besides what they needed before."""
    ids = [one.pk for one in plans if one.pk and (one.fields or one.labels)]
    there = Service.objects.select_for_update(no_key=True).in_bulk(ids)
    changed = [_fill(there[one.pk], one) for one in plans if one.pk in there]
    bulk.change(changed, CHANGED)
    taken = {*Service.objects.order_by().values_list("slug", flat=True), *PAGES_OF_THEIR_OWN}
    bulk.add(
        _fill(Service(name=one.name, slug=_slug(one.name, taken)), one)
        for one in plans
        if not one.pk
    )
    _need([one for one in plans if one.needs])


def _fill(row: Service, plan: ServicePlan) -> Service:
    """The row as it is now, with what the plan changes of it."""
    for key, name in COLUMN_OF.items():
        if plan.fields.get(key):
            setattr(row, name, plan.fields[key])
    if plan.fields.get("tier"):
        row.tier = int(plan.fields["tier"])
    if plan.team_id is not None:
        row.owner_team_id = plan.team_id
    if plan.backup_owner_id is not None:
        row.backup_owner_id = plan.backup_owner_id
    row.labels = [*row.labels, *plan.labels]
    return row


def _slug(name: str, taken: set[str]) -> str:
    """The end of its page's address, which no other service has."""
    start = slugify(name)[:SLUG_LENGTH].strip("-") or "service"
    slug, number = start, 2
    while slug in taken:
        slug, number = f"{start}-{number}", number + 1
    taken.add(slug)
    return slug


def _need(plans: Iterable[ServicePlan]) -> None:
    named = list(plans)
    if not named:
        return
    numbers = {
        name.casefold(): pk
        for name, pk in Service.objects.order_by("-pk").values_list("name", "pk")
    }
    pairs = [
        ServiceDependency(
            service_id=one.pk or numbers[one.name.casefold()], needs_id=numbers[name.casefold()]
        )
        for one in named
        for name in one.needs
    ]
    ServiceDependency.objects.bulk_create(pairs, batch_size=bulk.AT_ONCE, ignore_conflicts=True)
