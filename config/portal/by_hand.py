"""Rows read and written with SQL whose text is made once.

Django makes the text of every query anew, which takes several times as long as the database takes
to answer a small one. That is of no account on a page, but at the door of alerts it was most of the
work. Many rows go over as JSON, so that one statement is the same for one and for many: one text of
what they have in common, and one of the rest.
Fields go as they are: for models without fields that Django converts on the way in.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, DataError, connection, models
from django.db.models import Value
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from django.db.models.signals import post_init
from pydantic_core import PydanticSerializationError, to_json

from config.portal import prepared
from config.portal.prepared import Found

Row = TypeVar("Row", bound=models.Model)
Other = TypeVar("Other", bound=models.Model)
Filled = list[tuple[str, str, bool]]
"""Columns, the attribute of a row that goes into each, and whether it holds bytes."""


class Table(Generic[Row]):
    """The table of a model."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        options: Any = model._meta  # noqa: SLF001  # Django's description, public in spite of it
        self.fields: list[models.Field[Any, Any]] = list(options.concrete_fields)
        self.name = f'"{options.db_table}"'
        self.key = f'"{options.pk.column}"'
        self._columns: dict[str, str] = {}
        self._names = [field.attname for field in self.fields]
        self._defaults = [
            (field.attname, _default_of(field)) for field in self.fields if field.has_db_default()
        ]
        self._fresh = {
            one.attname: one.get_default
            for one in self.fields
            if one.has_default() and callable(one.default)
        }
        self._blank = {
            one.attname: _blank_of(one) for one in self.fields if one.attname not in self._fresh
        }
        self._readers: list[tuple[int, Callable[..., Any]]] = [
            (number, cast("Any", field).from_db_value)
            for number, field in enumerate(self.fields)
            if hasattr(field, "from_db_value")
        ]
        filled = [field for field in self.fields if not field.primary_key]
        self._add, self._filled = self._adding(filled), _filled(filled)
        self._add_known, self._filled_known = self._adding(self.fields), _filled(self.fields)

    def columns(self, alias: str) -> str:
        """Its columns, for a SELECT of its rows."""
        if alias not in self._columns:
            self._columns[alias] = _listed(self.fields, before=f"{alias}.")
        return self._columns[alias]

    def rows(self, sql: str, values: Sequence[object]) -> list[Row]:
        """The rows that a SELECT of `columns` finds."""
        return [self.made(found) for found in prepared.ask(sql, values)]

    def rows_with(self, sql: str, values: Sequence[object]) -> list[tuple[Any, Row]]:
        """The same for a SELECT that asks for another value before them."""
        found = prepared.ask(sql, values)
        return [(line[0], self.made(line[1:])) for line in found]

    def new(self, **values: object) -> Row:
        """A row that is not written yet, by the names of its columns: `person_id`, not `person`.

        What is not named is as in a new row of the model. Nothing but the database looks at the
        values: for what our own logic made, by the thousand.
        """
        made = {**self._blank, **values}
        for name, default in self._fresh.items():
            if name not in values:
                made[name] = default()
        if len(made) != len(self.fields):
            raise TypeError(f"{self.name} has no {', '.join(made.keys() - set(self._names))}")
        row = self._row(made)
        if post_init.has_listeners(self._model):
            post_init.send(sender=self._model, instance=row)
        return row

    def add(self, rows: Sequence[Row], *, numbered: bool = True) -> None:
        """New rows in one statement, and none for none; each gets its number if that is wanted.

        Rows that have their numbers already keep them, and nothing has to be asked; all of them
        have one, or none has.
        """
        if not rows:
            return
        if rows[0].pk is not None:
            prepared.tell(self._add_known, self._said(rows, self._filled_known))
        elif not numbered:
            prepared.tell(self._add, self._said(rows, self._filled))
            return
        else:
            sql = f"{self._add} RETURNING {self.key}"
            numbers = prepared.ask(sql, self._said(rows, self._filled))
            for row, (pk,) in zip(rows, numbers, strict=True):
                row.pk = pk
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # public

    def add_missing(self, rows: Sequence[Row]) -> None:
        """As `add`, but a row that stands already, by any of its keys, stays as it is."""
        if rows:
            prepared.tell(f"{self._add} ON CONFLICT DO NOTHING", self._said(rows, self._filled))

    def _said(self, rows: Sequence[Row], filled: Filled) -> list[bytes]:
        """The rows by column. What nobody set of a row gets the database's own default here."""
        for name, default in self._defaults:
            for row in rows:
                if isinstance(row.__dict__[name], DatabaseDefault):
                    setattr(row, name, default)
        return _said(rows, filled)

    def renew(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        """These fields of rows that stand already, in one statement, and none for none."""
        if rows:
            sql, filled = _renewing(self, tuple(names))
            prepared.tell(sql, _said(rows, filled))

    def _adding(self, fields: Sequence[Any]) -> str:
        columns = _listed(fields)
        return (
            f"INSERT INTO {self.name} ({columns}) SELECT {columns}"  # noqa: S608  # names of our own
            f" FROM {_recordset(self.name)}"
        )

    def made(self, values: Found) -> Row:
        """The row that stands with these values of all its columns, in their order."""
        found = list(values)
        for number, read in self._readers:
            found[number] = read(found[number], None, connection)
        row = self._row(dict(zip(self._names, found, strict=True)))
        row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # public
        return row

    def _row(self, values: dict[str, Any]) -> Row:
        """A row of the model, without asking each of its fields; no signal tells of it."""
        row = self._model.__new__(self._model)
        row.__dict__ = values
        row._state = ModelState()  # noqa: SLF001  # as Django makes it
        return row


@cache
def table(model: type[Row]) -> Table[Row]:
    """The table of this model, made once."""
    return Table(model)


def side_by_side(found: Iterable[Found], *of: Table[Any]) -> Iterator[list[Any]]:
    """Lines with the columns of several tables, as rows: of each line one of each table."""
    ends = list(accumulate(len(one.fields) for one in of))
    parts = [slice(*ends_at) for ends_at in pairwise([0, *ends])]
    for values in found:
        yield [one.made(values[part]) for one, part in zip(of, parts, strict=True)]


def tie(row: models.Model, name: str, other: models.Model | None) -> None:
    """`other` is at hand as this relation of the row; the row names it already."""
    row._state.fields_cache[name] = other  # noqa: SLF001  # where Django keeps it


def bring(rows: Iterable[models.Model | None], name: str, of: type[Other]) -> list[Other]:
    """Each row has at hand what it names by this relation; returns those, each once.

    One statement, and none where nothing is named. Rows that share something share one object.
    """
    named = [(row, row.__dict__[f"{name}_id"]) for row in rows if row is not None]
    wanted = {pk for _, pk in named if pk is not None}
    there = table(of)
    sql = f"SELECT {there.columns('t')} FROM {there.name} AS t WHERE t.{there.key} = ANY(%s)"  # noqa: S608  # our columns
    found = there.rows(sql, [list(wanted)]) if wanted else []
    by_key = {one.pk: one for one in found}
    for row, pk in named:
        tie(row, name, by_key.get(pk))
    return found


def _said(rows: Sequence[models.Model], filled: Filled) -> list[bytes]:
    """What all rows have in common, and then each of them: as JSON, by column."""
    common: dict[str, object] = {}
    apart: dict[str, list[object]] = {}
    for column, name, is_binary in filled:
        values = [row.__dict__[name] for row in rows]
        if is_binary:
            values = [None if value is None else f"\\x{value.hex()}" for value in values]
        if values.count(values[0]) == len(values):
            common[column] = values[0]
        else:
            apart[column] = values
    lines = [dict(zip(apart, line, strict=True)) for line in zip(*apart.values(), strict=True)]
    return [as_json(common), as_json(lines or [{} for _ in rows])]


def _recordset(name: str) -> str:
    """The rows of two JSON texts: of the second one, and what it does not say is in the first."""
    return f"json_populate_recordset(json_populate_record(NULL::{name}, %s), %s)"


def as_json(said: object) -> bytes:
    """Rows as JSON; instants and bytes as PostgreSQL reads them.

    By pydantic's writer: Python's own took four times as long, a twentieth of a request. Raises
    DataError for a text that cannot be kept, such as half of a pair of code units.
    """
    try:
        return to_json(said, fallback=str)
    except PydanticSerializationError as error:
        raise DataError(str(error)) from error


@cache
def _renewing(of: Table[Any], names: tuple[str, ...]) -> tuple[str, Filled]:
    changed = [field for field in of.fields if field.name in names]
    settings = ", ".join(f'"{field.column}" = new."{field.column}"' for field in changed)
    sql = (
        f"UPDATE {of.name} AS old SET {settings}"  # noqa: S608  # names of our own
        f" FROM {_recordset(of.name)} AS new"
        f" WHERE old.{of.key} = new.{of.key}"
    )
    used = [field for field in of.fields if field.primary_key or field in changed]
    return sql, _filled(used)


def _default_of(field: Any) -> object:  # noqa: ANN401  # Django's field has no useful type
    """The plain value that the database would put in."""
    default = field.db_default
    return default.value if isinstance(default, Value) else default


def _blank_of(field: Any) -> object:  # noqa: ANN401  # Django's field has no useful type
    """What a new row has where nobody says anything."""
    if field.has_db_default() and not field.has_default():
        return _default_of(field)
    return field.get_default()


def _filled(fields: Sequence[Any]) -> Filled:
    return [
        (str(field.column), field.attname, isinstance(field, models.BinaryField))
        for field in fields
    ]


def _listed(fields: Sequence[Any], before: str = "") -> str:
    return ", ".join(f'{before}"{field.column}"' for field in fields)
