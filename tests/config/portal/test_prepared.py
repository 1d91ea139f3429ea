"""Statements by the shortest way find and raise what they would by Django's own."""

import threading
from collections.abc import Iterator

import pytest
from django.db import DataError, OperationalError, connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from django.test.utils import CaptureQueriesContext

from config.portal import prepared
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)
ODD = ["", "plain", 'a "quote"', "back\\slash", "{curly},", "NULL", " space ", "🔥", "%s", "it's"]


@pytest.fixture
def rows() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (number int PRIMARY KEY, said text)")
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept")


def count() -> int:
    return int(prepared.ask("SELECT count(*) FROM kept", [])[0][0])


@pytest.mark.parametrize("is_counted", [False, True], ids=["by itself", "by Django"])
def test_values_arrive_as_they_are(is_counted: bool) -> None:
    def ask() -> list[tuple[object, ...]]:
        return prepared.ask(
            "SELECT %s::text, %s::int, %s::text, 'b' = ANY(%s), ARRAY(SELECT unnest(%s::text[])),"
            " ARRAY(SELECT unnest(%s::int[]))",
            ["x", 7, None, ["a", "b"], ODD, [3, -1]],
        )

    if is_counted:
        with CaptureQueriesContext(connection) as asked:
            found = ask()
        assert len(asked) == 1
    else:
        found = ask()

    assert found == [("x", 7, None, True, ODD, [3, -1])]


def test_a_text_that_cannot_be_kept_is_refused_and_not_cut_off() -> None:
    for value in ("a\0b", ["a", "b\0"]):
        with pytest.raises(DataError):
            prepared.ask("SELECT %s", [value])


def test_what_the_database_refuses_is_raised_as_django_does(rows: None) -> None:
    prepared.ask("INSERT INTO kept VALUES (%s, 'a')", [1])

    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.ask("INSERT INTO kept VALUES (%s, 'a')", [1])
    with pytest.raises(ProgrammingError), transaction.atomic():
        prepared.ask("SELECT nothing FROM kept", [])

    assert count() == 1


def test_a_transaction_begins_with_it_and_ends_with_the_caller_s(rows: None) -> None:
    with transaction.atomic():
        prepared.ask("INSERT INTO kept VALUES (%s, 'a')", [1])
        assert count() == 1
        transaction.set_rollback(True)
    assert count() == 0

    with transaction.atomic():
        prepared.ask("INSERT INTO kept VALUES (%s, 'a')", [2])
    assert count() == 1


def test_a_broken_transaction_asks_nothing_more(rows: None) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(transaction.TransactionManagementError):
            count()


def test_plans_stay_after_a_rollback_and_are_made_anew_for_a_new_connection(rows: None) -> None:
    def planned() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE NOT from_sql")
            return int(cursor.fetchone()[0])

    connection.close()
    for _ in range(3):
        with transaction.atomic():
            count()
            transaction.set_rollback(True)
    assert planned() == 1

    connection.close()
    assert planned() == 0
    assert count() == 0
    assert planned() == 1


def test_a_connection_that_is_gone_says_so_and_the_next_one_works(rows: None) -> None:
    count()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]
    together(lambda: prepared.ask("SELECT pg_terminate_backend(%s)", [number]))

    with pytest.raises(OperationalError):
        count()

    connection.close_if_unusable_or_obsolete()
    assert count() == 0


def test_others_go_on_while_a_statement_runs() -> None:
    def sleep() -> None:
        prepared.ask("SELECT pg_sleep(%s)::text", [1])
        connection.close()

    thread, turns = threading.Thread(target=sleep), 0
    thread.start()
    while thread.is_alive():
        thread.join(0.01)
        turns += 1

    assert turns > 3
