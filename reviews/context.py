"""What stands on every page: how many reviews wait for the reader."""

from typing import Any

from django.http import HttpRequest

from reviews.queries import waiting
from rosters.models import Person


def reviews(request: HttpRequest) -> dict[str, Any]:
    """`reviews_waiting`: unpublished reviews that the reader leads, or that their team owes."""
    if not isinstance(request.user, Person):
        return {}
    return {"reviews_waiting": waiting.count(request.user)}
