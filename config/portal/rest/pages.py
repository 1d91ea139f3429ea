"""One page of a list after another: by cursor, in an order that stays."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest
from pydantic import Field

from config.portal.rest.schema import Asked, Number

MOST = 200
USUAL = 100
Row = TypeVar("Row")


class Paged(Asked):
    """Which part of a list."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.", examples=[100])
    after: Number | None = Field(
        None,
        description="Those after this number. “next” of the page before holds it.",
        examples=[12],
    )


def page(rows: QuerySet[Any], asked: Paged) -> tuple[list[Any], int | None]:
    """The rows of this page by number, and the number after which the next page begins."""
    after = rows if asked.after is None else rows.filter(pk__gt=asked.after)
    return cut(after.order_by("pk")[: asked.limit + 1], asked.limit, key=lambda row: int(row.pk))


def cut(
    rows: Iterable[Row], limit: int, *, key: Callable[[Row], int]
) -> tuple[list[Row], int | None]:
    """The first `limit` of the rows, and the key of the last if there are more."""
    found: Sequence[Row] = list(rows)
    shown = list(found[:limit])
    return shown, key(shown[-1]) if len(found) > limit else None


def next_address(request: HttpRequest, after: int | None) -> str | None:
    """The address of the next page with the same filters."""
    if after is None:
        return None
    query = request.GET.copy()
    query["after"] = str(after)
    return f"{request.path}?{query.urlencode()}"
