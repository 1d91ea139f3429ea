"""Somebody leaves: everything of theirs goes to whoever was chosen, at once, with a reason."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from config.front.logic.leaving import Chosen
from config.front.operations import leaving
from config.front.queries import leaver
from config.portal.refusals import Refused
from incidents.enums import TargetKind
from reviews.models import ActionItem
from rosters.models import (
    ApiToken,
    MatrixEntry,
    Membership,
    Override,
    Person,
    RotationMember,
)
from rosters.operations import leaving as gone
from tests.pages import one_of_everything
from tests.world import NOW, PASSWORD, World, make_person, step

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def grace(world: World) -> Person:
    del world
    return make_person("Grace", is_administrator=True)


@pytest.fixture
def owner(world: World, grace: Person) -> Person:
    """Dora keeps the contacts of services."""

    del grace
    world.dora.groups.add(Group.objects.get(name="Service owner"))
    dora: Person = Person.objects.get(pk=world.dora.pk)
    return dora


def everything_of(person: Person, reader: Person) -> list[str]:
    return [place.key for place in leaver.page(person, reader=reader, now=NOW).places]


def hand_over(
    person: Person, to: Person, by: Person, *, leaves: bool = True, **more: Any
) -> leaving.Done:
    chosen = Chosen(dict.fromkeys(everything_of(person, by), to.pk), leaves=leaves)
    values: dict[str, Any] = {
        "last_moment": NOW,
        "by": by,
        "now": NOW,
        "reason": "Left on Friday",
    } | more
    return leaving.hand_over(person, chosen, **values)


def test_everything_goes_to_the_successor_with_a_reason(world: World, grace: Person) -> None:
    MatrixEntry.objects.create(role=world.commander, service=world.service, person=world.alice)
    world.service.backup_owner = world.alice
    world.service.save(update_fields=["backup_owner"])
    Override.objects.create(
        roster=world.roster, person=world.alice, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY
    )
    ApiToken.objects.create(
        name="HR sync",
        person=world.alice,
        scopes=["read"],
        token_hash="x",
        created_at=NOW,
        created_by=grace,
    )

    hand_over(world.alice, world.erin, grace)

    world.service.refresh_from_db()
    alice = Person.objects.get(pk=world.alice.pk)
    assert everything_of(alice, grace) == []
    assert world.service.backup_owner == world.erin
    assert MatrixEntry.objects.get(service=world.service).person == world.erin
    assert Membership.objects.get(team=world.team, person=world.erin).is_lead
    assert RotationMember.objects.filter(person=world.erin).exists()
    assert Override.objects.get().person == world.erin
    assert (alice.left_at, alice.may_sign_in) == (NOW, False)
    assert ApiToken.objects.get().revoked_at == NOW
    client = Client()
    client.force_login(grace)
    page = client.get(f"/admin/rosters/service/{world.service.pk}/history/").content.decode()
    assert "Left on Friday" in page


def test_open_actions_go_too(world: World, grace: Person) -> None:
    everything = one_of_everything(world, now=NOW)
    ActionItem.objects.create(
        review=everything.review,
        title="Alert earlier",
        owner=world.alice,
        due_date=NOW.date(),
        created_at=NOW,
        created_by=grace,
    )

    hand_over(world.alice, world.erin, grace)

    assert ActionItem.objects.get().owner == world.erin


def test_doing_it_twice_changes_nothing(world: World, grace: Person) -> None:
    keys = everything_of(world.alice, grace)
    first = hand_over(world.alice, world.erin, grace)
    chosen = Chosen(dict.fromkeys(keys, world.bob.pk), leaves=True)

    again = leaving.hand_over(
        world.alice, chosen, last_moment=NOW, by=grace, now=NOW + DAY, reason="Twice"
    )

    assert (first.handed_over, again.handed_over) == (len(keys), 0)
    assert Person.objects.get(pk=world.alice.pk).left_at == NOW
    assert not RotationMember.objects.filter(person=world.bob, rotation__layer__priority=1).exists()


def test_what_nobody_takes_stays_and_is_counted(world: World, grace: Person) -> None:
    done = leaving.hand_over(
        world.alice, Chosen(leaves=True), last_moment=NOW, by=grace, now=NOW, reason="Left"
    )

    assert done.left == len(everything_of(world.alice, grace)) > 0


def test_a_last_day_to_come_lets_them_stay_until_then(world: World, grace: Person) -> None:
    hand_over(world.alice, world.erin, grace, last_moment=NOW + DAY)

    alice = Person.objects.get(pk=world.alice.pk)
    assert (alice.left_at, alice.may_sign_in) == (NOW + DAY, True)
    assert gone.shut_out(now=NOW) == 0
    assert gone.shut_out(now=NOW + DAY) == 1
    assert gone.shut_out(now=NOW + DAY) == 0
    assert not Person.objects.get(pk=world.alice.pk).may_sign_in


def test_who_leaves_later_can_sign_in_until_then(world: World, monkeypatch) -> None:
    world.alice.left_at = NOW + DAY
    world.alice.save(update_fields=["left_at"])

    for now, works in ((NOW, True), (NOW + DAY, False)):
        monkeypatch.setattr("config.portal.clock.show_now", lambda now=now: now)
        assert Person.objects.get(pk=world.alice.pk).is_active == works


@pytest.mark.parametrize(
    ("who", "to", "why"),
    [
        ("grace", "erin", "You cannot note that you leave"),
        ("alice", "alice", "is the one who goes"),
        ("alice", "frank", "Frank Example has left"),
    ],
)
def test_refused(world: World, grace: Person, who: str, to: str, why: str) -> None:
    world.frank.left_at = NOW - DAY
    world.frank.save(update_fields=["left_at"])
    people = {"grace": grace} | world.people
    chosen = Chosen({f"lead-{Membership.objects.latest('pk').pk}": people[to].pk}, leaves=True)

    with pytest.raises(Refused, match=why):
        leaving.hand_over(people[who], chosen, last_moment=NOW, by=grace, now=NOW, reason="Because")


def test_the_last_administrator_stays(world: World, grace: Person) -> None:
    other = make_person("Henry", is_administrator=True)
    Person.objects.filter(pk=grace.pk).update(may_sign_in=False)

    with pytest.raises(Refused, match="last administrator"):
        leaving.hand_over(
            other, Chosen(leaves=True), last_moment=NOW, by=grace, now=NOW, reason="Because"
        )


def test_somebody_without_a_log_in_is_handed_over_too(world: World, grace: Person) -> None:
    Person.objects.filter(pk=world.carol.pk).update(may_sign_in=False, email=None)
    carol = Person.objects.get(pk=world.carol.pk)

    hand_over(carol, world.erin, grace)

    assert MatrixEntry.objects.get(role=world.commander).person == world.erin


def test_a_service_owner_replaces_in_contacts_alone(world: World, owner: Person) -> None:
    MatrixEntry.objects.create(role=world.commander, service=world.service, person=world.alice)

    chosen = Chosen(
        {f"lead-{one.pk}": world.erin.pk for one in Membership.objects.all()}
        | dict.fromkeys(everything_of(world.alice, owner), world.erin.pk)
    )
    leaving.hand_over(world.alice, chosen, last_moment=None, by=owner, now=NOW, reason="Moved")

    assert MatrixEntry.objects.get(service=world.service).person == world.erin
    assert not Membership.objects.filter(person=world.erin).exists()
    with pytest.raises(Refused, match="Only administrators can note"):
        hand_over(world.alice, world.erin, owner)


def test_others_may_not(world: World) -> None:
    with pytest.raises(Refused, match="Only administrators and service owners"):
        hand_over(world.alice, world.erin, world.bob, leaves=False)


# --- The page -----------------------------------------------------------------------------------


def browser(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_service_owner_replaces_a_leaver_and_tests_the_number(
    world: World, owner: Person
) -> None:
    MatrixEntry.objects.create(role=world.commander, service=world.service, person=world.alice)
    client, path = browser(owner), f"/people/{world.alice.pk}/leaving/"

    filled = text(client.get(f"{path}?everything=Erin Example"))
    assert 'value="Erin Example"' in filled
    assert "leaves the company" not in filled
    entry = MatrixEntry.objects.get(service=world.service)
    form = {f"to-cell-{entry.pk}": "Erin Example", "reason": "Alice moved"}
    shown = text(client.post(path, form | {"step": "show"}))
    assert "Erin Example instead of Alice Example" in shown
    entry.refresh_from_db()
    assert entry.person == world.alice

    done = client.post(path, form | {"step": "do"}, follow=True)
    assert "Does it reach them?" in text(done)
    entry.refresh_from_db()
    assert entry.person == world.erin
    point = world.erin.contact_points.get(channel="phone")
    tried = client.post(f"{path}test/", {"point": point.pk, "took": world.erin.pk}, follow=True)
    assert "A test is on its way" in text(tried)
    assert point.address not in text(tried)


def test_a_name_that_nobody_has_and_no_reason_are_said(world: World, grace: Person) -> None:
    client, path = browser(grace), f"/people/{world.alice.pk}/leaving/"
    key = everything_of(world.alice, grace)[0]

    wrong = client.post(path, {f"to-{key}": "Nobody", "reason": "Left", "step": "show"})
    empty = client.post(path, {f"to-{key}": "Erin Example", "step": "show"})
    past = client.post(
        path, {"leaves": "1", "last_day": "2020-01-01", "reason": "Left", "step": "show"}
    )

    assert (wrong.status_code, empty.status_code, past.status_code) == (422, 422, 422)
    assert "Nobody here is called “Nobody”." in text(wrong)
    assert "Say why in one line" in text(empty)
    assert "Write the last day as" in text(past)


def test_what_nobody_takes_is_said_before(world: World, grace: Person) -> None:
    path = f"/people/{world.alice.pk}/leaving/"

    shown = text(browser(grace).post(path, {"leaves": "1", "reason": "Left", "step": "show"}))

    assert "Teams they lead: nobody takes it" in shown
    assert "Alice Example leaves" in shown


def test_the_rule_that_calls_them_is_named(world: World, grace: Person) -> None:

    step(world.version, 9, 60, kind=TargetKind.PERSON, person=world.alice)

    page = text(browser(grace).get(f"/people/{world.alice.pk}/leaving/"))

    assert "The rule Payments calls Alice by name" in page


def test_sessions_end(world: World, grace: Person) -> None:
    alices = Client()
    alices.post("/sign-in/", {"username": world.alice.email, "password": PASSWORD})

    hand_over(world.alice, world.erin, grace)

    assert alices.get("/me/").status_code == 302
