"""What the operations of this app share: who asks, and whether they may."""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from config.portal.rest.errors import Problem, Trouble, not_allowed, not_valid
from rosters.models import Person
from rosters.operations.facts import NotValid, Taken
from rosters.queries import listing
from rosters.queries.tokens import Caller

READ, READ_NUMBERS, WRITE = "read", "read_numbers", "write"
REASON = "Why, in one line; it stands in the history."
VERBS = {"add": "add", "change": "change", "delete": "take away"}


def caller_of(request: HttpRequest) -> Caller:
    """Who asks; the door lets nobody else in."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        raise not_allowed("This needs a token.")
    return caller


def must_have(caller: Caller, permission: str, what: str) -> None:
    """Refuse what the person behind the token may not do in the admin either."""
    if not caller.may(permission):
        verb = VERBS[permission.partition(".")[2].partition("_")[0]]
        raise not_allowed(
            f"{caller.person.full_name} may not {verb} {what}. An administrator can give the right"
            f" “{permission}”."
        )


def of_invalid(refused: NotValid) -> Problem:
    """The 422 behind what an operation found wrong."""
    return not_valid([Trouble("not_valid", one.text, one.field) for one in refused.problems])


def of_taken(refused: Taken, address: str) -> Problem:
    """The 409 behind something that is here already; `address` is where it is."""
    trouble = Trouble("taken", str(refused), refused.field)
    return Problem(409, "taken", str(refused), [trouble], {"Location": address})


def named(model: type[Model], slug: str, field: str) -> Any:  # noqa: ANN401  # a row of the model
    """The row of this slug. Raises Problem (422) naming the field."""
    return all_named(model, [slug], field)[0]


def all_named(model: type[Model], slugs: Collection[str], field: str) -> list[Any]:
    """The rows of these slugs, in order. Raises Problem (422) for those that are not there."""
    found = listing.by_slug(model, slugs)
    gone = [slug for slug in slugs if slug not in found]
    if gone:
        raise not_valid(list(_unknown(gone, field)))
    return [found[slug] for slug in slugs]


def people_named(**numbers: int | None) -> dict[str, Person | None]:
    """The people of these numbers, by field. Raises Problem (422) for those who are not there."""
    found = Person.objects.in_bulk({pk for pk in numbers.values() if pk is not None})
    gone = {field: pk for field, pk in numbers.items() if pk is not None and pk not in found}
    if gone:
        text = "“{}”: there is no person of the number {}."
        raise not_valid(
            [Trouble("unknown", text.format(field, pk), field) for field, pk in gone.items()]
        )
    return {field: found[pk] if pk is not None else None for field, pk in numbers.items()}


def _unknown(slugs: Iterable[str], field: str) -> Iterable[Trouble]:
    for slug in slugs:
        yield Trouble("unknown", f"“{field}”: there is nothing called “{slug}”.", field)
