"""Two minutes in which an act is taken back with one press."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext

UNDO_FOR = timedelta(minutes=2)
TAG = "undo "


def is_open(done_at: datetime, *, now: datetime) -> bool:
    """Whether what was done at `done_at` can still be undone; the end is exclusive."""
    return now < done_at + UNDO_FOR


def offer(request: HttpRequest, text: str, *, to: str, word: str = "") -> None:
    """The next page says what was done, with a button that posts to `to`: "Undo", or `word`."""
    messages.success(request, text, extra_tags=f"{TAG}{to} {word}".rstrip())


def address_in(tags: str) -> str:
    """Where the button of a notice with these tags posts to; empty for a notice without one."""
    return tags.removeprefix(TAG).partition(" ")[0] if tags.startswith(TAG) else ""


def word_in(tags: str) -> str:
    """What that button says."""
    return tags.removeprefix(TAG).partition(" ")[2] or gettext("Undo")
