"""People from a file: nobody is removed, nobody loses a team, and no e-mail changes by itself."""

from datetime import timedelta

import pytest

from rosters.enums import ImportState, ImportSubject
from rosters.models import Membership, Person
from rosters.models.history import PersonEvent
from rosters.operations.imports import runs
from tests.factories import make_team
from tests.rosters.operations.imports.conftest import Send
from tests.rosters.operations.imports.said import kept, said, told
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

PEOPLE = ImportSubject.PEOPLE
HEADINGS = ["Name", "E-mail", "Time zone", "Teams", "Team lead of", "May sign in"]


def test_somebody_new_comes_with_their_teams(world: World, send: Send, grace: Person) -> None:
    row = ["Mei Tan", "Mei@Example.org", "asia/singapore", "payments", "", "yes"]

    run = send(PEOPLE, [HEADINGS, row])

    (text,) = said(run)
    assert text == (
        "Mei Tan: New person. E-mail: mei@example.org. Time zone: Asia/Singapore."
        " May sign in: yes. Teams: also Payments."
    )
    assert runs.apply(run, by=grace, reason="She starts", now=NOW).state == ImportState.APPLIED
    mei = Person.objects.get(email="mei@example.org")
    assert (mei.short_name, mei.time_zone, mei.may_sign_in) == ("Mei", "Asia/Singapore", True)
    assert not mei.has_usable_password()
    assert list(mei.teams.all()) == [world.team]
    (event,) = kept(PersonEvent, pgh_obj_id=mei.pk)
    assert event.pgh_context["reason"] == "She starts"


def test_what_is_there_is_completed_and_nothing_is_taken_away(
    world: World, send: Send, grace: Person
) -> None:
    other = make_team()
    rows = [
        ["Alice Example", "alice@example.org", "", other.name, "", ""],
        ["Bob Example", "bob@example.org", "Europe/Paris", "", "Payments", ""],
    ]

    run = send(PEOPLE, [HEADINGS, *rows])

    assert said(run) == [
        f"Alice Example: Teams: also {other.name}.",
        "Bob Example: Time zone from Europe/Berlin to Europe/Paris. Leads: also Payments.",
    ]
    runs.apply(run, by=grace, reason="As it is", now=NOW)
    assert set(world.alice.teams.all()) == {world.team, other}
    assert Membership.objects.get(person=world.bob).is_lead
    assert Person.objects.get(pk=world.bob.pk).check_password("correct horse")
    assert send(PEOPLE, [HEADINGS, *rows]).differences == []


def leave(world: World) -> None:
    Person.objects.filter(pk=world.erin.pk).update(left_at=NOW - timedelta(days=1))


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        pytest.param(["", "x@example.org"], "Name", "Is empty. Write first", id="no name"),
        pytest.param(["Mei Tan", "mei at example"], "E-mail", "is not an e-mail", id="e-mail"),
        pytest.param(
            ["Mei Tan", "", "Berlin"], "Time zone", "Did you mean Europe/Berlin?", id="zone"
        ),
        pytest.param(["Mei Tan", "", "", "Paymens"], "Teams", "Did you mean Payments?", id="team"),
        pytest.param(
            ["Alice Example", "alice@other.org"], "E-mail", "with another address", id="moved"
        ),
        pytest.param(
            ["Mei Tan", "", "", "", "", "yes"], "May sign in", "needs an e-mail", id="sign in"
        ),
        pytest.param(
            ["Grace Example", "grace@example.org", "", "", "", "no"],
            "May sign in",
            "This is you",
            id="oneself",
        ),
        pytest.param(
            ["Erin Example", "erin@example.org", "Europe/Paris"], "Name", "Has left", id="left"
        ),
        pytest.param(["M" * 121, ""], "Name", "121 characters long. At most 120", id="long"),
        pytest.param(["Mei Tan", "", "", "", "", "perhaps"], "May sign in", "yes or no", id="yes"),
    ],
)
def test_a_mistake_says_what_to_do(
    world: World, send: Send, row: list[str], column: str, text: str
) -> None:
    leave(world)

    found = told(send(PEOPLE, [HEADINGS, row]))

    assert [(number, where) for number, where, _ in found] == [(2, column)]
    assert text in found[0][2]


def test_one_person_in_two_rows_is_named_with_both(world: World, send: Send) -> None:
    rows = [["Alice Example", "alice@example.org"], ["Alice Example", ""]]

    assert told(send(PEOPLE, [HEADINGS, *rows])) == [
        (3, "Name", "Row 2 is about the same person. Keep one of the two rows.")
    ]
