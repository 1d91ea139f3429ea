"""The small company that tests lay down from a copy is the one that `make` makes."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from tests import database, world
from tests.world import World, at

pytestmark = pytest.mark.django_db

ELSEWHEN = at("2027-03-03 17:31")
NUMBERS_OF_ROWS = re.compile(r"^(id|\w+_id|pgh_\w+)$")
NUMBERED = re.compile(r"^\+49 30 \d+$|^md5\$")  # by the person's primary key, or salted
MARKS = "incidents_mark"
"""Says that settings changed, by a number that never comes again."""


class _NotThisTimeError(Exception):
    """Takes back what was laid down."""


def rows_of(lay_down: Callable[[], World]) -> dict[str, list[Any]]:
    """Every table's new rows without what differs from one time to the next."""
    found: dict[str, list[Any]] = {}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            lay_down()
            for table in set(database.with_rows()) - {MARKS}:
                cursor.execute(f'SELECT * FROM public."{table}" ORDER BY 1')
                names = [column.name for column in cursor.description]
                found[table] = [
                    [
                        _value(value)
                        for name, value in zip(names, row, strict=True)
                        if not NUMBERS_OF_ROWS.match(name)
                    ]
                    for row in cursor.fetchall()
                ]
            raise _NotThisTimeError
    except _NotThisTimeError:
        return found


def _value(value: Any) -> Any:
    if isinstance(value, datetime) and value != ELSEWHEN:
        return "when it was written"
    if isinstance(value, str) and NUMBERED.match(value):
        return "a number"
    return value


def test_what_is_laid_down_is_what_is_made() -> None:
    made = rows_of(lambda: world.make(ELSEWHEN))
    laid_down = rows_of(lambda: world.build(ELSEWHEN))

    assert laid_down == made
    assert date(2027, 2, 22) in made["rosters_rotation"][0]


def test_its_objects_name_its_rows() -> None:
    found = world.build()

    for one in (*found.people.values(), found.team, found.service, found.roster, found.version):
        kept = type(one)._default_manager.get(pk=one.pk)
        assert {field.attname: getattr(one, field.attname) for field in one._meta.fields} == {
            field.attname: getattr(kept, field.attname) for field in one._meta.fields
        }
