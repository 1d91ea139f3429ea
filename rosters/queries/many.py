"""Asking for many rows by their primary keys."""

from collections.abc import Collection
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, BooleanField, F, Func, QuerySet, Value


def these(ids: Collection[int]) -> "Ids":
    """Rows with these primary keys, as one parameter: `filter(pk__in=these(ids))`.

    A list would be a parameter for each, which with a thousand takes longer than the rows. Without
    any there is nothing to ask, and Django asks nothing.
    """
    return _These(ids) if ids else ids


def array(ids: Collection[int]) -> str:
    """Numbers as the text of one array, so that nothing looks at each of them again."""
    return "{" + ",".join(map(str, ids)) + "}"


class _These(Func):
    template = "SELECT unnest(%(expressions)s::bigint[])"
    output_field = BigIntegerField()

    def __init__(self, ids: Collection[int]) -> None:
        super().__init__(Value(array(ids)))


def among(one: F | Value, rows: QuerySet[Any, Any]) -> Func:
    """Whether a value is in the one column of these rows, as a condition: `filter(among(…))`.

    What the rows do not take from outside is asked once for the whole question, as an array; else
    once for each row that the other conditions leave. `__in` and `Exists` leave it to the database
    to join the two, which it does the wrong way round where it knows too little of either.
    """
    return _Among(one, ArraySubquery(rows))


class _Among(Func):
    template = "%(expressions)s)"
    arg_joiner = " = ANY ("
    output_field = BooleanField()


Ids = Collection[int] | _These
"""What `pk__in` takes."""
