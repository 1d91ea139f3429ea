"""Instants from PostgreSQL, read in a tenth of the time.

Django reads them with a regular expression, for which a page with thousands of rows waits longer
than for the database. It listens once it is imported, and speaks to each new connection.
"""

from datetime import UTC, datetime

from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.backends.postgresql.psycopg_any import BaseTzLoader
from django.db.backends.signals import connection_created
from django.dispatch import receiver


class InstantLoader(BaseTzLoader):  # type: ignore[misc]  # published untyped
    """What Django's own makes of it. Only what no ISO date can say is left to Django.

    A connection in another zone than UTC never uses it: Django compares `timezone`.
    """

    timezone = UTC

    def load(self, data: bytes | bytearray | memoryview) -> datetime:
        try:
            found = datetime.fromisoformat(str(data, "ascii"))
        except ValueError:
            return self._as_django(data)
        return found if found.tzinfo is UTC else self._as_django(data)

    def _as_django(self, data: bytes | bytearray | memoryview) -> datetime:
        found: datetime = super().load(data)
        return found


@receiver(connection_created)
def read_instants(*, connection: DatabaseWrapper, **_: object) -> None:
    connection.connection.adapters.register_loader("timestamptz", InstantLoader)
