"""A lead changes who is called for what is theirs: without the admin, and with a way back."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client

from rosters.enums import SeverityLevel
from rosters.models import ConfirmationRequest, MatrixEntry, Person, StakeholderRole, Team
from rosters.models.history import MatrixEntryEvent
from rosters.operations import matrix
from rosters.queries import contact_faults
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    """A role that Bob fills for Payments, confirmed by Carol a week ago; Alice leads the team."""
    role = StakeholderRole.objects.create(name="product owner", slug="po")
    MatrixEntry.objects.create(
        role=role,
        service=world.service,
        person=world.bob,
        backup=world.erin,
        confirmed_at=NOW - timedelta(days=7),
        confirmed_by=world.carol,
    )
    return role


def text(response) -> str:
    return " ".join(response.content.decode().split())


def address(role: StakeholderRole, world: World) -> str:
    return f"/contacts/cells/{role.pk}.s{world.service.pk}/"


def sent(world: World, **more: str) -> dict[str, str]:
    was = f"{world.bob.pk}.{world.erin.pk}."
    return {"who": "Dora Example", "backup": "", "reason": "Bob moved on", "was": was} | more


def undo_of(page: str) -> str:
    return page.split('action="/contacts/cells/back/')[1].split('"')[0]


def test_a_lead_finds_the_way_and_others_read_who_may(world: World, owner, signed_in) -> None:
    alice, frank = signed_in(world.alice), signed_in(world.frank)

    assert f'href="{address(owner, world)}"' in text(alice.get("/contacts/"))
    assert f'href="{address(owner, world)}"' not in text(frank.get("/contacts/"))
    assert 'name="who"' in text(alice.get(address(owner, world)))
    shown = text(frank.get(address(owner, world)))
    assert "Only the lead of Payments, service owners and administrators can change this." in shown
    assert 'name="who"' not in shown


def test_a_lead_changes_a_cell_and_the_newly_named_is_asked(world: World, owner, signed_in) -> None:
    page = text(signed_in(world.alice).post(address(owner, world), sent(world), follow=True))

    cell = MatrixEntry.objects.get(role=owner)
    assert (cell.person, cell.backup) == (world.dora, None)
    assert (cell.confirmed_at, cell.confirmed_by) == (NOW, world.alice)
    assert "The product owner for Payments is changed. Dora Example: asked to say yes." in page
    assert ConfirmationRequest.objects.get().person == world.dora
    kept: Any = MatrixEntryEvent.objects  # pghistory makes its fields
    contexts = kept.order_by("-pgh_id").values_list("pgh_context", flat=True)
    assert contexts[0]["reason"] == "Bob moved on"


def test_who_names_themselves_has_said_yes(world: World, owner, signed_in) -> None:
    signed_in(world.alice).post(address(owner, world), sent(world, who="Alice Example"))

    cell = MatrixEntry.objects.get(role=owner)
    assert (cell.person, cell.confirmed_by) == (world.alice, world.alice)
    assert not ConfirmationRequest.objects.exists()


def test_undo_brings_back_the_people_and_that_they_were_confirmed(
    world: World, owner, signed_in
) -> None:
    alice = signed_in(world.alice)
    page = text(alice.post(address(owner, world), sent(world), follow=True))

    after = text(alice.post(f"/contacts/cells/back/{undo_of(page)}", follow=True))

    cell = MatrixEntry.objects.get(role=owner)
    assert (cell.person, cell.backup, cell.confirmed_by) == (world.bob, world.erin, world.carol)
    assert "The product owner for Payments is as it was." in after


def test_undo_is_too_late_after_two_minutes(
    world: World, owner, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice = signed_in(world.alice)
    page = text(alice.post(address(owner, world), sent(world), follow=True))
    later = NOW + timedelta(minutes=2)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: later)

    after = text(alice.post(f"/contacts/cells/back/{undo_of(page)}", follow=True))

    assert "can no longer be taken back" in after
    assert MatrixEntry.objects.get(role=owner).person == world.dora


def test_undo_never_writes_over_somebody_else(world: World, owner, signed_in) -> None:
    alice = signed_in(world.alice)
    page = text(alice.post(address(owner, world), sent(world), follow=True))
    MatrixEntry.objects.filter(role=owner).update(person=world.frank)

    after = text(alice.post(f"/contacts/cells/back/{undo_of(page)}", follow=True))

    assert "Somebody has changed it since. Nothing was taken back." in after
    assert MatrixEntry.objects.get(role=owner).person == world.frank


def test_what_somebody_else_wrote_meanwhile_is_named_not_overwritten(
    world: World, owner, signed_in
) -> None:
    alice = signed_in(world.alice)
    MatrixEntry.objects.filter(role=owner).update(person=world.frank)

    answer = alice.post(address(owner, world), sent(world))

    page = text(answer)
    assert answer.status_code == 422
    assert "Somebody changed this meanwhile to Frank Example, backup Erin Example." in page
    assert 'value="Dora Example"' in page
    assert MatrixEntry.objects.get(role=owner).person == world.frank
    was = page.split('name="was" value="')[1].split('"')[0]
    alice.post(address(owner, world), sent(world, was=was))
    assert MatrixEntry.objects.get(role=owner).person == world.dora


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ({"reason": ""}, "Say why in one line."),
        ({"who": "Nobody Known"}, "Nobody is called “Nobody Known”"),
        ({"backup": "Dora Example"}, "One person cannot be both."),
        ({"who": "", "backup": "Dora Example"}, "Write whom we call, or choose a roster."),
        ({"who": "Roster: Payments on call", "backup": "Erin Example"}, "not both"),
    ],
    ids=["no reason", "unknown", "twice", "backup alone", "roster and backup"],
)
def test_what_is_wrong_is_said_in_words(
    world: World, owner, signed_in, answers: dict[str, str], says: str
) -> None:
    answer = signed_in(world.alice).post(address(owner, world), sent(world, **answers))

    assert answer.status_code == 422
    assert "There is a problem" in text(answer)
    assert says in text(answer)
    assert MatrixEntry.objects.get(role=owner).person == world.bob


def test_a_roster_can_be_written_and_nobody_inherits_again(world: World, owner, signed_in) -> None:
    alice = signed_in(world.alice)
    MatrixEntry.objects.create(role=owner, team=world.team, person=world.carol)

    alice.post(address(owner, world), sent(world, who="roster: payments on call"))
    assert MatrixEntry.objects.get(service=world.service, role=owner).roster == world.roster
    now = {"who": "", "empty": "1", "was": f"..{world.roster.pk}"}
    alice.post(address(owner, world), sent(world, **now))

    assert not MatrixEntry.objects.filter(service=world.service, role=owner).exists()
    shown = text(alice.get(address(owner, world)))
    assert "That comes from the Payments team." in shown


def test_a_cell_at_a_severity_is_changed_by_its_number(world: World, owner, signed_in) -> None:
    one = MatrixEntry.objects.create(
        role=owner, service=world.service, person=world.carol, severity=SeverityLevel.CRITICAL
    )
    path = f"/contacts/cells/{one.pk}/"

    page = text(signed_in(world.alice).get(path))
    signed_in(world.alice).post(path, sent(world, was=f"{world.carol.pk}.."))

    assert "This holds at SEV1 Critical." in page
    one.refresh_from_db()
    assert (one.person, one.severity) == (world.dora, 1)


@pytest.mark.parametrize("who", ["frank", "bob"])
def test_others_are_refused(world: World, owner, signed_in, who: str) -> None:
    answer = signed_in(world.people[who]).post(address(owner, world), sent(world))

    assert answer.status_code == 403
    assert MatrixEntry.objects.get(role=owner).person == world.bob


def test_a_lead_of_another_team_is_refused(world: World, owner, signed_in) -> None:
    other = Team.objects.create(name="Other", slug="other")
    other.memberships.create(person=world.frank, is_lead=True)

    assert signed_in(world.frank).post(address(owner, world), sent(world)).status_code == 403


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, owner) -> None:
    assert client.get(address(owner, world)).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("key", ["0", "x", "1.s", "999999.s9", "999999.c", "999999999999999999999"])
def test_what_is_not_there_is_not_found(world: World, signed_in, key: str) -> None:
    assert signed_in(world.alice).get(f"/contacts/cells/{key}/").status_code == 404


def test_a_token_of_ones_own_making_takes_nothing_back(world: World, owner, signed_in) -> None:
    after = text(signed_in(world.alice).post("/contacts/cells/back/nonsense/", follow=True))

    assert "can no longer be taken back" in after


def test_a_lead_confirms_a_stale_cell_with_one_press(world: World, owner, signed_in) -> None:
    MatrixEntry.objects.filter(role=owner).update(confirmed_at=NOW - timedelta(days=91))
    alice = signed_in(world.alice)

    before = text(alice.get(address(owner, world)))
    after = text(alice.post(address(owner, world), {"confirm": "1"}, follow=True))

    cell = MatrixEntry.objects.get(role=owner)
    assert "more than 90 days ago" in before
    assert "The product owner for Payments is confirmed." in after
    assert (cell.person, cell.confirmed_at, cell.confirmed_by) == (world.bob, NOW, world.alice)


def test_nobody_confirms_somebody_who_has_left(world: World, owner, signed_in) -> None:
    Person.objects.filter(pk=world.bob.pk).update(left_at=NOW - timedelta(days=3))
    MatrixEntry.objects.filter(role=owner).update(confirmed_at=NOW - timedelta(days=91))
    was = MatrixEntry.objects.get(role=owner).confirmed_at
    alice = signed_in(world.alice)

    page = text(alice.get(address(owner, world)))
    answer = alice.post(address(owner, world), {"confirm": "1"})

    assert "Bob Example left" in page
    assert "and is still the product owner for Payments" in page
    assert 'name="confirm"' not in page
    assert "Replace Bob everywhere" in page
    assert answer.status_code == 422
    assert "Bob Example has left. Name somebody else." in text(answer)
    assert "Write whom we call" not in text(answer)
    assert (
        matrix.confirm(list(MatrixEntry.objects.filter(role=owner)), by=world.alice, now=NOW) == 0
    )
    assert MatrixEntry.objects.get(role=owner).confirmed_at == was


def test_others_cannot_confirm_it(world: World, owner, signed_in) -> None:
    answer = signed_in(world.frank).post(address(owner, world), {"confirm": "1"})

    assert answer.status_code == 403
    assert "There is a problem" not in text(answer)
    assert MatrixEntry.objects.get(role=owner).confirmed_by == world.carol


DAY = timedelta(days=1)
THEN = datetime(2026, 11, 30, 23, tzinfo=UTC)  # midnight in Berlin, after the last of November


def cells(owner: StakeholderRole) -> list[tuple[str, datetime | None, datetime | None]]:
    rows = MatrixEntry.objects.filter(role=owner).select_related("person")
    return [
        (str(row.person), row.valid_from, row.valid_to)
        for row in rows.order_by(F("valid_from").asc(nulls_first=True))
    ]


def test_somebody_from_a_later_day_on(world: World, owner, signed_in) -> None:
    alice = signed_in(world.alice)

    page = text(
        alice.post(address(owner, world), sent(world) | {"since": "2026-12-01"}, follow=True)
    )

    assert cells(owner) == [("Bob Example", None, THEN), ("Dora Example", THEN, None)]
    assert "until Mon 30 Nov" in page
    assert ", then Dora Example" in page
    shown = text(alice.get(address(owner, world)))
    assert "Bob Example is the product owner for Payments" in shown
    assert "from Tue 1 Dec" in shown


def test_somebody_for_a_time_only_and_then_as_before(world: World, owner, signed_in) -> None:
    signed_in(world.alice).post(
        address(owner, world), sent(world) | {"since": "2026-12-01", "until": "2026-12-07"}
    )

    week = THEN + 7 * DAY
    assert cells(owner) == [
        ("Bob Example", None, THEN),
        ("Dora Example", THEN, week),
        ("Bob Example", week, None),
    ]
    again = MatrixEntry.objects.get(valid_from=week)
    assert (again.backup, again.confirmed_by) == (world.erin, world.carol)


def test_the_same_until_a_day_is_only_an_end_and_can_be_taken_away(
    world: World, owner, signed_in
) -> None:
    alice, same = signed_in(world.alice), {"who": "Bob Example", "backup": "Erin Example"}

    alice.post(address(owner, world), sent(world, **same) | {"until": "2026-11-30"})
    ended = cells(owner)
    form = text(alice.get(address(owner, world)))
    alice.post(address(owner, world), sent(world, **same) | {"until": ""})

    assert ended == [("Bob Example", None, THEN)]
    assert 'name="until" value="2026-11-30"' in form
    assert cells(owner) == [("Bob Example", None, None)]
    assert MatrixEntry.objects.get(role=owner).confirmed_by == world.carol


def test_nobody_from_a_later_day_on(world: World, owner, signed_in) -> None:
    signed_in(world.alice).post(
        address(owner, world), sent(world) | {"since": "2026-12-01", "empty": "1"}
    )

    assert cells(owner) == [("Bob Example", None, THEN)]


def test_what_is_planned_is_called_off(world: World, owner, signed_in) -> None:
    alice = signed_in(world.alice)
    alice.post(address(owner, world), sent(world) | {"since": "2026-12-01"})
    later = MatrixEntry.objects.get(valid_from=THEN)

    refused = signed_in(world.frank).post(address(owner, world), {"call_off": later.pk})
    page = alice.post(address(owner, world), {"call_off": later.pk}, follow=True)

    assert refused.status_code == 403
    assert cells(owner) == [("Bob Example", None, None)]
    assert "stays as it is now." in text(page)


def test_a_name_where_somebody_comes_later_holds_until_then(world: World, owner, signed_in) -> None:
    MatrixEntry.objects.filter(role=owner).update(valid_from=THEN)

    answer = signed_in(world.alice).post(
        address(owner, world), sent(world, was="..") | {"who": "Dora Example"}
    )

    assert answer.status_code == 302
    assert cells(owner) == [("Dora Example", None, THEN), ("Bob Example", THEN, None)]


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ({"since": "2026-11-01"}, "Choose today or a later day."),
        ({"until": "2026-11-01"}, "Choose today or a later day."),
        ({"since": "soon"}, "Write the day as 2026-11-30."),
        ({"since": "2026-12-02", "until": "2026-12-01"}, "It must not end before it begins."),
    ],
)
def test_days_that_cannot_be(world: World, owner, signed_in, days, said) -> None:
    answer = signed_in(world.alice).post(address(owner, world), sent(world) | days)

    assert answer.status_code == 422
    assert said in text(answer)
    assert cells(owner) == [("Bob Example", None, None)]


def test_two_who_would_hold_at_once_are_refused_at_the_day(world: World, owner, signed_in) -> None:
    alice = signed_in(world.alice)
    alice.post(address(owner, world), sent(world) | {"since": "2026-12-01"})

    answer = alice.post(
        address(owner, world), sent(world, who="Carol Example") | {"since": "2026-11-25"}
    )

    assert answer.status_code == 422
    assert "Another cell of this role holds at the same time." in text(answer)


def test_mending_a_contact_never_makes_another_one_to_mend(world: World, owner, signed_in) -> None:
    MatrixEntry.objects.filter(role=owner).update(backup=world.carol)
    world.bob.left_at = NOW - timedelta(days=1)
    world.bob.save()
    before = contact_faults.tally(now=NOW)
    alice = signed_in(world.alice)
    audit = text(alice.get("/contacts/audit/?kind=left"))
    assert "?audit=kind%3Dleft" in audit
    was = f"{world.bob.pk}.{world.carol.pk}."

    page = text(
        alice.post(
            address(owner, world),
            sent(world, was=was, backup="Carol Example", audit="kind=left"),
            follow=True,
        )
    )

    after = contact_faults.tally(now=NOW)
    assert after.total == before.total - 1
    assert not after.by_kind - before.by_kind, "something new to mend"
    assert "Off the list: Left the company and still named." in page
    assert f"{after.total} left to mend." in page


def test_from_the_audit_one_press_confirms_and_the_audit_comes_back(
    world: World, owner, signed_in
) -> None:
    long_ago = NOW - timedelta(days=100)
    MatrixEntry.objects.filter(role=owner).update(confirmed_at=long_ago)
    alice = signed_in(world.alice)
    assert "It is right" in text(alice.get("/contacts/audit/?kind=stale"))
    cell = MatrixEntry.objects.get(role=owner)

    answer = alice.post(
        f"/contacts/cells/{cell.pk}/", {"confirm": "1", "audit": "kind=stale"}, follow=True
    )

    assert answer.redirect_chain[-1][0].startswith("/contacts/audit/?kind=stale&rest=")
    page = text(answer)
    assert "Off the list: Not confirmed for 90 days." in page
    cell.refresh_from_db()
    assert (cell.confirmed_at, cell.confirmed_by) == (NOW, world.alice)


def test_where_one_person_stands_in_more_the_rest_is_handed_over_in_one_form(
    world: World, owner, signed_in
) -> None:
    other = StakeholderRole.objects.create(name="security officer", slug="so")
    MatrixEntry.objects.create(role=other, service=world.service, person=world.bob)
    world.bob.left_at = NOW - timedelta(days=1)
    world.bob.save()
    keeper = make_person("Kit", is_administrator=True)

    page = text(signed_in(keeper).post(address(owner, world), sent(world, audit=""), follow=True))

    assert "Bob Example stands in one more contact to mend." in page
    assert f'href="/people/{world.bob.pk}/leaving/">Hand over the rest</a>' in page
