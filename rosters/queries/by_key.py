"""Rows by their primary keys, and what foreign keys point at, each read once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence, Set
from functools import cache
from typing import Any, TypeVar

from django.db.models import ForeignKey, Model, QuerySet

from rosters.queries.compiled import compiled
from rosters.queries.many import Ids

Row = TypeVar("Row", bound=Model)


def by_key(model: type[Row], keys: Iterable[int]) -> dict[int, Row]:
    """As `in_bulk`: these rows by primary key, in one query; none for none."""
    wanted = frozenset(keys)
    return {row.pk: row for row in _reader(model)(wanted)} if wanted else {}


def with_related(rows: Sequence[Row], *names: str) -> Sequence[Row]:
    """These rows with what these foreign keys point at; one query for each kind of thing.

    Where thousands of rows share a few people, teams and roles, joins would bring each of those
    thousands of times. Whoever stands in several places is one object in all of them.
    """
    if not rows:
        return rows
    fields = [_field(type(rows[0]), name) for name in names]
    wanted: dict[type[Model], set[int]] = defaultdict(set)
    for field in fields:
        keys = {getattr(row, field.attname) for row in rows}
        wanted[field.related_model] |= keys - {None}
    found = {kind: by_key(kind, keys) for kind, keys in wanted.items()}
    for field in fields:
        known, attname = found[field.related_model], field.attname
        for row in rows:
            field.set_cached_value(row, known.get(getattr(row, attname)))
    return rows


def _field(model: type[Model], name: str) -> Any:  # noqa: ANN401  # Django's field, whose types say little
    field = model._meta.get_field(name)  # noqa: SLF001  # Django's description, public in spite of it
    if not isinstance(field, ForeignKey):
        raise TypeError(f"{model.__name__}.{name} is no foreign key")
    return field


@cache
def _reader(model: type[Row]) -> Callable[[Set[int]], list[Row]]:
    """The query of one kind of row, whose SQL is made once."""
    everything: QuerySet[Row] = model._base_manager.all()  # noqa: SLF001  # what relations use too

    @compiled
    def rows(keys: Ids) -> QuerySet[Row]:
        return everything.filter(pk__in=keys)

    return rows
