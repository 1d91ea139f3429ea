"""The admin: by task, with history in words, guarded deletes and clear answers to nonsense."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pghistory
import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.front.queries import chores
from config.portal import clock, words
from config.portal.admin import in_the_way, in_words
from config.portal.refusals import Refused
from incidents.models import (
    DecisionKind,
    DecisionRight,
    ImpactClass,
    IncidentTemplate,
    MaintenanceWindow,
)
from incidents.operations import policies
from reviews.models import Drill
from rosters.models import (
    ContactPoint,
    MatrixEntry,
    Message,
    Person,
    Pulse,
    StakeholderRole,
    Team,
)
from rosters.operations import roles
from rosters.queries import contact_faults
from rosters.queries.contact_audit import Kind
from tests.factories import make_mute, make_person, make_service, make_team
from tests.world import NOW, World, build
from tests.world import make_person as make_reader

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "show_now", lambda: NOW)
    monkeypatch.setattr(clock, "act_now", lambda: NOW)


@pytest.fixture
def world() -> World:
    return build()


@pytest.fixture
def grace(world: World) -> Person:
    return make_reader("Grace", is_administrator=True)


@pytest.fixture
def admin_site(client: Client, grace: Person) -> Client:
    client.force_login(grace)
    return client


def page(name: str, row: Any = None) -> str:
    return reverse(f"admin:{name}", args=[row.pk] if row is not None else [])


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def act(client: Client, name: str, action: str, *rows: Any, **more: str) -> str:
    values = {"action": action, "_selected_action": [row.pk for row in rows], **more}
    response = client.post(page(f"{name}_changelist"), values, follow=True)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.content.decode()))


def test_the_index_is_by_task_and_counts_what_waits(admin_site: Client, world: World) -> None:
    policies.draft_next(world.version)
    Person.objects.filter(pk=world.dora.pk).update(left_at=NOW - timedelta(days=1))

    found = text(admin_site, page("index"))

    assert "Change who is called" in found
    assert "1 waiting to be published" in found
    assert "Left the company and still named: 2" in found
    assert "Everything else" in found


def test_the_index_asks_little_of_the_database(admin_site: Client, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            admin_site.get(page("index"))
        return len(captured)

    few = queries()
    for _ in range(20):
        make_service()
        make_person()

    assert queries() <= few


def test_what_waits_is_counted(world: World) -> None:
    ContactPoint.objects.update(last_tested_at=NOW)
    stale = world.alice.contact_points.first()
    assert stale is not None
    ContactPoint.objects.filter(pk=stale.pk).update(last_tested_at=NOW - timedelta(days=91))

    found = chores.waiting(now=NOW)

    assert +found.mend.by_kind == {Kind.STALE: 2, Kind.ALONE: 1, Kind.UNTESTED: 1}
    assert (found.mend.total, found.left, found.gaps) == (4, 0, 0)


@pytest.mark.parametrize("address", ["/contacts/", "/contacts/audit/", "/contacts/audit/?q=zzz"])
def test_every_page_counts_the_contacts_to_mend_alike(
    admin_site: Client, world: World, address: str
) -> None:
    MatrixEntry.objects.filter(person=world.dora).update(backup=world.erin)
    Person.objects.filter(pk=world.carol.pk).update(left_at=NOW)
    found = contact_faults.full(now=NOW)
    sentence = f"{words.count_word(found.total)} contacts to mend"

    here, there = (text(admin_site, one) for one in (address, "/admin/"))

    assert sentence in here
    assert sentence in there
    assert f"{found.of_roles} are about who is named, {found.of_numbers} about" in here
    assert f"{found.of_roles} are about who is named, {found.of_numbers} about" in there


def test_who_is_not_signed_in_goes_to_the_portal_s_own_page(client: Client) -> None:
    response = client.get(page("index"), follow=True)

    assert response.redirect_chain[-1][0].startswith(reverse("sign_in"))
    assert "next=/admin/" in response.redirect_chain[-1][0].replace("%2F", "/")


def test_who_may_not_use_it_reads_why(client: Client, world: World) -> None:
    client.force_login(world.erin)

    response = client.get(page("index"), follow=True)

    assert response.status_code == 403
    assert "You cannot open this page" in response.content.decode()


def test_the_history_of_a_thing_is_sentences(admin_site: Client, grace: Person) -> None:
    team = make_team()
    with pghistory.context(user=grace.pk):
        Team.objects.filter(pk=team.pk).update(name="Cards")

    found = text(admin_site, page("rosters_team_history", team))

    assert f"Grace Example renamed the team {team.name} to Cards." in found


def test_the_history_of_what_has_its_own_says_so(admin_site: Client) -> None:
    Pulse.objects.create(name="tick", at=NOW, runner="beat")

    found = text(admin_site, reverse("admin:rosters_pulse_history", args=["tick"]))

    assert "Changes of this are not kept here." in found


NONSENSE = [
    "/admin/rosters/pulse/a%00/change/",
    "/admin/rosters/pulse/a%00/history/",
    "/admin/rosters/team/?q=%00",
    "/admin/rosters/team/?%00=1",
    "/admin/rosters/matrixentry/add/?service=%ff",
    "/admin/rosters/matrixentry/add/?service=x",
    "/admin/incidents/maintenancewindow/add/?services=1,x",
    "/admin/rosters/team/x/history/",
    "/admin/rosters/team/99999999/history/",
    "/admin/no/such/1/history/",
]


@pytest.mark.parametrize("address", NONSENSE)
def test_nonsense_in_the_address_is_no_page(admin_site: Client, address: str) -> None:
    assert admin_site.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/admin/rosters/team/?name__regex=(((",
        "/admin/rosters/team/?name__iregex=(a%2B)%2B$",
        "/admin/reviews/drill/?created_at__year=0",
        "/admin/rosters/pulse/?at__day=99&at__month=99&at__year=0",
    ],
)
def test_a_filter_that_cannot_be_is_refused_in_words(admin_site: Client, address: str) -> None:
    answer = admin_site.get(address)

    assert answer.status_code == 400
    assert "We could not read what was sent" in answer.content.decode()


@pytest.mark.parametrize("way", ["password__startswith=p", "groups__user__password__startswith=p"])
def test_nobody_guesses_passwords_through_a_filter(admin_site: Client, way: str) -> None:
    assert admin_site.get(f"/admin/rosters/person/?{way}").status_code in {302, 400}


def test_an_id_may_be_filled_in_beforehand(admin_site: Client, world: World) -> None:
    address = f"{page('rosters_matrixentry_add')}?service={world.service.pk}"

    assert (
        f'<option value="{world.service.pk}" selected>' in admin_site.get(address).content.decode()
    )


@pytest.mark.parametrize("chosen", ["x", "9" * 90, "1.5"])
@pytest.mark.parametrize("action", ["confirm", "delete_selected"])
def test_an_act_on_a_row_that_cannot_be_is_refused(
    admin_site: Client, chosen: str, action: str
) -> None:
    response = admin_site.post(
        page("rosters_matrixentry_changelist"),
        {"action": action, "_selected_action": [chosen]},
        follow=True,
    )

    assert response.status_code == 200
    assert "does not exist. Choose again." in response.content.decode()


def test_what_is_needed_says_by_whom(admin_site: Client, world: World) -> None:
    make_service()
    found = text(admin_site, page("rosters_stakeholderrole_delete", world.commander))

    assert "Incident commander cannot be deleted yet" in found
    assert "1 step of a rule calls this role." in found
    assert "1 cell of the contact matrix names this role." in found


def test_the_admin_says_that_changes_came_with_the_set_up(admin_site: Client, world: World) -> None:
    found = text(admin_site, reverse("admin:index"))

    assert "Nobody has changed anything by hand yet." in found
    assert "came with the set-up" in found


def test_lists_speak_of_contacts_in_words(admin_site: Client, world: World) -> None:
    found = text(admin_site, page("rosters_matrixentry_changelist"))

    assert "Add a contact" in found
    assert "Add a contact matrix entry" not in found
    assert "Delete them" in found
    assert "Choose what to do" in found
    assert "---------" not in found
    assert "Delete selected" not in found


def test_a_role_stays_while_contacts_name_it(admin_site: Client, world: World) -> None:
    make_service()
    owner = StakeholderRole.objects.create(name="product owner", slug="product-owner")
    for person in (world.alice, world.bob):
        MatrixEntry.objects.create(role=owner, service=make_service(), person=person)
    address = page("rosters_stakeholderrole_delete", owner)

    found = text(admin_site, address)
    assert "Product owner cannot be deleted yet" in found
    assert "2 cells of the contact matrix name this role." in found
    assert "goes at once" not in found
    pressed = admin_site.post(address, {"post": "yes"})
    several = act(admin_site, "rosters_stakeholderrole", "delete_selected", owner, post="yes")

    assert "cannot be deleted yet" in pressed.content.decode()
    assert "These cannot be deleted yet" in several
    assert MatrixEntry.objects.filter(role=owner).count() == 2


@pytest.mark.parametrize("way", ["right", "template"])
def test_a_role_stays_while_rights_and_templates_name_it(
    admin_site: Client, world: World, way: str
) -> None:
    sponsor = StakeholderRole.objects.create(name="sponsor", slug="sponsor")
    if way == "right":
        kind = DecisionKind.objects.create(name="shut it down", slug="shut-it-down")
        DecisionRight.objects.create(role=sponsor, decision=kind)
        said = "1 decision right names this role."
    else:
        template = IncidentTemplate.objects.create(name="Outage", service=world.service)
        template.stakeholders.add(sponsor)
        said = "1 incident template tells this role."

    assert said in text(admin_site, page("rosters_stakeholderrole_delete", sponsor))
    with pytest.raises(Refused, match="sponsor is still named elsewhere"):
        roles.remove([sponsor])


def test_a_role_that_nothing_names_is_deleted(admin_site: Client) -> None:
    names = ("one", "two", "three")
    found = [StakeholderRole.objects.create(name=name, slug=name) for name in names]

    admin_site.post(page("rosters_stakeholderrole_delete", found[0]), {"post": "yes"})
    act(admin_site, "rosters_stakeholderrole", "delete_selected", *found[1:], post="yes")

    assert not StakeholderRole.objects.filter(slug__in=["one", "two", "three"]).exists()


def test_no_table_is_named_where_something_stands_in_the_way(
    admin_site: Client, world: World
) -> None:
    assert "rows of" not in text(admin_site, page("rosters_service_delete", world.service))
    assert in_the_way([world.service])
    for model in list(admin.site._registry):  # every sort of row people delete
        for one in model._meta.get_fields(include_hidden=True):
            if one.auto_created and not one.concrete and one.one_to_many:
                related: Any = one.related_model
                line = in_words(related, 2, it="it")
                assert not re.search(r"“|_|[a-z][A-Z]", re.sub(r"<[^>]+>", "", line)), line


def test_what_nobody_needs_is_deleted_after_one_question(admin_site: Client) -> None:
    impact = ImpactClass.objects.create(name="Quiet", slug="quiet")
    address = page("incidents_impactclass_delete", impact)

    assert "Delete Quiet?" in text(admin_site, address)
    assert admin_site.post(address, {"post": "yes"}).status_code == 302
    assert not ImpactClass.objects.filter(pk=impact.pk).exists()


def test_several_are_guarded_too(admin_site: Client, world: World) -> None:
    found = act(admin_site, "rosters_team", "delete_selected", world.team)

    assert "These cannot be deleted yet" in found
    assert "1 service needs it." in found


def test_whoever_leaves_is_asked_about_once_with_what_they_hold(
    admin_site: Client, world: World
) -> None:
    found = act(admin_site, "rosters_person", "left_the_company", world.alice)

    world.alice.refresh_from_db()
    assert world.alice.left_at is None
    assert "1 turn of a rotation is held by this person." in found
    assert "1 team has this person as a member." in found


def test_whoever_left_is_called_no_more(admin_site: Client, world: World) -> None:
    found = act(admin_site, "rosters_person", "left_the_company", world.carol, post="yes")

    world.carol.refresh_from_db()
    assert (world.carol.left_at, world.carol.may_sign_in) == (NOW, False)
    assert "Carol Example left. Nobody calls them now." in found
    assert "1 cell of the contact matrix names this person." in found


def test_nobody_notes_that_they_left_themselves(admin_site: Client, grace: Person) -> None:
    found = act(admin_site, "rosters_person", "left_the_company", grace, post="yes")

    grace.refresh_from_db()
    assert grace.left_at is None
    assert "Ask another administrator." in found


def test_those_who_are_named_are_asked_once_a_day(admin_site: Client, world: World) -> None:
    cells = list(MatrixEntry.objects.all())
    MatrixEntry.objects.create(role=world.director, service=world.service, person=make_mute("Mute"))

    found = act(admin_site, "rosters_matrixentry", "ask", *MatrixEntry.objects.all())
    act(admin_site, "rosters_matrixentry", "ask", *cells)

    assert "Carol Example and Dora Example: asked by e-mail." in found
    assert "Mute: no e-mail address that we could ask." in found
    bodies = Message.objects.filter(subject_key__startswith="confirm:")
    assert {message.person.short_name for message in bodies} == {"Carol", "Dora"}
    assert "Grace Example asks whether these are still you" in bodies[0].body


def test_a_rule_reads_what_it_would_do(admin_site: Client, world: World) -> None:
    found = text(admin_site, page("incidents_policyversion_change", world.version))

    assert "If Payments broke now:" in found
    assert "At once:" in found
    assert "It is published, or waits for a second person to agree, so it stays as it is." in found


def test_a_step_and_a_route_read_what_they_mean(admin_site: Client, world: World) -> None:
    step = world.version.steps.get(order=3)
    route = world.version.policy.routes.get()

    assert "incident commander" in text(admin_site, page("incidents_escalationstep_change", step))
    assert "When any service breaks, the rule Payments holds." in text(
        admin_site, page("incidents_route_change", route)
    )


def test_a_cell_reads_who_fills_it(admin_site: Client, world: World) -> None:
    cell = MatrixEntry.objects.get(role=world.commander)

    found = text(admin_site, page("rosters_matrixentry_change", cell))

    assert (
        "Carol Example is the incident commander for everything. Dora Example stands in." in found
    )
    assert "Nobody has confirmed it." in found


def test_times_are_typed_in_the_zone_of_who_types(admin_site: Client, grace: Person) -> None:
    values = {
        "title": "New database",
        "services": [make_service().pk],
        "owner": grace.pk,
        "starts_at_0": "2026-11-22",
        "starts_at_1": "02:00",
        "ends_at_0": "2026-11-22",
        "ends_at_1": "04:00",
    }

    response = admin_site.post(page("incidents_maintenancewindow_add"), values)

    assert response.status_code == 302
    assert f"{MaintenanceWindow.objects.get().starts_at:%H:%M %Z}" == "01:00 UTC"


def test_drills_are_only_read(admin_site: Client, world: World) -> None:
    drill = Drill.objects.create(
        title="Call-out",
        service=world.service,
        leader=world.alice,
        planned_at=NOW,
        created_at=NOW,
        created_by=world.alice,
    )

    assert "Call-out" in text(admin_site, page("reviews_drill_change", drill))
    assert admin_site.post(page("reviews_drill_change", drill), {}).status_code == 403
    assert admin_site.get(page("reviews_drill_add")).status_code == 403


FILTERS: list[tuple[str, str, Callable[[World], str]]] = [
    ("rosters_contactpoint", "tested=never", lambda world: world.alice.full_name),
    ("rosters_contactpoint", "tested=stale", lambda world: world.alice.full_name),
    ("rosters_matrixentry", "state=stale", lambda world: "Incident commander"),
    ("rosters_matrixentry", "state=alone", lambda world: "Engineering director"),
    ("rosters_roster", "now=alone", lambda world: "Nothing matches."),
    ("rosters_roster", "now=gap", lambda world: "Nothing matches."),
    ("rosters_person", "reached=not", lambda world: "Nothing matches."),
    ("rosters_person", "reached=here", lambda world: world.bob.full_name),
    ("rosters_person", "reached=left", lambda world: "Nothing matches."),
    ("rosters_service", "impact=unknown", lambda world: "Payments"),
    ("rosters_service", "impact=known", lambda world: "Nothing matches."),
    ("incidents_maintenancewindow", "when=ahead", lambda world: "Nothing matches."),
]


@pytest.mark.parametrize(
    ("name", "query", "expected"), FILTERS, ids=[f"{name}?{query}" for name, query, _ in FILTERS]
)
def test_filters_find_what_has_to_be_mended(
    admin_site: Client, world: World, name: str, query: str, expected: Callable[[World], str]
) -> None:
    assert expected(world) in text(admin_site, f"{page(f'{name}_changelist')}?{query}")


def test_a_form_that_is_wrong_says_so_first_with_links(
    client: Client, grace: Person, world: World
) -> None:
    client.force_login(grace)
    rows = {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}

    shown = client.post(reverse("admin:rosters_team_add"), {"name": "", **rows}).content.decode()

    assert "<title>Error: " in shown
    assert '<h2 id="error-summary">There is a problem</h2>' in shown
    assert '<li><a href="#id_name">Name: Fill this in.</a></li>' in shown
    assert shown.index("There is a problem") < shown.index("<h1>")
    assert "Please correct" not in shown


def test_lists_and_notices_speak_the_words_of_the_house(client: Client, grace: Person) -> None:
    client.force_login(grace)
    address = reverse("admin:rosters_matrixentry_changelist")

    shown = client.post(
        address, {"action": "delete_selected", "index": "0"}, follow=True
    ).content.decode()

    assert "Choose the rows first. Nothing was changed." in shown
    assert "<title>Contacts " in shown
    assert re.search(r"<h1>\d+ contacts?</h1>", shown)


def test_a_row_inside_a_form_is_added_in_small_letters(
    client: Client, grace: Person, world: World
) -> None:
    client.force_login(grace)

    address = reverse("admin:rosters_person_change", args=[world.alice.pk])

    assert "Add another contact point" in client.get(address).content.decode()
