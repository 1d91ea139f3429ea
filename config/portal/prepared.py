"""Statements that the database plans once for each connection, asked by the shortest way.

Between Django's cursor and the database lie ten layers that a small statement does not need, and
that cost several times what the database takes to answer it. Here a statement goes straight to
libpq, through psycopg's own binding; what comes back is read by psycopg as ever. A statement has
its values apart from its text, so that it is planned once. Errors are those that Django raises.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import count
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import Connection
from psycopg.abc import Transformer
from psycopg.adapt import Transformer as Reader
from psycopg.errors import DataError, OperationalError, error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus

Found = tuple[Any, ...]

READ, DONE = ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK
PLACE = re.compile("%s")


def ask(sql: str, values: Sequence[Any]) -> list[Found]:
    """The rows that a statement finds. Values are texts, whole numbers, None, or lists of those.

    Where somebody counts or alters statements (tests, logs of queries) Django's own cursor asks.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]  # it has no description of this in its types
    if here.execute_wrappers or here.queries_logged:
        return _ask_by_django(here, sql, values)
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return _planned_of(here).ask(sql, values)


def _ask_by_django(here: Any, sql: str, values: Sequence[Any]) -> list[Found]:  # noqa: ANN401  # Django's connection has no useful type
    with here.cursor() as cursor:
        cursor.execute(sql, list(values))
        return list(cursor.fetchall()) if cursor.description else []


def _planned_of(here: Any) -> "_Planned":  # noqa: ANN401  # Django's connection has no useful type
    """What this thread's connection has planned; a new connection has planned nothing."""
    planned: _Planned | None = getattr(here, "muster_planned", None)
    if planned is None or planned.connection is not here.connection:
        planned = here.muster_planned = _Planned(here.connection)
    return planned


class _Planned:
    """The statements of one connection, each with its name and the reader of its rows."""

    def __init__(self, connection: Connection[Any]) -> None:
        self.connection = connection
        self._names: dict[str, tuple[bytes, Transformer]] = {}
        self._numbers = count()

    def ask(self, sql: str, values: Sequence[Any]) -> list[Found]:
        said: list[Any] = [None if value is None else _text_of(value) for value in values]
        server = self.connection.pgconn
        with self.connection.lock:
            if server.transaction_status == TransactionStatus.IDLE:
                self._begin()
            name, reader = self._names.get(sql) or self._plan(sql)
            result = server.exec_prepared(name, said)
            if result.status == DONE:
                return []
            self._check(result, READ)
            reader.set_pgresult(result)
            return reader.load_rows(0, result.ntuples, tuple)

    def _begin(self) -> None:
        """As psycopg does before the first statement of a transaction."""
        if not self.connection.autocommit:
            self._check(self.connection.pgconn.exec_(b"BEGIN"), DONE)

    def _plan(self, sql: str) -> tuple[bytes, Transformer]:
        name = f"muster_{next(self._numbers)}".encode()
        self._check(self.connection.pgconn.prepare(name, _numbered(sql)), DONE)
        planned = self._names[sql] = name, Reader(self.connection)
        return planned

    def _check(self, result: Any, wanted: ExecStatus) -> None:  # noqa: ANN401  # psycopg's result
        if result.status == wanted:
            return
        if self.connection.pgconn.status == ConnStatus.BAD:
            raise OperationalError(result.get_error_message())
        raise error_from_result(result)


@cache
def _numbered(sql: str) -> bytes:
    """With its places numbered, as the database wants them."""
    numbers = count(1)
    return PLACE.sub(lambda _: f"${next(numbers)}", sql).encode()


def _text_of(value: object) -> bytes:
    """A value as PostgreSQL reads it. A text that it could not keep is refused, not cut off."""
    text = _array(value) if isinstance(value, list) else str(value)
    if "\0" in text:
        raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")
    return text.encode()


def _array(values: list[Any]) -> str:
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: object) -> str:
    if not isinstance(value, str):
        return "NULL" if value is None else str(value)
    quoted = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}"'
