"""The one clock. Edges read it once and hand `now` down; nothing below an edge reads a clock."""

from datetime import UTC, datetime

from django.db import connection


def act_now() -> datetime:
    """The database's present instant, aware, in UTC: for an act or a tick.

    Every machine that acts asks the same clock, so a skewed host can neither call early nor late.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (instant,) = cursor.fetchone()
    return of_database(instant)


def of_database(instant: datetime) -> datetime:
    """The database's clock_timestamp(), for whoever asks it together with something else."""
    return instant.astimezone(UTC)


def show_now() -> datetime:
    """This process's present instant, aware, in UTC: only for pages that show."""
    return datetime.now(UTC)
