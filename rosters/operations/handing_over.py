"""What names somebody goes to somebody else, from an instant on. In the caller's transaction, who
also says why.

Each takes ids of rows and hands over those that still name `old`; the others stay as they are. What
has an end before that instant stays too. While it is still to come, what has a beginning and an end
is cut there: a `Part` says how, so that it can be taken back.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from rosters.enums import OverrideKind
from rosters.models import (
    Layer,
    MatrixEntry,
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
from rosters.operations.changing import replacing
from rosters.operations.changing.cells import FILLED, Confirmed, fill, held_in

CELL, LAYER, TURN, OVERRIDE, SHIFT = "cell", "layer", "turn", "override", "shift"


@dataclass(frozen=True)
class Part:
    """One row that names the successor: `closed` ended where it begins, or there is none."""

    what: str
    row: int
    closed: int | None = None


def fill_cells(
    entry_ids: Collection[int],
    old: Person,
    new: Person,
    *,
    at: datetime,
    by: Person,
    now: datetime,
) -> list[Part]:
    """In these cells `new` stands wherever `old` stood, from `at` on; until then nothing changes.
    `by` stands for it.

    Raises Refused.
    """
    parts = []
    for row in replacing.naming(old, new, entry_ids=entry_ids, at=at):
        if row.valid_to is not None and row.valid_to <= at:
            continue
        fill(row, held_in(row).instead(old.pk, new.pk), confirmed=Confirmed(by, now))
        closed = _written(row, "valid_from", "valid_to", FILLED, at=at, now=now)
        parts.append(Part(CELL, row.pk, closed))
    return parts


def back_up(service_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` answers for these services when the lead cannot."""
    Service.objects.filter(pk__in=service_ids, backup_owner=old).update(backup_owner=new)


def take_turns(successors: Mapping[int, Person], old: Person, *, at: datetime) -> list[Part]:
    """Each of these places in rotations is somebody else's from `at` on; what has been stays.

    A turn that they have already, they have once.
    """
    mine = RotationMember.objects.filter(pk__in=successors, person=old)
    going = Layer.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=at), rotations__members__in=mine
    )
    rosters = Roster.objects.filter(pk__in=going.values("roster")).order_by("pk")
    list(rosters.select_for_update(no_key=True))
    parts = []
    for layer in Layer.objects.filter(pk__in=going.values("pk")).select_related("roster"):
        was, places = layer.pk, list(mine.filter(rotation__layer=layer).order_by("pk"))
        copies = _from_then_on(layer, {one.pk for one in places}, at=at)
        for one in places:
            _take_turn(copies[one.pk], successors[one.pk])
        if layer.pk == was:
            parts += [Part(TURN, one.pk) for one in places]
        else:
            parts.append(Part(LAYER, layer.pk, was))
    return parts


def _take_turn(member_id: int, new: Person) -> None:
    mine = RotationMember.objects.get(pk=member_id)
    same = RotationMember.objects.filter(rotation=mine.rotation_id, order=mine.order, person=new)
    if same.exists():
        mine.delete()
        return
    mine.person = new
    mine.save(update_fields=["person"])


def _from_then_on(layer: Layer, member_ids: set[int], *, at: datetime) -> dict[int, int]:
    """These places in the layer that counts from `at` on, by what they are now: one that counts
    before is closed, and goes on as another with the same turns. A draft has no past."""
    if layer.roster.is_draft or (layer.valid_from is not None and layer.valid_from >= at):
        return {pk: pk for pk in member_ids}
    rotations = list(layer.rotations.prefetch_related("members").order_by("pk"))
    restrictions = list(layer.restrictions.order_by("pk"))
    Layer.objects.filter(pk=layer.pk).update(valid_until=at)
    layer.valid_from = at
    _insert(layer)
    copies = {}
    for rotation in rotations:
        members = list(rotation.members.all())
        rotation.layer = layer
        _insert(rotation)
        for member in members:
            was, member.rotation = member.pk, rotation
            _insert(member)
            copies[was] = member.pk
    for restriction in restrictions:
        restriction.layer = layer
        _insert(restriction)
    return copies


Row = Layer | Rotation | RotationMember | Restriction | MatrixEntry | Override | TemporaryShift


def _insert(row: Row) -> None:
    """The same once more, as a row of its own."""
    row.pk = None
    row._state.adding = True  # noqa: SLF001  # Django's documented way to copy a row
    row.save(force_insert=True)


def _written(
    row: Row, begins: str, ends: str, changed: Collection[str], *, at: datetime, now: datetime
) -> int | None:
    """`row` is written as it stands here. What began before `at` ends there, and `row` goes on as
    another: says which one ended. None when it begins no sooner, or when that is now.

    Whoever stands in it is written with it, so that the trail says so once."""
    was = row.pk
    if not _is_cut(getattr(row, begins), at=at, now=now):
        row.save(update_fields=changed)
        return None
    type(row)._default_manager.filter(pk=was).update(**{ends: at})  # noqa: SLF001  # Django's own
    setattr(row, begins, at)
    _insert(row)
    closed: int = was
    return closed


def _is_cut(begins_at: datetime | None, *, at: datetime, now: datetime) -> bool:
    """Whether what began then ends at `at`, which is still to come, instead of being changed."""
    return at > now and (begins_at is None or begins_at < at)


def _ended(row: Override, *, at: datetime, now: datetime) -> None:
    if not _is_cut(row.starts_at, at=at, now=now):
        row.delete()
        return
    row.ends_at = at
    row.save(update_fields=["ends_at"])


def stand_in(
    override_ids: Collection[int], old: Person, new: Person, *, at: datetime, now: datetime
) -> list[Part]:
    """`new` is on call in these windows; one in which they would stand in for themself ends."""
    mine = Override.objects.filter(pk__in=override_ids, person=old, ends_at__gt=at)
    parts = []
    for row in mine.order_by("pk"):
        if row.instead_of_id == new.pk and row.kind == OverrideKind.REPLACE:
            _ended(row, at=at, now=now)
            continue
        row.person = new
        closed = _written(row, "starts_at", "ends_at", ["person"], at=at, now=now)
        parts.append(Part(OVERRIDE, row.pk, closed))
    return parts


def take_shifts(
    shift_ids: Collection[int], old: Person, new: Person, *, at: datetime, now: datetime
) -> list[Part]:
    """`new` has these shifts of temporary schedules."""
    parts = []
    mine = TemporaryShift.objects.filter(pk__in=shift_ids, person=old, ends_at__gt=at)
    for row in mine.order_by("pk"):
        row.person = new
        closed = _written(row, "starts_at", "ends_at", ["person"], at=at, now=now)
        parts.append(Part(SHIFT, row.pk, closed))
    return parts


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
