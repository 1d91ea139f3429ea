"""Writing people from a file, and the teams that they come into."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.contrib.auth.hashers import make_password

from rosters.logic.imports.people import PersonPlan
from rosters.models import Membership, Person
from rosters.operations.imports import bulk
from rosters.operations.imports.locking import one_at_a_time

CHANGED = ("full_name", "short_name", "email", "time_zone", "region", "may_sign_in")


def lock() -> None:
    one_at_a_time(2)


def write(plans: Sequence[PersonPlan], *, by: Person, now: datetime) -> None:  # noqa: ARG001  # as every subject is written
    """They are as planned. Whoever is new has no password: they choose one by themselves."""
    ids = [one.pk for one in plans if one.pk]
    there = Person.objects.select_for_update(no_key=True).in_bulk(ids)
    changed = [
        _fill(there[one.pk], one)
        for one in plans
        if one.pk in there and (one.fields or one.may_sign_in is not None)
    ]
    bulk.change(changed, CHANGED)
    coming = [one for one in plans if not one.pk]
    fresh = [_fill(Person(password=make_password(None)), one) for one in coming]
    made = bulk.add(fresh)
    numbers = {id(plan): row.pk for plan, row in zip(coming, made, strict=True)}
    _join([(numbers.get(id(one), one.pk), one) for one in plans])


def _fill(row: Person, plan: PersonPlan) -> Person:
    """The row as it is now, with what the plan changes of it."""
    for name, value in plan.fields.items():
        setattr(row, name, value or (None if name == "email" else ""))
    if plan.may_sign_in is not None:
        row.may_sign_in = plan.may_sign_in
    return row


def _join(plans: Iterable[tuple[int, PersonPlan]]) -> None:
    """They are in these teams too, and lead some of them."""
    wanted: dict[tuple[int, int], bool] = {}
    for pk, plan in plans:
        wanted |= {(pk, team): False for team in plan.joins}
        wanted |= {(pk, team): True for team in plan.leads}
    rows = Membership.objects.filter(person__in={pk for pk, _ in wanted})
    there = {(one.person_id, one.team_id): one for one in rows}
    for key, row in there.items():
        row.is_lead = row.is_lead or wanted.get(key, False)
    leads = [row for key, row in there.items() if wanted.get(key)]
    bulk.change(leads, ["is_lead"])
    bulk.add(
        Membership(person_id=pk, team_id=team, is_lead=is_lead)
        for (pk, team), is_lead in wanted.items()
        if (pk, team) not in there
    )
