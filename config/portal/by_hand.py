"""Rows read and written with SQL whose text is made once.

Django makes the text of every query anew, which takes several times as long as the database takes
to answer a small one. That is of no account on a page, but at the door of alerts it was most of the
work. Many rows go over as one JSON text, so that one statement is the same for one and for many.
Fields go as they are: for models without fields that Django converts on the way in.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Generic, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Value
from django.db.models.expressions import DatabaseDefault

Row = TypeVar("Row", bound=models.Model)
Found = tuple[Any, ...]


class Table(Generic[Row]):
    """The table of a model."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model
        options: Any = model._meta  # noqa: SLF001  # Django's description, public in spite of it
        self.fields: list[models.Field[Any, Any]] = list(options.concrete_fields)
        self.name = f'"{options.db_table}"'
        self.key = f'"{options.pk.column}"'
        self._names = [field.attname for field in self.fields]
        self._defaults = [
            (field.attname, _default_of(field)) for field in self.fields if field.has_db_default()
        ]
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
        return _listed(self.fields, before=f"{alias}.")

    def rows(self, sql: str, asked: Sequence[object]) -> list[Row]:
        """The rows that a SELECT of `columns` finds."""
        return [self._made(values) for values in _asked(sql, asked).fetchall()]

    def rows_with(self, sql: str, asked: Sequence[object]) -> list[tuple[Any, Row]]:
        """The same for a SELECT that asks for another value before them."""
        found = _asked(sql, asked).fetchall()
        return [(values[0], self._made(values[1:])) for values in found]

    def add(self, rows: Sequence[Row], *, numbered: bool = True) -> None:
        """New rows in one statement, and none for none; each gets its number if that is wanted.

        Rows that have their numbers already keep them; all of them have one, or none has.
        """
        if not rows:
            return
        sql, filled = self._add, self._filled
        if rows[0].pk is not None:
            sql, filled = self._add_known, self._filled_known
        said = self._said(rows, filled)
        if not numbered:
            _asked(sql, [as_text(said)])
            return
        cursor = _asked(f"{sql} RETURNING {self.key}", [as_text(said)])
        for row, (pk,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = pk
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS  # noqa: SLF001  # public

    def add_missing(self, rows: Sequence[Row]) -> None:
        """As `add`, but a row that stands already, by any of its keys, stays as it is."""
        if rows:
            said = self._said(rows, self._filled)
            _asked(f"{self._add} ON CONFLICT DO NOTHING", [as_text(said)])

    def _said(
        self, rows: Sequence[Row], filled: Sequence[tuple[str, str]]
    ) -> list[dict[str, object]]:
        """The rows by column. What nobody set of a row gets the database's own default here."""
        for name, default in self._defaults:
            for row in rows:
                if isinstance(getattr(row, name), DatabaseDefault):
                    setattr(row, name, default)
        return [{column: getattr(row, name) for column, name in filled} for row in rows]

    def renew(self, rows: Sequence[Row], names: Sequence[str]) -> None:
        """These fields of rows that stand already, in one statement, and none for none."""
        if not rows:
            return
        sql, filled = _renewing(self, tuple(names))
        said = [{column: getattr(row, name) for column, name in filled} for row in rows]
        _asked(sql, [as_text(said)])

    def _adding(self, fields: Sequence[Any]) -> str:
        columns = _listed(fields)
        return (
            f"INSERT INTO {self.name} ({columns}) SELECT {columns}"  # noqa: S608  # names of our own
            f" FROM json_populate_recordset(NULL::{self.name}, %s)"
        )

    def _made(self, values: Found) -> Row:
        found = list(values)
        for number, read in self._readers:
            found[number] = read(found[number], None, connection)
        return self._model.from_db(DEFAULT_DB_ALIAS, self._names, found)


class _PreparedCursor(ServerBindingCursor):
    """It can say what it asked also when no more than a name went over to the database."""

    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:  # noqa: ANN401  # psycopg's own
        self._query = pgq
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc]  # it has no types


def _asked(sql: str, asked: Sequence[Any]) -> CursorWrapper:
    cursor = cursor_of_prepared()
    cursor.execute(sql, asked)
    return cursor


def cursor_of_prepared() -> CursorWrapper:
    """A cursor whose statements the database plans once for each connection, not for each time.

    Django's own cursors cannot prepare: they send the values as a part of the text. Otherwise this
    is one of them; its statements are counted and logged like all others. Where something is put
    before each statement it is one of Django's own, since only a single command can be prepared.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]  # neither has a description of its types
    kind: Any = _PreparedCursor
    if here.execute_wrappers:
        return cast("CursorWrapper", here.cursor())
    here.ensure_connection()
    made: CursorWrapper = here._prepare_cursor(kind(here.connection))  # noqa: SLF001  # there is no public way
    return made


@cache
def table(model: type[Row]) -> Table[Row]:
    """The table of this model, made once."""
    return Table(model)


def as_text(said: object) -> str:
    """Rows as JSON; instants and bytes as PostgreSQL reads them."""
    return json.dumps(said, default=_as_text)


@cache
def _renewing(of: Table[Any], names: tuple[str, ...]) -> tuple[str, list[tuple[str, str]]]:
    changed = [field for field in of.fields if field.name in names]
    settings = ", ".join(f'"{field.column}" = new."{field.column}"' for field in changed)
    sql = (
        f"UPDATE {of.name} AS old SET {settings}"  # noqa: S608  # names of our own
        f" FROM json_populate_recordset(NULL::{of.name}, %s) AS new"
        f" WHERE old.{of.key} = new.{of.key}"
    )
    used = [field for field in of.fields if field.primary_key or field in changed]
    return sql, [(str(field.column), field.attname) for field in used]


def _default_of(field: Any) -> object:  # noqa: ANN401  # Django's field has no useful type
    """The plain value that the database would put in."""
    default = field.db_default
    return default.value if isinstance(default, Value) else default


def _filled(fields: Sequence[Any]) -> list[tuple[str, str]]:
    return [(str(field.column), field.attname) for field in fields]


def _listed(fields: Sequence[Any], before: str = "") -> str:
    return ", ".join(f'{before}"{field.column}"' for field in fields)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"
    return str(value)
