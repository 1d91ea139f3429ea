"""What speaks against people's numbers, each with an owner and a date, never the number."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rosters.models import ConfirmationRequest, ContactPoint, MatrixEntry, Membership
from rosters.queries import contact_faults as faults
from rosters.queries.contact_audit import Finding, Kind
from rosters.queries.contact_faults import Asked
from tests.factories import make_role
from tests.world import NOW, World, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _proved(world: World) -> None:
    ContactPoint.objects.update(verified_at=NOW, last_tested_at=NOW)


def found(kind: Kind) -> list[Finding]:
    audit = faults.full(now=NOW)
    assert faults.tally(now=NOW) == audit.tally  # counted by itself
    return [one for one in audit.findings if one.kind == kind]


def test_a_report_is_the_leads_to_mend(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob, channel="phone").update(
        reported_wrong_at=NOW, what_is_wrong="A baker."
    )

    (one,) = found(Kind.WRONG)

    assert (one.title, one.owner) == ("Bob Example, phone call", world.alice)
    assert one.due_on == (NOW + timedelta(days=3)).date()
    assert faults.of_owner(faults.full(now=NOW), world.alice)[0] == one


def test_one_number_of_two_people_is_found_however_it_is_written(world: World) -> None:
    ContactPoint.objects.filter(person=world.alice, channel="phone").update(address="+49 30 5550")
    ContactPoint.objects.filter(person=world.bob, channel="phone").update(address="+49(30)55-50")

    (one,) = found(Kind.DUPLICATE)

    assert one.title == "Alice Example and Bob Example"
    assert "the same phone number" in one.detail
    assert "5550" not in one.detail


def test_what_was_never_proved_is_one_line_a_person(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob).update(verified_at=None, last_tested_at=None)
    ContactPoint.objects.filter(person=world.carol).update(last_tested_at=NOW - timedelta(days=100))

    assert [one.title for one in found(Kind.UNVERIFIED)] == ["Bob Example, phone call, e-mail"]
    (old,) = found(Kind.UNTESTED)
    assert old.title == "Carol Example, phone call, e-mail"
    assert old.due_on == (NOW + timedelta(days=4)).date()
    assert old.owner == world.carol  # in no team: nobody leads her


def test_nobody_is_shown_whom_nobody_counts_on(world: World) -> None:
    ContactPoint.objects.filter(person=world.frank).update(verified_at=None, last_tested_at=None)

    assert found(Kind.UNVERIFIED) == []


def test_a_no_stands_until_the_cell_is_confirmed(world: World) -> None:
    ConfirmationRequest.objects.create(
        person=world.carol,
        asked_at=NOW,
        expires_at=NOW + timedelta(days=14),
        token_hash="x",
        is_right=False,
        note="It is Dora.",
        answered_at=NOW,
    )
    assert [one.detail for one in found(Kind.ANSWERED)] == ["“It is Dora.”"]

    MatrixEntry.objects.filter(person=world.carol).update(
        confirmed_at=NOW + timedelta(hours=1), confirmed_by=world.carol
    )

    assert found(Kind.ANSWERED) == []


def test_a_carriers_words_never_show_the_address(world: World) -> None:
    point = ContactPoint.objects.get(person=world.carol, channel="email")
    ContactPoint.objects.filter(pk=point.pk).update(
        last_failed_at=NOW + timedelta(hours=1), last_failure=f"550 no user {point.address}"
    )

    (one,) = found(Kind.FAILING)

    assert one.detail == "550 no user this address"


def test_it_is_narrowed_and_sorted(world: World) -> None:
    ContactPoint.objects.filter(person=world.bob).update(verified_at=None, last_tested_at=None)
    audit = faults.full(now=NOW)

    def titles(**asked: object) -> list[str]:
        return [one.title for one in faults.narrowed(audit, Asked(**asked)).findings]  # type: ignore[arg-type]

    assert titles(kind="unverified") == ["Bob Example, phone call, e-mail"]
    assert titles(owner=world.alice.pk, team=world.team.pk) == titles(kind="unverified")
    assert titles(q="BOB ex") == titles(kind="unverified")
    assert titles(sort="what") == sorted(titles(), key=str.lower)
    assert titles(q="nobody like that") == []


@pytest.mark.parametrize("ask", [faults.full, faults.tally])
def test_many_people_cost_as_many_queries_as_few(world: World, ask: Callable[..., object]) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ask(now=NOW)
        return len(captured)

    def grow(start: int, number: int) -> None:
        for n in range(start, start + number):
            person = make_person(f"Person{n}")
            Membership.objects.create(team=world.team, person=person)
            MatrixEntry.objects.create(role=make_role(), person=person)

    grow(0, 3)
    few = queries()
    grow(3, 27)

    assert queries() == few
