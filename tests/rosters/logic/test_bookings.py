"""Each person's shifts, and who is on two rosters at once."""

from rosters.logic.bookings import DoubleBooking, Shift, double_bookings, shifts
from rosters.logic.rotation import Levels, Segment
from tests.rosters.logic.building import ADA, BEN, CY
from tests.world import at

PAYMENTS, SEARCH, DATA = 11, 12, 13


def hour(number: int):
    return at(f"2026-11-20 {number:02}:00")


def stretches(*parts: tuple[int, int, Levels]) -> list[Segment]:
    return [Segment(hour(begin), hour(end), levels) for begin, end, levels in parts]


def test_a_shift_goes_on_while_others_change() -> None:
    found = shifts(
        stretches(
            (8, 10, ((ADA,), (BEN,))), (10, 12, ((ADA, CY), (BEN,))), (12, 14, ((BEN,), (ADA,)))
        )
    )

    assert found == [
        Shift(ADA, 0, hour(8), hour(12)),
        Shift(BEN, 1, hour(8), hour(12)),
        Shift(CY, 0, hour(10), hour(12)),
        Shift(BEN, 0, hour(12), hour(14)),
        Shift(ADA, 1, hour(12), hour(14)),
    ]


def test_a_gap_ends_a_shift() -> None:
    found = shifts(stretches((8, 10, ((ADA,),)), (10, 12, ()), (12, 14, ((ADA,),))))

    assert found == [Shift(ADA, 0, hour(8), hour(10)), Shift(ADA, 0, hour(12), hour(14))]


def test_no_stretches_are_no_shifts() -> None:
    assert shifts([]) == []


def test_one_person_first_on_two_rosters_is_booked_twice() -> None:
    found = double_bookings(
        {
            PAYMENTS: stretches((8, 12, ((ADA,), (BEN,))), (12, 16, ((BEN,),))),
            SEARCH: stretches((8, 10, ((CY,),)), (10, 14, ((ADA,),))),
            DATA: stretches((8, 11, ((CY,),)), (11, 13, ((ADA, BEN),))),
        }
    )

    assert found == [
        DoubleBooking(ADA, hour(10), hour(11), (PAYMENTS, SEARCH)),
        DoubleBooking(ADA, hour(11), hour(12), (PAYMENTS, SEARCH, DATA)),
        DoubleBooking(ADA, hour(12), hour(13), (SEARCH, DATA)),
        DoubleBooking(BEN, hour(12), hour(13), (PAYMENTS, DATA)),
        DoubleBooking(CY, hour(8), hour(10), (SEARCH, DATA)),
    ]


def test_shifts_that_touch_are_no_double_booking() -> None:
    found = double_bookings(
        {
            PAYMENTS: stretches((8, 12, ((ADA,),))),
            SEARCH: stretches((8, 12, ((BEN,),)), (12, 16, ((ADA,),))),
        }
    )

    assert found == []


def test_a_backup_counts_where_two_levels_are_asked_for() -> None:
    rosters = {
        PAYMENTS: stretches((8, 10, ((BEN,), (ADA,))), (10, 12, ((ADA,), (BEN,)))),
        SEARCH: stretches((8, 12, ((ADA,),))),
    }

    assert double_bookings(rosters) == [DoubleBooking(ADA, hour(10), hour(12), (PAYMENTS, SEARCH))]
    assert double_bookings(rosters, levels=2) == [
        DoubleBooking(ADA, hour(8), hour(12), (PAYMENTS, SEARCH))
    ]
