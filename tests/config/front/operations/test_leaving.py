"""Somebody leaves: everything of theirs goes to whoever was chosen, at once, with a reason."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.test import Client

from config.front.logic.leaving import Chosen
from config.front.operations import leaving
from config.front.queries import leaver
from config.portal.refusals import Refused
from incidents.enums import TargetKind
from reviews.models import ActionItem
from rosters.models import (
    Absence,
    ApiToken,
    Layer,
    MatrixEntry,
    Membership,
    Message,
    Override,
    Person,
    Restriction,
    Roster,
    RotationMember,
    Team,
    TemporarySchedule,
    TemporaryShift,
)
from rosters.operations import leaving as gone
from rosters.queries.directory import Wanted, load_directory
from tests.pages import one_of_everything
from tests.world import NOW, PASSWORD, World, at, make_person, step

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


@pytest.mark.parametrize("last_moment", [NOW, NOW + 3 * DAY], ids=["now", "later"])
def test_the_trail_has_one_line_for_whoever_is_named_now(
    world: World, grace: Person, last_moment: datetime
) -> None:
    MatrixEntry.objects.create(
        role=world.director,
        service=world.service,
        person=world.alice,
        confirmed_at=NOW - DAY,
        confirmed_by=world.carol,
    )
    schedule = TemporarySchedule.objects.create(
        roster=world.roster, name="Christmas", starts_at=NOW, ends_at=NOW + 9 * DAY
    )
    TemporaryShift.objects.create(
        schedule=schedule, person=world.alice, starts_at=NOW, ends_at=NOW + 9 * DAY
    )

    hand_over(world.alice, world.erin, grace, last_moment=last_moment)

    for model in (MatrixEntry, TemporaryShift):
        row = model.objects.get(person=world.erin)
        events: Any = apps.get_model("rosters", f"{model.__name__}Event")
        lines = events.objects.filter(pgh_obj_id=row.pk, pgh_context__reason="Left on Friday")
        assert lines.count() == 1
    cell = MatrixEntry.objects.get(person=world.erin)
    assert (cell.confirmed_by, cell.confirmed_at) == (grace, NOW)


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
    with pytest.raises(Refused, match="Only administrators, service owners"):
        hand_over(world.alice, world.erin, world.bob, leaves=False)


def test_a_lead_of_all_their_teams_hands_over_what_is_the_teams(
    world: World, grace: Person
) -> None:
    Roster.objects.update(team=world.team)
    MatrixEntry.objects.create(role=world.commander, service=world.service, person=world.bob)
    other = Team.objects.create(name="Search", slug="search")
    company = MatrixEntry.objects.get(role=world.commander, service=None)
    MatrixEntry.objects.filter(pk=company.pk).update(person=world.bob)

    keys = set(everything_of(world.bob, world.alice))
    turn = RotationMember.objects.get(rotation__layer__priority=2)
    hand_over(world.bob, world.erin, world.alice, leaves=False)

    assert keys == {
        f"cell-{MatrixEntry.objects.get(service=world.service).pk}",
        f"turn-{turn.pk}",
    }
    assert MatrixEntry.objects.get(service=world.service).person == world.erin
    assert MatrixEntry.objects.get(pk=company.pk).person == world.bob
    assert RotationMember.objects.filter(person=world.erin).exists()
    left = leaver.page(world.bob, reader=world.alice, now=NOW)
    assert (left.places, left.elsewhere, left.names) == ([], 1, ("Grace Example",))
    Membership.objects.create(team=other, person=world.bob)
    with pytest.raises(Refused, match="Only administrators, service owners"):
        hand_over(world.bob, world.erin, world.alice, leaves=False)


def test_shifts_of_temporary_schedules_go_too(world: World, grace: Person) -> None:
    schedule = TemporarySchedule.objects.create(
        roster=world.roster, name="Christmas", starts_at=NOW, ends_at=NOW + 3 * DAY
    )
    for days in (-2, 1):
        TemporaryShift.objects.create(
            schedule=schedule,
            person=world.alice,
            starts_at=NOW + days * DAY,
            ends_at=NOW + (days + 1) * DAY,
        )

    hand_over(world.alice, world.erin, grace)

    shifts = TemporaryShift.objects.order_by("starts_at")
    assert [one.person for one in shifts] == [world.alice, world.erin]


def test_a_successor_who_shares_the_turn_has_it_once(world: World, grace: Person) -> None:
    mine = RotationMember.objects.get(person=world.alice)
    RotationMember.objects.create(rotation=mine.rotation, order=mine.order, person=world.erin)

    hand_over(world.alice, world.erin, grace)

    now_on = RotationMember.objects.filter(
        rotation__layer__valid_until=None, rotation__layer__priority=1
    )
    assert [one.person for one in now_on] == [world.erin]


def test_what_has_been_stays_as_it_was(world: World, grace: Person) -> None:
    Restriction.objects.create(
        layer=Layer.objects.get(priority=1), starts_at=time(0), ends_at=time(0)
    )
    before = load_directory(
        Wanted(roster_ids=frozenset({world.roster.pk})), starts_at=NOW - DAY, ends_at=NOW + DAY
    )

    hand_over(world.alice, world.erin, grace)

    after = load_directory(
        Wanted(roster_ids=frozenset({world.roster.pk})), starts_at=NOW - DAY, ends_at=NOW + DAY
    )
    past, now = NOW - timedelta(hours=1), NOW
    assert after.scheduled(world.roster.pk, at=past) == before.scheduled(world.roster.pk, at=past)
    assert after.levels(world.roster.pk, at=now)[0] == (world.erin.pk,)
    old, new = Layer.objects.filter(priority=1).order_by("pk")
    assert (old.valid_until, new.valid_from, new.valid_until) == (NOW, NOW, None)
    assert old.restrictions.count() == new.restrictions.count() == 1


def test_a_rehearsal_changes_nothing_and_finds_the_gap(world: World, grace: Person) -> None:
    keys = everything_of(world.alice, grace)
    chosen = Chosen(dict.fromkeys(keys, world.bob.pk), leaves=True)
    before = list(RotationMember.objects.order_by("pk").values_list("pk", "person"))

    seen = leaving.rehearse(
        world.alice, chosen, last_moment=NOW, by=grace, now=NOW, reason="Left on Friday"
    )

    assert list(RotationMember.objects.order_by("pk").values_list("pk", "person")) == before
    assert Person.objects.get(pk=world.alice.pk).left_at is None
    assert everything_of(world.alice, grace) == keys
    (gap, *_more) = seen.after.gaps[world.roster.pk] - seen.before.gaps[world.roster.pk]
    assert gap.is_backup
    assert world.bob.pk in seen.after.on_call(world.roster.pk)


# --- The page -----------------------------------------------------------------------------------


@pytest.fixture
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Berlin has 03:00, Tokyo 11:00."""
    for name in ("act_now", "show_now"):
        monkeypatch.setattr(f"config.portal.clock.{name}", lambda: NOW)


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
    assert "Does Alice leave the company?" not in filled
    assert "Alice stays, and can still sign in." in filled
    assert "As a service owner you keep the contacts of every service" in filled
    assert "Two things are not in this form" in filled
    assert "Grace Example can hand them over" in filled
    entry = MatrixEntry.objects.get(service=world.service)
    form = {f"to-cell-{entry.pk}": "Erin Example", "reason": "Alice moved"}
    shown = text(client.post(path, form | {"step": "show"}))
    assert "Erin Example instead of Alice Example" in shown
    entry.refresh_from_db()
    assert entry.person == world.alice

    assert "Alice stays and can still sign in." in shown
    assert "Two things still name Alice afterwards" in shown

    done = client.post(path, form | {"step": "do"}, follow=True)
    assert "Does it reach them?" in text(done)
    assert "2 things name Alice still. Grace Example can hand over the rest." in text(done)
    assert "Nothing names" not in text(done)
    entry.refresh_from_db()
    assert entry.person == world.erin
    point = world.erin.contact_points.get(channel="phone")
    tried = client.post(f"{path}test/", {"point": point.pk, "took": world.erin.pk}, follow=True)
    assert "A test is on its way" in text(tried)
    assert point.address not in text(tried)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"KEY": "Nobody"}, "Nobody here is called “Nobody”."),
        ({"KEY": "Alice Example"}, "Alice Example is the one who goes."),
        ({"KEY": "Frank Example"}, "Frank Example has left. Choose somebody else."),
        ({"everything": "Nobody"}, "Nobody here is called “Nobody”."),
        ({"everything": "Alice Example"}, "Alice Example is the one who goes."),
        ({"KEY": "Erin Example", "reason": ""}, "Say why in one line."),
        ({"KEY": "Erin Example", "leaves": ""}, "Say whether Alice leaves or stays."),
        ({"leaves": "stays"}, "Choose who takes over, at least once."),
        ({"leaves": "later", "last_day": "2020-01-01"}, "Write the last day as"),
        ({"leaves": "later", "last_day": "30.11."}, "Write the last day as"),
        ({"leaves": "now", "last_day": "2026-11-30"}, "You wrote a last day."),
    ],
)
@pytest.mark.usefixtures("_at_noon")
def test_each_mistake_is_said_once_with_a_link_and_nothing_is_lost(
    world: World, grace: Person, form: dict[str, str], said: str
) -> None:
    Person.objects.filter(pk=world.frank.pk).update(left_at=NOW - DAY)
    key = f"to-{everything_of(world.alice, grace)[0]}"
    typed = {"reason": "Left", "leaves": "now", "step": "show"} | form
    sent = {key if name == "KEY" else name: value for name, value in typed.items()}

    answer = browser(grace).post(f"/people/{world.alice.pk}/leaving/", sent)

    page = text(answer)
    box = page.split("data-error-summary", 1)[1].split("</div>")[0]
    assert answer.status_code == 422
    assert "There is a problem" in box
    assert (box.count("<li>"), box.count('<a href="#')) == (1, 1)
    assert said in box
    assert page.split("data-error-summary", 1)[1].count(said) == 2  # in the box and by the field
    for value in filter(None, form.values()):
        assert f'value="{value}"' in page


