"""Two files of one subject are applied one after the other, never at once."""

from django.db import connection

OURS = 0x4D55


def one_at_a_time(number: int) -> None:
    """Until the transaction ends nobody else holds this; rows that do not exist have no lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [OURS, number])
