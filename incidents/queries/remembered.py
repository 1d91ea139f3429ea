"""What people have set, kept in memory for as long as it stands: rules, services, policies.

Whoever opens `as_of_now` asks one small question: what time is it, and has anything been changed?
Inside, the queries marked `kept` answer from memory while nothing has. Triggers of the database
change the mark in the transaction that changes a setting, whoever does it and however, so every
process sees both at once. docs/adr/0041-settings-in-memory.md says why this is safe.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections

from config.portal import clock, prepared

Asked = ParamSpec("Asked")
Found = TypeVar("Found")

MOST_KEPT = 1000
"""So many answers; then all are forgotten, for some may be to questions nobody asks again."""

WATCHED = (
    "incidents_alertsource",
    "incidents_sourcetoken",
    "incidents_triggerrule",
    "incidents_impactclass",
    "incidents_policyversion",
    "incidents_escalationstep",
    "incidents_responsetarget",
    "incidents_route",
    "incidents_routingoverride",
    "incidents_webhookendpoint",
    "incidents_maintenancewindow",
    "incidents_maintenancewindow_services",
    "incidents_maintenancewindow_sources",
    "rosters_service",
    "rosters_servicedependency",
    "rosters_team",
)
"""The tables that `kept` queries may read: each has a trigger that leaves a mark."""

LOOK = """
SELECT clock_timestamp(), (SELECT md5(string_agg(mark::text, '' ORDER BY slot)) FROM incidents_mark)
"""


@dataclass(frozen=True)
class _Standing:
    """What was found while one mark stood."""

    mark: str | None
    found: dict[object, Any] = field(default_factory=dict)


_latest = _Standing("")
_here: ContextVar[_Standing | None] = ContextVar("remembered", default=None)


@contextmanager
def as_of_now() -> Iterator[datetime]:
    """Inside, `kept` queries answer as of now; yields the database's present instant, in UTC.

    For acts that read settings and change none.
    """
    instant, mark = _look()
    before = _here.set(_of(mark))
    try:
        yield clock.of_database(instant)
    finally:
        _here.reset(before)


def _look() -> tuple[datetime, str | None]:
    """The question. It also shows whether the connection still stands: no other need ask first."""
    here = connections[DEFAULT_DB_ALIAS]
    if here.in_atomic_block or here.connection is None:
        return _ask()
    raw: Any = here  # it has no description of this in its types
    raw.health_check_done = True
    try:
        return _ask()
    except (OperationalError, InterfaceError):
        here.close()
        return _ask()


def _ask() -> tuple[datetime, str | None]:
    [(instant, found)] = prepared.ask(LOOK, [])
    return instant, found


def mark() -> str | None:
    """The mark that stands here; None outside of `as_of_now`, and for whoever doubts it.

    What is decided by equal marks is decided by the same settings.
    """
    standing = _here.get()
    return None if standing is None else standing.mark or ""


def doubt() -> None:
    """From here to the end of `as_of_now`, every query asks the database again."""
    _here.set(None)


def kept(query: Callable[Asked, Found]) -> Callable[Asked, Found]:
    """A query whose answer stands while no setting changes; nobody may change what it returns.

    It reads only tables in WATCHED, and no clock. Nothing found is not kept.
    """

    @wraps(query)
    def answer(*asked: Asked.args, **by_name: Asked.kwargs) -> Found:
        standing = _here.get()
        if standing is None:
            return query(*asked, **by_name)
        key = (query, asked, *sorted(by_name.items()))
        found: Found | None = standing.found.get(key)
        if found is None:
            found = query(*asked, **by_name)
            if len(standing.found) >= MOST_KEPT:
                standing.found.clear()
            standing.found[key] = found
        return found

    return answer


def _of(mark: str | None) -> _Standing:
    """What is kept under this mark; threads that come at once may each begin anew."""
    global _latest  # one for the whole process
    if _latest.mark != mark:
        _latest = _Standing(mark)
    return _latest
