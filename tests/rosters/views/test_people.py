"""People: the list, one person, and who reads their numbers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import OverrideKind
from rosters.models import ContactPoint, ContactView, Override, Person, Roster
from tests.factories import make_mute, make_person, make_roster, make_team
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def tested(world: World) -> World:
    ContactPoint.objects.update(last_tested_at=NOW - timedelta(days=4))
    return world


@pytest.mark.parametrize("path", ["/people/", "/people/{pk}/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, world: World, path: str) -> None:
    answer = client.get(path.format(pk=world.alice.pk))

    assert answer.headers["Location"].startswith("/sign-in/")


def test_the_list_says_that_everybody_can_be_called(tested: World, signed_in) -> None:
    page = text(signed_in(tested.frank).get("/people/"))

    assert "Everybody we count on can be called" in page
    assert "backup for Payments on call" in page.lower() or "Backup for Payments on call" in page
    assert "+49" not in page
    assert "@example.org" not in page


def test_only_those_somebody_counts_on_need_attention(tested: World, signed_in) -> None:
    ContactPoint.objects.filter(person__in=[tested.bob, tested.frank]).update(last_tested_at=None)

    page = text(signed_in(tested.frank).get("/people/?attention=on"))

    assert "One person needs attention" in page
    assert f'/people/{tested.bob.pk}/"' in page
    assert f'/people/{tested.frank.pk}/"' not in page.split("<main", 1)[1]
    assert "No roster or role counts on them" not in page
    everybody = text(signed_in(tested.frank).get("/people/"))
    assert everybody.count("No roster or role counts on them") == 1


@pytest.mark.parametrize(
    ("query", "is_found"), [("q=ali", True), ("q=nobody", False), ("team=payments", True)]
)
def test_the_list_can_be_narrowed(tested: World, signed_in, query: str, is_found: bool) -> None:
    page = text(signed_in(tested.frank).get(f"/people/?{query}"))

    assert ("Alice Example" in page) is is_found
    assert ("Nobody matches." in page) is not is_found


def test_the_export_holds_no_number(tested: World, signed_in) -> None:
    answer = signed_in(tested.frank).get("/people/?format=csv")

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "Alice Example,Payments,Payments on call" in answer.content.decode()
    assert "+49" not in answer.content.decode()


def test_thirty_people_cost_as_many_queries_as_three(tested: World, signed_in) -> None:
    browser = signed_in(tested.frank)

    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(path)
        return len(captured)

    few = [queries("/people/"), queries(f"/people/{tested.alice.pk}/")]
    for _ in range(27):
        make_team(make_person())
        make_roster([tested.alice, make_person()], [make_person()])

    assert [queries("/people/"), queries(f"/people/{tested.alice.pk}/")] == few
    assert max(few) <= 52


def test_a_person_has_shifts_and_stand_ins(world: World, signed_in) -> None:
    Override.objects.create(
        roster=world.roster,
        kind=OverrideKind.REPLACE,
        person=world.erin,
        instead_of=world.alice,
        starts_at=NOW + timedelta(days=1),
        ends_at=NOW + timedelta(days=2),
    )

    page = text(signed_in(world.frank).get(f"/people/{world.erin.pk}/"))

    assert "Not on call now." in page
    assert "Payments on call" in page
    assert "first on call" in page


def test_numbers_need_a_reason_and_a_press(world: World, signed_in) -> None:
    page = text(signed_in(world.bob).get(f"/people/{world.alice.pk}/"))

    assert "Show the number" in page
    assert "+49" not in page


@pytest.mark.parametrize("reason", ["", "\u200b", "\u202e\u00ad", "\x7f"])
def test_without_a_reason_the_form_comes_back(world: World, signed_in, reason: str) -> None:
    answer = signed_in(world.bob).post(f"/people/{world.alice.pk}/numbers/", {"reason": reason})

    page = text(answer)
    assert answer.status_code == 422
    assert "Say why you need the number." in page
    assert "+49" not in page
    assert not ContactView.objects.exists()


def test_an_outsider_reads_why_not_and_whom_to_ask(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(f"/people/{world.bob.pk}/"))

    assert "Only people who work with Bob see these numbers" in page
    assert "You can ask" in page
    assert "Alice Example" in page
    assert "Show the number" not in page


def test_only_the_person_and_administrators_read_who_looked(world: World, signed_in) -> None:
    ContactView.objects.create(
        viewer=world.bob, person=world.alice, at=NOW, reason="INC-7 is burning"
    )
    Person.objects.filter(pk=world.dora.pk).update(is_superuser=True)
    world.dora.refresh_from_db()
    path = f"/people/{world.alice.pk}/"

    assert "INC-7 is burning" in text(signed_in(world.alice).get(path))
    assert "INC-7 is burning" in text(signed_in(world.dora).get(path))
    assert "INC-7 is burning" not in text(signed_in(world.bob).get(path))


def test_one_s_own_numbers_leave_no_trace(world: World, signed_in) -> None:
    answer = signed_in(world.alice).post(f"/people/{world.alice.pk}/numbers/", {"reason": "My own"})

    assert "+49" in text(answer)
    assert not ContactView.objects.exists()


def test_a_leaver_says_so(world: World, signed_in) -> None:
    Person.objects.filter(pk=world.erin.pk).update(left_at=NOW - timedelta(days=3))

    page = text(signed_in(world.frank).get(f"/people/{world.erin.pk}/"))

    assert "Erin left the company" in page


def test_an_absence_is_noted_only_for_somebody_who_is_here(world: World, signed_in) -> None:
    keeper = world.dora
    keeper.is_superuser = True
    keeper.save()
    page = text(signed_in(keeper).get(f"/people/{world.erin.pk}/"))
    assert "Note an absence" in page

    Person.objects.filter(pk=world.erin.pk).update(left_at=NOW - timedelta(days=3))

    assert "Note an absence" not in text(signed_in(keeper).get(f"/people/{world.erin.pk}/"))


def test_somebody_without_a_number_is_said(world: World, signed_in) -> None:
    page = text(signed_in(world.frank).get(f"/people/{make_mute('Zoe').pk}/"))

    assert "Muster cannot call Zoe." in page


def test_nobody_is_not_there(world: World, signed_in) -> None:
    assert signed_in(world.frank).get("/people/999999/").status_code == 404
    assert (
        signed_in(world.frank).post("/people/999999/numbers/", {"reason": "x"}).status_code == 404
    )


def test_who_has_left_is_found_by_a_filter(world: World, signed_in) -> None:
    Person.objects.filter(pk=world.frank.pk).update(left_at=NOW - timedelta(days=2))
    client = signed_in(world.alice)

    here, gone = client.get("/people/?q=Frank"), client.get("/people/?q=Frank&left=1")

    assert "Nobody matches." in text(here)
    assert "One person has left" in text(gone)
    assert "Nobody calls them any more" in text(gone)
    assert "Alice Example</a>" not in text(client.get("/people/?left=1"))


def test_nobody_is_shown_the_number_of_a_leaver_and_nothing_is_offered(
    world: World, signed_in
) -> None:
    Person.objects.filter(pk=world.bob.pk).update(left_at=NOW - timedelta(days=2))

    page = text(signed_in(world.alice).get(f"/people/{world.bob.pk}/"))

    assert "Show the number" not in page
    assert "What still names Bob" in page  # Alice leads his only team


def test_the_lead_of_all_their_teams_may_replace_somebody(world: World, signed_in) -> None:
    path, other = f"/people/{world.bob.pk}/", f"/people/{world.erin.pk}/"

    assert f"{path}leaving/" in text(signed_in(world.alice).get(path))
    assert "leaving/" not in text(signed_in(world.alice).get(other))
    assert "leaving/" not in text(signed_in(world.bob).get(f"/people/{world.alice.pk}/"))


def test_who_may_not_see_the_numbers_declares_for_a_service_of_theirs(
    world: World, signed_in
) -> None:
    Roster.objects.update(team=world.team)
    frank = signed_in(world.frank)

    on_call = text(frank.get(f"/people/{world.alice.pk}/"))
    free = text(frank.get(f"/people/{world.dora.pk}/"))

    assert "Call Alice through Muster." in on_call
    assert 'href="/incidents/new/?service=payments"' in on_call
    assert "Dora is not on call now. When something is broken, Muster calls whoever is." in free
