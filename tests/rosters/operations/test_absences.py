"""Being away: what it leaves open, asking for cover, and cover that follows the absence."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from config.portal.refusals import Refused
from rosters.logic.spans import minus
from rosters.models import (
    Absence,
    CoverRequest,
    Layer,
    Message,
    Override,
    Person,
    Roster,
    Rotation,
    RotationMember,
)
from rosters.operations import absences, covering
from rosters.operations.absences import Window
from rosters.queries.absences import left_open
from rosters.queries.oncall import duty_of
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Pairs = list[tuple[int, int]]
SOON = Window(NOW + DAY, NOW + 2 * DAY, "A wedding")


def noted(world: World, window: Window = SOON) -> Absence:
    return absences.note(world.alice, window, by=world.alice, now=NOW)


def covered(world: World, window: Window = SOON) -> tuple[Absence, CoverRequest]:
    absence = noted(world, window)
    request = covering.ask(absence, world.erin, by=world.alice, now=NOW)
    covering.answer(request, agrees=True, by=world.erin, now=NOW)
    return absence, request


def on_call(world: World, when: datetime) -> tuple[int, ...]:
    return duty_of(world.roster, now=when).first_ids


def spans(absence: Absence) -> list[tuple[datetime, datetime]]:
    rows = Override.objects.filter(covers=absence).order_by("starts_at")
    return [(one.starts_at, one.ends_at) for one in rows]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        ([], [(0, 10)]),
        ([(0, 10)], []),
        ([(-5, 20)], []),
        ([(2, 4)], [(0, 2), (4, 10)]),
        ([(0, 3), (3, 5)], [(5, 10)]),
        ([(20, 30)], [(0, 10)]),
    ],
)
def test_minus_leaves_what_is_not_taken(taken: Pairs, left: Pairs) -> None:
    def moved(pairs: Pairs) -> list[tuple[datetime, datetime]]:
        return [(NOW + timedelta(hours=one), NOW + timedelta(hours=two)) for one, two in pairs]

    assert list(minus(moved([(0, 10)]), moved(taken))) == moved(left)


def test_it_says_at_once_what_is_open_and_who_answers(world: World) -> None:
    left = left_open(noted(world))

    (opening,) = left.openings
    assert (opening.roster, opening.slot.is_backup) == (world.roster, False)
    assert left.spans == [(SOON.starts_at, SOON.ends_at)]
    assert opening.answering == ("Bob Example",)
    assert not opening.slot.has_hole


def test_without_a_backup_nobody_answers(world: World) -> None:
    absences.note(world.bob, SOON, by=world.bob, now=NOW)

    (opening,) = left_open(noted(world)).openings

    assert opening.answering == ()
    assert opening.slot.has_hole


def test_a_shift_across_the_autumn_night_lasts_an_hour_longer(world: World) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    begin, end = at("2027-10-30 12:00", "Europe/Berlin"), at("2027-10-31 12:00", "Europe/Berlin")

    (opening,) = left_open(noted(world, Window(begin, end))).openings

    assert opening.slot.ends_at - opening.slot.starts_at == timedelta(hours=25)
    assert opening.slot.ends_at.astimezone(berlin).hour == 12


def test_only_the_turns_inside_the_window_are_covered(world: World) -> None:
    roster = Roster.objects.create(name="Nights", slug="nights", time_zone="Europe/Berlin")
    layer = Layer.objects.create(roster=roster, name="First", priority=1)
    rotation = Rotation.objects.create(
        layer=layer, starts_on="2026-11-16", handover_at="09:00", unit="day"
    )
    for order, person in enumerate((world.carol, world.erin)):
        RotationMember.objects.create(rotation=rotation, order=order, person=person)
    window = Window(
        at("2026-11-23 12:00", "Europe/Berlin"), at("2026-11-27 06:00", "Europe/Berlin")
    )
    absence = absences.note(world.carol, window, by=world.carol, now=NOW)
    request = covering.ask(absence, world.bob, by=world.carol, now=NOW)

    covering.answer(request, agrees=True, by=world.bob, now=NOW)

    nine = [at(f"2026-11-{day} 09:00", "Europe/Berlin") for day in range(23, 28)]
    assert spans(absence) == [(nine[1], nine[2]), (nine[3], window.ends_at)]


def test_yes_puts_the_cover_on_call_for_exactly_the_window(world: World) -> None:
    absence, _ = covered(world)

    assert spans(absence) == [(SOON.starts_at, SOON.ends_at)]
    assert on_call(world, SOON.starts_at) == (world.erin.pk,)
    assert on_call(world, SOON.ends_at) == (world.alice.pk,)
    assert left_open(absence).spans == []


def test_who_is_asked_gets_one_message(world: World) -> None:
    absence = noted(world)

    covering.ask(absence, world.erin, by=world.alice, now=NOW)
    covering.ask(absence, world.erin, by=world.alice, now=NOW)

    message = Message.objects.get(person=world.erin)
    assert message.subject == "Can you take calls for Alice?"
    assert "Payments on call" in message.body
    assert "wedding" not in message.body


def test_no_leaves_it_open_and_says_so_to_whoever_asked(world: World) -> None:
    absence = noted(world)
    request = covering.ask(absence, world.erin, by=world.alice, now=NOW)

    covering.answer(request, agrees=False, by=world.erin, now=NOW)

    assert spans(absence) == []
    assert "cannot" in Message.objects.get(person=world.alice).subject


def test_the_same_answer_twice_changes_nothing_and_the_other_is_refused(world: World) -> None:
    absence, request = covered(world)

    covering.answer(request, agrees=True, by=world.erin, now=NOW + DAY / 2)

    assert Override.objects.filter(covers=absence).count() == 1
    with pytest.raises(Refused, match="You said yes already"):
        covering.answer(request, agrees=False, by=world.erin, now=NOW)


def test_the_second_yes_reads_who_covers(world: World) -> None:
    absence = noted(world)
    first = covering.ask(absence, world.erin, by=world.alice, now=NOW)
    second = covering.ask(absence, world.carol, by=world.alice, now=NOW)
    covering.answer(first, agrees=True, by=world.erin, now=NOW)

    with pytest.raises(Refused, match="Erin Example covers it already"):
        covering.answer(second, agrees=True, by=world.carol, now=NOW)


def test_shortening_it_trims_the_cover_and_tells_them(world: World) -> None:
    absence, _ = covered(world)
    shorter = Window(SOON.starts_at, SOON.starts_at + timedelta(hours=6))

    absences.change(absence, shorter, by=world.alice, now=NOW)

    assert spans(absence) == [(shorter.starts_at, shorter.ends_at)]
    assert Message.objects.filter(person=world.erin, subject__contains="shorter time").count() == 1


def test_making_it_longer_leaves_the_rest_open(world: World) -> None:
    absence, _ = covered(world)
    longer = Window(SOON.starts_at, SOON.ends_at + DAY)

    changed = absences.change(absence, longer, by=world.alice, now=NOW)

    assert left_open(changed).spans == [(SOON.ends_at, longer.ends_at)]


def test_who_covered_can_be_asked_again_for_the_rest(world: World) -> None:
    absence, _ = covered(world)
    longer = Window(SOON.starts_at, SOON.ends_at + DAY)
    absences.change(absence, longer, by=world.alice, now=NOW)

    request = covering.ask(absence, world.erin, by=world.alice, now=NOW + timedelta(hours=1))
    covering.answer(request, agrees=True, by=world.erin, now=NOW + timedelta(hours=2))

    assert spans(absence) == [(SOON.starts_at, SOON.ends_at), (SOON.ends_at, longer.ends_at)]


def test_taking_it_back_takes_the_cover_back(world: World) -> None:
    absence, _ = covered(world)

    assert absences.end(absence, by=world.alice, now=NOW) is None

    assert not Override.objects.exists()
    assert not Absence.objects.exists()
    assert on_call(world, SOON.starts_at) == (world.alice.pk,)
    assert Message.objects.filter(person=world.erin, subject__contains="after all").exists()


def test_ending_it_early_gives_the_calls_back_at_once(world: World) -> None:
    absence, _ = covered(world)
    middle = SOON.starts_at + timedelta(hours=5)

    absences.end(absence, by=world.alice, now=middle)
    absences.end(absence, by=world.alice, now=middle + timedelta(hours=1))

    assert spans(absence) == [(SOON.starts_at, middle)]
    assert on_call(world, middle) == (world.alice.pk,)


def test_a_question_is_repeated_once_after_a_day(world: World) -> None:
    absence = noted(world, Window(NOW + 5 * DAY, NOW + 6 * DAY))
    covering.ask(absence, world.erin, by=world.alice, now=NOW)

    for hours in (1, 24, 25, 47, 49, 72):
        covering.remind(now=NOW + timedelta(hours=hours))

    assert Message.objects.filter(person=world.erin).count() == 2


@pytest.mark.parametrize(
    ("who", "may"),
    [("alice", True), ("bob", False), ("erin", False), ("frank", False)],
)
def test_who_may_note_an_absence_of_bob(world: World, who: str, may: bool) -> None:
    person = world.bob if who != "bob" else world.alice  # Alice leads, Bob does not
    by = getattr(world, who)

    if may:
        absences.note(person, SOON, by=by, now=NOW)
    else:
        with pytest.raises(Refused, match="can change"):
            absences.note(person, SOON, by=by, now=NOW)


@pytest.mark.parametrize(
    ("window", "why"),
    [
        (Window(NOW + DAY, NOW + DAY), "end after it starts"),
        (Window(NOW - 2 * DAY, NOW - DAY), "over already"),
        (Window(NOW, NOW + 401 * DAY), "at most 400 days"),
    ],
)
def test_a_window_that_cannot_be_is_refused(world: World, window: Window, why: str) -> None:
    with pytest.raises(Refused, match=why):
        noted(world, window)


def test_two_at_the_same_time_are_refused_and_the_same_twice_is_one(world: World) -> None:
    first = noted(world)

    assert noted(world) == first
    with pytest.raises(Refused, match="away then already"):
        noted(world, Window(SOON.starts_at + DAY / 2, SOON.ends_at + DAY))


def test_somebody_who_is_away_then_too_cannot_be_asked(world: World) -> None:
    absence = noted(world)
    absences.note(world.erin, SOON, by=world.erin, now=NOW)

    with pytest.raises(Refused, match="Erin is away then too"):
        covering.ask(absence, world.erin, by=world.alice, now=NOW)


@pytest.mark.parametrize("who", ["bob", "frank", "alice"])
def test_nobody_else_answers(world: World, who: str) -> None:
    request = covering.ask(noted(world), world.erin, by=world.alice, now=NOW)
    by: Person = getattr(world, who)

    with pytest.raises(Refused, match="Only Erin can answer"):
        covering.answer(request, agrees=True, by=by, now=NOW)


@pytest.mark.parametrize(
    ("begins_in", "waits"),
    [(timedelta(hours=17), False), (timedelta(hours=18), True), (DAY, True)],
    ids=["this-night", "just-far-enough", "tomorrow"],
)
def test_a_question_waits_for_the_morning_unless_it_is_about_this_night(
    world: World, begins_in: timedelta, waits: bool
) -> None:
    world.erin.quiet_from, world.erin.quiet_until = time(22), time(7)
    world.erin.save()
    absence = noted(world, Window(NOW + begins_in, NOW + begins_in + DAY, "Ill"))

    covering.ask(absence, world.erin, by=world.alice, now=NOW)

    asked = Message.objects.get(person=world.erin)
    assert asked.not_before == (at("2026-11-21 07:00", "Europe/Berlin") if waits else NOW)
