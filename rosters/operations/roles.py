"""The roles that come with Muster, put beside those of the company."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from config.portal.named import rows_that_name
from config.portal.refusals import Refused
from rosters.models import StakeholderRole

SHIPPED = Path(__file__).resolve().parent.parent / "roles.toml"
FIELDS = ("description", "actions", "is_needed", "order")


def shipped() -> list[Mapping[str, Any]]:
    """The roles that come with Muster: name, description, actions, is_needed, order."""
    roles: list[Mapping[str, Any]] = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["role"]
    return roles


@transaction.atomic
def load(*, renew: bool) -> int:
    """Every shipped role is there; returns how many rows that wrote.

    A role that is there already, by its name or its short address, keeps what your company wrote,
    unless `renew`. Safe to repeat.
    """
    rows = [_row(one) for one in shipped()]
    if renew:
        StakeholderRole.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["slug"], update_fields=FIELDS
        )
        return len(rows)
    known = {text for pair in StakeholderRole.objects.values_list("slug", "name") for text in pair}
    fresh = [row for row in rows if row.slug not in known and row.name not in known]
    return len(StakeholderRole.objects.bulk_create(fresh))


@transaction.atomic
def remove(roles: Iterable[StakeholderRole]) -> int:
    """The roles are gone, all or none; returns how many there were.

    Refused while anything names one of them: contacts never go along with their role.
    """
    keys = [role.pk for role in roles]
    found = list(StakeholderRole.objects.select_for_update().filter(pk__in=keys))
    if rows_that_name(found):
        which = f"The {found[0]} is" if len(found) == 1 else "One of these roles is"
        raise Refused(f"{which} still named elsewhere. Take it out there first.")
    for role in found:
        role.delete()
    return len(found)


def _row(role: Mapping[str, Any]) -> StakeholderRole:
    values = {field: role[field] for field in FIELDS}
    values["actions"] = values["actions"].strip()
    return StakeholderRole(name=role["name"], slug=slugify(role["name"]), **values)
