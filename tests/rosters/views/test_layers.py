"""One layer as it is set up: rows that move, a preview, sentences, conflicts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import Layer, Person, Roster
from rosters.queries import plans
from tests.factories import make_person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
HERE = "/oncall/payments-on-call/layers/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def keeper(world: World, signed_in: Callable[[Person], Client]) -> Client:
    Roster.objects.filter(pk=world.roster.pk).update(team=world.team)
    return signed_in(world.alice)


@pytest.fixture
def layer(world: World) -> Layer:
    return Layer.objects.get(roster=world.roster, priority=1)


def typed(world: World, **changes) -> dict[str, Any]:
    """The first layer as its form has it."""
    held = plans.current(world.roster, now=NOW)[0]
    assert held.plan is not None
    answers = {
        "name": "Level 1",
        "priority": "1",
        "length": "1",
        "unit": "week",
        "starts_on": held.plan.starts_on.isoformat(),
        "handover_at": "09:00",
        "person_0": "Alice Example",
        "when": "next",
        "begin": "keep",
        "reason": "Erin joins",
        "was": held.revision,
    }
    return {key: value for key, value in (answers | changes).items() if value is not None}


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(f"{HERE}new/").headers["Location"].startswith("/sign-in/")


def test_who_may_not_reads_why(world: World, layer: Layer, signed_in) -> None:
    page = text(signed_in(world.frank).get(f"{HERE}{layer.pk}/"))

    assert "Only leads of the team, roster managers and administrators" in page
    assert "Save the change" not in page


def test_a_running_layer_offers_the_next_handover(keeper: Client, layer: Layer) -> None:
    page = text(keeper.get(f"{HERE}{layer.pk}/"))

    assert "From the next hand-over on:" in page
    assert 'value="Alice Example"' in page
    assert "When the clocks change in Berlin" in page


def test_a_change_begins_another_layer(keeper: Client, world: World, layer: Layer) -> None:
    answer = keeper.post(f"{HERE}{layer.pk}/", typed(world, person_1="Erin Example"), follow=True)

    made = Layer.objects.get(roster=world.roster, name="Level 1", valid_until__isnull=True)
    layer.refresh_from_db()
    assert made.valid_from == layer.valid_until
    assert "Take that back" in text(answer)


def test_rows_move_without_script(keeper: Client, world: World, layer: Layer) -> None:
    sent = typed(world, person_1="Erin Example", with_1="1", do="up_turn:1")

    page = text(keeper.post(f"{HERE}{layer.pk}/", sent))

    assert page.index('value="Erin Example"') < page.index('value="Alice Example"')
    assert Layer.objects.filter(roster=world.roster).count() == 2


def test_the_preview_says_who_changes_now(keeper: Client, world: World, layer: Layer) -> None:
    sent = typed(world, person_0="Erin Example", when="now", do="preview")

    part = text(keeper.post(f"{HERE}{layer.pk}/", sent, headers={"HX-Request": "true"}))
    whole = text(keeper.post(f"{HERE}{layer.pk}/", sent))

    for page in (part, whole):
        assert "Now it is the turn of Erin Example</b>, instead of Alice Example." in page
    assert "<html" not in part
    assert "<html" in whole
    assert Layer.objects.filter(roster=world.roster).count() == 2


def test_keeping_the_present_person_says_nobody_changes(
    keeper: Client, world: World, layer: Layer
) -> None:
    sent = typed(world, person_0="Erin Example", person_1="Alice Example", when="now", do="preview")

    page = text(keeper.post(f"{HERE}{layer.pk}/", sent, headers={"HX-Request": "true"}))

    assert "Nobody changes now.</b> Alice Example keeps the turn." in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"person_0": ""}, "Choose at least one person."),
        ({"person_0": "Nobody Known"}, "Nobody here is called “Nobody Known”."),
        ({"name": "level 2"}, "This roster has a layer called level 2 already."),
        ({"length": "0"}, "Write 1 or more."),
        ({"handover_at": ""}, "Say at what time they hand over."),
        ({"reason": ""}, "Say why in one line."),
        ({"ends_on": "2026-01-01"}, "It must end after it starts."),
        ({"unit": "month", "weekdays": ["0"]}, "Only turns of days or weeks can keep to certain"),
        ({"time_zone": "Atlantis"}, "“Atlantis” is not a time zone."),
        ({"hours_from_0": "09:00", "hours_to_0": ""}, "Hours 1: say from when until when"),
        ({"when": "at", "when_at": "2020-01-01T09:00"}, "That is past."),
        ({"when": "at", "when_at": ""}, "Say from when it is to hold."),
        ({"person_1": "Alice Example", "with_1": "1"}, "Alice Example stands twice in turn 1."),
    ],
)
def test_what_is_wrong_is_a_sentence(
    keeper: Client, world: World, layer: Layer, changes: dict[str, Any], sentence: str
) -> None:
    answer = keeper.post(f"{HERE}{layer.pk}/", typed(world, **changes))

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Layer.objects.filter(roster=world.roster).count() == 2


def test_the_second_writer_reads_what_the_first_changed(
    keeper: Client, world: World, layer: Layer
) -> None:
    mine = typed(world, person_1="Erin Example")
    keeper.post(f"{HERE}{layer.pk}/", typed(world, handover_at="10:00", when="now"))

    answer = keeper.post(f"{HERE}{layer.pk}/", mine)

    assert answer.status_code == 409
    page = text(answer)
    assert "You changed this layer while you were writing." in page
    assert "10:00 instead of every Monday at 09:00" in page
    assert 'value="Erin Example"' in page


def test_undo_goes_on_as_it_was(keeper: Client, world: World, layer: Layer) -> None:
    keeper.post(f"{HERE}{layer.pk}/", typed(world, person_1="Erin Example"))

    keeper.post(f"{HERE}{layer.pk}/undo/")

    layer.refresh_from_db()
    assert layer.valid_until is None
    assert Layer.objects.filter(roster=world.roster).count() == 2


def test_a_layer_ends_with_a_reason(keeper: Client, world: World, layer: Layer) -> None:
    held = plans.one(world.roster, layer.pk)
    assert held is not None

    refused = keeper.post(f"{HERE}{layer.pk}/remove/", {"was": held.revision, "when": "now"})
    keeper.post(
        f"{HERE}{layer.pk}/remove/", {"was": held.revision, "when": "now", "reason": "Closed"}
    )

    layer.refresh_from_db()
    assert refused.status_code == 409
    assert layer.valid_until == NOW


def test_a_second_layer_is_the_backup(keeper: Client, world: World) -> None:
    Layer.objects.filter(roster=world.roster, priority=2).delete()
    sent = typed(world, name="Backup", priority="2", person_0="Bob Example", was="")

    keeper.post(f"{HERE}new/", sent)

    made = Layer.objects.get(roster=world.roster, name="Backup")
    assert (made.priority, made.valid_from) == (2, NOW)


def test_a_layer_of_another_roster_is_not_here(keeper: Client, world: World) -> None:
    assert keeper.get(f"{HERE}999999/").status_code == 404


def test_queries_do_not_grow_with_people(keeper: Client, world: World, layer: Layer) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            keeper.get(f"{HERE}{layer.pk}/")
        return len(found)

    few = queries()
    people: list[Person] = [make_person() for _ in range(30)]
    rotation = layer.rotations.get()
    for order, person in enumerate(people, start=1):
        rotation.members.create(order=order, person=person)

    assert queries() == few
    assert few <= 40


def test_a_month_keeps_its_budget(keeper: Client, world: World) -> None:
    later = (NOW + timedelta(days=28)).date()

    with CaptureQueriesContext(connection) as found:
        answer = keeper.get(f"/oncall/payments-on-call/?view=month&from={later}")

    assert answer.status_code == 200
    assert len(found) <= 32


def test_one_press_makes_a_layer_of_each_rotation(
    keeper: Client, world: World, layer: Layer
) -> None:
    second = layer.rotations.create(starts_on=NOW.date(), handover_at="09:00", unit="day", length=1)
    second.members.create(order=0, person=world.erin)
    press = f'action="{HERE}{layer.pk}/split/"'

    pages = [
        keeper.get(one).content.decode() for one in (f"{HERE}{layer.pk}/", HERE[:-7] + "edit/")
    ]
    done = keeper.post(f"{HERE}{layer.pk}/split/", follow=True)

    assert [press in one for one in pages] == [True, True]
    assert f"{layer.name} is 2 layers now." in done.content.decode()
    assert press not in done.content.decode()
