"""Declaring with advice and a template, and one time of planned work, in a browser with axe."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.enums import Recurrence
from incidents.models import (
    Change,
    ImpactClass,
    Incident,
    IncidentTemplate,
    MaintenanceWindow,
)
from incidents.operations.lifecycle import Opening, open_incident
from tests.browser import PHONE, accessible
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    """A template, a kind of harm, an open incident with a change before it, and weekly work."""
    now = clock.act_now()
    made = build(now)
    ImpactClass.objects.create(name="Privacy", slug="privacy", is_restricted=True)
    template = IncidentTemplate.objects.create(
        name="Card payments fail",
        service=made.service,
        title="Card payments fail",
        severity=1,
        symptoms="One in twenty is refused.",
        containment="Use the second bank.",
        evidence="Ten refused payments.",
    )
    template.stakeholders.add(made.director)
    Change.objects.create(
        service=made.service, title="Payments 4.12", made_at=now - timedelta(hours=1)
    )
    opening = Opening(title="Cards fail", severity=1, service=made.service, template=template)
    open_incident(opening, by=made.erin, now=now - timedelta(minutes=2))
    begin = now + timedelta(days=2)
    window = MaintenanceWindow.objects.create(
        title="Backup",
        owner=made.alice,
        starts_at=begin,
        ends_at=begin + timedelta(hours=1),
        recurrence=Recurrence.WEEKLY,
    )
    window.services.add(made.service)
    return made


def test_somebody_declares_with_advice(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.erin)
    page.goto("/incidents/new/")
    page.get_by_label("What is affected?").fill("Payments")
    expect(page.locator("#similar")).to_contain_text("Same service.")
    page.get_by_role("link", name="Card payments fail").click()
    expect(page.get_by_label("What is wrong?")).to_have_value("Card payments fail")
    page.get_by_text("Help me choose").click()
    page.get_by_role("radio", name="Only colleagues").check()
    expect(page.locator("#advice")).to_contain_text("This looks like SEV4")
    accessible(page)

    page.get_by_role("button", name=re.compile("^Declare and")).click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Card payments fail")
    expect(page.locator("#template")).to_contain_text("Use the second bank.")
    expect(page.locator("#changes")).to_contain_text("Payments itself.")
    expect(page.locator("#timeline")).to_contain_text("That suggests SEV4")
    assert Incident.objects.get(title="Card payments fail").severity == 1
    accessible(page)


def test_a_second_report_is_added(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.erin, size=PHONE)
    page.goto("/incidents/new/")
    page.get_by_label("What is wrong?").fill("Cards are refused")
    page.get_by_label("What is affected?").fill("Payments")
    page.get_by_role("button", name=re.compile("^Add to INC-")).click()

    expect(page.locator("#timeline")).to_contain_text("Reported again: “Cards are refused”.")
    assert Incident.objects.count() == 1


def test_the_pages_stand_on_a_phone_in_the_dark(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice, size=PHONE, dark=True)
    template, window = IncidentTemplate.objects.get(), MaintenanceWindow.objects.get()
    incident = Incident.objects.get()
    for path in (
        f"/incidents/new/?template={template.pk}",
        f"/incidents/{incident.reference}/",
        "/templates/",
        f"/templates/{template.pk}/",
        f"/templates/{template.pk}/edit/",
        f"/signals/maintenance/{window.pk}/times/",
    ):
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], path
