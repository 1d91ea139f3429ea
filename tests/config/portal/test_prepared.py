"""Statements by the shortest way find and raise what they would by Django's own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

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
    assert planned() == 2  # one of them begins

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


@pytest.mark.parametrize("is_counted", [False, True], ids=["together", "by Django"])
def test_what_is_asked_together_is_answered_in_order(rows: None, is_counted: bool) -> None:
    questions = [
        ("INSERT INTO kept VALUES (%s, %s) RETURNING number", [1, "a"]),
        ("INSERT INTO kept VALUES (%s, %s)", [2, "b" * 5_000_000]),
        ("SELECT number, length(said) FROM kept ORDER BY number", []),
    ]

    with CaptureQueriesContext(connection) if is_counted else nullcontext():
        found = prepared.ask_all(questions)

    assert found == [[(1,)], [], [(1, 1), (2, 5_000_000)]]


def test_of_what_is_asked_together_the_first_that_fails_is_raised(rows: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        prepared.ask_all(
            [
                ("INSERT INTO kept VALUES (%s, 'a')", [1]),
                ("INSERT INTO kept VALUES (%s, 'b')", [1]),
                ("SELECT 1 / number FROM kept", []),
            ]
        )

    assert count() == 0


def test_each_of_what_is_asked_together_sees_what_was_committed_meanwhile(rows: None) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def other() -> None:
        with transaction.atomic():
            prepared.ask("SELECT pg_advisory_xact_lock(%s)::text", [1])
            begun.set()
            assert may_end.wait(30)
            prepared.ask("INSERT INTO kept VALUES (%s, 'late')", [1])
        connection.close()

    def waiting() -> int:
        sql = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return int(cursor.fetchone()[0])

    def release() -> None:
        while not waiting():
            threading.Event().wait(0.01)
        may_end.set()
        connection.close()

    threads = [threading.Thread(target=one) for one in (other, release)]
    threads[0].start()
    assert begun.wait(30)
    threads[1].start()

    with transaction.atomic():
        found = prepared.ask_all(
            [
                ("SELECT pg_advisory_xact_lock(%s)::text", [1]),
                ("SELECT said FROM kept", []),
            ]
        )

    assert found[1] == [("late",)]
    for one in threads:
        one.join()


def _tell_twice(number: int) -> None:
    with prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [number])
        prepared.tell("INSERT INTO kept VALUES (%s, 'b')", [number])


def _tell_and_fail() -> None:
    prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
    raise LookupError


def test_what_is_told_goes_before_whatever_is_asked_next(rows: None) -> None:
    with transaction.atomic(), prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
        assert count() == 1
        prepared.tell("INSERT INTO kept VALUES (%s, 'b')", [2])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM kept")
            assert cursor.fetchone() == (2,)
        prepared.tell("INSERT INTO kept VALUES (%s, 'c')", [3])

    assert count() == 3


def test_what_is_told_in_vain_is_raised_at_the_end_and_nothing_stays(rows: None) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        _tell_twice(1)

    assert count() == 0


def test_what_waits_when_something_else_fails_is_never_said(rows: None) -> None:
    with pytest.raises(LookupError), transaction.atomic(), prepared.together():
        _tell_and_fail()

    prepared.tell("INSERT INTO kept VALUES (%s, 'b')", [2])
    assert count() == 1


@contextmanager
def reading_whole(times: int) -> Iterator[None]:
    """Inside, in one transaction, the whole table is read so many times."""

    def scans() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'kept'")
            return int(cursor.fetchone()[0])

    with transaction.atomic():
        before = scans()
        yield
        assert scans() - before == times


def test_together_a_statement_goes_by_its_index_whatever_it_did_before(rows: None) -> None:
    sql = "SELECT said FROM kept WHERE number = ANY(%s)"
    prepared.ask("INSERT INTO kept SELECT n, 'a' FROM generate_series(1, 3) AS n", [])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE kept")
    with reading_whole(times=10):
        for _ in range(10):
            prepared.ask(sql, [[1]])

    with reading_whole(times=0), prepared.together():
        for _ in range(10):
            assert prepared.ask(sql, [[1]]) == [("a",)]


def test_together_a_statement_is_planned_once_and_afterwards_all_is_as_before(rows: None) -> None:
    connection.close()
    with transaction.atomic(), prepared.together():
        for number in range(3):
            prepared.ask("SELECT said FROM kept WHERE number = %s", [number])
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT generic_plans, custom_plans FROM pg_prepared_statements"
                " WHERE statement LIKE 'SELECT said %'"
            )
            assert cursor.fetchall() == [(3, 0)]

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('plan_cache_mode'), current_setting('enable_seqscan')"
        )
        assert cursor.fetchone() == ("auto", "on")


def test_within_a_savepoint_only_its_own_is_lost(rows: None) -> None:
    with transaction.atomic(), prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
        with pytest.raises(IntegrityError), transaction.atomic():
            prepared.tell("INSERT INTO kept VALUES (%s, 'b')", [1])
        prepared.tell("INSERT INTO kept VALUES (%s, 'c')", [2])

    assert count() == 2


def seen_by_others() -> int:
    """How many rows are committed, as another connection sees it."""
    found: list[int] = []

    def look() -> None:
        found.append(count())
        connection.close()

    together(look)
    return found[0]


def test_what_waits_at_the_end_goes_over_with_the_commit(rows: None) -> None:
    heard: list[int] = []
    with transaction.atomic():
        transaction.on_commit(lambda: heard.append(seen_by_others()))
        with prepared.together():
            prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
            assert seen_by_others() == 0
        assert (seen_by_others(), heard) == (1, [])

    assert (count(), heard) == (1, [1])


def test_within_another_block_the_other_one_commits(rows: None) -> None:
    with transaction.atomic():
        with transaction.atomic(), prepared.together():
            prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
        assert (count(), seen_by_others()) == (1, 0)
        transaction.set_rollback(True)
    with transaction.atomic(), prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a')", [1])
        transaction.set_rollback(True)

    assert count() == 0


def test_what_the_commit_itself_refuses_is_raised_and_nothing_stays(rows: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE kept ADD COLUMN first int REFERENCES kept DEFERRABLE INITIALLY DEFERRED"
        )

    with pytest.raises(IntegrityError), transaction.atomic(), prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a', 2)", [1])

    assert count() == 0
    with transaction.atomic(), prepared.together():
        prepared.tell("INSERT INTO kept VALUES (%s, 'a', 2)", [1])
        prepared.tell("INSERT INTO kept VALUES (%s, 'b', 1)", [2])
    assert seen_by_others() == 2


def test_a_connection_that_ends_while_several_wait_says_so(rows: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        number = cursor.fetchone()[0]

    with pytest.raises(OperationalError):
        prepared.ask_all(
            [("SELECT pg_terminate_backend(%s)", [number]), ("SELECT 1", []), ("SELECT 2", [])]
        )

    connection.close_if_unusable_or_obsolete()
    assert count() == 0
