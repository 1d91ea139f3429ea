"""Queries whose SQL is made once.

Making the text of a small query takes Django several times as long as the database takes to answer
it, and the resolver's directory is a dozen small queries on nearly every page and in every tick.
"""

from collections.abc import Callable, Set
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet

from rosters.queries.many import array, these

Asked = ParamSpec("Asked")
Row = tuple[Any, ...]
FIRST_STAND_IN = datetime(1, 1, 1, tzinfo=UTC)


def prepared(make: Callable[Asked, QuerySet[Any, Any]]) -> Callable[Asked, list[Row]]:
    """The rows of the query that `make` makes with `values_list` of sets of ids and of instants.

    `make` is called once, with something that stands for each id and instant, and must do nothing
    but hand them to the query. Anything else that it is given is part of the text, and makes
    another one. An empty set of ids finds nothing; the database is asked all the same.
    """
    texts: dict[object, _Text] = {}

    @wraps(make)
    def rows(*asked: Asked.args, **_: Asked.kwargs) -> list[Row]:
        changing = [isinstance(one, Set | datetime) for one in asked]
        key = tuple(changing), tuple(one for one in asked if not isinstance(one, Set | datetime))
        text = texts.get(key)
        if text is None:
            text = texts[key] = _Text(make, asked)
        return text.rows(asked)

    return rows


class _Text:
    """The SQL of one query, and which of its parameters is which of the values asked for."""

    def __init__(self, make: Callable[..., QuerySet[Any, Any]], asked: tuple[object, ...]) -> None:
        marks = [_mark(number, one) for number, one in enumerate(asked)]
        query = make(*(stand_in for stand_in, _ in marks)).query
        compiler = query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        if compiler.get_converters(column for column, _, _ in compiler.select or ()):
            raise TypeError(f"{make.__name__}: Django converts what it finds")
        numbers = {mark: number for number, (_, mark) in enumerate(marks) if mark is not None}
        self.places = [
            (place, numbers[one]) for place, one in enumerate(self.parameters) if one in numbers
        ]
        if {number for _, number in self.places} != set(numbers.values()):
            raise TypeError(f"{make.__name__}: an id or an instant is not in the query as it is")

    def rows(self, asked: tuple[object, ...]) -> list[Row]:
        parameters = list(self.parameters)
        for place, number in self.places:
            value = asked[number]
            parameters[place] = array(value) if isinstance(value, Set) else value
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            found: list[Row] = cursor.fetchall()
        return found


def _mark(number: int, value: object) -> tuple[object, object]:
    """What stands for the value in the query, and how it is found among the parameters."""
    if isinstance(value, Set):
        ids = {-number - 1}
        return these(ids), array(ids)
    if isinstance(value, datetime):
        instant = FIRST_STAND_IN + timedelta(days=number)
        return instant, instant
    return value, None
