"""Two files of one subject are applied one after the other; each may take its time."""

from django.db import connection

OURS = 0x4D55


def one_at_a_time(number: int) -> None:
    """Until the transaction ends nobody else holds this; rows that do not exist have no lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [OURS, number])


def take_time() -> None:
    """Until the transaction ends a long file may be worked on for longer than a request may."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = '50s'")
        cursor.execute("SET LOCAL statement_timeout = '50s'")
