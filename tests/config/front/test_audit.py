"""The audit log: who may read it, what it says, and how much it asks of the database."""

import csv
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.front.queries import audit
from config.portal.trail import SET_UP
from incidents.models import Incident
from reviews.models import ActionItem, Review
from rosters.models import ContactView, MatrixEntry, Person, Team
from tests.factories import make_person, make_role
from tests.world import NOW, World, build
from tests.world import make_person as make_reader

pytestmark = pytest.mark.django_db
PAGE = "/audit/"


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def grace(world: World) -> Person:
    return make_reader("Grace", is_administrator=True)


@pytest.fixture
def log(client: Client, grace: Person) -> Client:
    client.force_login(grace)
    return client


def by(person: Person) -> Any:
    return pghistory.context(user=person.pk, url="/admin/rosters/team/1/change/", request="r-1")


def text(client: Client, query: str = "") -> str:
    response = client.get(PAGE + query)
    assert response.status_code == 200
    return response.content.decode()


def test_a_change_is_told_with_who_and_both_names(log: Client, grace: Person, world: World) -> None:
    cell = MatrixEntry.objects.get(role=world.director)
    with by(grace):
        MatrixEntry.objects.filter(pk=cell.pk).update(person=world.erin)

    page = text(log)

    assert "One change is kept" in page
    assert (
        '<span class="who">Grace Example</span> changed the engineering director for the whole'
        " company from" in page
    )
    assert "Dora Example" in page
    assert "Erin Example" in page
    assert "request r-1" in page


def test_what_nobody_did_is_counted_and_one_click_away(log: Client) -> None:
    page = text(log)

    assert "Nobody has changed anything yet" in page
    assert "outside the portal" in page
    assert "Somebody outside the portal added the team Payments." in " ".join(
        text(log, "?who=nobody&kind=team").replace('<span class="who">', "").split("</span>")
    ).replace("  ", " ")


def test_who_saw_whose_numbers_is_in_it(log: Client, world: World) -> None:
    ContactView.objects.create(viewer=world.carol, person=world.alice, at=NOW, reason="INC-12")

    page = text(log)

    assert "saw the numbers of" in page
    assert "INC-12" in page


def test_a_deleted_thing_keeps_its_name(log: Client, grace: Person, world: World) -> None:
    with by(grace):
        world.team.memberships.all().delete()
    team = Team.objects.create(name="Short-lived", slug="short")
    with by(grace):
        world_pk = team.pk
        team.delete()

    page = text(log)

    assert "out of the team Payments" in page
    assert "removed the team Short-lived" in page
    assert text(log, f"?kind=team&row={world_pk}").count("Short-lived") >= 2


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=engineering", True),
        ("?q=Dora", True),
        ("?q=nothing+like+it", False),
        ("?kind=matrixentry", True),
        ("?kind=team", False),
        ("?since=2026-01-01", True),
        ("?until=2026-01-01", False),
        ("?who=all", True),
    ],
)
def test_it_can_be_narrowed(
    log: Client, grace: Person, world: World, query: str, found: bool
) -> None:
    cell = MatrixEntry.objects.get(role=world.director)
    with by(grace):
        MatrixEntry.objects.filter(pk=cell.pk).update(backup=world.bob)

    assert ("made <span" in text(log, query)) is found


def test_it_can_be_narrowed_to_one_person(log: Client, grace: Person, world: World) -> None:
    with by(world.carol):
        Team.objects.update(time_zone="UTC")

    assert "Carol Example" in text(log, f"?who={world.carol.pk}&kind=team")
    assert "No change matches" in text(log, f"?who={grace.pk}")


@pytest.mark.parametrize(
    "query",
    ["?since=x", "?who=99999999", "?kind=x", "?row=x&kind=team", "?q=%00", "?page=x", "?row=1"],
)
def test_nonsense_in_the_address_is_no_error(log: Client, query: str) -> None:
    text(log, query)


def test_the_file_holds_every_line_and_no_formula(log: Client, grace: Person) -> None:
    with by(grace):
        Team.objects.create(name="=cmd()", slug="cmd")

    response = log.get(PAGE + "?format=csv")
    lines = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]

    assert lines[0][:3] == ["When (UTC)", "Who", "What"]
    assert lines[1][1:4] == ["Grace Example", "Grace Example added the team =cmd().", "Teams"]
    assert all(not cell.startswith("=") for cell in lines[1])


def make_action(world: World, *, is_restricted: bool) -> ActionItem:
    incident = Incident.objects.create(
        title="Leak",
        severity=1,
        service=world.service,
        detected_at=NOW,
        is_restricted=is_restricted,
    )
    review = Review.objects.create(incident=incident, due_at=NOW, opened_at=NOW)
    return ActionItem.objects.create(
        review=review,
        title="Close the leak",
        owner=world.alice,
        due_date=NOW.date(),
        created_at=NOW,
        created_by=world.alice,
    )


