"""Deciding about the calls of an incident, in a browser with axe: on a phone, in the dark."""

from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.enums import Answer, HoldKind, Promise
from incidents.models import (
    Approval,
    DecisionKind,
    DecisionRight,
    Hold,
    ImpactClass,
    Incident,
    Notification,
    PolicyVersion,
    ResponseClock,
    ResponseTarget,
    Room,
)
from incidents.operations import (
    answers,
    approvals,
    authority,
    engine,
    filling,
    lifecycle,
    policies,
)
from incidents.operations.deciding import Matter
from incidents.operations.judgment import rerouting
from incidents.operations.judgment.rerouting import Elsewhere
from incidents.operations.lifecycle import Opening, open_incident
from rosters.models import Message
from tests.browser import PHONE, SCREEN, accessible, goes_by_keyboard
from tests.world import World, build, make_person

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


def more(page: Page, name: str) -> None:
    """Opens one of the further acts of the incident, as somebody with a thumb does."""
    page.goto(f"/incidents/{Incident.objects.get().reference}/")
    page.get_by_text("More you can do").click()
    page.get_by_role("link", name=name).click()


def test_somebody_snoozes_until_an_end_and_the_page_says_when(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.alice, size=PHONE)
    more(page, "Let the calls wait")
    page.get_by_label("Snooze").check()
    page.get_by_label("20 minutes").check()
    page.get_by_label("Why?").fill("I log in")
    page.get_by_role("button", name="Let them wait").click()

    expect(page.locator("#live")).to_contain_text("Nobody is called to acknowledge this until")
    accessible(page)
    hold = Hold.objects.get()
    assert (hold.kind, hold.until - hold.starts_at) == (HoldKind.SNOOZE, timedelta(minutes=20))


def test_somebody_skips_to_a_later_step(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.alice, size=PHONE)
    more(page, "Skip to a later step")
    page.get_by_label("Carol Example").first.check()
    page.get_by_label("Why?").fill("Bob is on a plane")
    page.get_by_role("button", name="Call them now").click()

    expect(page.locator("body")).to_contain_text("Carol Example")
    expect(page.locator("#live")).to_contain_text("Carol Example is called now. Bob is on a plane.")
    engine.tick(now=clock.act_now())
    assert Notification.objects.filter(person=world.carol).exists()
    assert not Notification.objects.filter(person=world.bob).exists()


def test_somebody_stands_people_down(world: World, somebody: Callable[..., Page]) -> None:
    incident, now = Incident.objects.get(), clock.act_now()
    lifecycle.acknowledge(incident, by=world.bob, now=now)
    page = somebody(world.bob, size=PHONE)
    more(page, "Stand people down")
    page.get_by_label("Alice Example").check()
    page.get_by_label("Why?").fill("Bob has it")
    accessible(page)
    page.get_by_role("button", name="Stand them down").click()

    expect(page.locator("body")).to_contain_text("Alice Example")
    called = Notification.objects.get(person=world.alice, step__isnull=False)
    assert called.answer == Answer.RELEASED


@pytest.mark.parametrize(
    ("press", "after"),
    [
        ("I am still on it", "Thank you. You are still on it."),
        ("No. Call Bob Example now", "Nobody is on it now."),
    ],
)
def test_whoever_is_asked_whether_they_are_still_on_it_answers_with_one_thumb(
    world: World, somebody: Callable[..., Page], press: str, after: str
) -> None:
    incident, now = Incident.objects.get(), clock.act_now()
    ResponseTarget.objects.create(promise=Promise.ATTENTION, severity=2, amount=60)
    lifecycle.acknowledge(incident, by=world.alice, now=now)
    ResponseClock.objects.filter(promise=Promise.ATTENTION).update(
        at_risk_at=now, target_at=now + timedelta(minutes=10)
    )
    engine.tick(now=now)
    question = Message.objects.filter(body__contains="Still on it?").latest("pk")
    page = somebody(size=PHONE, dark=True)
    page.goto(urlsplit(answers.mint_link(message=question, now=now)).path)

    expect(page.locator("h1")).to_have_text("Are you still on it?")
    accessible(page)
    page.get_by_role("button", name=press).click()

    expect(page.locator("h1")).to_contain_text(after)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_draft_of_a_rule_is_a_list_that_opens_and_fits_a_phone(
    world: World, somebody: Callable[..., Page]
) -> None:
    draft = policies.draft_next(world.version)
    PolicyVersion.objects.filter(pk=draft.pk).update(rationale="It took too long.")
    room = Room.objects.create(name="#payments", team=world.team, address="C1")
    page = somebody(make_person("Grace", is_administrator=True), size=SCREEN)
    page.goto(f"/admin/incidents/policyversion/{draft.pk}/change/")
    height = page.evaluate("document.documentElement.scrollHeight")
    step = page.locator("details.step").first
    step.locator("> summary").click()
    page.get_by_text("Also tells").first.click()
    page.locator('[name="steps-0-kind_2"]').select_option("room")
    expect(page.locator(".field-person_2.fieldBox").first).to_be_hidden()

    assert height < 3000
    expect(page.locator('[name="steps-0-room_2"]')).to_have_count(1)
    accessible(page)
    assert room.targets.count() == 0
