"""Which rows about incidents somebody may know of, where a few out of many are wanted."""

from django.db.models import F, Q

from incidents.models import Notification, RoleAssignment
from rosters.models import Person
from rosters.queries.many import among


def known_to(person: Person, incident: str) -> Q:
    """As `visible_to`, of rows that have an incident under this name: `review__incident`.

    In which incidents somebody has a part is found once for all rows, as an array; a list inside of
    the question seems so dear to the database that it would rather read every row there ever was.
    The array is searched from its beginning, so only for the restricted incidents: they are few.
    """
    if person.is_superuser:
        return Q()
    known = Q(**{f"{incident}__is_restricted": False}) | Q(**{f"{incident}__declared_by": person})
    for rows in (Notification.objects.all(), RoleAssignment.objects.all()):
        mine = rows.filter(person=person).order_by().values("incident")
        known |= Q(among(F(incident), mine))
    return known
