"""For whom the tour is."""

from django.db.models import Exists, OuterRef, Q

from config.front.logic.tour import Reader
from rosters.logic.roles import only_reads
from rosters.models import MatrixEntry, Membership, Person, RotationMember, Service
from rosters.queries import roles


def reader_of(person: Person) -> Reader:
    """What this person mostly comes for, in two queries."""
    if person.is_superuser:
        return Reader.ADMINISTRATOR
    if only_reads(roles.of(person)):
        return Reader.PLAIN
    this = OuterRef("pk")
    row = (
        Person.objects.filter(pk=person.pk)
        .annotate(
            is_called=Exists(RotationMember.objects.filter(person=this)),
            leads=Exists(Membership.objects.filter(person=this, is_lead=True)),
            stands_in=Exists(Service.objects.filter(backup_owner=this)),
            has_role=Exists(MatrixEntry.objects.filter(Q(person=this) | Q(backup=this))),
            is_in_team=Exists(Membership.objects.filter(person=this, team__services__isnull=False)),
        )
        .values_list("is_called", "leads", "stands_in", "has_role", "is_in_team")
        .get()
    )
    is_called, leads, stands_in, has_role, is_in_team = row
    if not is_in_team:
        return Reader.STAKEHOLDER
    if leads or (stands_in and not is_called) or (has_role and not is_called):
        return Reader.OWNER
    return Reader.RESPONDER
