"""A shift that changes hands: asked, taken, exchanged, approved, refused, forgotten; and raced."""

from datetime import datetime, timedelta

import pytest

from config.portal.refusals import Refused
from rosters.enums import SwapState
from rosters.models import (
    Absence,
    Membership,
    Message,
    Override,
    Person,
    Roster,
    ShiftOffer,
    ShiftSwap,
)
from rosters.operations import swap_reminders, swapping
from rosters.operations.swapping import Gift
from rosters.queries import sharing
from rosters.queries.oncall import duty_of
from tests.factories import make_person, make_roster, make_team
from tests.world import NOW, at

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MONDAY = at("2026-11-23 09:00", "Europe/Berlin")
"""The next change of shift: from Ann to Ben."""


@pytest.fixture
def ann(db: None) -> Person:
    return make_person("Ann")


@pytest.fixture
def ben(db: None) -> Person:
    return make_person("Ben")


@pytest.fixture
def lead(db: None) -> Person:
    return make_person("Lea")


@pytest.fixture
def roster(ann: Person, ben: Person, lead: Person) -> Roster:
    roster = make_roster([ann, ben], name="Payments")
    roster.team = team = make_team(ann, ben)
    roster.save()
    Membership.objects.create(person=lead, team=team, is_lead=True)
    return roster


def gift(person: Person, **more: object) -> Gift:
    return Gift(person, NOW + DAY, NOW + DAY + timedelta(hours=8), **more)  # type: ignore[arg-type]


def asked(roster: Roster, ann: Person, **more: object) -> ShiftSwap:
    return swapping.ask(roster, gift(ann, **more), by=ann, now=NOW)


def first(roster: Roster, when: datetime) -> tuple[str, ...]:
    return duty_of(roster, now=when).first


def told(person: Person) -> list[str]:
    found = Message.objects.filter(person=person).exclude(state="cancelled")
    return list(found.order_by("pk").values_list("subject", flat=True))


DURING = NOW + DAY + timedelta(hours=1)


def test_until_somebody_takes_it_it_stays_whose_it_is(
    roster: Roster, ann: Person, ben: Person, lead: Person
) -> None:
    asked(roster, ann)

    assert first(roster, DURING) == ("Ann",)
    assert told(ben) == told(lead) == ["Can you take a shift of Ann?"]
    assert told(ann) == []


def test_whoever_takes_it_is_on_call_then_and_not_longer(
    roster: Roster, ann: Person, ben: Person
) -> None:
    swap = asked(roster, ann)

    swapping.offer(swap, by=ben, now=NOW)

    assert first(roster, DURING) == ("Ben",)
    assert first(roster, NOW + DAY + timedelta(hours=8)) == ("Ann",)
    assert told(ann) == told(ben)[-1:] == ["Ben takes a shift of Ann"]


def test_taking_twice_is_taking_once(roster: Roster, ann: Person, ben: Person) -> None:
    swap = asked(roster, ann)

    for _ in range(2):
        swapping.offer(swap, by=ben, now=NOW)

    assert Override.objects.count() == 1


def test_who_comes_second_reads_who_has_it(
    roster: Roster, ann: Person, ben: Person, lead: Person
) -> None:
    swap = asked(roster, ann)
    swapping.offer(swap, by=ben, now=NOW)

    with pytest.raises(Refused, match=r"Ben has this shift already\."):
        swapping.offer(swap, by=lead, now=NOW)


def test_asking_the_same_again_asks_once_and_an_overlap_is_named(
    roster: Roster, ann: Person
) -> None:
    one = asked(roster, ann)

    assert asked(roster, ann) == one
    with pytest.raises(Refused, match="A part of this is asked for already"):
        swapping.ask(roster, Gift(ann, NOW + DAY, NOW + DAY + timedelta(hours=2)), by=ann, now=NOW)


def test_nobody_gives_a_shift_that_is_not_theirs(
    roster: Roster, ann: Person, ben: Person, lead: Person
) -> None:
    with pytest.raises(Refused, match="You have no shift on Payments then"):
        swapping.ask(roster, gift(ben), by=ben, now=NOW)
    with pytest.raises(Refused, match="Only Ann or a lead"):
        swapping.ask(roster, gift(ann), by=ben, now=NOW)

    swapping.ask(roster, gift(ann), by=lead, now=NOW)


