"""The rules on paper, and followed by somebody with a keyboard or a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.portal import clock
from incidents.models import DecisionKind, DecisionRight
from rosters.models import MatrixEntry, StakeholderRole
from tests.browser import PHONE, accessible
from tests.world import World, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RULE = "/rules/payments/"
SHEETS = 2
A_SHEET = re.compile(rb"/Type */Page\b")


@pytest.fixture
def world() -> World:
    """With as many roles that can help and as much to decide as a large company has."""
    found = build(clock.act_now())
    for number in range(8):
        role = StakeholderRole.objects.create(
            name=f"keeper of matter {number}",
            slug=f"keeper-{number}",
            description="Looks after it, and tells whoever must know.",
        )
        MatrixEntry.objects.create(role=role, person=found.erin, backup=found.frank)
        kind = DecisionKind.objects.create(
            name=f"do matter {number}", slug=f"matter-{number}", order=number
        )
        DecisionRight.objects.create(decision=kind, role=role)
        DecisionRight.objects.create(
            decision=kind, role=found.commander, approver=found.director, within_minutes=10
        )
    return found


def test_a_rule_is_printed_on_two_sheets(world: World, somebody: Callable[..., Page]) -> None:
    page = somebody(world.erin)
    page.goto(RULE)

    sheets = A_SHEET.findall(page.pdf(format="A4"))

    assert len(sheets) == SHEETS


def test_somebody_follows_a_rule_on_a_phone_and_stops_under_me(
    world: World, somebody: Callable[..., Page]
) -> None:
    page = somebody(world.erin, size=PHONE)
    page.goto(RULE)
    page.get_by_role("button", name="Tell me if this changes").click()
    expect(page.get_by_role("button", name="Stop telling me")).to_be_visible()
    accessible(page)

    page.goto("/me/#follows")
    page.get_by_role("button", name="Stop following the rule of Payments").click()

    expect(page.locator("#follows")).to_contain_text("Nothing yet.")
