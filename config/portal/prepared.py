"""Statements that the database plans once for each connection, asked by the shortest way.

Between Django's cursor and the database lie ten layers that a small statement does not need, and
that cost several times what the database takes to answer it. Here a statement goes straight to
libpq, through psycopg's own binding; what comes back is read by psycopg as ever. A statement has
its values apart from its text, so that it is planned once. Errors are those that Django raises.

Statements that need nothing of one another go over together, and are answered together: each is run
by itself, in their order, as if the next had been sent when the one before was answered.
"""

import re
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
Question = tuple[str, Sequence[Any]]
"""A statement and its values: texts, JSON as bytes, whole numbers, None, or lists of those."""
Numbered = tuple[bytes, Sequence[Any]]
"""The same with its places numbered, as the database wants them: `$1`, `$2`."""

READ, DONE = ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK
PLACE = re.compile("%s")
BEGIN: Numbered = (b"BEGIN", ())
COMMIT: Numbered = (b"COMMIT", ())
FEW_BY_KEY = """
SELECT set_config('plan_cache_mode', 'force_generic_plan', true),
  set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
  set_config('enable_mergejoin', 'off', true)
"""
PLANNED_FOR_GROWTH: Numbered = (FEW_BY_KEY.encode(), ())
"""Until the transaction ends, statements are planned once, by indexes, for tables of any size."""
MOST = 300
"""Of pages, on one connection: a wide plan takes a hundred kilobytes of the database's memory."""


class _Inside(threading.local):
    """The connection of this thread that `together` is open on, so that nobody has to look it up:
    Django's registry takes longer than all else that one more statement costs."""

    here: Any = None


_inside = _Inside()


def ask(sql: str, values: Sequence[Any]) -> list[Found]:
    """The rows that a statement finds.

    Where somebody counts or alters statements (tests, logs of queries) Django's own cursor asks.
    """
    return ask_all([(sql, values)])[0]


def ask_all(questions: Sequence[Question]) -> list[list[Found]]:
    """The rows of each of these, sent together: none needs what another one finds."""
    here = _inside.here or connections[DEFAULT_DB_ALIAS]
    if _is_watched(here):
        return [ask_by_django(sql, list(map(_spelt, values))) for sql, values in questions]
    return _ask_all(here, [(_numbered(sql), values) for sql, values in questions])


def ask_numbered(sql: bytes, values: Sequence[Any]) -> list[Found]:
    """The same as `ask` for a statement whose places are numbered already: `$1`, `$2`."""
    return _ask_all(connections[DEFAULT_DB_ALIAS], [(sql, values)])[0]


def has_room(sql: bytes) -> bool:
    """Whether this statement of a page, its places numbered, may go by the shortest way.

    One more is not planned where there are many already; what is planned stays so for as long as
    the connection lives, which is minutes (`CONN_MAX_AGE`).
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    if _is_watched(here):
        return False
    return here.connection is None or _planned_of(here).takes(sql)


def _ask_all(here: Any, questions: Sequence[Numbered]) -> list[list[Found]]:  # noqa: ANN401  # Django's connection has no useful type
    here.ensure_connection()
    here.validate_no_broken_transaction()
    with here.wrap_database_errors:
        return _planned_of(here).ask_all(questions)


def tell(sql: str, values: Sequence[Any]) -> None:
    """A statement that finds nothing. Inside `together` it goes over with what is asked next."""
    here = _inside.here
    is_apart = here is None or here.connection is None or _is_watched(here)
    told = None if is_apart else _planned_of(here).told
    if told is None:
        ask(sql, values)
    else:
        told.append((_numbered(sql), values))


@contextmanager
def together() -> Iterator[None]:
    """Inside, what is told waits for what is asked next; when this ends, all of it has been said.

    For one transaction of one thread, which is rolled back if this raises: what waits then is never
    said. Nothing is asked before what was told, be it asked here or by Django. What waits at the
    end goes over with the commit, if it is the transaction's end as well: so nothing may be asked
    between the two.

    What is asked inside finds few rows by their keys, and is planned for that: a plan that was made
    while a table was small, and reads all of it, would stay until the database's statistics are
    made anew; and where tables are large, it would plan each time what looks a little cheaper so.
    """
    here: Any = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    planned = _planned_of(here)
    if planned.told is not None:
        yield
        return
    planned.told, _inside.here = [PLANNED_FOR_GROWTH], here
    try:
        with here.execute_wrapper(_after_what_was_told):
            yield
            if planned.told and _is_outermost(here):
                planned.told.append(COMMIT)
            _say_what_was_told(here)
    finally:
        planned.told = _inside.here = None


def _is_outermost(here: Any) -> bool:  # noqa: ANN401  # Django's connection has no useful type
    """Whether Django would commit at the end of the block that this is in; then it finds it done.

    Not in a block within another, nor where it was asked to roll back.
    """
    return len(here.atomic_blocks) == 1 and not here.savepoint_ids and not here.needs_rollback


def _after_what_was_told(
    execute: Callable[..., Any],
    sql: str,
    params: Any,  # noqa: ANN401  # as Django hands it over
    many: bool,  # noqa: FBT001  # as Django hands it over
    context: dict[str, Any],
) -> Any:  # noqa: ANN401  # what Django's cursor returns
    _say_what_was_told(context["connection"])
    return execute(sql, params, many, context)


def _say_what_was_told(here: Any) -> None:  # noqa: ANN401  # Django's connection has no useful type
    if _planned_of(here).told:
        with here.wrap_database_errors:
            _planned_of(here).ask_all([])


def _is_watched(here: Any) -> bool:  # noqa: ANN401  # Django's connection has no useful type
    """Whether somebody wants to see each statement."""
    others = here.execute_wrappers and here.execute_wrappers != [_after_what_was_told]
    return bool(others or here.queries_logged)


def _spelt(value: object) -> object:
    """JSON as a text: bytes are something else to Django's cursor."""
    return value.decode() if isinstance(value, bytes) else value


