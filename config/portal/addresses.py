"""Addresses of pages, each worked out once: Django looks through its patterns every time."""

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

REMEMBERED = 16_384


def address(view: str, *args: object, current_app: str | None = None) -> str:
    """What `reverse` says of this view and these arguments; NoReverseMatch as it does."""
    urlconf = get_urlconf() or settings.ROOT_URLCONF
    try:
        return _address(urlconf, get_script_prefix(), current_app, view, *args)
    except TypeError:  # something that has no hash
        return reverse(view, args=args, current_app=current_app)


@lru_cache(maxsize=REMEMBERED, typed=True)
def _address(urlconf: str, _prefix: str, current_app: str | None, view: str, *args: object) -> str:
    return reverse(view, urlconf=urlconf, args=args, current_app=current_app)
