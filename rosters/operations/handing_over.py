"""What names somebody goes to somebody else. In the caller's transaction, who also says why.

Each takes ids of rows and hands over those that still name `old`; the others stay as they are.
"""

from collections.abc import Collection

from rosters.enums import OverrideKind
from rosters.models import Membership, Override, Person, RotationMember, Service


def back_up(service_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` answers for these services when the lead cannot."""
    Service.objects.filter(pk__in=service_ids, backup_owner=old).update(backup_owner=new)


def take_turns(member_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` has these places in their rotations."""
    RotationMember.objects.filter(pk__in=member_ids, person=old).update(person=new)


def stand_in(override_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` is on call in these windows; one in which they would stand in for themself ends."""
    mine = Override.objects.filter(pk__in=override_ids, person=old)
    mine.filter(instead_of=new, kind=OverrideKind.REPLACE).delete()
    mine.update(person=new)


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
