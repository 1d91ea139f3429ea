"""What the planner knows of the tables, as autovacuum keeps it in life."""

from django.db import connection

is_renewed = False
"""Whether what was counted was a test's, which then rolled it back."""


def renew() -> None:
    """Count the rows of our own tables anew; else the planner guesses wildly.

    Not of the catalogs: those that all databases share would stay locked until the test ends, and
    another worker's test would wait for them.
    """
    global is_renewed  # the server keeps what was counted, whoever rolls back
    is_renewed = True
    tables = connection.introspection.table_names()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))
