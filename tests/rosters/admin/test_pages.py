"""Lists, pages and refusals of the admin of rosters."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.portal import clock
from rosters import models
from rosters.enums import AttemptOutcome, Channel, OverrideKind, RotationUnit
from tests.factories import (
    make_message,
    make_mute,
    make_person,
    make_point,
    make_role,
    make_roster,
    make_service,
    make_team,
)
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    monkeypatch.setattr(clock, "act_now", lambda: NOW)


def make_override() -> models.Override:
    return models.Override.objects.create(
        roster=make_roster([make_person()]),
        kind=OverrideKind.REPLACE,
        person=make_person(),
        instead_of=make_person(),
        starts_at=NOW,
        ends_at=NOW + timedelta(hours=1),
    )


def make_absence() -> models.Absence:
    return models.Absence.objects.create(
        person=make_person(), starts_at=NOW, ends_at=NOW + timedelta(hours=1)
    )


def make_cell() -> models.MatrixEntry:
    return models.MatrixEntry.objects.create(
        role=make_role(), service=make_service(), person=make_person(), backup=make_person()
    )


def make_attempt() -> models.DeliveryAttempt:
    return models.DeliveryAttempt.objects.create(
        message=make_message(),
        number=1,
        started_at=NOW,
        finished_at=NOW,
        outcome=AttemptOutcome.HANDED_OVER,
    )


def make_layer() -> models.Layer:
    return make_roster([make_person()]).layers.get()


def make_rotation() -> models.Rotation:
    return make_layer().rotations.get()


def make_member() -> models.Team:
    return make_team(make_person(), make_person())


ROWS: dict[str, Callable[[], Any]] = {
    "person": make_person,
    "contactpoint": make_point,
    "team": make_member,
    "service": make_service,
    "stakeholderrole": make_role,
    "matrixentry": make_cell,
    "roster": lambda: make_roster([make_person()], [make_person()]),
    "layer": make_layer,
    "rotation": make_rotation,
    "override": make_override,
    "absence": make_absence,
    "message": make_message,
    "deliveryattempt": make_attempt,
}
READ_ONLY = {"message", "deliveryattempt"}


def address(name: str, *, page: str = "changelist", row: Any = None) -> str:
    return reverse(f"admin:rosters_{name}_{page}", args=[row.pk] if row else [])


@pytest.mark.parametrize("name", ROWS)
def test_a_list_takes_as_many_queries_for_three_as_for_thirty(
    admin_site: Client, name: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_site.get(address(name)).status_code == 200
        return len(captured)

    for _ in range(3):
        ROWS[name]()
    few = queries()
    for _ in range(27):
        ROWS[name]()

    assert queries() <= few


@pytest.mark.parametrize("name", ROWS)
def test_each_page_opens(admin_site: Client, name: str) -> None:
    row = ROWS[name]()

    assert admin_site.get(address(name, page="change", row=row)).status_code == 200
    assert admin_site.get(address(name) + "?q=ada").status_code == 200
    assert admin_site.get(address(name, page="add")).status_code == (
        403 if name in READ_ONLY else 200
    )


@pytest.mark.parametrize("name", READ_ONLY)
def test_what_has_a_life_cycle_is_only_read(admin_site: Client, name: str) -> None:
    row = ROWS[name]()

    assert admin_site.post(address(name, page="change", row=row), {}).status_code == 403
    assert admin_site.post(address(name, page="delete", row=row), {}).status_code == 403


@pytest.mark.parametrize("name", ROWS)
def test_an_ordinary_person_has_no_business_here(client: Client, name: str) -> None:
    person = make_person()
    person.may_sign_in = True
    person.save()
    client.force_login(person)

    response = client.get(address(name))

    assert response.status_code == 302
    assert "/admin/login/" in response["Location"]


def test_a_person_is_never_deleted(admin_site: Client) -> None:
    row = make_person()

    assert admin_site.post(address("person", page="delete", row=row)).status_code == 403


def test_a_roster_says_who_is_on_call_now(admin_site: Client) -> None:
    roster = make_roster([make_person("Ada"), make_person("Ben")], [make_person("Cy")])

    page = admin_site.get(address("roster", page="change", row=roster))

    assert (
        "Ada is on call until Monday, 23 November 2026, 09:00 (Europe/Berlin), backup Cy."
        in page.content.decode()
    )


def test_a_roster_without_anybody_says_so(admin_site: Client) -> None:
    roster = make_roster([make_mute("Mute")])

    page = admin_site.get(address("roster", page="change", row=roster)).content.decode()

    assert "Nobody is on call. Calls go to the next step of each rule." in page
    assert "Mute has no phone number or address that we can use." in page


def test_an_override_remembers_who_made_it(admin_site: Client, grace: models.Person) -> None:
    person = make_person()
    values = {
        "roster": make_roster([person]).pk,
        "kind": OverrideKind.ADD,
        "person": person.pk,
        "starts_at_0": "2026-11-21",
        "starts_at_1": "08:00",
        "ends_at_0": "2026-11-21",
        "ends_at_1": "18:00",
    }

    response = admin_site.post(address("override", page="add"), values)

    assert response.status_code == 302
    assert models.Override.objects.get().created_by == grace


def test_a_new_number_begins_untested(admin_site: Client) -> None:
    point = make_point(make_person())
    models.ContactPoint.objects.update(last_tested_at=NOW, verified_at=NOW, last_failure="Busy.")
    url = reverse("admin:rosters_contactpoint_change", args=[point.pk])
    same = {"person": point.person_id, "channel": point.channel, "address": point.address}

    admin_site.post(url, same | {"label": "Work"})
    point.refresh_from_db()
    assert (point.label, point.last_tested_at) == ("Work", NOW)

    admin_site.post(url, same | {"label": "Work", "address": "new@example.org"})
    point.refresh_from_db()
    assert (point.last_tested_at, point.verified_at, point.last_failure) == (None, None, "")


def test_numbers_that_were_tried_are_marked(admin_site: Client) -> None:
    point = make_point(make_person())
    url = address("contactpoint")

    answer = admin_site.post(url, {"action": "tried", "_selected_action": [point.pk]}, follow=True)

    assert "1 marked as tested by you" in answer.content.decode()
    point.refresh_from_db()
    assert point.last_tested_at is not None


def test_confirming_cells_says_when_and_by_whom(admin_site: Client, grace: models.Person) -> None:
    cells = [make_cell(), make_cell()]

    admin_site.post(
        address("matrixentry"), {"action": "confirm", "_selected_action": [one.pk for one in cells]}
    )

    found = models.MatrixEntry.objects.values_list("confirmed_at", "confirmed_by")
    assert set(found) == {(NOW, grace.pk)}


def empty_inlines(*prefixes: str) -> dict[str, str]:
    return {f"{prefix}-{name}_FORMS": "0" for prefix in prefixes for name in ("TOTAL", "INITIAL")}


def values_of(kind: str) -> tuple[str, dict[str, Any], str]:
    """What somebody may type, and the sentence that refuses it."""
    person, other = make_person("Ada"), make_person("Ben")
    window = {
        "starts_at_0": "2026-11-21",
        "starts_at_1": "18:00",
        "ends_at_0": "2026-11-21",
        "ends_at_1": "08:00",
    }
    roster = make_roster([person])
    rotation = {
        "layer": make_layer().pk,
        "starts_on": "2026-11-16",
        "handover_at": "09:00",
        "unit": RotationUnit.WEEK,
        "length": 1,
        **empty_inlines("members"),
    }
    later = {"ends_at_0": "2026-11-22"}
    cell = {"role": make_role().pk}
    table: dict[str, tuple[str, dict[str, Any], str]] = {
        "an override that ends before it starts": (
            "override",
            {"roster": roster.pk, "kind": OverrideKind.ADD, "person": person.pk, **window},
            "It must end after it starts.",
        ),
        "one more without a person": (
            "override",
            {"roster": roster.pk, "kind": OverrideKind.ADD, **window, **later},
            "names only who",
        ),
        "an absence backwards": (
            "absence",
            {"person": person.pk, **window},
            "It must end after it starts.",
        ),
        "a cell with a person and a roster": (
            "matrixentry",
            {**cell, "person": person.pk, "roster": roster.pk},
            "name people or choose a roster, not both.",
        ),
        "a cell of a service and a team": (
            "matrixentry",
            {**cell, "service": make_service().pk, "team": make_team().pk, "person": person.pk},
            "“Team”: choose a service or a team, not both.",
        ),
        "a person as their own backup": (
            "matrixentry",
            {**cell, "person": person.pk, "backup": person.pk},
            "“Backup”: choose another backup. One person cannot be both.",
        ),
        "a mailbox that is none": (
            "contactpoint",
            {"person": person.pk, "channel": Channel.EMAIL, "address": "not an address"},
            "“not an address” is not an e-mail address.",
        ),
        "a number without its country": (
            "contactpoint",
            {"person": person.pk, "channel": Channel.PHONE, "address": "030 901820"},
            "Write the number with its country code",
        ),
        "a contact point twice": (
            "contactpoint",
            {
                "person": other.pk,
                "channel": Channel.EMAIL,
                "address": other.contact_points.get().address.upper(),
            },
            "has that address already",
        ),
        "turns of no length": ("rotation", {**rotation, "length": 0}, "Write 1 or more."),
        "a rotation that ends before it starts": (
            "rotation",
            {**rotation, "ends_on": "2026-11-16"},
            "It must end after it starts.",
        ),
        "a rotation from the year 1": (
            "rotation",
            {**rotation, "starts_on": "0001-01-01"},
            "Choose a day from 2000 to 2099.",
        ),
        "a rotation without a day": (
            "rotation",
            {**rotation, "starts_on": ""},
            "Fill this in.",
        ),
        "a roster in no zone": (
            "roster",
            {
                "name": "X",
                "slug": "x",
                "time_zone": "Mars/Olympus",
                **empty_inlines("layers", "overrides"),
            },
            "is not a time zone",
        ),
        "a mailbox that somebody has": (
            "person",
            {
                "full_name": "Ada Two",
                "short_name": "Ada",
                "email": str(person.email).upper(),
                "time_zone": "UTC",
            },
            "already.",
        ),
    }
    return table[kind]


REFUSED = [
    "an override that ends before it starts",
    "one more without a person",
    "an absence backwards",
    "a cell with a person and a roster",
    "a cell of a service and a team",
    "a person as their own backup",
    "a mailbox that is none",
    "a number without its country",
    "a contact point twice",
    "turns of no length",
    "a rotation that ends before it starts",
    "a rotation from the year 1",
    "a rotation without a day",
    "a roster in no zone",
    "a mailbox that somebody has",
]


@pytest.mark.parametrize("kind", REFUSED)
def test_a_mistake_is_answered_with_a_sentence(admin_site: Client, kind: str) -> None:
    name, values, sentence = values_of(kind)

    page = admin_site.post(address(name, page="add"), values)

    assert page.status_code == 200
    assert sentence in page.content.decode()


def test_a_person_is_made_without_a_password_and_with_a_lower_case_mailbox(
    admin_site: Client,
) -> None:
    values = {
        "full_name": "Mei Tan",
        "short_name": "Mei",
        "email": "Mei.Tan@Example.ORG",
        "time_zone": "Europe/Berlin",
        "language": "en",
    }

    response = admin_site.post(address("person", page="add"), values)

    assert response.status_code == 302
    person = models.Person.objects.get(short_name="Mei")
    assert person.email == "mei.tan@example.org"
    assert not person.has_usable_password()


def test_nobody_is_deleted_and_who_takes_over_is_asked(world: World, admin_site: Client) -> None:
    answer = admin_site.get(f"/admin/rosters/person/{world.alice.pk}/delete/", follow=True)

    assert answer.redirect_chain[-1][0] == f"/people/{world.alice.pk}/leaving/"
    assert "People are never deleted" in answer.content.decode()


def test_what_needs_a_roster_is_said_before_it_is_deleted(world: World, admin_site: Client) -> None:
    page = admin_site.get(f"/admin/rosters/roster/{world.roster.pk}/delete/").content.decode()

    assert "Others need it. Change them first:" in page


def test_what_names_a_role_is_one_press_away_and_nothing_else(
    world: World, admin_site: Client
) -> None:
    role = world.commander
    of_role = models.MatrixEntry.objects.filter(role=role).count()
    assert 0 < of_role < models.MatrixEntry.objects.count()

    page = admin_site.get(f"/admin/rosters/stakeholderrole/{role.pk}/delete/").content.decode()
    found = re.search(r'href="([^"]*matrixentry/[^"]*)"', page)

    assert found, "there is no way to the contacts that name the role"
    cells = admin_site.get(found[1])
    assert cells.status_code == 200
    assert [one.role for one in cells.context["cl"].result_list] == [role] * of_role


def test_who_only_reads_sees_no_trace_of_a_password_and_is_offered_no_change(
    world: World, client: Client
) -> None:
    world.alice.set_password("correct horse")
    world.alice.save(update_fields=["password"])
    dora = models.Person.objects.get(pk=world.dora.pk)
    dora.groups.add(Group.objects.get(name="Service owner"))
    models.Person.objects.filter(pk=dora.pk).update(is_staff=True)
    client.force_login(models.Person.objects.get(pk=dora.pk))
    address = reverse("admin:rosters_person_change", args=[world.alice.pk])

    read = client.get(address)
    page = client.get(reverse("rosters:person", args=[world.alice.pk])).content.decode()

    assert read.status_code == 200
    assert "alice" in read.content.decode()
    assert "iterations" not in read.content.decode()
    assert address not in page


@pytest.mark.parametrize("asked", ["99999999999999999999", "0", "10000", "x", "²", ""])
def test_a_year_that_no_calendar_has_is_refused(admin_site: Client, asked: str) -> None:
    answer = admin_site.get(f"/admin/rosters/override/?starts_at__year={asked}")

    assert answer.status_code == 400


def team_page(team: models.Team) -> str:
    return address("team", page="change", row=team)


def test_a_team_of_hundreds_opens_with_as_many_queries_as_a_team_of_three(
    admin_site: Client,
) -> None:
    def queries(team: models.Team) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert admin_site.get(team_page(team)).status_code == 200
        return len(captured)

    few = make_team(*(make_person() for _ in range(3)))
    many = make_team(*(make_person() for _ in range(60)))
    queries(few)

    assert queries(many) <= queries(few)


def test_a_team_says_how_many_more_are_in_it_and_keeps_them(admin_site: Client) -> None:
    team = make_team(*(make_person() for _ in range(53)))
    page = admin_site.get(team_page(team))
    said = page.content.decode()
    assert "Three more people are in the team" in said
    shown = list(team.memberships.order_by("-is_lead", "person__full_name", "pk")[:50])
    goes, leads = shown[0], shown[1]
    newcomer = make_person()
    form: dict[str, object] = {
        "name": team.name,
        "slug": team.slug,
        "time_zone": team.time_zone,
        "memberships-TOTAL_FORMS": 51,
        "memberships-INITIAL_FORMS": 50,
        "memberships-50-team": team.pk,
        "memberships-50-person": newcomer.pk,
        "memberships-0-DELETE": "on",
        "memberships-1-is_lead": "on",
    }
    for number, one in enumerate(shown):
        form |= {
            f"memberships-{number}-id": one.pk,
            f"memberships-{number}-team": team.pk,
            f"memberships-{number}-person": one.person_id,
        }

    sent = admin_site.post(team_page(team), form)

    assert sent.status_code == 302
    left = set(team.memberships.values_list("pk", flat=True))
    assert len(left) == 53
    assert goes.pk not in left
    assert team.memberships.get(pk=leads.pk).is_lead
    assert team.memberships.filter(person=newcomer).exists()


def test_the_admin_speaks_in_our_words(admin_site: Client) -> None:
    make_cell()
    models.MatrixEntry.objects.update(confirmed_at=NOW, confirmed_by=make_person())

    cells = admin_site.get(address("matrixentry")).content.decode()
    person = admin_site.get(address("person", page="change", row=make_person())).content.decode()
    script = admin_site.get(reverse("admin:jsi18n")).content.decode()

    assert "0 of 1 chosen" in cells
    assert "All dates" not in cells
    assert "%(sel)s of %(cnt)s chosen" in script
    assert 'type="checkbox" name="groups"' in person
    for stock in ("Superuser", "Designates", "A user will get", "pbkdf2", "salt", "Hold down"):
        assert stock not in person


def test_each_cell_of_a_list_says_its_heading_for_a_phone(admin_site: Client) -> None:
    make_cell()

    page = admin_site.get(address("matrixentry")).content.decode()

    assert "<h1>1 " in page
    assert 'role="rowheader" data-label="' in page
    assert '<td role="cell" data-label="' in page
    nothing = admin_site.get(address("matrixentry"), {"q": "nobody at all"}).content.decode()
    assert "<h1>No " in nothing
    assert " matches</h1>" in nothing
