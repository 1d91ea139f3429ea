"""The contact matrix on the portal: three views, freshness, and numbers only with a reason."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from incidents.models import StepTarget
from incidents.queries import cover
from rosters.enums import SeverityLevel
from rosters.models import (
    Absence,
    ContactPoint,
    ContactView,
    MatrixEntry,
    NamedHours,
    Restriction,
    Service,
    StakeholderRole,
)
from tests import world as small_world
from tests.factories import make_person, make_role, make_roster, make_service, make_team
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    """A role that Alice fills for the team of Payments, confirmed a week ago."""
    role = StakeholderRole.objects.create(name="product owner", slug="po", actions="Decide.")
    MatrixEntry.objects.create(
        role=role,
        team=world.team,
        person=world.alice,
        backup=world.bob,
        confirmed_at=NOW - timedelta(days=7),
        confirmed_by=world.carol,
    )
    return role


@pytest.mark.parametrize("path", ["/contacts/", "/contacts/phone-tree/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("view", ["service", "person", "role", "nonsense"])
@pytest.mark.parametrize("extra", ["", "&format=csv"])
def test_it_is_read_in_three_ways_without_a_number(
    world: World, owner: StakeholderRole, signed_in, view: str, extra: str
) -> None:
    page = text(signed_in(world.frank).get(f"/contacts/?view={view}{extra}"))

    assert "Alice Example" in page
    assert "+49" not in page
    assert "@example.org" not in page


def test_what_is_inherited_says_from_where(world: World, owner: StakeholderRole, signed_in) -> None:
    page = text(signed_in(world.frank).get("/contacts/"))

    assert "from the Payments team" in page
    assert "confirmed in the last 90 days" in page


def test_it_has_a_finding_of_its_own_and_one_thing_to_do(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    client = signed_in(small_world.make_person("Grace", is_administrator=True))

    page, audit = text(client.get("/contacts/")), text(client.get("/contacts/audit/"))

    heading = page.split("<h1", 1)[1].split("</h1>")[0]
    assert "confirmed in the last 90 days" in heading
    assert heading != audit.split("<h1", 1)[1].split("</h1>")[0]
    head = page.split("<h1", 1)[1].split('aria-label="Order"')[0]
    assert head.count("btn primary") == 1
    assert head.count('class="btn') <= 4


def test_a_vacancy_is_a_visible_fact_and_comes_first(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    other = make_service()

    page = text(signed_in(world.frank).get("/contacts/"))

    assert f"One role has nobody: product owner of {other.name}" in page
    assert page.index(f">{other.name}</a>") < page.index(">Payments</a><span")


def test_a_role_that_no_service_needs_is_no_vacancy(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    StakeholderRole.objects.update(is_needed=False)
    make_service()

    assert "role has nobody" not in text(signed_in(world.frank).get("/contacts/"))


def leave(world: World) -> None:
    world.alice.left_at = NOW - timedelta(days=2)
    world.alice.save()


def be_away(world: World) -> None:
    Absence.objects.create(
        person=world.alice, starts_at=NOW - timedelta(days=1), ends_at=NOW + timedelta(days=1)
    )


def age(world: World) -> None:
    MatrixEntry.objects.update(confirmed_at=NOW - timedelta(days=91), confirmed_by=world.carol)


def forget(world: World) -> None:
    MatrixEntry.objects.update(confirmed_at=None, confirmed_by=None)


@pytest.mark.parametrize(
    ("happens", "state", "words"),
    [
        pytest.param(leave, "left", "has left and is <b>still named in one place", id="left"),
        pytest.param(be_away, "away", "Away now", id="away"),
        pytest.param(age, "stale", "Not confirmed for 90 days", id="stale"),
        pytest.param(forget, "never", "Never confirmed", id="never"),
    ],
)
def test_what_is_wrong_is_said_and_found(
    world: World, owner: StakeholderRole, signed_in, happens, state: str, words: str
) -> None:
    happens(world)

    page = text(signed_in(world.frank).get(f"/contacts/?state={state}"))

    assert words.replace("one place", "1 place") in page
    assert "No service matches." not in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("q=payments", True),
        ("q=alice", True),
        ("q=product+owner", True),
        ("q=nowhere", False),
        ("team=payments", True),
        ("team=nobody", False),
        ("state=vacant", False),
        ("state=rubbish&sort=rubbish&page=99", True),
    ],
)
@pytest.mark.parametrize("view", ["service", "role"])
def test_it_can_be_narrowed(
    world: World, owner: StakeholderRole, signed_in, query: str, is_found: bool, view: str
) -> None:
    page = text(signed_in(world.frank).get(f"/contacts/?view={view}&{query}"))

    assert ("Alice Example" in page) is is_found
    assert (" matches." in page) is not is_found


def test_what_holds_at_a_severity_or_in_hours_stands_beside(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    hours = NamedHours.objects.create(name="the night", time_zone="Europe/Berlin")
    MatrixEntry.objects.create(
        role=owner,
        service=world.service,
        person=world.dora,
        severity=SeverityLevel.SERIOUS,
        and_worse=True,
        hours=hours,
    )

    page = text(signed_in(world.frank).get("/contacts/"))

    assert "SEV2 Serious and worse, during the night: Dora Example" in page
    assert "from the Payments team" in page


def test_the_phone_tree_has_no_number_before_a_press(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    page = text(signed_in(world.bob).get("/contacts/phone-tree/"))

    assert "Carol Example" in page
    assert "+49 30" not in page
    assert not ContactView.objects.exists()


def test_the_phone_tree_folds_services_by_team_and_names_a_gap(world: World, signed_in) -> None:
    make_roster([], name="Front desk")
    make_roster([world.erin], name="Night desk")

    page = text(signed_in(world.bob).get("/contacts/phone-tree/"))

    alone = page.split("<b>Night desk</b>")[1].split("</ol>")[0]
    assert "Erin Example" in alone
    assert "nobody is backup" in alone
    assert "nobody is backup" not in page.split("<b>Payments</b>")[1].split("</ol>")[0]
    assert "Nobody answers for Front desk now" in page
    folded = page.split('id="services-h"')[1]
    assert "1 service</span></summary>" in folded
    assert "<b>Payments</b>" in folded


@pytest.mark.parametrize("path", ["/contacts/", "/contacts/?format=csv", "/contacts/phone-tree/"])
@pytest.mark.parametrize("is_called", [True, False], ids=["called", "not called"])
def test_a_roster_that_the_rule_does_not_call_says_whom_it_calls(
    world: World, signed_in, path: str, is_called: bool
) -> None:
    responder = StakeholderRole.objects.create(name="first responder", slug="first-responder")
    desk = make_roster([world.erin], name="Night desk")
    MatrixEntry.objects.create(
        role=responder,
        team=world.service.owner_team,
        roster=desk,
        confirmed_at=NOW,
        confirmed_by=world.erin,
    )
    if is_called:
        step = world.version.steps.order_by("order")[0]
        StepTarget.objects.create(step=step, kind="role", role=responder)
    covers = cover.cover_of([world.service], now=NOW)

    page = text(signed_in(world.frank).get(path))

    first = ", ".join(one.full_name for one in covers[world.service.pk].on_call)
    assert "Erin Example" in page or path.endswith("csv")
    assert (f"The rule calls {first}" in page) is not is_called
    assert ("1 to look at." in page) is (path == "/contacts/" and not is_called)


def test_many_services_are_opened_a_team_at_a_time(
    world: World, signed_in, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rosters.queries.phone_tree.OPENED_AT_MOST", 0)
    bob, slug = signed_in(world.bob), world.team.slug

    closed = text(bob.get("/contacts/phone-tree/"))
    assert "<b>Payments</b>" not in closed
    assert f'href="?team={slug}"' in closed
    for address in (f"?team={slug}", "?team=*"):
        assert "<b>Payments</b>" in text(bob.get(f"/contacts/phone-tree/{address}"))
    assert bob.get("/contacts/phone-tree/?team=nothing").status_code == 200
    assert f'action="/contacts/phone-tree/?team={slug}"' in text(
        bob.get(f"/contacts/phone-tree/?team={slug}")
    )


def test_a_roster_that_is_closed_by_plan_is_not_nobody(world: World, signed_in) -> None:
    by_day = make_roster([world.erin], name="Front desk")
    for layer in by_day.layers.all():
        for day in range(7):
            Restriction.objects.create(
                layer=layer, weekday=day, starts_at=time(9), ends_at=time(17)
            )
    front = StakeholderRole.objects.create(name="front desk", slug="fd", actions="Answer.")
    MatrixEntry.objects.create(role=front, service=world.service, roster=by_day)

    page = text(signed_in(world.bob).get("/contacts/phone-tree/")).split('id="on-call-h"')[1]

    branch = page.split("<b>Front desk</b>")[1].split("</ol>")[0]
    assert ">Closed by plan <time" in branch
    assert "until 09:00" in branch
    assert "Nobody" not in branch


def test_a_reason_brings_the_numbers_of_colleagues_and_is_written_down(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    answer = signed_in(world.bob).post("/contacts/phone-tree/", {"reason": "For the wall."})

    page = text(answer)
    assert f"+49 30 555{world.alice.pk:05d}" in page
    assert f"+49 30 555{world.carol.pk:05d}" not in page
    looks = ContactView.objects.values_list("viewer", "person", "reason")
    assert list(looks) == [(world.bob.pk, world.alice.pk, "For the wall.")]
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize("reason", [" ", "\u200b", "\u3164", "\x01", "..."])
def test_without_a_reason_there_is_no_number(
    world: World, owner: StakeholderRole, signed_in, reason: str
) -> None:
    answer = signed_in(world.bob).post("/contacts/phone-tree/", {"reason": reason})

    assert answer.status_code == 422
    assert "Say why you need the number" in text(answer)
    assert not ContactView.objects.exists()


def test_whoever_works_with_nobody_gets_no_number(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    page = text(signed_in(world.frank).post("/contacts/phone-tree/", {"reason": "Curious."}))

    assert "+49 30" not in page
    assert "No numbers for you here" in text(signed_in(world.frank).get("/contacts/phone-tree/"))


def test_many_services_cost_as_many_queries_as_few(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    browser = signed_in(world.frank)
    hours = NamedHours.objects.create(name="the night", time_zone="Europe/Berlin")
    paths = [f"/contacts/?view={view}" for view in ("service", "person", "role")]
    paths += ["/contacts/?format=csv", "/contacts/phone-tree/"]

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        return len(captured)

    def grow(number: int) -> None:
        for _ in range(number):
            service = make_service()
            MatrixEntry.objects.create(role=owner, service=service, person=make_person())
            MatrixEntry.objects.create(
                role=make_role(), team=make_team(), roster=make_roster([make_person()]), hours=hours
            )

    grow(3)
    few = [queries(path) for path in paths]
    grow(27)

    more = [queries(path) for path in paths]
    assert all(after <= before for after, before in zip(more, few, strict=True)), (few, more)
    assert Service.objects.count() == 31
    assert max(few) <= 41


def test_one_search_answers_and_narrows(world: World, signed_in) -> None:
    world.roster.team = world.team
    world.roster.save()

    page = text(signed_in(world.bob).get("/contacts/?q=payments"))

    assert page.count('type="search"') == 2  # the one of every page, and the one of this
    assert 'For Payments, call <span class="who">Alice Example</span>' in page
    assert "Call Alice" in page


def test_what_is_not_found_is_asked_of_everything(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get("/contacts/?q=carrier+pigeons"))

    assert "No service matches." in page
    assert "/search/?q=who+do+i+call+for+carrier%20pigeons" in page


def test_a_symptom_is_answered_at_once(world: World, signed_in) -> None:
    world.service.customer_impact = "Card payments fail at the last step."
    world.service.save()

    page = text(signed_in(world.frank).get("/contacts/?q=card+payments"))

    assert "Alice Example is called first for Payments" in page
    assert "No service matches." not in page
    assert "+49" not in page
    assert "<h1>Whom to call for “" in page
    assert page.index("is called first for Payments") < page.index('class="filters')
    assert "to mend" not in page.split("</h1>")[1].split("<nav")[0], "the audit comes first"


def test_a_wrong_number_is_said_on_the_phone_tree(world: World, signed_in) -> None:
    page = text(signed_in(world.bob).post("/contacts/phone-tree/", {"reason": "For the wall."}))

    point = ContactPoint.objects.get(person=world.alice, channel="phone")
    assert f'action="/numbers/{point.pk}/wrong/"' in page
    mine = ContactPoint.objects.get(person=world.bob, channel="phone")
    assert f'action="/numbers/{mine.pk}/wrong/"' not in page


@pytest.mark.parametrize("view", ["service", "person", "role"])
def test_somebody_who_leaves_in_december_has_not_left(
    world: World, owner: StakeholderRole, signed_in, view: str
) -> None:
    MatrixEntry.objects.create(
        role=owner,
        service=world.service,
        person=world.dora,
        confirmed_at=NOW,
        confirmed_by=world.bob,
    )
    world.dora.left_at = NOW + timedelta(days=12)
    world.dora.save()

    page = text(signed_in(world.frank).get(f"/contacts/?view={view}"))

    assert "Leaves" in page
    assert "3 Dec" in page
    assert '<span class="tag bad">Left' not in page


def test_a_stale_cell_at_a_severity_takes_the_mark_off_the_whole_square(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    fresh = {"confirmed_at": NOW, "confirmed_by": world.bob, "backup": world.erin}
    MatrixEntry.objects.create(role=owner, service=world.service, person=world.dora, **fresh)
    old = {"severity": SeverityLevel.CRITICAL, "person": world.carol}
    MatrixEntry.objects.create(role=owner, service=world.service, **old)

    page = text(signed_in(world.frank).get("/contacts/?state=never"))

    assert "Payments" in page
    square = page.split('data-label="Product owner"')[1].split("</td>")[0]
    assert "Never confirmed" in square
    assert "confirmed in the last 90 days" not in square
