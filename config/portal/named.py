"""Which rows name a row: what stands in the way before it may go."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Model

TRAIL = "pgh_id"
"""The history names everything for ever, and is never in the way."""


def rows_that_name(rows: Iterable[Model]) -> Counter[type[Model]]:
    """How many rows of each model point at any of `rows`, whatever a deletion would do to them.

    One query for each relation. A row that names two of them, or one of them twice, counts once.
    """
    wanted = list(rows)
    if not wanted:
        return Counter()
    found: dict[type[Model], set[object]] = {}
    for relation in type(wanted[0])._meta.get_fields(include_hidden=True):  # noqa: SLF001  # public in spite of its name
        field = getattr(relation, "field", None)
        points_here = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if not points_here or field is None or relation.concrete:
            continue
        model: Any = relation.related_model
        if any(one.name == TRAIL for one in model._meta.fields):  # noqa: SLF001  # as above
            continue
        named = model._base_manager.filter(**{f"{field.name}__in": wanted})  # noqa: SLF001  # as above
        found.setdefault(model, set()).update(named.values_list("pk", flat=True))
    return Counter({model: len(keys) for model, keys in found.items() if keys})