@pytest.mark.parametrize("field", ["everything", "filled", "reason", "last_day", "leaves", "KEY"])
@pytest.mark.parametrize("act", ["fill", "show", "do"])
@pytest.mark.usefixtures("_at_noon")
def test_what_no_name_can_hold_is_refused_in_words(
    world: World, grace: Person, act: str, field: str
) -> None:
    key = f"to-{everything_of(world.alice, grace)[0]}"
    sent = {"reason": "Left", "leaves": "later", "last_day": "x", "step": act, "everything": "Eve"}
    sent[key if field == "KEY" else field] = "Erin\0 Example"

    answer = browser(grace).post(f"/people/{world.alice.pk}/leaving/", sent)

    assert answer.status_code == 422
    if field == "everything":
        assert "Nobody here is called “Erin\ufffd Example”" in text(answer)


@pytest.mark.usefixtures("_at_noon")
def test_filling_in_keeps_what_was_chosen_and_typed(world: World, grace: Person) -> None:
    first, second, *_ = (f"to-{key}" for key in everything_of(world.alice, grace))
    path, client = f"/people/{world.alice.pk}/leaving/", browser(grace)
    form = {"everything": "Erin", "leaves": "now", "reason": "Left", first: "Bob Example"}

    filled = text(client.post(path, form | {"step": "fill"}))

    assert 'value="now" checked' in filled
    assert 'value="Left"' in filled
    assert 'value="Bob Example"' in filled.split(f'name="{first}"')[1].split(">")[0]
    assert 'name="filled" value="Erin Example"' in filled
    again = form | {"everything": "Carol", "filled": "Erin Example", second: "Erin Example"}
    assert text(client.post(path, again | {"step": "fill"})).count('value="Carol Example"') >= 3


