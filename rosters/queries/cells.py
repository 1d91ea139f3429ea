"""Rows of the contact matrix as the resolver reads them."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db.models import Q, QuerySet

from rosters.logic.matrix import CellSpec, HoursSpec
from rosters.logic.shifts import RestrictionSpec
from rosters.models import MatrixEntry, NamedHoursSpan
from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

logger = logging.getLogger(__name__)

FIELDS = (
    "role_id",
    "service_id",
    "team_id",
    "severity",
    "person_id",
    "backup_id",
    "roster_id",
    "valid_from",
    "valid_to",
    "and_worse",
    "hours_id",
    "pk",
)
"""A row in the order of `CellSpec`."""
HOURS = FIELDS.index("hours_id")


def specs(entries: Iterable[MatrixEntry]) -> tuple[CellSpec, ...]:
    """These cells in the same order; one more query when any of them has hours."""
    rows = list(entries)
    hours = named_hours({row.hours_id for row in rows if row.hours_id is not None})
    return tuple(spec_of(row, hours) for row in rows)


def specs_of(found: Sequence[Sequence[Any]]) -> tuple[CellSpec, ...]:
    """The same of what `FIELDS` names: thousands that nobody needs as rows are read far sooner."""
    hours = named_hours({one[HOURS] for one in found if one[HOURS] is not None})
    return tuple(
        CellSpec(*(*one[:HOURS], one[HOURS] and hours.get(one[HOURS], NEVER), one[-1]))
        for one in found
    )


def with_roster(role_ids: Iterable[int], *, now: datetime) -> tuple[CellSpec, ...]:
    """The cells of services and teams that name a roster for one of these roles at `now`."""
    roles = frozenset(pk for pk in role_ids if pk)
    return specs_of(_with_roster(roles, now)) if roles else ()


@compiled
def _with_roster(roles: Ids, now: datetime) -> QuerySet[MatrixEntry, Any]:
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=now)
    lasting = Q(valid_to__isnull=True) | Q(valid_to__gt=now)
    somewhere = Q(service__isnull=False) | Q(team__isnull=False)
    rows = MatrixEntry.objects.filter(begun, lasting, somewhere, roster__isnull=False)
    return rows.filter(role__in=roles).order_by("pk").values_list(*FIELDS)


def spec_of(row: MatrixEntry, hours: dict[int, HoursSpec]) -> CellSpec:
    """One row; `hours` holds those that it names. Hours without a span never hold."""
    return CellSpec(
        row.role_id,
        row.service_id,
        row.team_id,
        row.severity,
        row.person_id,
        row.backup_id,
        row.roster_id,
        row.valid_from,
        row.valid_to,
        row.and_worse,
        None if row.hours_id is None else hours.get(row.hours_id, NEVER),
        row.pk or 0,
    )


NEVER = HoursSpec("no hours", ZoneInfo("UTC"))
"""Named hours without a span."""


def named_hours(ids: set[int]) -> dict[int, HoursSpec]:
    """Named hours by primary key; no query when none are asked for."""
    if not ids:
        return {}
    spans: dict[int, list[NamedHoursSpan]] = defaultdict(list)
    for row in _spans(ids):
        spans[row.hours_id].append(row)
    return {
        pk: HoursSpec(
            found[0].hours.name,
            _zone(found[0]),
            tuple(RestrictionSpec(one.weekday, one.starts_at, one.ends_at) for one in found),
        )
        for pk, found in spans.items()
    }


@compiled
def _spans(hours: Ids) -> QuerySet[NamedHoursSpan]:
    rows = NamedHoursSpan.objects.filter(hours__in=hours).select_related("hours")
    return rows.order_by("weekday", "starts_at", "pk")


def _zone(span: NamedHoursSpan) -> ZoneInfo:
    """One that this machine does not know must not stop every other call."""
    try:
        return ZoneInfo(span.hours.time_zone)
    except (ZoneInfoNotFoundError, ValueError):
        logger.exception("unknown time zone, using UTC", extra={"hours": span.hours_id})
        return ZoneInfo("UTC")


def beside(entry: MatrixEntry, *, now: datetime) -> tuple[CellSpec, ...]:
    """The cells of the same square of the grid that are not over at `now`, without this one."""
    same = MatrixEntry.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        role=entry.role_id,
        service=entry.service_id,
        team=entry.team_id,
    )
    return specs(same.exclude(pk=entry.pk).order_by("pk"))
