"""Who changed a roster last, from the audit trail."""

from datetime import datetime
from typing import Any

from rosters.models import Layer, Person, Roster, Rotation
from rosters.models.history import (
    CoverageTargetEvent,
    LayerEvent,
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