@pytest.mark.usefixtures("_at_noon")
@pytest.mark.parametrize(
    ("leaves", "last_day", "said"),
    [
        ("now", "", "Hand over, Alice leaves now"),
        ("later", "2026-11-30", "It can be called off until then."),
        ("stays", "", "Alice stays and can still sign in."),
    ],
)
def test_the_preview_always_says_whether_they_leave(
    world: World, grace: Person, leaves: str, last_day: str, said: str
) -> None:
    form = {"everything": "Erin", "leaves": leaves, "last_day": last_day, "reason": "Left"}

    shown = text(browser(grace).post(f"/people/{world.alice.pk}/leaving/", form | {"step": "show"}))

    assert said in shown
    assert f'name="leaves" value="{leaves}"' in shown


@pytest.mark.usefixtures("_at_noon")
def test_today_as_the_last_day_ends_tonight(world: World, grace: Person) -> None:
    form = {"everything": "Erin", "leaves": "later", "last_day": "2026-11-21", "reason": "Left"}

    browser(grace).post(f"/people/{world.alice.pk}/leaving/", form | {"step": "do"})

    alice = Person.objects.get(pk=world.alice.pk)
    assert (alice.left_at, alice.may_sign_in) == (at("2026-11-22 00:00", "Europe/Berlin"), True)


@pytest.mark.usefixtures("_at_noon")
def test_whoever_has_no_phone_is_taken_with_a_quieter_button(world: World, grace: Person) -> None:
    world.erin.contact_points.all().delete()
    form = {"everything": "Erin Example", "leaves": "now", "reason": "Left", "step": "show"}

    shown = text(browser(grace).post(f"/people/{world.alice.pk}/leaving/", form))

    assert "Muster may not wake Erin Example at night." in shown
    assert '<button type="submit" class="btn big" name="step" value="do">' in shown


