"""Rows by hand are the rows that Django would have written and read."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from config.portal.by_hand import bring, side_by_side, table
from incidents.models import Alert, Incident, RawReceipt, TimelineEntry
from rosters.models import Service
from tests.world import NOW, World, build

pytestmark = pytest.mark.django_db
ODD = 'a "quoted" \\ back\nline, {curly}, %s, “typographic”, 🔥, \u202e turned'


@pytest.fixture
def world() -> World:
    return build()


def alert(world: World, key: str) -> Alert:
    return Alert(
        source=world.source,
        service=world.service,
        severity=2,
        key=key,
        name=ODD[:200],
        status="firing",
        summary=ODD,
        labels={"empty": "", "odd": ODD, "number": "1"},
        starts_at=NOW - timedelta(microseconds=1),
        recent_at=[NOW, NOW + timedelta(seconds=1)],
        first_received_at=NOW,
        last_received_at=NOW,
        times_received=3,
    )


def facts(row: Alert | RawReceipt) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_is_added_reads_the_same_by_django(world: World) -> None:
    rows = [alert(world, "a"), alert(world, "b")]

    with CaptureQueriesContext(connection) as asked:
        table(Alert).add(rows)

    assert len(asked) == 1
    assert [facts(row) for row in Alert.objects.order_by("pk")] == [facts(row) for row in rows]
    assert not rows[0]._state.adding


def test_bytes_stay_as_they_are(world: World) -> None:
    body = bytes(range(256))
    row = RawReceipt(
        source=world.source, received_at=NOW, body_digest="d", body=body, answer={"a": [1, None]}
    )

    table(RawReceipt).add([row], numbered=False)

    found = RawReceipt.objects.get()
    assert bytes(found.body) == body
    assert found.answer == {"a": [1, None]}


def test_what_django_wrote_reads_the_same(world: World) -> None:
    alert(world, "a").save()

    [row] = table(Alert).rows(f"SELECT {table(Alert).columns('a')} FROM incidents_alert AS a", [])

    assert facts(row) == facts(Alert.objects.get())


def test_only_the_named_fields_are_renewed(world: World) -> None:
    rows = [alert(world, "a"), alert(world, "b")]
    table(Alert).add(rows)
    for row in rows:
        row.summary, row.name, row.recent_at, row.service = "new", "not this", [], None

    table(Alert).renew(rows, ["summary", "recent_at", "service"])

    found = Alert.objects.order_by("pk")
    assert [one.summary for one in found] == ["new", "new"]
    assert [one.name for one in found] == [ODD[:200]] * 2
    assert [(one.recent_at, one.service) for one in found] == [([], None)] * 2


def test_a_statement_that_is_prepared_is_shown_like_any_other(world: World) -> None:
    with CaptureQueriesContext(connection) as asked:
        for number in range(4):
            table(Alert).add([alert(world, f"a{number}")])

    assert all('INSERT INTO "incidents_alert"' in query["sql"] for query in asked)


def test_nothing_costs_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        table(Alert).add([])
        table(Alert).renew([], ["name"])

    assert len(asked) == 0


def test_what_may_not_be_there_twice_is_refused_as_django_says(world: World) -> None:
    table(Alert).add([alert(world, "a")])

    with pytest.raises(IntegrityError), transaction.atomic():
        table(Alert).add([alert(world, "a")])


def test_what_nobody_set_gets_the_default_of_the_database(world: World) -> None:
    incident = Incident(title="Card payments fail", severity=1, detected_at=NOW)

    table(Incident).add([incident])

    assert (incident.cause, incident.is_canary) == ("", False)
    assert Incident.objects.values_list("cause", "is_canary").get() == ("", False)


def test_what_stands_already_stays_as_it_is(world: World) -> None:
    first, again, other = alert(world, "a"), alert(world, "a"), alert(world, "b")
    again.name = "Another name"
    table(Alert).add([first])

    table(Alert).add_missing([again, other])

    assert list(Alert.objects.order_by("pk").values_list("name", flat=True)) == [ODD[:200]] * 2


def test_a_new_row_is_as_the_model_makes_it(world: World) -> None:
    said = {"incident_id": 7, "kind": "told", "at": NOW}

    row = table(TimelineEntry).new(**said)

    made = TimelineEntry(**said)
    assert {**vars(row), "_state": None} == {**vars(made), "_state": None}
    assert (row._state.adding, row._state.db) == (True, None)


def test_a_new_row_shares_nothing_with_the_next() -> None:
    first, second = table(TimelineEntry).new(), table(TimelineEntry).new()

    assert first.params == second.params == {}
    assert first.params is not second.params


def test_a_new_row_has_only_columns_of_its_table() -> None:
    with pytest.raises(TypeError, match="person"):
        table(TimelineEntry).new(person=1)


def test_rows_that_have_much_in_common_keep_what_is_their_own(world: World) -> None:
    rows = [alert(world, key) for key in "abc"]
    rows[1].labels, rows[1].service_id, rows[2].times_received = {}, None, 0

    table(Alert).add(rows)

    assert [facts(row) for row in Alert.objects.order_by("pk")] == [facts(row) for row in rows]


def test_lines_of_two_tables_are_rows_of_both(world: World) -> None:
    alert(world, "a").save()
    alerts, services = table(Alert), table(Service)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {alerts.columns('a')}, {services.columns('s')} FROM incidents_alert AS a"
            " JOIN rosters_service AS s ON s.id = a.service_id"
        )
        [(row, service)] = side_by_side(cursor.fetchall(), alerts, services)

    assert facts(row) == facts(Alert.objects.get())
    assert service == world.service


def test_what_rows_name_is_brought_once(world: World) -> None:
    rows = [alert(world, key) for key in "abc"]
    rows[2].service = None

    with CaptureQueriesContext(connection) as asked:
        found = bring(rows, "service", Service)

    assert len(asked) == 1
    assert found == [world.service]
    assert [row.service for row in rows] == [found[0], found[0], None]
    assert bring(rows[2:], "service", Service) == []
