"""Which engine may move climbs while old and new programs run side by side."""

from django.db import connection

ENGINE_VERSION = 1
"""Raised by a release whose migration also raises the fence: older programs then stand still."""


class Outdated(Exception):  # it is said of an engine
    """The database asks for a newer engine than this one. It moves nothing."""

    def __init__(self, asked: int) -> None:
        super().__init__(
            f"This engine is version {ENGINE_VERSION}; the database asks for version {asked}. It"
            " moves nothing: start the newer program."
        )


def hold() -> None:
    """Until this transaction ends nobody raises the fence; raises Outdated for an old engine."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT version FROM incidents_enginefence FOR SHARE")
        asked = max((version for (version,) in cursor.fetchall()), default=0)
    if asked > ENGINE_VERSION:
        raise Outdated(asked)
