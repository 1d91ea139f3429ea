"""What people configure leaves a trace; what the engine does leaves none."""

from typing import Any, cast

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from config.portal import trail
from rosters.models import ContactPoint, Person, Team
from rosters.models.history import (
    ContactPointEvent,
    MembershipEvent,
    PersonEvent,
    PersonGroupEvent,
    TeamEvent,
)
from tests.factories import make_person, make_point, make_team

pytestmark = pytest.mark.django_db


@pytest.fixture
def grace(db: None) -> Person:
    person: Person = Person.objects.create_superuser(
        "grace@example.org", "correct horse", full_name="Grace Example", short_name="Grace"
    )
    return person


def rename(client: Client, team: Team, name: str) -> None:
    values = {"name": name, "slug": team.slug, "time_zone": "UTC"}
    values |= {f"memberships-{form}_FORMS": "0" for form in ("TOTAL", "INITIAL")}
    response = client.post(reverse("admin:rosters_team_change", args=[team.pk]), values)
    assert response.status_code == 302


def last(events: Any) -> Any:
    return events.objects.latest("pgh_id")


def test_a_change_is_kept_with_who_where_and_in_which_request(
    client: Client, grace: Person
) -> None:
    client.force_login(grace)
    team = make_team()

    rename(client, team, "Cards")

    event = last(TeamEvent)
    assert (event.pgh_label, event.name, event.pgh_obj_id) == ("update", "Cards", team.pk)
    assert event.pgh_context["user"] == grace.pk
    assert event.pgh_context["url"] == f"/admin/rosters/team/{team.pk}/change/"
    assert event.pgh_context["request"]


def test_a_change_outside_a_page_names_nobody() -> None:
    make_team()

    assert last(TeamEvent).pgh_context is None


def test_bulk_changes_are_kept_row_by_row(client: Client) -> None:
    Team.objects.bulk_create([Team(name=f"T{n}", slug=f"t{n}") for n in range(5)])
    Team.objects.filter(name__startswith="T").update(time_zone="Europe/Berlin")

    assert TeamEvent.objects.filter(pgh_label="insert").count() == 5
    assert TeamEvent.objects.filter(pgh_label="update").count() == 5


def test_a_removed_row_is_kept_as_it_was() -> None:
    team = make_team(make_person())

    team.memberships.all().delete()

    assert last(MembershipEvent).pgh_label == "delete"


@pytest.mark.parametrize(
    "change",
    [
        {"password": "!x"},
        {"theme": "dark"},
        {"uses_shortcuts": False},
        {"short_name": "same"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_one_s_own_leaves_no_trace(change: dict[str, Any]) -> None:
    person = make_person()
    Person.objects.filter(pk=person.pk).update(short_name="same")
    before = PersonEvent.objects.count()

    Person.objects.filter(pk=person.pk).update(**change)

    assert PersonEvent.objects.count() == before


def test_no_event_holds_a_password_or_a_number() -> None:
    assert not hasattr(PersonEvent, "password")
    assert not hasattr(ContactPointEvent, "address")


def test_that_a_number_changed_is_kept() -> None:
    point = make_point()
    before = ContactPointEvent.objects.count()

    ContactPoint.objects.filter(pk=point.pk).update(address="+49 30 1234567")

    assert ContactPointEvent.objects.count() == before + 1


def test_a_failed_delivery_leaves_no_trace(django_assert_num_queries: Any) -> None:
    point = make_point()
    before = ContactPointEvent.objects.count()

    with django_assert_num_queries(1):
        ContactPoint.objects.filter(pk=point.pk).update(last_failure="busy")

    assert ContactPointEvent.objects.count() == before


def test_rights_by_group_are_kept(grace: Person) -> None:
    group = apps.get_model("auth", "Group").objects.create(name="Auditors")

    grace.groups.add(group)
    grace.groups.remove(group)

    kept: Any = PersonGroupEvent.objects.order_by("pgh_id")
    assert list(kept.values_list("pgh_label", "group_id")) == [
        ("insert", group.pk),
        ("delete", group.pk),
    ]


@pytest.mark.parametrize(
    "verb", ["UPDATE rosters_teamevent SET name = 'x'", "DELETE FROM rosters_teamevent"]
)
def test_an_event_is_never_changed(verb: str) -> None:
    make_team()

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def test_reading_asks_the_database_for_nothing_more(client: Client, grace: Person) -> None:
    client.force_login(grace)
    before = TeamEvent.objects.count()

    assert client.get(reverse("admin:rosters_team_changelist")).status_code == 200

    assert TeamEvent.objects.count() == before


def test_what_was_there_before_the_trail_has_a_beginning() -> None:
    team = make_team()

    with connection.schema_editor() as editor:
        trail.begin_with_what_is("rosters", "Team", "PersonGroup").code(cast("Any", apps), editor)

    event = last(TeamEvent)
    assert (event.pgh_label, event.pgh_obj_id, event.name) == ("begin", team.pk, team.name)
