"""Which roles a person holds."""

from collections.abc import Iterable

from rosters.logic.roles import Holder, known
from rosters.models import Person


def of(person: Person) -> Holder:
    """The roles of `person`, as today's groups have it. One query."""
    names = person.groups.values_list("name", flat=True)
    return holder(names, is_administrator=person.is_superuser)


def holder(names: Iterable[str], *, is_administrator: bool) -> Holder:
    """The roles that groups of these names stand for."""
    found = frozenset(role for name in names if (role := known(name)) is not None)
    return Holder(roles=found, is_administrator=is_administrator)
