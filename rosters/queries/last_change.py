"""Who changed a roster or cells of the matrix last, from the audit trail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from rosters.logic.grid import Key
from rosters.models import Layer, Person, Roster, Rotation
from rosters.models.history import (
    CoverageTargetEvent,
    LayerEvent,
    MatrixEntryEvent,
    RosterEvent,
    RotationEvent,
    RotationMemberEvent,
    TemporaryScheduleEvent,
    TemporaryShiftEvent,
)

SOMEBODY = "Somebody else"


def _when(row: tuple[datetime, dict[str, Any] | None]) -> tuple[datetime, bool]:
    """Of what one transaction did at one instant, what a person did counts."""
    return row[0], bool(row[1] and row[1].get("user"))


def who(roster: Roster, *, by: Person) -> str:
    """Who changed the roster, its layers or its temporary schedules last: a name to begin a
    sentence with. "You", where it was `by`, in another window."""
    layers = Layer.objects.filter(roster=roster).values("pk")
    rotations = Rotation.objects.filter(layer__roster=roster).values("pk")
    about: tuple[tuple[Any, dict[str, Any]], ...] = (
        (RosterEvent, {"pgh_obj_id": roster.pk}),
        (LayerEvent, {"roster_id": roster.pk}),
        (RotationEvent, {"layer_id__in": layers}),
        (RotationMemberEvent, {"rotation_id__in": rotations}),
        (CoverageTargetEvent, {"roster_id": roster.pk}),
        (TemporaryScheduleEvent, {"roster_id": roster.pk}),
        (TemporaryShiftEvent, {"schedule__roster_id": roster.pk}),
    )
    newest = None
    for model, which in about:
        rows = model.objects.filter(**which).order_by("-pgh_created_at", "-pgh_id")
        row = rows.values_list("pgh_created_at", "pgh_context").first()
        newest = max(filter(None, (newest, row)), key=_when, default=None)
    pk = (newest[1] or {}).get("user") if newest else None
    if pk == by.pk:
        return "You"
    person = Person.objects.filter(pk=pk).first() if pk else None
    return person.full_name if person else SOMEBODY


@dataclass(frozen=True)
class Changed:
    """Who changed something, when, and why if they said so. `by` is a name."""

    by: str
    at: datetime
    reason: str


def of_cells(keys: Collection[Key], *, by: Person) -> dict[Key, Changed]:
    """Who changed each of these squares last; none that were never changed. Two queries at most."""
    if not keys:
        return {}
    which = Q(pk__in=[])
    for key in keys:
        which |= Q(role_id=key.role_id, service_id=key.service_id, team_id=key.team_id)
    place = ("role_id", "service_id", "team_id")
    events: Any = MatrixEntryEvent.objects  # whose fields mypy does not know
    newest = (
        events.filter(which, severity=None, hours=None)
        .order_by(*place, "-pgh_created_at", "-pgh_id")
        .distinct(*place)
    )
    rows = list(newest.values_list(*place, "pgh_created_at", "pgh_context"))
    people = Person.objects.in_bulk({(row[-1] or {}).get("user") for row in rows} - {None})
    found = {}
    for *where, at, context in rows:
        pk, reason = (context or {}).get("user"), (context or {}).get("reason") or ""
        name = "you, in another window" if pk == by.pk else SOMEBODY.lower()
        if pk in people and pk != by.pk:
            name = people[pk].full_name
        found[Key(*where)] = Changed(name, at, reason)
    return found
