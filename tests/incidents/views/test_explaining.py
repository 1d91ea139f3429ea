"""How bad is it, who does what, what could happen: pages that everybody may read."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import (
    DecisionKind,
    DecisionRight,
    Incident,
    IncidentTemplate,
    ResponseTarget,
    StepTarget,
)
from incidents.operations.lifecycle import Opening, open_incident
from rosters.models import MatrixEntry, Person, StakeholderRole
from runbooks.models import Runbook
from tests.factories import make_service
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("config.portal.clock.show_now", lambda: NOW + timedelta(minutes=3))


def read(person: Person, path: str) -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def queries(person: Person, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        read(person, path)
    return len(captured)


@pytest.fixture
def scenario(world: World) -> IncidentTemplate:
    book = Runbook.objects.create(title="Use the second bank", slug="bank", service=world.service)
    row = IncidentTemplate.objects.create(
        name="Cards are refused",
        service=world.service,
        title="Cards are refused",
        severity=1,
        symptoms="One in twenty is refused.\nCustomers write.",
        runbook=book,
        tools="Refused payments https://graphs.example.com/pay\nThe red phone",
    )
    row.stakeholders.add(StakeholderRole.objects.create(name="press officer", slug="press"))
    return row


class TestSeverities:
    def test_it_says_what_each_level_means_and_when_it_was_last_so(
        self, world: World, scenario: IncidentTemplate
    ) -> None:
        open_incident(
            Opening(title="Cards fail", severity=2, service=world.service), by=world.erin, now=NOW
        )

        page = read(world.frank, "/severities/")

        assert f'<a href="/templates/{scenario.pk}/">Cards are refused</a> (Payments)' in page
        assert ">Cards fail</a>" in page
        assert page.count("You know of none.") == 3

    def test_what_is_closed_to_the_reader_is_no_example(self, world: World) -> None:
        incident = open_incident(
            Opening(title="A leak", severity=1, service=world.service), by=world.erin, now=NOW
        )
        Incident.objects.filter(pk=incident.pk).update(is_restricted=True)

        assert "A leak" not in read(world.frank, "/severities/")

    def test_promises_stand_by_level_and_tier(self, world: World) -> None:
        ResponseTarget.objects.all().delete()
        ResponseTarget.objects.create(promise="acknowledge", severity=1, amount=5)
        ResponseTarget.objects.create(promise="acknowledge", severity=1, tier=3, amount=120)
        ResponseTarget.objects.create(promise="review", severity=1, amount=1, unit="working_days")

        page = read(world.frank, "/severities/")

        assert '5 minutes<span class="sub2">2 hours for tier 3</span>' in page
        assert "1 working day</td>" in page
        assert "All is back to normal" not in page

    def test_five_answers_advise_and_go_on_to_the_form(self, world: World) -> None:
        page = read(
            world.frank, "/severities/?help_who=customers&help_much=part&help_worse=perhaps&x=1"
        )

        assert "This looks like <b>SEV2</b>" in page
        assert 'href="/incidents/new/?severity=2&amp;help_who=customers&amp;help_much=part"' in page
        form = read(world.frank, "/incidents/new/?severity=2&help_who=customers&help_much=part")
        assert 'value="2" checked' in form
        assert "This looks like <b>SEV2</b>" in form

    def test_nothing_answered_advises_nothing(self, world: World) -> None:
        page = read(world.frank, "/severities/")

        assert "This looks like" not in page
        assert "Declare it as" not in page


class TestRoles:
    def test_a_card_says_what_a_role_decides_and_who_must_agree(self, world: World) -> None:
        lead = StakeholderRole.objects.create(name="war room lead", slug="war-room-lead")
        boss = StakeholderRole.objects.create(
            name="sponsor", slug="the-sponsor", actions="Decide in minutes.\nBe there."
        )
        for order, name in enumerate(("roll back", "pay for help")):
            DecisionKind.objects.create(name=name, slug=name.replace(" ", "-"), order=order)
        back, pay = DecisionKind.objects.filter(name__in=("roll back", "pay for help"))
        DecisionRight.objects.create(role=lead, decision=back)
        DecisionRight.objects.create(role=lead, decision=pay, approver=boss, within_minutes=15)
        MatrixEntry.objects.create(role=boss, person=world.bob, backup=world.alice)

        page = read(world.frank, "/roles/")
        own, asked = (
            page.split(f'id="{slug}"')[1].split("</section>")[0]
            for slug in ("war-room-lead", "the-sponsor")
        )

        assert "Roll back</dd>" in own
        assert "Pay for help, if the sponsor agrees within 15 minutes." in own
        assert "Named for each service." in own
        assert "May the war room lead pay for help?" in asked
        assert "<li>Be there.</li>" in asked
        assert "Bob Example</a>. Backup: Alice Example" in asked

    def test_it_counts_the_services_whose_rules_call_the_role(self, world: World) -> None:
        before = read(world.frank, "/roles/")
        make_service()

        after = read(world.frank, "/roles/")

        assert "By the rules of 1 service." in before
        assert "By the rules of 2 services." in after

    def test_without_roles_it_says_so(self, world: World) -> None:
        StepTarget.objects.filter(role__isnull=False).delete()
        MatrixEntry.objects.all().delete()
        StakeholderRole.objects.all().delete()

        assert "No role is written down yet" in read(world.frank, "/roles/")


class TestScenarios:
    def test_a_row_says_who_leads_who_hears_and_what_to_open(
        self, world: World, scenario: IncidentTemplate
    ) -> None:
        page = read(world.frank, "/scenarios/")

        assert "One thing that could happen" in page
        assert "Payments. One in twenty is refused." in page
        assert 'href="/roles/#press">Press officer</a>' in page
        assert 'href="/runbooks/bank/">Use the second bank</a>' in page
        assert (
            '<a href="https://graphs.example.com/pay" rel="noreferrer">Refused payments</a>'
            ", The red phone" in page
        )

    def test_nobody_who_would_lead_is_said(self, world: World, scenario: IncidentTemplate) -> None:
        MatrixEntry.objects.filter(role__slug="incident-commander").delete()

        assert '<span class="tag warn">Nobody</span>' in read(world.frank, "/scenarios/")

    def test_the_day_s_commander_would_lead(self, world: World, scenario: IncidentTemplate) -> None:
        assert "Carol Example" in read(world.frank, "/scenarios/").split("<tbody")[1]

    def test_retired_ones_do_not_happen(self, world: World, scenario: IncidentTemplate) -> None:
        IncidentTemplate.objects.update(retired_at=NOW)

        assert "No scenario matches." in read(world.frank, "/scenarios/")

    def test_it_is_narrowed_by_the_address(self, world: World, scenario: IncidentTemplate) -> None:
        IncidentTemplate.objects.create(name="Mail is late", title="Mail is late", severity=3)

        page = read(world.frank, "/scenarios/?severity=3")

        assert "Mail is late" in page
        assert "Cards are refused" not in page
        assert "Any service" in page

    def test_nothing_written_says_what_it_is_for(self, world: World) -> None:
        assert "Nothing is thought through yet" in read(world.frank, "/scenarios/")


def test_they_cost_as_many_queries_with_many_rows(world: World, scenario: IncidentTemplate) -> None:
    paths = ("/severities/", "/roles/", "/scenarios/")
    few = [queries(world.frank, path) for path in paths]
    for number in range(12):
        row = IncidentTemplate.objects.create(
            name=f"Trouble {number}", title="Trouble", service=make_service(), severity=1
        )
        row.stakeholders.add(StakeholderRole.objects.create(name=f"r{number}", slug=f"r{number}"))

    assert [queries(world.frank, path) for path in paths] == few
    assert (few[0] <= 28, few[1] <= 49, few[2] <= 39) == (True, True, True), few


def test_a_template_keeps_its_runbook_and_tools(world: World) -> None:
    book = Runbook.objects.create(title="Restart", slug="restart", service=world.service)
    client = Client()
    client.force_login(world.alice)
    sent = {
        "name": "Refunds are stuck",
        "title": "Refunds are stuck",
        "personal_data": "no",
        "service": world.service.pk,
        "runbook": book.pk,
        "tools": "Queue https://graphs.example.com/q",
    }

    client.post("/templates/new/", sent)

    row = IncidentTemplate.objects.get(name="Refunds are stuck")
    page = read(world.frank, f"/templates/{row.pk}/")
    assert row.runbook == book
    assert '<a class="k quiet" href="/runbooks/restart/">Restart</a>' in page
    assert 'href="https://graphs.example.com/q" rel="noreferrer">Queue</a>' in page
    assert "graphs.example.com" in page
    book.delete()
    row.refresh_from_db()
    assert row.runbook is None


def test_a_scenario_without_a_runbook_says_so_and_offers_to_write_one(
    world: World, scenario: IncidentTemplate
) -> None:
    IncidentTemplate.objects.filter(pk=scenario.pk).update(runbook=None)
    keeper = make_person("Kit", is_administrator=True)

    assert '<span class="tag warn">No runbook yet</span>' in read(world.frank, "/scenarios/")
    assert "Write one<" not in read(world.frank, "/scenarios/")
    assert 'href="/admin/runbooks/runbook/add/">Write one<' in read(keeper, "/scenarios/")
