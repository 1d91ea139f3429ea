"""Programs that put people on call and let shifts change hands."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.portal import clock
from rosters.models import Membership, Override, ShiftSwap, TemporarySchedule
from rosters.queries.oncall import duty_of
from tests.rosters.api.conftest import MakeProgram
from tests.world import World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
PATH = "rosters/payments-on-call/overrides"
SWAPS = "rosters/payments-on-call/swaps"


@pytest.fixture
def world(world: World) -> World:
    """Dora leads the team of the roster, which Alice and Bob are in."""
    Membership.objects.update_or_create(
        person=world.dora, team=world.team, defaults={"is_lead": True}
    )
    world.roster.team = world.team
    world.roster.save()
    return world


def body(world: World, **more: Any) -> dict[str, Any]:
    now = clock.show_now().replace(microsecond=0)
    return {
        "person": world.bob.pk,
        "instead_of": world.alice.pk,
        "starts_at": (now + HOUR).isoformat(),
        "ends_at": (now + 9 * HOUR).isoformat(),
        "reason": "A wedding",
        **more,
    }


def gift(world: World, **more: Any) -> dict[str, Any]:
    sent = body(world, person=world.alice.pk, **more)
    del sent["instead_of"]
    return sent


def first(world: World) -> tuple[str, ...]:
    return duty_of(world.roster, now=clock.show_now() + 2 * HOUR).first


def test_a_change_is_put_once_read_and_taken_back(world: World, program: MakeProgram) -> None:
    bob, sent = program(world.bob), body(world)

    answers = [bob.ask("POST", PATH, sent) for _ in range(2)]

    assert [one.status_code for one in answers] == [201, 201]
    assert Override.objects.count() == 1
    made = answers[0].json()
    assert (made["kind"], made["person"]["id"], made["instead_of"]["id"], made["swap"]) == (
        "replace",
        world.bob.pk,
        world.alice.pk,
        None,
    )
    assert first(world) == (world.bob.full_name,)
    where = answers[0]["Location"]
    assert bob.get(where).json() == made
    assert [one["id"] for one in bob.get(PATH).json()["items"]] == [made["id"]]

    assert bob.ask("DELETE", where, If_Match='"other"').status_code == 412
    assert bob.ask("DELETE", where).status_code == 204
    assert bob.ask("DELETE", where).status_code == 404
    assert first(world) == (world.alice.full_name,)


def test_only_a_token_that_writes_puts_anybody(world: World, program: MakeProgram) -> None:
    answer = program(world.bob, ["read"]).ask("POST", PATH, body(world))

    assert answer.status_code == 403
    assert not Override.objects.exists()


def test_a_program_may_what_its_person_may(world: World, program: MakeProgram) -> None:
    bob, dora, frank = (program(one) for one in (world.bob, world.dora, world.frank))

    others = bob.ask("POST", PATH, body(world, person=world.carol.pk))
    stranger = frank.ask("POST", PATH, body(world, person=world.frank.pk))
    lead = dora.ask("POST", PATH, body(world))

    assert (others.status_code, stranger.status_code, lead.status_code) == (403, 403, 201)
    assert "Only leads of the team" in others.json()["message"]
    assert frank.ask("DELETE", lead["Location"]).status_code == 403


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"kind": "remove"}, "person"),
        ({"kind": "add"}, "instead_of"),
        ({"kind": "swap"}, "kind"),
        ({"person": None}, "person"),
        ({"person": 999_999}, "person"),
        ({"starts_at": "2026-11-28T08:00:00"}, "starts_at"),
        ({"starts_at": "9999-11-28T08:00:00Z"}, "starts_at"),
        ({"extra": 1}, "extra"),
    ],
)
def test_a_wrong_change_names_its_field(
    world: World, program: MakeProgram, more: dict[str, Any], field: str
) -> None:
    answer = program(world.bob).ask("POST", PATH, body(world, **more))

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field


def test_what_cannot_hold_is_refused_in_a_sentence(world: World, program: MakeProgram) -> None:
    now = clock.show_now()
    bob = program(world.bob)
    past = {"starts_at": "2020-01-01T00:00:00Z", "ends_at": "2020-01-01T08:00:00Z"}

    backwards = bob.ask("POST", PATH, body(world, ends_at=now.isoformat()))
    gone = bob.ask("POST", PATH, body(world, **past))
    TemporarySchedule.objects.create(
        roster=world.roster, name="Christmas", starts_at=now, ends_at=now + 9 * HOUR
    )
    fixed = bob.ask("POST", PATH, body(world))

    assert {one.status_code for one in (backwards, gone, fixed)} == {409}
    assert backwards.json()["message"] == "It must end after it starts."
    assert "That is past" in gone.json()["message"]
    assert "shift" in fixed.json()["message"] or "Christmas" in fixed.json()["message"]


def test_changes_are_listed_by_window_in_a_constant_number_of_queries(
    world: World, program: MakeProgram
) -> None:
    reader = program(world.erin, ["read"])
    now = clock.show_now()
    reader.get(PATH)
    counted = []
    for many in (3, 30):
        rows = [
            Override(
                roster=world.roster,
                person=world.bob,
                starts_at=now + day * 24 * HOUR,
                ends_at=now + (day * 24 + 1) * HOUR,
            )
            for day in range(1, many + 1)
        ]
        Override.objects.all().delete()
        Override.objects.bulk_create(rows)
        with CaptureQueriesContext(connection) as queries:
            assert len(reader.get(PATH).json()["items"]) == many
        counted.append(len(queries))

    assert counted[0] == counted[1]
    soon = (now + 36 * HOUR).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(reader.get(f"{PATH}?to={soon}").json()["items"]) == 1


def test_a_shift_changes_hands(world: World, program: MakeProgram) -> None:
    alice, bob, sent = program(world.alice), program(world.bob), gift(world)

    asked = [alice.ask("POST", SWAPS, sent) for _ in range(2)]
    where = asked[0]["Location"]
    taken = bob.ask("POST", f"{where}/offers", {"note": "Gladly"})

    assert [one.status_code for one in asked] == [201, 201]
    assert ShiftSwap.objects.count() == 1
    assert (asked[0].json()["state"], taken.json()["state"]) == ("asked", "done")
    assert taken.json()["taker"]["id"] == world.bob.pk
    assert first(world) == (world.bob.full_name,)
    assert alice.get(f"{SWAPS}?state=done").json()["items"] == [alice.get(where).json()]
    assert alice.get(f"{SWAPS}?state=asked").json()["items"] == []
    [change] = alice.get(PATH).json()["items"]
    assert change["swap"] == taken.json()["id"]


def test_an_exchange_is_accepted_and_approved(world: World, program: MakeProgram) -> None:
    world.roster.swaps_need_approval = True
    world.roster.save()
    alice, bob, dora = (program(one) for one in (world.alice, world.bob, world.dora))
    where = alice.ask("POST", SWAPS, gift(world, wants_return=True))["Location"]
    late = clock.show_now().replace(microsecond=0) + 30 * HOUR
    returns = {
        "returns_starts_at": late.isoformat(),
        "returns_ends_at": (late + 8 * HOUR).isoformat(),
    }

    half = bob.ask("POST", f"{where}/offers", {"returns_starts_at": late.isoformat()})
    offered = bob.ask("POST", f"{where}/offers", returns)
    [offer] = offered.json()["offers"]
    accepted = alice.ask("POST", f"{where}/offers/{offer['id']}/accept", {})
    without = dora.ask("POST", f"{where}/decision", {"approves": False})
    approved = dora.ask("POST", f"{where}/decision", {"approves": True})

    assert half.status_code == 422
    assert (offered.json()["state"], accepted.json()["state"]) == ("asked", "agreed")
    assert (without.status_code, approved.json()["state"]) == (409, "done")
    assert Override.objects.filter(swap=approved.json()["id"]).count() == 2


def test_no_is_said_and_it_is_taken_back(world: World, program: MakeProgram) -> None:
    alice, bob = program(world.alice), program(world.bob)
    where = alice.ask("POST", SWAPS, gift(world, asked_of=world.bob.pk))["Location"]

    declined = bob.ask("POST", f"{where}/decline", {})
    others = bob.ask("DELETE", where)
    back = alice.ask("DELETE", where)

    assert declined.json()["asked_of"] is None
    assert (others.status_code, back.json()["state"]) == (409, "withdrawn")
    assert bob.ask("POST", f"{where}/offers", {}).status_code == 409


def test_nobody_gives_another_persons_shift(world: World, program: MakeProgram) -> None:
    bob = program(world.bob)

    assert bob.ask("POST", SWAPS, gift(world)).status_code == 403
    assert program(world.dora).ask("POST", SWAPS, gift(world)).status_code == 201
    assert bob.get("swaps/999999").status_code == 404
