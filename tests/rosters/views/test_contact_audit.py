"""What to mend in the contact matrix, and one press to confirm."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import ContactPoint, MatrixEntry, Message, StakeholderRole
from tests.factories import make_person, make_role, make_service
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
AUDIT, ASK, MINE = "/contacts/audit/", "/contacts/audit/ask/", "/contacts/mine/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def owner(world: World) -> StakeholderRole:
    role = StakeholderRole.objects.create(name="product owner", slug="po")
    MatrixEntry.objects.create(role=role, team=world.team, person=world.erin)
    return role


@pytest.mark.parametrize("path", [AUDIT, MINE])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    assert client.get(path).headers["Location"].startswith("/sign-in/")


def test_each_finding_has_an_owner_and_a_date(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    world.dora.left_at = NOW - timedelta(days=1)
    world.dora.save()
    ContactPoint.objects.filter(person=world.carol, channel="phone").update(
        last_failed_at=NOW, last_failure="The number is not in service."
    )

    page = text(signed_in(world.frank).get(AUDIT))

    assert "Dora Example is still named." in page
    assert "The number is not in service." in page
    assert "Erin Example: never confirmed." in page
    assert "Erin Example has nobody behind them." in page
    assert "Alice Example</a>" in page
    assert "+49" not in page
    assert "Ask all" not in page


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (timedelta(days=1), "Alice Example mends it by Mon 23 Nov."),
        (timedelta(days=30), "Alice Example was to mend it by Sun 25 Oct."),
    ],
)
def test_the_lead_says_who_mends_what_waits_longest(
    world: World, owner: StakeholderRole, signed_in, since: timedelta, said: str
) -> None:
    world.erin.left_at = NOW - since
    world.erin.save()

    page = text(signed_in(world.frank).get(AUDIT))

    assert (
        "<b>The Payments team, product owner</b>: left the company and still named. " + said in page
    )


def test_the_lead_says_what_is_nobodys(world: World, signed_in) -> None:
    world.dora.left_at = NOW - timedelta(days=1)
    world.dora.save()

    page = text(signed_in(world.frank).get(AUDIT))

    assert "engineering director</b>: left the company and still named. It is nobody" in page


def test_nothing_to_mend_is_said(world: World, signed_in) -> None:
    MatrixEntry.objects.all().delete()
    ContactPoint.objects.update(verified_at=NOW, last_tested_at=NOW)
    StakeholderRole.objects.update(is_needed=False)

    assert "No contact to mend" in text(signed_in(world.frank).get(AUDIT))
    assert "There is nothing to confirm" in text(signed_in(world.frank).get(MINE))


def test_everybody_is_asked_once_a_day(world: World, owner: StakeholderRole, signed_in) -> None:
    world.frank.groups.add(Group.objects.get(name="Service owner"))
    browser = signed_in(world.frank)

    assert "Ask all 3 to confirm" in text(browser.get(AUDIT))
    for _ in range(2):
        assert browser.post(ASK).headers["Location"] == AUDIT

    asked = Message.objects.all()
    assert {one.person for one in asked} == {world.carol, world.dora, world.erin}
    assert asked.count() == 3
    assert all("/contacts/mine/" in one.body for one in asked)


def test_after_asking_the_page_says_who_asked_and_asks_nobody_twice(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    world.frank.groups.add(Group.objects.get(name="Service owner"))
    browser = signed_in(world.frank)
    browser.post(ASK)

    page = text(browser.get(AUDIT))
    again = text(browser.post(ASK, follow=True))

    assert "by Frank Example; 3 have not answered" in page
    assert "to confirm</button>" not in page
    assert "All of them were asked in the last day. Nobody was asked again." in again

    MatrixEntry.objects.create(role=owner, service=world.service, person=world.bob)
    assert "Ask one more to confirm" in text(browser.get(AUDIT))


def test_who_cannot_be_asked_is_named_and_never_counted(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    world.frank.groups.add(Group.objects.get(name="Service owner"))
    ContactPoint.objects.filter(person=world.erin).exclude(channel="phone").delete()
    browser = signed_in(world.frank)

    page = text(browser.get(AUDIT))
    assert "Ask all 2 to confirm" in page
    assert f'<a href="/people/{world.erin.pk}/">Erin Example</a> cannot be asked' in page
    assert "An administrator can add one" in page

    browser.post(ASK)
    after = text(browser.get(AUDIT))
    assert "by Frank Example; 2 have not answered" in after
    assert "to confirm</button>" not in after
    assert "Nobody was asked again." in text(browser.post(ASK, follow=True))


def test_only_whoever_keeps_the_matrix_may_ask(world: World, signed_in) -> None:
    assert signed_in(world.frank).post(ASK).status_code == 403
    assert not Message.objects.exists()


def test_one_press_confirms_what_is_mine_and_nothing_else(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    browser = signed_in(world.erin)
    assert "Are these still you?" in text(browser.get(MINE))

    browser.post(MINE)

    after = text(browser.get(MINE))
    assert "Are these still you?" not in after
    assert after.index("For you to mend") < after.index("Yes, all of these are right")
    confirmed = MatrixEntry.objects.filter(confirmed_by=world.erin)
    assert [(one.person, one.confirmed_at) for one in confirmed] == [(world.erin, NOW)]


def test_many_cells_cost_as_many_queries_as_few(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    browser = signed_in(world.frank)

    def queries() -> list[int]:
        found = []
        for path in (AUDIT, MINE):
            with CaptureQueriesContext(connection) as captured:
                browser.get(path)
            found.append(len(captured))
        return found

    def grow(number: int) -> None:
        for _ in range(number):
            MatrixEntry.objects.create(
                role=make_role(), service=make_service(), person=make_person(), backup=world.frank
            )

    grow(3)
    few = queries()
    grow(27)

    assert queries() == few
    assert max(few) <= 30


def test_the_audit_is_narrowed_by_its_address_and_exported(
    world: World, owner: StakeholderRole, signed_in
) -> None:
    browser = signed_in(world.frank)

    page = text(browser.get(f"{AUDIT}?kind=unverified"))
    assert "Bob Example, phone call, e-mail" in page
    assert "never confirmed" not in page
    assert "Nothing here matches." in text(browser.get(f"{AUDIT}?q=nobody+like+that"))
    assert browser.get(f"{AUDIT}?owner=many&kind=x&sort=%00&team=-1").status_code == 200

    sheet = browser.get(f"{AUDIT}?kind=unverified&format=csv")
    assert sheet.headers["Content-Type"].startswith("text/csv")
    lines = sheet.content.decode().splitlines()
    assert lines[0] == "Kind,What,Detail,Who mends it,Until"
    assert any("Bob Example, phone call, e-mail" in line for line in lines)
    assert "+49" not in sheet.content.decode()


def test_what_i_own_waits_on_my_page(world: World, owner: StakeholderRole, signed_in) -> None:
    page = text(signed_in(world.alice).get(MINE))

    assert "things wait for you" in page
    assert "Bob Example, phone call, e-mail" in page
