"""What the admin's modules of incidents share."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from rosters.models import Person


def signed_in(request: HttpRequest) -> Person:
    """Who acts; the admin lets nobody in who is not a person."""
    if not isinstance(request.user, Person):
        raise PermissionDenied
    return request.user