@pytest.mark.parametrize(("is_restricted", "shown"), [(True, False), (False, True)])
def test_an_auditor_does_not_read_of_a_restricted_incident(
    client: Client, world: World, is_restricted: bool, shown: bool
) -> None:
    world.frank.groups.add(Group.objects.get_or_create(name="Auditor")[0])
    client.force_login(world.frank)
    with by(world.alice):
        make_action(world, is_restricted=is_restricted)

    assert ("Close the leak" in text(client)) is shown


def test_others_read_who_can(client: Client, grace: Person, world: World) -> None:
    client.force_login(world.erin)

    response = client.get(PAGE)

    assert response.status_code == 403
    assert "Only administrators and auditors" in response.content.decode()
    assert "Grace Example" in response.content.decode()


def test_nobody_reads_it_without_signing_in(client: Client) -> None:
    assert client.get(PAGE).status_code == 302


def test_it_takes_as_many_queries_for_three_as_for_thirty(
    log: Client, grace: Person, world: World
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text(log)
        return len(captured)

    def change(times: int) -> None:
        for number in range(times):
            person = make_person(f"P{number}")
            with by(person):
                MatrixEntry.objects.create(role=make_role(), person=person)
                person.contact_points.update(label=str(number))

    change(3)
    few = queries()
    change(27)

    assert queries() == few
    assert few <= 16


def test_a_file_of_many_is_read_some_at_a_time(grace: Person) -> None:
    with by(grace):
        Team.objects.bulk_create([Team(name=f"T{n}", slug=f"t{n}") for n in range(25)])
    trail = audit.Trail(grace, audit.Asked())

    assert len(list(audit.entries(trail, most=22, at_once=10))) == 22
    assert len(list(audit.entries(trail, most=100, at_once=10))) == 25


@pytest.mark.parametrize("who", ["people", "nobody", "all"])
@pytest.mark.parametrize("kind", ["", "team", "contactview", "no such thing"])
def test_it_counts_what_it_lists(grace: Person, world: World, who: str, kind: str) -> None:
    with by(grace):
        Team.objects.create(name="Spare", slug="spare")
    trail = audit.Trail(grace, audit.Asked(who=who, kind=kind))
    later = audit.Trail(grace, audit.Asked(who=who, kind=kind, until=NOW + timedelta(days=9999)))

    assert trail.count() == len(trail[:5000]) == len(trail[0:1]) + len(trail[1:5000])
    assert later.count() == len(later[:5000]) == trail.count()


def test_the_history_of_a_thing_tells_of_its_parts(grace: Person, world: World) -> None:
    trail = audit.Trail(grace, audit.Asked(who="all", kind="team", row=world.team.pk))

    assert {entry.kind for entry in trail[:50]} == {"team", "membership"}


def test_days_are_the_reader_s(log: Client, grace: Person) -> None:
    Person.objects.filter(pk=grace.pk).update(time_zone="Pacific/Kiritimati")

    assert text(log, f"?since={(NOW + timedelta(days=400)).date()}")


def test_the_page_has_its_name() -> None:
    assert reverse("front:audit") == PAGE


@pytest.mark.parametrize(
    ("asked", "found"), [("quarterly", True), ("CONTACTS-NOV", True), ("nothing+like+it", False)]
)
def test_a_change_is_found_by_its_reason_and_by_its_file(
    log: Client, grace: Person, world: World, asked: str, found: bool
) -> None:
    cell = MatrixEntry.objects.get(role=world.director)
    with pghistory.context(user=grace.pk, reason="Quarterly review", file="contacts-nov.xlsx"):
        MatrixEntry.objects.filter(pk=cell.pk).update(backup=world.bob)

    assert ("made <span" in text(log, f"?q={asked}")) is found


def test_setting_up_is_folded_until_somebody_looks_for_something(
    log: Client, grace: Person, world: World
) -> None:
    with pghistory.context(user=grace.pk, reason=SET_UP):
        names = [make_role().name for _number in range(3)]

    only = text(log)
    with by(grace):
        MatrixEntry.objects.filter(role=world.director).update(person=world.erin)
    both = text(log)

    assert "Nobody has changed anything since Muster was set up" in only
    assert "Three changes on the day Muster was set up." in only
    assert names[1] not in only
    assert "One change is kept" in both
    assert "Three changes on the day Muster was set up." in both
    assert names[1] in text(log, "?q=Muster+was+set+up")
    assert names[1] in text(log, f"?who={grace.pk}")
    lines = log.get(PAGE, {"format": "csv"}).getvalue().decode().splitlines()
    assert len(lines) == 1 + 3 + 1
