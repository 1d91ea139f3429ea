"""What names somebody goes to somebody else. In the caller's transaction, who also says why.

Each takes ids of rows and hands over those that still name `old`; the others stay as they are.
"""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Exists, OuterRef

from rosters.enums import OverrideKind
from rosters.models import (
    Layer,
    Membership,
    Override,
    Person,
    Restriction,
    Roster,
    Rotation,
    RotationMember,
    Service,
    TemporaryShift,
)


def back_up(service_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` answers for these services when the lead cannot."""
    Service.objects.filter(pk__in=service_ids, backup_owner=old).update(backup_owner=new)


def take_turns(member_ids: Collection[int], old: Person, new: Person, *, now: datetime) -> None:
    """`new` has these places in their rotations from `now` on; what has been stays as it was.

    A turn that they have already, they have once.
    """
    mine = RotationMember.objects.filter(pk__in=member_ids, person=old)
    layers = Layer.objects.filter(rotations__members__in=mine)
    rosters = Roster.objects.filter(pk__in=layers.values("roster")).order_by("pk")
    list(rosters.select_for_update(no_key=True))
    places: set[int] = set()
    for layer in Layer.objects.filter(pk__in=layers.values("pk")).select_related("roster"):
        here = set(mine.filter(rotation__layer=layer).values_list("pk", flat=True))
        places |= _from_now_on(layer, here, now=now)
    theirs = RotationMember.objects.filter(pk__in=places, person=old)
    same = RotationMember.objects.filter(
        rotation=OuterRef("rotation"), order=OuterRef("order"), person=new
    )
    theirs.filter(Exists(same)).delete()
    theirs.update(person=new)


def _from_now_on(layer: Layer, member_ids: set[int], *, now: datetime) -> set[int]:
    """These places in the layer that counts from `now` on: one that has a past is closed, and goes
    on as another with the same turns."""
    has_past = layer.valid_from is None or layer.valid_from < now
    if layer.roster.is_draft or not has_past:
        return member_ids
    rotations = list(layer.rotations.prefetch_related("members").order_by("pk"))
    restrictions = list(layer.restrictions.order_by("pk"))
    Layer.objects.filter(pk=layer.pk).update(valid_until=now)
    layer.valid_from = now
    _insert(layer)
    places = set()
    for rotation in rotations:
        members = list(rotation.members.all())
        rotation.layer = layer
        _insert(rotation)
        for member in members:
            is_theirs = member.pk in member_ids
            member.rotation = rotation
            _insert(member)
            places |= {member.pk} if is_theirs else set()
    for restriction in restrictions:
        restriction.layer = layer
        _insert(restriction)
    return places


def _insert(row: Layer | Rotation | RotationMember | Restriction) -> None:
    """The same once more, as a row of its own."""
    row.pk = None
    row._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
    row.save(force_insert=True)


def stand_in(override_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` is on call in these windows; one in which they would stand in for themself ends."""
    mine = Override.objects.filter(pk__in=override_ids, person=old)
    mine.filter(instead_of=new, kind=OverrideKind.REPLACE).delete()
    mine.update(person=new)


def take_shifts(shift_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` has these shifts of temporary schedules."""
    TemporaryShift.objects.filter(pk__in=shift_ids, person=old).update(person=new)


def lead(membership_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` leads these teams and is in them; `old` stays in them without leading."""
    mine = Membership.objects.select_for_update(no_key=True).filter(
        pk__in=membership_ids, person=old, is_lead=True
    )
    for one in mine.order_by("pk"):
        Membership.objects.update_or_create(
            team_id=one.team_id, person=new, defaults={"is_lead": True}
        )
        one.is_lead = False
        one.save(update_fields=["is_lead"])
