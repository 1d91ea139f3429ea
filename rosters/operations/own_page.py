"""How somebody is reached, all of it at once: what was typed on their own page, or nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused
from rosters.enums import Urgency
from rosters.logic.own_rules import OwnWay
from rosters.models import ContactPoint, Person
from rosters.operations import own_contacts, own_rules
from rosters.operations.own_contacts import Wanted
from rosters.operations.own_rules import Hours


@dataclass(frozen=True)
class OwnPage:
    """What somebody wants: both lists, quiet hours, changed numbers by their keys, one more."""

    lists: Mapping[Urgency, Sequence[OwnWay]]
    hours: Hours
    changes: Mapping[int, Wanted] = field(default_factory=dict)
    new: Wanted | None = None


@transaction.atomic
def save(page: OwnPage, *, by: Person, now: datetime) -> list[ContactPoint]:
    """All of it is kept; the answer is what was added or changed, the new one last.

    Raises Refused, `about` which part of the page it is: "change7", "new", or a list; then nothing
    was changed.
    """
    touched: list[ContactPoint] = []
    about = ""
    try:
        own_rules.save(page.lists, page.hours, by=by, now=now)
        for pk, wanted in page.changes.items():
            about = f"change{pk}"
            point = ContactPoint(pk=pk, person=by)
            touched.append(own_contacts.change(point, wanted, by=by, now=now))
        if page.new:
            about = "new"
            touched.append(own_contacts.add(page.new, by=by, now=now))
    except Refused as refused:
        raise Refused(str(refused), about=about) from refused
    return touched
