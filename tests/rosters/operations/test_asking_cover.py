"""A gap is asked about with one press, once, and once more after a day while it is there."""

from datetime import timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import OverrideKind
from rosters.models import Absence, Membership, Message, Person, Roster
from rosters.operations import asking_cover, overriding
from rosters.operations.overriding import Wanted
from rosters.queries import gap_asks
from tests.factories import make_person, make_roster, make_team
from tests.world import NOW

pytestmark = pytest.mark.django_db

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def people(db: None) -> dict[str, Person]:
    return {name: make_person(name) for name in ("Ann", "Ben", "Lea", "Zoe")}


@pytest.fixture
def roster(people: dict[str, Person]) -> Roster:
    """Ann is on call and away in two days; Ben is in the team, which Lea leads. Zoe is nobody."""
    roster = make_roster([people["Ann"]], name="Payments")
    roster.team = team = make_team(people["Ben"])
    roster.save()
    Membership.objects.create(person=people["Lea"], team=team, is_lead=True)
    Absence.objects.create(person=people["Ann"], starts_at=NOW + 2 * DAY, ends_at=NOW + 3 * DAY)
    return roster


def letters() -> list[tuple[str, str]]:
    rows = Message.objects.filter(subject_key__startswith="gap:").order_by("pk")
    return [(one.person.short_name, one.subject) for one in rows]


def test_the_leads_are_asked_once_whoever_presses_again(roster, people):
    first = asking_cover.ask(roster, by=people["Zoe"], now=NOW)
    second = asking_cover.ask(roster, by=people["Ben"], now=NOW + HOUR)

    assert first == second
    assert (first.at, first.by, first.names) == (NOW, people["Zoe"], (people["Lea"].full_name,))
    assert letters() == [("Lea", f"Who covers Payments? {people['Zoe'].full_name} asks")]
    body = Message.objects.get(subject_key__startswith="gap:").body
    assert f"/oncall/{roster.slug}/take/?from=" in body


def test_a_lead_who_asks_asks_the_team(roster, people):
    made = asking_cover.ask(roster, by=people["Lea"], now=NOW)

    assert set(made.names) == {people["Ann"].full_name, people["Ben"].full_name}


def test_without_a_gap_nobody_is_asked(roster, people):
    Absence.objects.all().delete()

    with pytest.raises(Refused, match="nobody has to be asked"):
        asking_cover.ask(roster, by=people["Zoe"], now=NOW)

    assert letters() == []


def test_they_are_reminded_once_after_a_day_while_the_gap_is_there(roster, people):
    asking_cover.ask(roster, by=people["Zoe"], now=NOW)

    told = [asking_cover.remind(now=NOW + hours * HOUR) for hours in (1, 25, 26)]

    assert told[0] == 0
    assert letters() == [("Lea", f"Who covers Payments? {people['Zoe'].full_name} asks")] * 2
    assert "second and last time" in Message.objects.filter(topic__startswith="gap2").get().body


def test_nobody_is_reminded_of_what_is_covered(roster, people):
    asking_cover.ask(roster, by=people["Zoe"], now=NOW)
    wanted = Wanted(OverrideKind.ADD, NOW + 2 * DAY, NOW + 3 * DAY, people["Ben"])
    overriding.put(roster, wanted, by=people["Ben"], now=NOW)

    assert asking_cover.remind(now=NOW + 25 * HOUR) == 0
    assert len(letters()) == 1


def test_after_two_days_one_may_ask_again(roster, people):
    Absence.objects.update(ends_at=NOW + 9 * DAY)
    asking_cover.ask(roster, by=people["Zoe"], now=NOW)

    assert gap_asks.standing(now=NOW + 2 * DAY) == {}
    asking_cover.ask(roster, by=people["Ben"], now=NOW + 2 * DAY)

    assert [one for one, _ in letters()] == ["Lea", "Lea"]