@pytest.mark.usefixtures("_at_noon")
def test_what_would_go_wrong_is_said_line_by_line(world: World, grace: Person) -> None:
    Person.objects.filter(pk=world.bob.pk).update(time_zone="Asia/Tokyo")
    Absence.objects.create(person=world.bob, starts_at=NOW + DAY, ends_at=NOW + 3 * DAY)
    cell = MatrixEntry.objects.create(
        role=world.director, service=world.service, person=world.alice, backup=world.bob
    )
    form = {"everything": "Bob Example", "leaves": "now", "reason": "Left", "step": "show"}

    shown = text(browser(grace).post(f"/people/{world.alice.pk}/leaving/", form))

    assert "Bob Example is the backup there, so nobody would be backup." in shown
    assert "Nobody would be on call for Payments on call from Sun 22 Nov" in shown
    assert "Nobody would be backup for Payments on call from" in shown
    assert "Bob Example is first on call there already." in shown
    assert "11:00 in Tokyo" in shown
    assert "Away from" in shown
    cell.refresh_from_db()
    assert cell.person == world.alice


@pytest.mark.usefixtures("_at_noon")
def test_somebody_new_is_on_call_from_the_press_on_and_it_is_night(
    world: World, grace: Person
) -> None:
    Person.objects.filter(pk=world.erin.pk).update(time_zone="America/Los_Angeles")
    key = f"to-turn-{RotationMember.objects.get(person=world.alice).pk}"
    form = {key: "Erin Example", "leaves": "now", "reason": "Left", "step": "show"}
    Person.objects.filter(pk=world.erin.pk).update(time_zone="Europe/Berlin")

    shown = text(browser(grace).post(f"/people/{world.alice.pk}/leaving/", form))

    assert "Erin Example is on call from the moment you press. It is 03:00 in Berlin." in shown
    assert "03:00 in Berlin: night" in shown
    assert "Nobody would be" not in shown


@pytest.mark.usefixtures("_at_noon")
def test_when_it_is_done_there_is_nothing_left_to_press(world: World, grace: Person) -> None:
    client, path = browser(grace), f"/people/{world.alice.pk}/leaving/"
    form = {"everything": "Erin", "leaves": "now", "reason": "Left", "step": "do"}

    done = text(client.post(path, form, follow=True))

    assert "Nothing names Alice any more." in done
    assert "There is nothing left to do." in done
    assert "Show what changes" not in done
    assert "Last day" not in done
    assert ">Done</a>" in done


def test_who_may_not_reads_why_and_whom_to_ask(world: World, grace: Person) -> None:
    for method in ("get", "post"):
        answer = getattr(browser(world.bob), method)(f"/people/{world.alice.pk}/leaving/")
        assert answer.status_code == 403
        assert "Only administrators, service owners" in text(answer)
        assert "Ask Grace Example" in text(answer)


def test_what_nobody_takes_is_said_before(world: World, grace: Person) -> None:
    path = f"/people/{world.alice.pk}/leaving/"
    form = {"leaves": "now", "reason": "Left", "step": "show"}

    shown = text(browser(grace).post(path, form))

    assert "Teams they lead: nobody takes it" in shown
    assert "Alice leaves now" in shown


def test_the_rule_that_calls_them_is_named(world: World, grace: Person) -> None:

    step(world.version, 9, 60, kind=TargetKind.PERSON, person=world.alice)

    page = text(browser(grace).get(f"/people/{world.alice.pk}/leaving/"))

    assert "The rule Payments calls Alice by name" in page


def test_sessions_end(world: World, grace: Person) -> None:
    alices = Client()
    alices.post("/sign-in/", {"username": world.alice.email, "password": PASSWORD})

    hand_over(world.alice, world.erin, grace)

    assert alices.get("/me/").status_code == 302


def test_a_lead_of_one_of_their_teams_asks_who_can(world: World, grace: Person) -> None:
    other = Team.objects.create(name="Search", slug="search")
    Membership.objects.create(team=other, person=world.bob)
    client, path = browser(world.alice), f"/people/{world.bob.pk}/leaving/"
    assert "Ask Grace Example</button>" in text(client.get(path))
    assert "</button>" not in text(browser(world.erin).get(path)).split("<main", 1)[1]

    for _ in range(2):
        client.post(f"{path}ask/")
    refused = text(browser(world.erin).post(f"{path}ask/", follow=True))

    letter = Message.objects.get(topic__startswith="leaver-")
    assert letter.person == grace
    assert path in letter.body
    assert "Only service owners and leads" in refused


def test_everybody_of_a_large_company_is_offered(world: World, grace: Person) -> None:
    Person.objects.bulk_create(
        Person(full_name=f"Somebody {n:03}", short_name=f"S{n}", email=f"s{n}@example.org")
        for n in range(450)
    )

    page = browser(grace).get(f"/people/{world.alice.pk}/leaving/").content.decode()

    assert page.count('<option value="Somebody ') == 450
