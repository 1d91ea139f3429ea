"""A person's own views of a list."""

from rosters.models import Person, SavedView


def of(person: Person, page: str) -> list[SavedView]:
    """The views of one list, by name."""
    return list(SavedView.objects.filter(person=person, page=page).order_by("name", "pk"))


def find(person: Person, pk: int) -> SavedView | None:
    """One view, if it is this person's."""
    return SavedView.objects.filter(person=person, pk=pk).first()
