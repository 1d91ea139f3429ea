"""Actions, findings and drills of somebody go to somebody else. In the caller's transaction."""

from collections.abc import Collection

from config.portal.refusals import Refused
from incidents.models import Incident
from reviews.models import ActionItem, Drill, DrillFinding
from rosters.models import Person


def own_actions(action_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` owns these open actions. Raises Refused when one is of an incident they may not see."""
    mine = ActionItem.objects.filter(pk__in=action_ids, owner=old, done_at__isnull=True)
    hidden = mine.filter(review__incident__is_restricted=True).exclude(
        review__incident__in=Incident.objects.visible_to(new).values("pk")
    )
    first = hidden.first()
    if first is not None:
        raise Refused(
            f"{new.full_name} may not see the incident behind “{first.title}”. Choose somebody"
            " else for it."
        )
    mine.update(owner=new)


def own_findings(finding_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` owns these open findings of drills."""
    mine = DrillFinding.objects.filter(pk__in=finding_ids, owner=old, done_at__isnull=True)
    mine.update(owner=new)


def lead_drills(drill_ids: Collection[int], old: Person, new: Person) -> None:
    """`new` leads these drills, which are still to come."""
    mine = Drill.objects.filter(pk__in=drill_ids, leader=old, finished_at__isnull=True)
    mine.update(leader=new)
