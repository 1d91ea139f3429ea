"""Who may sign in, and in which roles; what the sign-in service says of both."""

from collections.abc import Collection

from django.contrib.auth.models import Group
from django.db import transaction

from rosters.logic.roles import USE_THE_ADMIN, Role
from rosters.models import Person

NAME_LENGTH = 120
SHORT_LENGTH = 40


@transaction.atomic
def admit(email: str, *, full_name: str) -> Person:
    """Somebody whom the sign-in service vouches for has an account; twice changes nothing."""
    known: Person | None = Person.objects.filter(email=email).first()
    if known is not None:
        return known
    name = " ".join(full_name.split())[:NAME_LENGTH] or email.partition("@")[0][:NAME_LENGTH]
    short = name.split()[0][:SHORT_LENGTH]
    person = Person(email=email, full_name=name, short_name=short, may_sign_in=True)
    person.set_unusable_password()
    person.save()
    return person


@transaction.atomic
def give_roles(person: Person, roles: Collection[Role], *, of: Collection[Role]) -> Person:
    """Of the roles in `of` the person holds exactly `roles`; every other group stays as it is."""
    held = set(person.groups.filter(name__in=of).values_list("name", flat=True))
    wanted = set(roles) & set(of)
    person.groups.remove(*Group.objects.filter(name__in=held - wanted))
    for role in sorted(wanted - held):
        person.groups.add(Group.objects.get_or_create(name=role.value)[0])
    _open_the_admin(person, wanted=wanted, of=set(of))
    return person


def _open_the_admin(person: Person, *, wanted: set[Role], of: set[Role]) -> None:
    """The two flags of Django's admin follow the roles that are given here."""
    before = (person.is_staff, person.is_superuser)
    if Role.ADMINISTRATOR in of:
        person.is_superuser = Role.ADMINISTRATOR in wanted
    others = person.groups.filter(name__in=USE_THE_ADMIN - {Role.ADMINISTRATOR}).exists()
    if USE_THE_ADMIN & of:
        person.is_staff = person.is_superuser or others
    if before != (person.is_staff, person.is_superuser):
        person.save(update_fields=["is_staff", "is_superuser"])
