"""One layer as it is set up: rows that move, a preview, sentences, conflicts."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import OverrideKind, SwapState
from rosters.forms.rostering import RosterForm
from rosters.models import Absence, Layer, Override, Person, Roster, ShiftSwap
from rosters.operations import layering
from rosters.queries import lost_changes, plans, sharing
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
    assert len(found) <= 36  # four of them say for which services it is called


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


@pytest.fixture
def agreed(world: World) -> Override:
    """Bob has taken a day of Alice's by a swap, in ten days."""
    begins = NOW + timedelta(days=10)
    swap = ShiftSwap.objects.create(
        roster=world.roster,
        person=world.alice,
        taker=world.erin,
        starts_at=begins,
        ends_at=begins + timedelta(days=1),
        state=SwapState.DONE,
        asked_by=world.alice,
        asked_at=NOW,
        agreed_at=NOW,
    )
    return Override.objects.create(
        roster=world.roster,
        kind=OverrideKind.REPLACE,
        person=world.erin,
        instead_of=world.alice,
        starts_at=swap.starts_at,
        ends_at=swap.ends_at,
        swap=swap,
    )


LOST = "Erin Example instead of Alice Example, from Tue 1 Dec, 03:00 to Wed 2 Dec, 03:00"


class TestWhatWasAgreed:
    def test_the_preview_names_what_would_no_longer_hold(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        sent = typed(world, person_0="Frank Example", do="preview")

        page = text(keeper.post(f"{HERE}{layer.pk}/", sent, headers={"HX-Request": "true"}))

        assert "1 agreed change would no longer hold" in page or "One agreed change" in page
        assert LOST in page

    def test_it_is_read_before_it_is_saved(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        sent = typed(world, person_0="Frank Example")

        asked = keeper.post(f"{HERE}{layer.pk}/", sent)

        layer.refresh_from_db()
        assert asked.status_code == 409
        assert layer.valid_until is None
        assert LOST in text(asked)
        assert "Save it, and let that end" in text(asked)

        seen = keeper.post(f"{HERE}{layer.pk}/", sent | {"lets_go": hidden(asked, "lets_go")})

        assert seen.status_code == 302
        page = text(keeper.get(f"/oncall/swaps/{agreed.swap_id}/"))
        assert "no longer holds" in page
        assert "Frank Example is on call" in page
        assert "Erin Example is called then." not in page
        week = text(keeper.get("/oncall/payments-on-call/?from=2026-11-30"))
        assert "instead of Alice" not in week

    def test_a_change_that_leaves_it_as_it_is_asks_nothing(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        sent = typed(world, handover_at="10:00")

        assert keeper.post(f"{HERE}{layer.pk}/", sent).status_code == 302
        page = text(keeper.get(f"/oncall/swaps/{agreed.swap_id}/"))
        assert "Erin Example is called then." in page

    def test_removing_the_layer_asks_too(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        sent = {"when": "next", "reason": "Too many", "was": typed(world)["was"]}

        asked = keeper.post(f"{HERE}{layer.pk}/remove/", sent)

        layer.refresh_from_db()
        assert (asked.status_code, layer.valid_until) == (409, None)
        assert LOST in text(asked)
        again = sent | {"lets_go": hidden(asked, "lets_go")}
        assert keeper.post(f"{HERE}{layer.pk}/remove/", again).status_code == 302

    def test_one_that_holds_now_is_let_go_of_with_the_second_press(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        """The press comes later than the page, and what would end begins with it."""
        begins = NOW - timedelta(hours=2)
        Override.objects.filter(pk=agreed.pk).update(starts_at=begins)
        held = plans.current(world.roster, now=NOW)[0]
        assert held.plan is not None
        plan = replace(held.plan, turns=((world.frank.pk,),))
        change = layering.Change(plan, held.revision, NOW)
        with pytest.raises(layering.LosesChanges) as asked:
            layering.change(layer, change, by=world.alice, now=NOW, reason="Frank joins")

        later = NOW + timedelta(seconds=40)
        lets_go = lost_changes.fingerprint(asked.value.lost)
        change = replace(change, when=later, lets_go=lets_go)
        made = layering.change(layer, change, by=world.alice, now=later, reason="Frank joins")

        assert made.valid_from == later

    def test_taking_a_change_back_asks_too(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        """Frank was put in, somebody swapped with Frank, and Frank is to go again."""
        Override.objects.filter(pk=agreed.pk).update(instead_of=world.frank)
        keeper.post(f"{HERE}{layer.pk}/", typed(world, person_0="Frank Example", when="next"))
        closed = Layer.objects.get(pk=layer.pk).valid_until
        assert closed is not None

        asked = keeper.post(f"{HERE}{layer.pk}/undo/")

        assert asked.status_code == 409
        assert LOST.replace("Alice", "Frank") in text(asked)
        assert Layer.objects.get(pk=layer.pk).valid_until == closed
        assert "Take it back, and let that end" in text(asked)

        press = {"lets_go": hidden(asked, "lets_go")}
        assert keeper.post(f"{HERE}{layer.pk}/undo/", press).status_code == 302
        assert Layer.objects.get(pk=layer.pk).valid_until is None

    def test_moving_the_roster_to_another_zone_asks_too(
        self, keeper: Client, world: World, layer: Layer, agreed: Override
    ) -> None:
        """The hand-over moves past a swap of the hour before it."""
        rotation = layer.rotations.get()
        rotation.members.create(order=1, person=world.frank)
        handover = datetime(2026, 12, 7, 8, tzinfo=UTC)
        rotation.refresh_from_db()
        whose = sharing.first_in(world.roster, (handover - timedelta(minutes=30), handover))[0]
        Override.objects.filter(pk=agreed.pk).update(
            instead_of=whose, starts_at=handover - timedelta(minutes=30), ends_at=handover
        )
        page = keeper.get(HERE[:-7] + "edit/")
        form = RosterForm.of(world.roster, plans.target_of(world.roster))
        sent = {name: value for name, value in form.initial.items() if value not in (None, False)}
        sent |= {"time_zone": "Asia/Tokyo", "team": world.team.pk, "reason": "We moved"}
        sent["was"] = hidden(page, "was")

        asked = keeper.post(HERE[:-7] + "edit/", sent)

        world.roster.refresh_from_db()
        assert (asked.status_code, world.roster.time_zone) == (409, "Europe/Berlin")
        assert "Save them, and let that end" in text(asked)
        assert f"Erin Example instead of {whose.full_name}" in text(asked)

        seen = keeper.post(HERE[:-7] + "edit/", sent | {"lets_go": hidden(asked, "lets_go")})

        world.roster.refresh_from_db()
        assert (seen.status_code, world.roster.time_zone) == (302, "Asia/Tokyo")

    def test_somebody_away_is_not_said_to_be_called(
        self, keeper: Client, world: World, agreed: Override
    ) -> None:
        Absence.objects.create(
            person=world.erin, starts_at=agreed.starts_at, ends_at=agreed.ends_at
        )

        page = text(keeper.get(f"/oncall/swaps/{agreed.swap_id}/"))

        assert "no longer holds" in page
        assert "Bob Example is on call" in page


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


class TestRemoving:
    def test_the_page_shows_what_is_left(self, keeper: Client, world: World, layer: Layer) -> None:
        page = text(keeper.get(f"{HERE}{layer.pk}/remove/"))

        assert "This is how it would be without Level 1" in page
        assert "Who is first on call on each day of four weeks" in page
        assert "Nobody would be on call" not in page

    def test_the_last_layer_warns(self, keeper: Client, world: World, layer: Layer) -> None:
        Layer.objects.filter(roster=world.roster).exclude(pk=layer.pk).delete()

        page = text(keeper.get(f"{HERE}{layer.pk}/remove/"))

        assert "Nobody would be on call for Payments on call." in page

    def test_it_is_taken_back_from_the_roster_later(
        self, keeper: Client, world: World, layer: Layer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = {"when": "now", "reason": "Too many", "was": typed(world)["was"]}
        keeper.post(f"{HERE}{layer.pk}/remove/", sent)
        keeper.get("/oncall/")
        later(monkeypatch, NOW + timedelta(minutes=20))
        address = f"{HERE}{layer.pk}/undo/"

        assert f'action="{address}"' in text(keeper.get("/oncall/payments-on-call/edit/"))
        keeper.post(address)

        assert Layer.objects.filter(
            roster=world.roster, name="Level 1", valid_until__isnull=True
        ).exists()
        assert f'action="{address}"' not in text(keeper.get("/oncall/payments-on-call/edit/"))

    def test_after_a_day_it_is_history(
        self, keeper: Client, world: World, layer: Layer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sent = {"when": "now", "reason": "Too many", "was": typed(world)["was"]}
        keeper.post(f"{HERE}{layer.pk}/remove/", sent)
        keeper.get("/oncall/")
        later(monkeypatch, NOW + timedelta(days=1))

        page = text(keeper.get("/oncall/payments-on-call/edit/"))

        assert f"{HERE}{layer.pk}/undo/" not in page
        assert "It ended." in page


def later(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("config.portal.clock.act_now", lambda: now)
    monkeypatch.setattr("config.portal.clock.show_now", lambda: now)
