"""Settings kept in memory: a change is seen at once, whoever makes it and however."""

import ast
import importlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from incidents.enums import MaintenanceMode, Promise
from incidents.models import AlertSource, TriggerRule
from incidents.operations import sources
from incidents.queries import maintenance, policies, remembered, sorting, webhooks
from rosters.models import Service
from tests.project.sources import ROOT
from tests.races import together
from tests.world import NOW, TOKEN, World

migration = importlib.import_module("incidents.migrations.0008_marks_of_settings")

KEPT: dict[str, Callable[[World], Any]] = {
    "_live": lambda world: sources.source_for(TOKEN, kind="alertmanager"),
    "rules_for": lambda world: sorting.rules_for(world.source),
    "_services": lambda world: sorting.services(["payments"], [world.service.pk]),
    "needs": lambda world: sorting.needs(),
    "_book": lambda world: policies.book([*Promise]),
    "_of_day": lambda world: maintenance.going_on([*MaintenanceMode], now=NOW),
    "listening": lambda world: webhooks.listening(),
}
"""How each query that is `kept` is asked."""


def kept_in_the_code() -> set[str]:
    return {
        node.name
        for path in (ROOT / "incidents").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(one, ast.Name) and one.id == "kept" for one in node.decorator_list)
    }


def test_every_kept_query_is_known_here() -> None:
    assert kept_in_the_code() == KEPT.keys()


@pytest.mark.django_db
@pytest.mark.parametrize("name", KEPT)
def test_a_kept_query_reads_only_watched_tables_and_asks_once(world: World, name: str) -> None:
    with remembered.as_of_now():
        with CaptureQueriesContext(connection) as asked:
            first = KEPT[name](world)
        with CaptureQueriesContext(connection) as again:
            second = KEPT[name](world)

    tables = {
        table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
    }
    assert tables
    assert tables <= set(remembered.WATCHED)
    assert len(again) == 0
    assert second == first


@pytest.mark.django_db
def test_each_watched_table_leaves_marks() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'incidents_leave_mark'"
        )
        found = {name for (name,) in cursor.fetchall()}

    later = {"incidents_routingoverride"}
    assert found == set(remembered.WATCHED) == {*migration.TABLES, *later}


def name_of_payments(world: World) -> str:
    with remembered.as_of_now():
        return sorting.services([], [world.service.pk]).by_id[world.service.pk].name


@pytest.mark.django_db
def test_outside_nothing_is_kept(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        sorting.needs()
        sorting.needs()

    assert len(asked) == 2


@pytest.mark.django_db
def test_a_change_is_seen_by_the_next_request(world: World) -> None:
    before = name_of_payments(world)

    Service.objects.update(name="Paying")

    assert (before, name_of_payments(world)) == ("Payments", "Paying")


@pytest.mark.django_db
def test_what_was_rolled_back_was_never_there(world: World) -> None:
    name_of_payments(world)
    with transaction.atomic():
        Service.objects.update(name="Paying")
        inside = name_of_payments(world)
        transaction.set_rollback(True)

    assert (inside, name_of_payments(world)) == ("Paying", "Payments")


@pytest.mark.django_db
def test_in_doubt_the_database_is_asked(world: World) -> None:
    with remembered.as_of_now():
        sorting.needs()
        remembered.doubt()
        with CaptureQueriesContext(connection) as asked:
            sorting.needs()

    assert len(asked) == 1


@pytest.mark.django_db
def test_no_more_is_kept_than_was_said(world: World) -> None:
    with remembered.as_of_now():
        for number in range(remembered.MOST_KEPT + 5):
            sorting.services([f"nobody {number}"], [])

        kept = remembered._latest.found

    assert len(kept) <= remembered.MOST_KEPT


@pytest.mark.django_db(transaction=True)
def test_another_connection_sees_it_once_it_is_committed(world: World) -> None:
    before = name_of_payments(world)

    together(lambda: Service.objects.update(name="Paying"))

    assert (before, name_of_payments(world)) == ("Payments", "Paying")


@pytest.mark.django_db(transaction=True)
def test_two_who_change_settings_at_once_do_not_wait_for_each_other(world: World) -> None:
    with transaction.atomic():
        Service.objects.update(name="Paying")
        [result] = together(lambda: AlertSource.objects.update(grouping_minutes=3))

    assert result == 1


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_cut_is_made_anew(world: World) -> None:
    name_of_payments(world)
    together(_cut_all)

    assert name_of_payments(world) == "Payments"


def _cut_all() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.mark.django_db
def test_emptying_a_table_is_a_change_too(world: World) -> None:
    with remembered.as_of_now():
        sorting.rules_for(world.source)
    before = remembered._latest.mark
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {TriggerRule._meta.db_table} CASCADE")

    with remembered.as_of_now():
        assert remembered._latest.mark != before