def test_a_shift_that_runs_cannot_be_given_from_its_beginning(roster: Roster, ann: Person) -> None:
    begun = Gift(ann, NOW - timedelta(hours=1), NOW + timedelta(hours=4))

    with pytest.raises(Refused, match="Give the rest of it"):
        swapping.ask(roster, begun, by=ann, now=NOW)


def test_without_anybody_to_ask_it_is_refused(ann: Person) -> None:
    alone = make_roster([ann])

    with pytest.raises(Refused, match="There is nobody else"):
        swapping.ask(alone, gift(ann), by=ann, now=NOW)


def test_one_who_was_asked_alone_says_no_and_the_team_is_asked(
    roster: Roster, ann: Person, ben: Person, lead: Person
) -> None:
    swap = asked(roster, ann, asked_of=ben)
    with pytest.raises(Refused, match="Somebody else was asked"):
        swapping.offer(swap, by=lead, now=NOW)

    swapping.decline(swap, by=ben, now=NOW + timedelta(minutes=1))

    assert told(lead) == ["Can you take a shift of Ann?"]
    assert told(ann) == ["Ben cannot take your shift"]
    swapping.offer(swap, by=lead, now=NOW + timedelta(minutes=2))
    assert first(roster, DURING) == ("Lea",)


def test_an_exchange_waits_for_the_one_who_asked(roster: Roster, ann: Person, ben: Person) -> None:
    swap = asked(roster, ann, wants_return=True)
    returns = (MONDAY + DAY, MONDAY + 2 * DAY)

    swapping.offer(swap, by=ben, now=NOW, returns=returns)

    assert first(roster, DURING) == ("Ann",)
    made = ShiftOffer.objects.get()
    for _ in range(2):
        swapping.accept(made, by=ann, now=NOW)
    assert first(roster, DURING) == ("Ben",)
    assert first(roster, MONDAY + DAY) == ("Ann",)
    assert first(roster, MONDAY + 2 * DAY) == ("Ben",)


def test_only_ones_own_shift_is_given_in_exchange(roster: Roster, ann: Person, ben: Person) -> None:
    swap = asked(roster, ann, wants_return=True)

    with pytest.raises(Refused, match="you cannot give that in exchange"):
        swapping.offer(swap, by=ben, now=NOW, returns=(NOW + DAY, NOW + 2 * DAY))


def test_an_exchange_is_refused_when_the_one_who_asked_is_away_then(
    roster: Roster, ann: Person, ben: Person
) -> None:
    swap = asked(roster, ann, wants_return=True)
    Absence.objects.create(person=ann, starts_at=MONDAY, ends_at=MONDAY + 7 * DAY)

    with pytest.raises(Refused, match="Ann is away then"):
        swapping.offer(swap, by=ben, now=NOW, returns=(MONDAY + DAY, MONDAY + 2 * DAY))


def test_whoever_is_away_then_is_not_asked_and_cannot_take_it(
    roster: Roster, ann: Person, ben: Person
) -> None:
    Absence.objects.create(person=ben, starts_at=NOW + DAY, ends_at=NOW + 2 * DAY)
    swap = asked(roster, ann)

    assert told(ben) == []
    with pytest.raises(Refused, match="You are away then"):
        swapping.offer(swap, by=ben, now=NOW)


