"""What is known of people and services, changed by programs with a person's rights.

Each change stands in the trail with its reason. What the admin's forms refuse is refused here too.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import pghistory
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model

from config.portal.refusals import Refused
from rosters.logic.cells import Problem
from rosters.logic.reasons import in_one_line
from rosters.models import Person, Service, ServiceDependency
from rosters.queries import listing


class NotValid(Refused):
    """Nothing was changed; `problems` names every field that stands in the way."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("Nothing was saved. " + " ".join(one.text for one in self.problems))


class Taken(Refused):
    """Nothing was made: something of this name is here already, under this number or address."""

    def __init__(self, sentence: str, *, field: str, where: str) -> None:
        self.field, self.where = field, where
        super().__init__(sentence)


Row = TypeVar("Row", bound=Model)
Check = Callable[[Any], None]
"""Looks at the locked row before it is changed, and raises when it is not what was read."""


@transaction.atomic
def add_person(
    facts: Mapping[str, Any], *, by: Person, now: datetime, reason: str, is_namesake: bool
) -> Person:
    """A person who can be named and called, and cannot sign in.

    Raises Taken when somebody of this name is here, unless it is a namesake; NotValid.
    """
    _refuse_twice(facts, now=now, is_namesake=is_namesake)
    person = Person(**facts)
    person.email = Person.normalize_email(person.email)
    person.set_unusable_password()
    return _keep(person, by=by, reason=reason)


def _refuse_twice(facts: Mapping[str, Any], *, now: datetime, is_namesake: bool) -> None:
    here = Person.objects.employed(now=now).order_by("pk")
    email = Person.normalize_email(facts.get("email"))
    known = Person.objects.filter(email=email).first() if email else None
    if known is not None:
        raise Taken("Somebody has this address already.", field="email", where=str(known.pk))
    namesake = here.filter(full_name__iexact=facts["full_name"]).first()
    if namesake is not None and not is_namesake:
        raise Taken(
            f"Somebody called {namesake.full_name} is here already, number {namesake.pk}. If this"
            " is somebody else, say so with “is_namesake”.",
            field="full_name",
            where=str(namesake.pk),
        )


@transaction.atomic
def change_person(
    person: Person,
    facts: Mapping[str, Any],
    *,
    by: Person,
    reason: str,
    check: Check,
) -> Person:
    """The person with these facts. Raises NotValid, and whatever `check` raises."""
    row = listing.with_teams(Person.objects.all())
    person = row.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    check(person)
    return _put(person, facts, by=by, reason=reason)


@transaction.atomic
def add_service(facts: Mapping[str, Any], *, by: Person, reason: str) -> Service:
    """A service with what it needs. Raises Taken, NotValid."""
    known = Service.objects.filter(slug=facts["slug"]).first()
    known = known or Service.objects.filter(name__iexact=facts["name"]).first()
    if known is not None:
        raise Taken(
            f"{known.name} is here already, under “{known.slug}”.",
            field="slug" if known.slug == facts["slug"] else "name",
            where=known.slug,
        )
    plain, needs = _apart(facts)
    service = _keep(Service(**plain), by=by, reason=reason)
    _need(service, needs, by=by, reason=reason)
    return service


@transaction.atomic
def change_service(
    service: Service, facts: Mapping[str, Any], *, by: Person, reason: str, check: Check
) -> Service:
    """The service with these facts; `needs` are all services that it needs from now on.

    Raises NotValid, and whatever `check` raises.
    """
    row = listing.services().select_for_update(of=("self",), no_key=True)
    service = row.get(pk=service.pk)
    check(service)
    plain, needs = _apart(facts)
    changed = _put(service, plain, by=by, reason=reason)
    _need(changed, needs, by=by, reason=reason)
    return changed


def _apart(facts: Mapping[str, Any]) -> tuple[dict[str, Any], list[Service] | None]:
    plain = dict(facts)
    return plain, plain.pop("needs", None)


def _need(service: Service, needs: list[Service] | None, *, by: Person, reason: str) -> None:
    """What the service needs is this from now on; None leaves it as it is."""
    if needs is None:
        return
    if service in needs:
        raise NotValid([Problem("needs", "“needs”: a service does not need itself.")])
    wanted = {one.pk for one in needs}
    with pghistory.context(user=by.pk, **_because(reason)):
        held = ServiceDependency.objects.filter(service=service)
        held.exclude(needs__in=wanted).delete()
        fresh = wanted - set(held.values_list("needs_id", flat=True))
        ServiceDependency.objects.bulk_create(
            ServiceDependency(service=service, needs_id=pk) for pk in sorted(fresh)
        )


def _put(row: Row, facts: Mapping[str, Any], *, by: Person, reason: str) -> Row:
    different = {name: value for name, value in facts.items() if getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return _keep(row, by=by, reason=reason, only=list(different)) if different else row


def _keep(row: Row, *, by: Person, reason: str, only: list[str] | None = None) -> Row:
    _validate(row)
    try:
        with transaction.atomic(), pghistory.context(user=by.pk, **_because(reason)):
            row.save(update_fields=only)
    except IntegrityError:
        text = "Somebody else has just taken this name. Read the list again."
        raise NotValid([Problem("name", text)]) from None
    return row


def _because(reason: str) -> dict[str, str]:
    line = in_one_line(reason)
    return {"reason": line} if line else {}


def _validate(row: Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise NotValid(
            Problem("" if name == NON_FIELD_ERRORS else name, f"“{name}”: {text}")
            for name, texts in error.message_dict.items()
            for text in texts
        ) from None