def ask_by_django(sql: str, values: Sequence[Any]) -> list[Found]:
    """The same by Django's own cursor, which takes values of any kind."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
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
        self.told: list[Numbered] | None = None
        self._names: dict[tuple[bytes, bool], tuple[bytes, Transformer]] = {}
        self._numbers = count()

    def takes(self, sql: bytes) -> bool:
        return self._key(sql) in self._names or len(self._names) < MOST

    def ask_all(self, questions: Sequence[Numbered]) -> list[list[Found]]:
        """The rows of each, after what was told; and before that a transaction begins."""
        with self.connection.lock:
            said = [*self._before(), *(self.told or ()), *questions]
            if self.told:
                self.told.clear()
            planned = [self._names.get(self._key(sql)) or self._plan(sql) for sql, _ in said]
            values = [_texts_of(values) for _, values in said]
            results = self._results([name for name, _ in planned], values)
            found = [
                self._read(reader, result)
                for (_, reader), result in zip(planned, results, strict=True)
            ]
            return found[len(said) - len(questions) :]

    def _before(self) -> list[Numbered]:
        """As psycopg does before the first statement of a transaction."""
        is_idle = self.connection.pgconn.transaction_status == TransactionStatus.IDLE
        return [BEGIN] if is_idle and not self.connection.autocommit else []

    def _results(self, names: Sequence[bytes], values: Sequence[list[Any]]) -> list[Any]:
        """What the database says to each, as far as it got."""
        server = self.connection.pgconn
        if len(names) == 1:
            return [server.exec_prepared(names[0], values[0])]
        try:
            server.enter_pipeline_mode()
            for name, said in zip(names, values, strict=True):
                server.send_query_prepared(name, said)
            server.pipeline_sync()
            results = self._answers()
            server.exit_pipeline_mode()
        except BaseException:  # a connection that was left in between is of no more use
            server.finish()
            raise
        return results

    def _answers(self) -> list[Any]:
        """What came back, once the last is there; other threads go on meanwhile."""
        server, results = self.connection.pgconn, list[Any]()
        ready = select.poll()
        while server.status != ConnStatus.BAD:
            sends = select.POLLOUT if server.flush() else 0
            if sends or server.is_busy():
                ready.register(server.socket, select.POLLIN | sends)
                ready.poll()
                server.consume_input()
                continue
            result = server.get_result()
            if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
                return results
            if result is not None:
                results.append(result)
        raise OperationalError(server.get_error_message())

    def _read(self, reader: Transformer, result: Any) -> list[Found]:  # noqa: ANN401  # psycopg's result
        if result.status == DONE:
            return []
        self._check(result, READ)
        reader.set_pgresult(result)
        found = reader.load_rows(0, result.ntuples, tuple)
        reader.set_pgresult(None)  # thousands of rows must not wait here for the next ones
        return found

    def _key(self, sql: bytes) -> tuple[bytes, bool]:
        """A statement inside `together` has a plan of its own."""
        return sql, self.told is not None

    def _plan(self, sql: bytes) -> tuple[bytes, Transformer]:
        name = f"muster_{next(self._numbers)}".encode()
        self._check(self.connection.pgconn.prepare(name, sql), DONE)
        planned = self._names[self._key(sql)] = name, Reader(self.connection)
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


def _texts_of(values: Sequence[Any]) -> list[Any]:
    return [None if value is None else _text_of(value) for value in values]


def _text_of(value: object) -> bytes:
    """A value as PostgreSQL reads it. A text that it could not keep is refused, not cut off.

    JSON is told as the bytes that it was written as; there a NUL is written out.
    """
    if isinstance(value, bytes):
        return value
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
