"""A person's own views of a list: kept, renamed and removed. Nobody else sees them."""

from datetime import datetime

from django.db import transaction

from config.portal.refusals import Refused, refuse_if
from rosters.logic import saved_views as rules
from rosters.models import Person, SavedView


@transaction.atomic
def save(page: str, *, name: str, query: str, by: Person, now: datetime) -> SavedView:  # noqa: ARG001  # operations take `now`
    """The person has a view of this name with these filters; one of that name is replaced."""
    query, name = rules.tidy(query), name.strip()
    refuse_if(rules.why_not_name(name) or rules.why_not_query(query))
    # Locks the person, so that two presses at once neither pass the limit nor make two.
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    mine = SavedView.objects.filter(person=by, page=page)
    existing = mine.filter(name=name).first()
    if existing is None:
        refuse_if(rules.why_not_more(mine.count()))
        return SavedView.objects.create(person=by, page=page, name=name, query=query)
    existing.query = query
    existing.save(update_fields=["query"])
    return existing


@transaction.atomic
def rename(view: SavedView, *, name: str, by: Person, now: datetime) -> SavedView:  # noqa: ARG001  # operations take `now`
    """The view has another name. Refused when another view of this list has it."""
    name = name.strip()
    refuse_if(rules.why_not_name(name))
    Person.objects.select_for_update(no_key=True).get(pk=by.pk)
    view = SavedView.objects.get(pk=view.pk, person=by)
    others = SavedView.objects.filter(person=by, page=view.page, name=name).exclude(pk=view.pk)
    if others.exists():
        raise Refused(f"You have a view called “{name}” already.")
    view.name = name
    view.save(update_fields=["name"])
    return view


def remove(view: SavedView, *, by: Person, now: datetime) -> None:  # noqa: ARG001  # operations take `now`
    """The view is gone. Doing it twice changes nothing."""
    SavedView.objects.filter(pk=view.pk, person=by).delete()