class TestApproval:
    @pytest.fixture(autouse=True)
    def _wanted(self, roster: Roster) -> None:
        roster.swaps_need_approval = True
        roster.save()

    def test_it_holds_only_once_a_lead_approves(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        swap = swapping.offer(asked(roster, ann), by=ben, now=NOW)

        assert (swap.state, first(roster, DURING)) == (SwapState.AGREED, ("Ann",))
        assert told(lead)[-1] == "Approve a swap on Payments?"
        with pytest.raises(Refused, match="Only leads of the team"):
            swapping.decide(swap, approves=True, by=ben, now=NOW)
        for _ in range(2):
            swapping.decide(swap, approves=True, by=lead, now=NOW)
        assert first(roster, DURING) == ("Ben",)
        assert Override.objects.count() == 1

    def test_refusing_needs_a_reason_that_both_read(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        swap = swapping.offer(asked(roster, ann), by=ben, now=NOW)
        with pytest.raises(Refused, match="Say in one line why not"):
            swapping.decide(swap, approves=False, by=lead, now=NOW)

        swapping.decide(swap, approves=False, by=lead, now=NOW, answer="Too new {here}.")

        assert first(roster, DURING) == ("Ann",)
        body = Message.objects.filter(person=ben).latest("pk").body
        assert "Lea refused it: Too new {here}." in body

    def test_nobody_approves_their_own_swap_while_there_is_another_lead(
        self, roster: Roster, ann: Person, lead: Person
    ) -> None:
        other = make_person("Other")
        Membership.objects.create(person=other, team_id=roster.team_id or 0, is_lead=True)
        swap = swapping.offer(asked(roster, ann), by=lead, now=NOW)

        with pytest.raises(Refused, match="Other can decide"):
            swapping.decide(swap, approves=True, by=lead, now=NOW)


def test_taking_it_back_leaves_it_where_it_was(roster: Roster, ann: Person, ben: Person) -> None:
    swap = asked(roster, ann)

    for _ in range(2):
        swapping.withdraw(swap, by=ann, now=NOW)

    assert told(ben) == []  # the question was still on its way
    with pytest.raises(Refused, match="This was taken back"):
        swapping.offer(swap, by=ben, now=NOW)


def test_those_who_were_asked_are_asked_again_each_day_and_no_sooner(
    roster: Roster, ann: Person, ben: Person
) -> None:
    swapping.ask(roster, Gift(ben, MONDAY + 2 * DAY, MONDAY + 3 * DAY), by=ben, now=NOW)

    assert swap_reminders.sweep(now=NOW + timedelta(hours=23)) == 0
    assert swap_reminders.sweep(now=NOW + DAY) == 1
    assert swap_reminders.sweep(now=NOW + DAY) == 0
    assert told(ann) == ["Can you take a shift of Ben?"] * 2


def test_when_it_begins_and_nobody_took_it_they_are_told(
    roster: Roster, ann: Person, ben: Person
) -> None:
    swap = asked(roster, ann)

    for _ in range(2):
        swap_reminders.sweep(now=NOW + DAY)

    swap.refresh_from_db()
    assert swap.state == SwapState.EXPIRED
    assert told(ann) == ["Nobody took your shift"]
    with pytest.raises(Refused, match="The shift has begun"):
        swapping.offer(swap, by=ben, now=NOW + DAY)


BACK = (MONDAY + DAY, MONDAY + 2 * DAY)
"""What Ben gives of his own week."""
HALVES = (
    "Sun 22 Nov, 03:00 to Sun 22 Nov, 11:00",
    "Tue 24 Nov, 09:00 to Wed 25 Nov, 09:00",
)


def last_word(person: Person) -> Message:
    found: Message = Message.objects.filter(person=person).latest("pk")
    return found


def exchanged(roster: Roster, ann: Person, ben: Person) -> ShiftSwap:
    swap = asked(roster, ann, wants_return=True, reason="A wedding")
    swapping.offer(swap, by=ben, now=NOW, returns=BACK)
    return swapping.accept(ShiftOffer.objects.get(), by=ann, now=NOW)


class TestBothHalves:
    """Every message of an exchange names what each takes, with dates."""

    def test_the_offer_and_what_is_done(self, roster: Roster, ann: Person, ben: Person) -> None:
        exchanged(roster, ann, ben)

        offered = Message.objects.get(person=ann, subject__contains="would take your shift")
        assert all(one in offered.body for one in HALVES)
        for person, lines in (
            (ann, ("You are no longer on call: ", "You are first on call: ")),
            (ben, ("You are first on call: ", "You are no longer on call: ")),
        ):
            word = last_word(person)
            assert word.subject == "Ben takes a shift of Ann"
            for line, half in zip(lines, HALVES, strict=True):
                assert f"- {line}{half}" in word.body
            assert "Why: A wedding." in word.body

    def test_what_a_lead_approves_and_what_they_refuse(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        Roster.objects.update(swaps_need_approval=True)
        roster.refresh_from_db()
        swap = exchanged(roster, ann, ben)
        assert last_word(lead).subject == "Approve a swap on Payments?"
        assert all(one in last_word(lead).body for one in HALVES)

        swapping.decide(swap, approves=False, by=lead, now=NOW, answer="Too few of us")

        assert all(one in last_word(ben).body for one in HALVES)


class TestForOthers:
    def test_a_lead_asks_for_somebody_who_reads_it(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        swapping.ask(roster, gift(ann, reason="She is ill"), by=lead, now=NOW)

        assert told(ann) == ["Lea asks others to take a shift of yours"]
        assert "Lea asks for Ann whether you can take the calls" in last_word(ben).body
        assert told(lead) == []

    def test_a_lead_says_yes_for_the_one_who_was_asked_and_it_is_kept_who_did(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        swap = asked(roster, ann, asked_of=ben)
        with pytest.raises(Refused, match="Only Ben or a lead"):
            swapping.say_yes_for(swap, ben, by=ann, now=NOW)

        for _ in range(2):
            swapping.say_yes_for(swap, ben, by=lead, now=NOW)

        assert first(roster, DURING) == ("Ben",)
        assert ShiftOffer.objects.get().note == "Lea said yes for Ben."
        assert last_word(ben).subject == "Ben takes a shift of Ann"
        assert "Lea said yes for Ben." in last_word(ben).body

    def test_nobody_says_yes_for_somebody_who_is_away_or_not_asked(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        swap = asked(roster, ann, asked_of=ben)
        with pytest.raises(Refused, match="Ben was asked"):
            swapping.say_yes_for(swap, lead, by=lead, now=NOW)
        Absence.objects.create(person=ben, starts_at=NOW, ends_at=NOW + 3 * DAY)
        with pytest.raises(Refused, match="Ben is away"):
            swapping.say_yes_for(swap, ben, by=lead, now=NOW)

    @pytest.mark.parametrize("who", ["Ben", "Lea"])
    def test_the_one_who_was_asked_or_a_lead_says_no_and_the_team_is_asked(
        self, roster: Roster, ann: Person, ben: Person, lead: Person, who: str
    ) -> None:
        swap = asked(roster, ann, asked_of=ben)
        with pytest.raises(Refused, match="Only Ben or a lead"):
            swapping.decline(swap, by=make_person("Zoe"), now=NOW)
        by = Person.objects.get(short_name=who)

        for _ in range(2):
            swapping.decline(swap, by=by, now=NOW + timedelta(minutes=1))

        assert ShiftSwap.objects.get().asked_of is None
        assert last_word(ann).subject == "Ben cannot take your shift"
        said_no = "Lea said no for you" in told(ben)
        assert said_no is ("says Lea" in last_word(ann).body) is (by == lead)
        assert ("Can you take a shift of Ann?" in told(lead)) is (by == ben)

    def test_whoever_has_answered_is_not_asked_again_with_the_others(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        cy = make_person("Cy")
        Membership.objects.create(person=cy, team=roster.team)  # type: ignore[misc]  # it has one
        far = Gift(ann, NOW + 8 * DAY, NOW + 9 * DAY, asked_of=ben, wants_return=True)
        Override.objects.create(
            roster=roster, person=ann, instead_of=ben, starts_at=NOW, ends_at=NOW + 20 * DAY
        )
        swap = swapping.ask(roster, far, by=ann, now=NOW)
        swapping.decline(swap, by=ben, now=NOW)

        swap_reminders.sweep(now=NOW + DAY)

        again = NOW + DAY
        asked_again = Message.objects.filter(created_at__gte=again, subject__startswith="Can you")
        assert {one.person for one in asked_again} == {lead, cy}
        assert not sharing.concerning(ben, now=again).answers
        assert sharing.concerning(cy, now=again).answers


class TestExchangeTooLate:
    """What is given in exchange comes first, and nobody answered until it had begun."""

    LATE = (MONDAY + 8 * DAY, MONDAY + 9 * DAY)

    def offered(self, roster: Roster, ann: Person, ben: Person) -> ShiftOffer:
        gone = Gift(ann, *self.LATE, wants_return=True)
        swap = swapping.ask(roster, gone, by=ann, now=NOW)
        swapping.offer(swap, by=ben, now=NOW, returns=BACK)
        return ShiftOffer.objects.select_related("swap__roster").get()

    def test_it_is_not_accepted_and_what_has_been_stays(
        self, roster: Roster, ann: Person, ben: Person
    ) -> None:
        made = self.offered(roster, ann, ben)

        with pytest.raises(Refused, match="would give in exchange has begun"):
            swapping.accept(made, by=ann, now=BACK[1] + DAY)

        assert first(roster, BACK[0]) == ("Ben",)
        assert first(roster, self.LATE[0]) == ("Ann",)

    def test_it_is_not_approved_either_but_can_be_refused(
        self, roster: Roster, ann: Person, ben: Person, lead: Person
    ) -> None:
        Roster.objects.update(swaps_need_approval=True)
        made = self.offered(roster, ann, ben)
        swap = swapping.accept(made, by=ann, now=NOW)

        with pytest.raises(Refused, match="has begun"):
            swapping.decide(swap, approves=True, by=lead, now=BACK[0])
        swapping.decide(swap, approves=False, by=lead, now=BACK[0], answer="Too late")

        assert first(roster, BACK[0]) == ("Ben",)

    def test_nobody_offers_what_has_begun(self, roster: Roster, ann: Person, ben: Person) -> None:
        swap = self.offered(roster, ann, ben).swap

        with pytest.raises(Refused, match="Choose one that is still to come"):
            swapping.offer(swap, by=ben, now=BACK[0] + timedelta(hours=1), returns=BACK)


class TestTakenBack:
    @pytest.mark.parametrize("who", ["Ann", "Ben", "Lea"])
    def test_either_or_a_lead_undoes_what_holds(
        self, roster: Roster, ann: Person, ben: Person, lead: Person, who: str
    ) -> None:
        swap = exchanged(roster, ann, ben)
        by = Person.objects.get(short_name=who)

        for _ in range(2):
            swapping.undo(swap, by=by, now=NOW + timedelta(minutes=1))

        assert first(roster, DURING) == ("Ann",)
        assert first(roster, MONDAY + DAY) == ("Ben",)
        swap.refresh_from_db()
        assert (swap.state, swap.decided_by) == (SwapState.UNDONE, by)
        for person in {ann, ben} - {by}:
            assert last_word(person).subject == "The swap on Payments was undone"
            assert all(one in last_word(person).body for one in HALVES)

    def test_not_by_others_and_not_once_it_has_begun(
        self, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swap = exchanged(roster, ann, ben)
        with pytest.raises(Refused, match="Only the two who swapped"):
            swapping.undo(swap, by=make_person("Zoe"), now=NOW)
        with pytest.raises(Refused, match="It has begun"):
            swapping.undo(swap, by=ann, now=DURING)

    def test_an_offer_is_withdrawn_before_and_after_it_is_agreed(
        self, roster: Roster, ann: Person, ben: Person
    ) -> None:
        Roster.objects.update(swaps_need_approval=True)
        roster.refresh_from_db()
        swap = asked(roster, ann, wants_return=True)
        swapping.offer(swap, by=ben, now=NOW, returns=BACK)
        made = ShiftOffer.objects.get()
        with pytest.raises(Refused, match="Only Ben or a lead"):
            swapping.withdraw_offer(made, by=ann, now=NOW)

        for _ in range(2):
            swapping.withdraw_offer(made, by=ben, now=NOW)

        assert last_word(ann).subject == "Ben no longer offers to take your shift"
        with pytest.raises(Refused, match="taken this offer back"):
            swapping.accept(made, by=ann, now=NOW)

        later = NOW + timedelta(minutes=1)
        swapping.offer(swap, by=ben, now=later)
        again = swapping.withdraw_offer(made, by=ben, now=later)
        assert (again.state, again.taker) == (SwapState.ASKED, None)
        assert first(roster, DURING) == ("Ann",)
