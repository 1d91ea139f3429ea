"""Numbers and addresses from a file: added, never overwritten, and never repeated anywhere."""

import pytest

from rosters.enums import Channel, ImportSubject
from rosters.models import ContactPoint, ImportRun, Person
from rosters.models.history import ContactPointEvent
from rosters.operations.imports import runs
from tests.rosters.operations.imports.conftest import Send
from tests.rosters.operations.imports.said import kept, said, told
from tests.world import NOW, World

pytestmark = pytest.mark.django_db

POINTS = ImportSubject.CONTACT_POINTS
HEADINGS = ["Person", "Channel", "Address", "Label"]


def test_a_second_number_comes_beside_the_first(world: World, send: Send, grace: Person) -> None:
    before = ContactPoint.objects.filter(person=world.erin).count()

    run = send(POINTS, [HEADINGS, ["erin@example.org", "mobile", "'+49 30 901823", "private"]])

    assert said(run) == [
        "Erin Example: New for phone call, ending in 23, labelled private. There are 2 then."
    ]
    runs.apply(run, by=grace, reason="She has a new phone", now=NOW)
    point = ContactPoint.objects.latest("pk")
    assert (point.person, point.channel, point.address, point.label, point.verified_at) == (
        world.erin,
        Channel.PHONE,
        "+49 30 901823",
        "private",
        None,
    )
    assert ContactPoint.objects.filter(person=world.erin).count() == before + 1
    (event,) = kept(ContactPointEvent, pgh_obj_id=point.pk)
    assert event.pgh_context["user"] == grace.pk


def test_one_number_written_in_two_ways_is_one(world: World, send: Send) -> None:
    ContactPoint.objects.create(person=world.erin, channel=Channel.SMS, address="+49 30 901820")

    run = send(POINTS, [HEADINGS, ["Erin Example", "SMS", "0049 (30) 90-18.20", ""]])

    assert (run.mistakes, run.differences, run.unchanged) == ([], [], 1)


@pytest.mark.parametrize(
    ("row", "column", "text"),
    [
        pytest.param(["Erin Example", "phone", "030 901820"], "Address", "country code", id="code"),
        pytest.param(["Erin Example", "e-mail", "erin"], "Address", "not an e-mail", id="mail"),
        pytest.param(["Erin Example", "fax", "+49 30 901820"], "Channel", "Write phone", id="fax"),
        pytest.param(["", "phone", "+49 30 901820"], "Person", "Is empty", id="nobody"),
        pytest.param(["Erin Example", "chat", ""], "Address", "Is empty", id="nothing"),
        pytest.param(["Nobody", "phone", "+49 30 901820"], "Person", "Nobody here", id="unknown"),
    ],
)
def test_a_mistake_never_repeats_the_number(
    world: World, send: Send, row: list[str], column: str, text: str
) -> None:
    run = send(POINTS, [HEADINGS, row])

    found = told(run)
    assert [(number, where) for number, where, _ in found] == [(2, column)]
    assert text in found[0][2]
    kept = str(ImportRun.objects.values("mistakes", "differences", "content").get())
    assert "01820" not in kept.replace("+49 30 901820.", "")


def test_no_number_is_kept_in_what_would_change(world: World, send: Send, grace: Person) -> None:
    run = send(POINTS, [HEADINGS, ["Erin Example", "phone", "+49 30 555123", ""]])

    assert "555123" not in str(run.differences)
    assert bytes(runs.withdraw(run, by=grace, now=NOW).content) == b""


def test_the_same_address_twice_names_both_rows(world: World, send: Send) -> None:
    rows = [["Erin Example", "phone", "+49 30 555123"], ["Erin Example", "call", "+4930555123"]]

    assert told(send(POINTS, [HEADINGS, *rows])) == [
        (3, "Address", "Row 2 says the same. Keep one of the two rows.")
    ]
