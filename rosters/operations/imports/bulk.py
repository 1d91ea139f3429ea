"""Many rows written with few statements; the trail's triggers see each of them."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)
AT_ONCE = 500


def add(rows: Iterable[Row]) -> list[Row]:
    """These rows are there, with their keys."""
    found = list(rows)
    if not found:
        return []
    made: list[Row] = type(found[0])._default_manager.bulk_create(found, batch_size=AT_ONCE)  # noqa: SLF001  # Django's name
    return made


def change(rows: Iterable[Row], fields: Sequence[str]) -> None:
    """These fields of rows that are locked are as they are here.

    One INSERT that finds each row there already, and so updates it: an UPDATE with a CASE for each
    row and field takes many times as long.
    """
    found = list(rows)
    if found:
        type(found[0])._default_manager.bulk_create(  # noqa: SLF001  # Django's name
            found,
            batch_size=AT_ONCE,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=fields,
        )
