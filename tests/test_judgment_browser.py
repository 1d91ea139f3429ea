"""Deciding about the calls of an incident, in a browser with axe: on a phone, in the dark."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.models import Approval, DecisionKind, DecisionRight, ImpactClass, Incident
from incidents.operations import approvals, authority, engine, filling
from incidents.operations.deciding import Matter
from incidents.operations.judgment import rerouting
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.lifecycle import Opening, open_incident
from tests.browser import PHONE, SCREEN, accessible, goes_by_keyboard
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def world() -> World:
    """An incident for which Alice is called."""
    now = clock.act_now()
    made = build(now)
    opening = Opening(title="Cards fail", severity=2, service=made.service)
    open_incident(opening, by=made.erin, now=now - timedelta(minutes=1))
    engine.tick(now=now)
    return made


def test_the_pages_stand_on_a_phone_in_the_dark(
    world: World, somebody: Callable[..., Page]
) -> None:
    incident, now = Incident.objects.get(), clock.act_now()
    asked = Elsewhere(now + timedelta(hours=1), "He knows it best", person=world.frank)
    rerouting.reroute(incident, asked, by=world.alice, now=now)
    page = somebody(world.alice, size=PHONE, dark=True)
    for act in ("", "severity/", "hold/", "call/", "jump/", "stand-down/", "reroute/"):
        page.goto(f"/incidents/{incident.reference}/{act}")
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        accessible(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], act
    for path in ("/holds/", "/services/payments/reroute/", "/rules/payments/"):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_pages_of_roles_and_decisions_stand_on_a_phone_in_the_dark(
    world: World, somebody: Callable[..., Page]
) -> None:
    """One page of each kind, with something on it: a role, a question, a countdown."""
    incident, now = Incident.objects.get(), clock.act_now()
    approval = asked_in(world, incident, now=now)
    law = ImpactClass.objects.create(
        name="Privacy", slug="privacy", is_restricted=True, statutory_hours=72
    )
    page = somebody(world.alice, size=PHONE, dark=True)
    acts = ["roles", "decide", "cause", "restrict"]
    stands(page, [f"/incidents/{incident.reference}/{act}/" for act in acts])
    authority.restrict(incident, law, by=world.alice, now=now)
    stands(page, [f"/incidents/{incident.reference}/{act}/" for act in ("authority", "restrict")])
    stands(page, [f"/approvals/{approval.pk}/", f"/incidents/{incident.reference}/calls/"])


def asked_in(world: World, incident: Incident, *, now: datetime) -> Approval:
    """Alice, its director, asks whoever commands whether to roll back."""
    kind = DecisionKind.objects.create(name="roll back", slug="roll-back")
    DecisionRight.objects.create(
        decision=kind, role=world.director, approver=world.commander, within_minutes=10
    )
    filling.take(incident, world.director, brief="", by=world.alice, now=now)
    matter = Matter(kind, uuid4(), "Version 4")
    return approvals.ask(incident, matter, by=world.alice, now=now)


def stands(page: Page, paths: list[str]) -> None:
    for path in paths:
        page.goto(path)
        page.evaluate("document.querySelectorAll('main details').forEach(one => one.open = true)")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path


def test_the_forms_go_by_keyboard(world: World, somebody: Callable[..., Page]) -> None:
    incident = Incident.objects.get()
    page = somebody(world.alice, size=SCREEN)
    for act in ("severity", "hold", "call", "reroute", "roles", "cause"):
        page.goto(f"/incidents/{incident.reference}/{act}/")
        goes_by_keyboard(page)


def test_somebody_holds_the_calls_and_lets_them_go_on(
    world: World, somebody: Callable[..., Page]
) -> None:
    incident = Incident.objects.get()
    page = somebody(world.alice, size=PHONE)
    page.goto(f"/incidents/{incident.reference}/")
    page.get_by_text("More you can do").click()
    page.get_by_role("link", name="Let the calls wait").click()
    page.get_by_label("Why?").fill("The bank calls back")
    page.get_by_role("button", name="Let them wait").click()

    expect(page.locator("#live")).to_contain_text("Nobody is called until")
    page.get_by_role("button", name="Let them go on now").click()
    expect(page.locator("body")).to_contain_text("The calls go on now.")
