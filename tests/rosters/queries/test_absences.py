"""What an absence leaves open, in as few words as there are rosters."""

from datetime import UTC, datetime, timedelta

from rosters.logic.absences import Slot
from rosters.models import Roster
from rosters.queries.absences import Left, Opening

BEGINS = datetime(2026, 11, 23, 8, tzinfo=UTC)


def opening(roster: Roster, day: int, *, is_backup: bool = False) -> Opening:
    begins = BEGINS + timedelta(days=day)
    return Opening(roster, Slot(roster.pk, begins, begins + timedelta(hours=8), is_backup), ())


def test_each_roster_stands_once_with_how_often_it_is_open() -> None:
    payments, search = Roster(pk=1, name="Payments"), Roster(pk=2, name="Search")
    left = Left(
        (
            opening(payments, 0),
            opening(search, 1),
            opening(payments, 2),
            opening(payments, 3, is_backup=True),
        ),
        (),
    )

    said = [(one.roster.name, one.is_backup, one.times) for one in left.turns]

    assert said == [("Payments", False, 2), ("Search", False, 1), ("Payments", True, 1)]
