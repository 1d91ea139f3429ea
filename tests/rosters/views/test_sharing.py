"""Taking, giving and swapping shifts in the browser: two presses, in words, without script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import (
    Absence,
    CoverageTarget,
    HandoverNote,
    Membership,
    Override,
    Person,
    Roster,
    ShiftSwap,
    TemporarySchedule,
)
from rosters.operations import handover_notes, swapping
from rosters.operations.swapping import Gift
from rosters.queries import swaps as reading
from tests.factories import make_person, make_roster, make_team
from tests.world import NOW

pytestmark = pytest.mark.django_db

Browser = Callable[[Person], Client]
FROM, TO = "2026-11-22T03:00", "2026-11-22T11:00"  # in Berlin
WINDOW = (NOW + timedelta(days=1), NOW + timedelta(days=1, hours=8))


@pytest.fixture
def signed_in(signed_in: Browser) -> Browser:
    """A browser of anybody; those made for a test may sign in."""

    def browser(person: Person) -> Client:
        Person.objects.filter(pk=person.pk).update(may_sign_in=True)
        person.may_sign_in = True
        return signed_in(person)

    return browser


@pytest.fixture
def ann(db: None) -> Person:
    return make_person("Ann")


@pytest.fixture
def ben(db: None) -> Person:
    return make_person("Ben")


@pytest.fixture
def roster(ann: Person, ben: Person) -> Roster:
    return make_roster([ann, ben], name="Payments")


def body(response: object) -> str:
    return re.sub(r"\s+", " ", response.content.decode())  # type: ignore[attr-defined]


class TestAskingForCover:
    def test_one_press_asks_and_then_the_page_says_who_asked(
        self, signed_in: Browser, roster: Roster, ann: Person
    ) -> None:
        roster.team = make_team()
        roster.save()
        lea, zoe = make_person("Lea"), make_person("Zoe")
        Membership.objects.create(person=lea, team=roster.team, is_lead=True)
        days = {"starts_at": NOW, "ends_at": NOW + timedelta(days=30)}
        for one in (ann, Person.objects.get(short_name="Ben")):
            Absence.objects.create(person=one, **days)
        browser, path = signed_in(zoe), f"/oncall/{roster.slug}/ask/"
        own = f"/oncall/{roster.slug}/"
        pages = ("/oncall/", own, "/oncall/coverage/", f"{own}take/")
        before = [body(browser.get(one)) for one in pages]

        done = browser.post(path, follow=True)

        assert [f'action="{path}"' in one for one in before] == [True] * len(pages)
        assert "Lea was asked to put somebody in." in body(done)
        after = [body(browser.get(one)) for one in pages]
        assert [f'action="{path}"' in one for one in after] == [False] * len(pages)
        assert ["by Zoe." in one for one in after] == [True] * len(pages)

    def test_without_a_gap_it_says_so(
        self, signed_in: Browser, roster: Roster, ben: Person
    ) -> None:
        done = signed_in(ben).post(f"/oncall/{roster.slug}/ask/", follow=True)

        assert "nobody has to be asked" in body(done)


def heading(response: object) -> str:
    return body(response).split("<h1", 1)[1].split("</h1>")[0]


class TestTaking:
    def test_two_presses_take_a_shift_of_a_temporary_schedule(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        schedule = TemporarySchedule.objects.create(
            roster=roster, name="Christmas", starts_at=WINDOW[0], ends_at=WINDOW[1]
        )
        schedule.shifts.create(person=ann, starts_at=WINDOW[0], ends_at=WINDOW[1])
        form = {"starts_at": FROM, "ends_at": TO, "instead_of": ann.pk}

        done = signed_in(ben).post(f"/oncall/{roster.slug}/take/", form, follow=True)

        assert schedule.shifts.get().person == ben
        assert (
            "You are on call for Payments from Sun 22 Nov, 03:00 to 11:00."
            " The temporary schedule says so now." in body(done)
        )

    def test_two_presses_take_a_shift(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        client = signed_in(ben)
        page = body(client.get(f"/oncall/{roster.slug}/take/"))
        link = re.search(rf'href="(\?from=[^"]+instead_of={ann.pk})"', page)
        assert link
        chosen = client.get(f"/oncall/{roster.slug}/take/{link[1].replace('&amp;', '&')}")
        form = chosen.context["form"].initial

        done = client.post(f"/oncall/{roster.slug}/take/", form, follow=True)

        assert Override.objects.get().person == ben
        assert "You are on call for Payments from " in body(done)
        assert "/end/" in body(done)  # one press undoes it

    def test_a_gap_is_taken_too(self, signed_in: Browser, ann: Person) -> None:
        roster = make_roster([ann])
        Override.objects.create(
            roster=roster, kind="remove", instead_of=ann, starts_at=WINDOW[0], ends_at=WINDOW[1]
        )
        client = signed_in(ann)
        assert "Gap" in body(client.get(f"/oncall/{roster.slug}/take/"))

        made = client.post(
            f"/oncall/{roster.slug}/take/",
            {"starts_at": FROM, "ends_at": TO, "instead_of": "", "reason": ""},
        )

        assert made.status_code == 302
        assert Override.objects.get(kind="add").person == ann

    @pytest.mark.parametrize("page", ["take", "override"])
    def test_nobody_chosen_is_me_in_words(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person, page: str
    ) -> None:
        lead = make_person("Lea")
        Person.objects.filter(pk=lead.pk).update(is_superuser=True)
        client = signed_in(Person.objects.get(pk=lead.pk))
        query = "?from=2026-11-22T03:00Z&to=2026-11-22T11:00Z"
        shown = body(client.get(f"/oncall/{roster.slug}/{page}/{query}"))
        chosen = shown.split('<select name="person"')[1].split("</select>")[0]

        assert "---------" not in shown
        assert "Who is on call <" not in shown
        assert re.findall(r">([^<]+)</option>", chosen) == ["Me", "Ann", "Ben"]
        client.post(f"/oncall/{roster.slug}/{page}/", {"starts_at": FROM, "ends_at": TO})
        assert Override.objects.get().person == lead

    def test_a_mistake_is_said_and_what_was_typed_stays(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        typed = {"starts_at": TO, "ends_at": FROM, "instead_of": ann.pk, "reason": "A wedding"}

        response = signed_in(ben).post(f"/oncall/{roster.slug}/take/", typed)

        assert response.status_code == 422
        assert "It must end after it starts." in body(response)
        assert "A wedding" in body(response)

    def test_a_stranger_reads_why_not(self, signed_in: Browser, roster: Roster) -> None:
        client = signed_in(make_person("Zoe"))

        page = body(client.get(f"/oncall/{roster.slug}/take/"))
        assert "Only people of this roster" in page
        assert "You are called then" not in page
        assert "Only a part of one" not in body(client.get(f"/oncall/{roster.slug}/give/"))
        client.post(f"/oncall/{roster.slug}/take/", {"starts_at": FROM, "ends_at": TO})
        assert not Override.objects.exists()

    @pytest.mark.parametrize("query", ["from=x&to=y", "from=1&instead_of=x", "to=9999-99-99"])
    def test_an_odd_address_shows_the_page(
        self, signed_in: Browser, roster: Roster, ben: Person, query: str
    ) -> None:
        assert signed_in(ben).get(f"/oncall/{roster.slug}/take/?{query}").status_code == 200


class TestSwapping:
    def test_from_asking_to_taking(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        asked = signed_in(ann).post(
            f"/oncall/{roster.slug}/give/",
            {"starts_at": FROM, "ends_at": TO, "asked_of": "", "reason": "A wedding"},
            follow=True,
        )
        assert "You ask the team to take a shift" in body(asked)
        swap = ShiftSwap.objects.get()

        done = signed_in(ben).post(f"/oncall/swaps/{swap.pk}/offer/", follow=True)

        assert "Ben takes a shift of Ann" in body(done)
        assert Override.objects.get().person == ben

    def test_an_exchange_is_chosen_and_accepted(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swap = swapping.ask(roster, Gift(ann, *WINDOW, wants_return=True), by=ann, now=NOW)
        page = body(signed_in(ben).get(f"/oncall/swaps/{swap.pk}/"))
        value = re.search(r'name="returns" required value="([^"]+/[^"]+)"', page)
        assert value

        undecided = signed_in(ben).post(f"/oncall/swaps/{swap.pk}/offer/")
        assert undecided.status_code == 422
        assert "Choose one of your shifts, or nothing in exchange." in body(undecided)
        assert not re.search(r'name="returns"[^>]* checked', page)

        signed_in(ben).post(f"/oncall/swaps/{swap.pk}/offer/", {"returns": value[1]})
        offer = swap.offers.get()
        waits = signed_in(ann)
        assert "Ben would take your shift for one of theirs" in heading(
            waits.get(f"/oncall/swaps/{swap.pk}/")
        )
        assert "Ben would take your shift" in body(waits.get("/"))
        assert "Ben would take your shift" in body(waits.get("/me/"))
        assert "Your answer is wanted" in body(waits.get("/oncall/swaps/"))
        assert "Offered, not agreed yet" in body(signed_in(ben).get("/oncall/swaps/"))
        waits.post(f"/oncall/swaps/offers/{offer.pk}/accept/")

        assert Override.objects.count() == 2
        assert "would take your shift" not in body(waits.get("/"))

    def test_whoever_is_asked_or_approves_reads_it_on_now(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        team = make_team()
        Roster.objects.filter(pk=roster.pk).update(swaps_need_approval=True, team=team)
        roster.refresh_from_db()
        lead = make_person("Lea")
        Membership.objects.create(team=team, person=lead, is_lead=True)
        swap = swapping.ask(roster, Gift(ann, *WINDOW, asked_of=ben), by=ann, now=NOW)

        assert "Can you take a shift of Ann?" in body(signed_in(ben).get("/"))
        assert "a shift of Ann" not in body(signed_in(lead).get("/"))

        swapping.offer(swap, by=ben, now=NOW)

        assert "Can you take a shift of Ann?" not in body(signed_in(ben).get("/"))
        assert "May Ben take a shift of Ann?" in body(signed_in(lead).get("/"))

    def test_an_exchange_is_a_whole_shift_and_both_lengths_are_said(
        self, signed_in: Browser, ann: Person, ben: Person
    ) -> None:
        cy, dan = make_person("Cy"), make_person("Dan")
        four = make_roster([ann, cy, dan, ben], name="Payments")  # Ben: 7 to 14 December
        day = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)
        swap = swapping.ask(
            four, Gift(ann, day, day + timedelta(days=1), wants_return=True), by=ann, now=NOW
        )
        asked = reading.page(swap, reader=ben, now=NOW).exchanges
        cut = reading.page(swap, reader=ben, now=day - timedelta(hours=1)).exchanges

        assert asked == cut
        assert [one.ends_at - one.starts_at for one in asked] == [timedelta(days=7)]
        late = datetime(2026, 12, 14, 8, 0, tzinfo=UTC) - timedelta(days=31)
        assert all(
            one.ends_at - one.starts_at == timedelta(days=7)
            for one in reading.page(swap, reader=ben, now=late).exchanges
        )
        page = body(signed_in(ben).get(f"/oncall/swaps/{swap.pk}/"))
        assert "24 h for 168 h. Ann accepts it or not." in page
        value = re.search(r'name="returns" required value="([^"]+/[^"]+)"', page)
        assert value
        after = body(
            signed_in(ben).post(
                f"/oncall/swaps/{swap.pk}/offer/", {"returns": value[1]}, follow=True
            )
        )
        assert "You offer to take a shift of Ann" in after
        assert "Ann accepts your offer or not: 24 h for 168 h." in after
        assert "Can you take" not in after.split("<main")[1]
        answer = body(signed_in(ann).get(f"/oncall/swaps/{swap.pk}/"))
        assert "24 h for 168 h" in answer

    def test_everybody_who_is_asked_reads_it_on_now_me_and_the_rosters_page(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swapping.ask(roster, Gift(ann, *WINDOW), by=ann, now=NOW)
        stranger = make_person("Zoe")

        for page in ("/", "/me/"):
            assert "Can you take a shift of Ann?" in body(signed_in(ben).get(page))
            assert "You ask the team to take a shift" in body(signed_in(ann).get(page))
            assert "a shift of Ann" not in body(signed_in(stranger).get(page))
        page = body(signed_in(ben).get(f"/oncall/{roster.slug}/"))
        assert "Ann asks the team to take a shift" in page

        Absence.objects.create(person=ben, starts_at=WINDOW[0], ends_at=WINDOW[1])
        assert "a shift of Ann" not in body(signed_in(ben).get("/me/"))

    def test_an_offer_stays_in_sight_and_is_taken_back_with_one_press(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swap = swapping.ask(roster, Gift(ann, *WINDOW, wants_return=True), by=ann, now=NOW)
        day = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        swapping.offer(swap, by=ben, now=NOW, returns=(day, day + timedelta(days=1)))
        client = signed_in(ben)
        assert "You offer to take a shift of Ann" in body(client.get("/me/"))
        assert "Take my offer back" in body(client.get(f"/oncall/swaps/{swap.pk}/"))
        assert "In exchange Ann takes" in body(signed_in(ann).get("/"))

        done = client.post(f"/oncall/swaps/offers/{swap.offers.get().pk}/back/", follow=True)

        assert "Taken back. Ann reads it" in body(done)
        assert "You offer to take a shift of Ann" not in body(client.get("/me/"))

    def test_a_lead_asks_and_answers_for_others_and_undoes_it(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        team = make_team()
        Roster.objects.filter(pk=roster.pk).update(team=team)
        lead = make_person("Lea")
        Membership.objects.create(team=team, person=lead, is_lead=True)
        client = signed_in(lead)
        address = f"/oncall/{roster.slug}/give/"
        assert "Ask for somebody else" in body(client.get(address))
        assert "Ask for somebody else" not in body(signed_in(ann).get(address))
        form = {"starts_at": FROM, "ends_at": TO, "asked_of": ben.pk, "reason": "She is ill"}

        asked = client.post(f"{address}?person={ann.pk}", form, follow=True)
        swap = ShiftSwap.objects.get()
        assert "Ben said yes" in body(asked)
        done = client.post(f"/oncall/swaps/{swap.pk}/yes/", {"person": ben.pk}, follow=True)

        assert "Lea said yes for Ben." in body(done)
        assert Override.objects.get().person == ben
        assert "Undo this swap" in body(signed_in(ben).get(f"/oncall/swaps/{swap.pk}/"))
        for _ in range(2):
            undone = client.post(f"/oncall/swaps/{swap.pk}/undo/", follow=True)
        assert not Override.objects.exists()
        assert "UndoneLea" in re.sub("<[^>]+>", "", body(undone))
        assert "Lea undid it. Each has their own shift again." in body(undone)
        listed = body(client.get("/oncall/swaps/?which=all"))
        assert '<span class="tag">Undone</span>' in listed

    def test_a_lead_says_no_for_the_one_who_was_asked(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        team = make_team()
        Roster.objects.filter(pk=roster.pk).update(team=team)
        lead = make_person("Lea")
        Membership.objects.create(team=team, person=lead, is_lead=True)
        swap = swapping.ask(roster, Gift(ann, *WINDOW, asked_of=ben), by=ann, now=NOW)
        client, address = signed_in(lead), f"/oncall/swaps/{swap.pk}/"
        assert "Ben cannot" in body(client.get(address))
        assert "Ben cannot" not in body(signed_in(ann).get(address))

        done = client.post(f"{address}decline/", follow=True)

        assert "Ben says no, and reads that you said so. The team is asked now." in body(done)
        assert "Lea said so, " in re.sub("<[^>]+>", "", body(done))

    def test_a_refused_swap_reads_agreed_nowhere(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        team = make_team()
        Roster.objects.filter(pk=roster.pk).update(swaps_need_approval=True, team=team)
        roster.refresh_from_db()
        lead = make_person("Lea")
        Membership.objects.create(team=team, person=lead, is_lead=True)
        swap = swapping.ask(roster, Gift(ann, *WINDOW), by=ann, now=NOW)
        swapping.offer(swap, by=ben, now=NOW)
        address = f"/oncall/swaps/{swap.pk}/"
        agreed = '<span class="tag ok">Agreed</span>'
        assert agreed in body(signed_in(lead).get(address))

        swapping.decide(swap, approves=False, by=lead, now=NOW, answer="Too few")

        assert agreed not in body(signed_in(lead).get(address))

    def test_without_the_first_it_says_who_moves_up(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        Person.objects.filter(pk=ann.pk).update(is_superuser=True)
        ann.refresh_from_db()
        form = {"kind": "remove", "instead_of": ann.pk, "starts_at": FROM, "ends_at": TO}

        done = signed_in(ann).post(f"/oncall/{roster.slug}/take/", form, follow=True)

        assert "Ann is not on call for Payments from Sun 22 Nov, 03:00 to 11:00. Nobody is." in (
            body(done)
        )

    def test_a_lead_cancels_the_request_of_somebody_apart_from_taking_it(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        Person.objects.filter(pk=ben.pk).update(is_superuser=True)
        swap = swapping.ask(roster, Gift(ann, *WINDOW), by=ann, now=NOW)

        page = body(signed_in(Person.objects.get(pk=ben.pk)).get(f"/oncall/swaps/{swap.pk}/"))

        assert "Take it back" not in page
        assert "Cancel Ann's request" in page.split("<aside")[-1]
        assert page.index("I take it") < page.index("Cancel Ann's request")

    def test_who_comes_second_reads_who_has_it(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        three = make_roster([ann, ben, cy := make_person("Cy")])
        swap = swapping.ask(three, Gift(ann, *WINDOW), by=ann, now=NOW)
        swapping.offer(swap, by=ben, now=NOW)

        response = signed_in(cy).post(f"/oncall/swaps/{swap.pk}/offer/")

        assert response.status_code == 422
        assert "Ben has this shift already." in body(response)

    def test_a_return_that_is_no_shift_is_refused(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swap = swapping.ask(roster, Gift(ann, *WINDOW, wants_return=True), by=ann, now=NOW)

        response = signed_in(ben).post(f"/oncall/swaps/{swap.pk}/offer/", {"returns": "x/y"})

        assert response.status_code == 422
        assert not swap.offers.exists()

    def test_nobody_gives_a_shift_of_somebody_else(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        client = signed_in(ben)
        page = client.get(f"/oncall/{roster.slug}/give/?person={ann.pk}")

        assert "Only Ann or a lead of the team" in body(page)
        typed = {"starts_at": FROM, "ends_at": TO}
        client.post(f"/oncall/{roster.slug}/give/?person={ann.pk}", typed)
        assert not ShiftSwap.objects.exists()

    def test_the_list_has_the_same_queries_for_three_and_thirty(
        self, signed_in: Browser, ann: Person, ben: Person
    ) -> None:
        client = signed_in(ann)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert client.get("/oncall/swaps/").status_code == 200
            return len(captured)

        def make(count: int) -> None:
            for _ in range(count):
                roster = make_roster([ann, ben])
                swapping.ask(roster, Gift(ann, *WINDOW), by=ann, now=NOW)

        make(3)
        few = queries()
        make(27)
        assert queries() == few

    @pytest.mark.parametrize("query", ["?which=mine", "?which=all", "?which=x&q=%00", "?q=zzz"])
    def test_filters_answer_whatever_is_asked(
        self, signed_in: Browser, ann: Person, query: str
    ) -> None:
        assert signed_in(ann).get(f"/oncall/swaps/{query}").status_code == 200


class TestWhatIsSaid:
    @pytest.fixture
    def cy(self, db: None) -> Person:
        return make_person("Cy")

    @pytest.fixture
    def deep(self, ann: Person, ben: Person, cy: Person) -> Roster:
        """Ann and Cy are first in turn, Ben is always behind them; one level is declared."""
        roster = make_roster([ann, cy], [ben], name="Search")
        CoverageTarget.objects.create(roster=roster, levels=1)
        return roster

    def test_who_is_the_backup_reads_that_nobody_would_be_behind(
        self, signed_in: Browser, deep: Roster, ann: Person, ben: Person, cy: Person
    ) -> None:
        path = f"/oncall/{deep.slug}/take/?from=2026-11-22T02:00Z&to=2026-11-22T10:00Z"
        swap = swapping.ask(deep, Gift(ann, *WINDOW), by=ann, now=NOW)

        for one in (path, f"/oncall/swaps/{swap.pk}/"):
            assert "You are the backup then." in body(signed_in(ben).get(one))
            assert "You are the backup then." not in body(signed_in(cy).get(one))

    def test_first_and_backup_at_once_is_a_gap_of_the_backup(
        self, signed_in: Browser, deep: Roster, ann: Person, ben: Person
    ) -> None:
        form = {"starts_at": FROM, "ends_at": TO, "instead_of": ann.pk}
        browser, own = signed_in(ben), f"/oncall/{deep.slug}/"
        assert "Covered for the next 30 days" in body(browser.get(own))

        done = body(browser.post(f"{own}take/", form, follow=True))

        assert "Nobody is behind then." in done
        assert "Covered for the next 30 days" not in done
        assert "Nobody is backup from Sun 22 Nov, 03:00 to 11:00." in re.sub(r"<[^>]+>", "", done)
        assert "no backup" in body(browser.get(f"{own}?view=month"))
        assert "Nobody is backup for Search" in body(browser.get("/oncall/coverage/"))

    def test_the_week_of_what_was_taken_is_shown(
        self, signed_in: Browser, roster: Roster, ben: Person, ann: Person
    ) -> None:
        form = {
            "starts_at": "2026-12-15T03:00",
            "ends_at": "2026-12-15T11:00",
            "instead_of": ann.pk,
        }

        done = signed_in(ben).post(f"/oncall/{roster.slug}/take/", form, follow=True)

        assert "You are on call for Payments from Tue 15 Dec, 03:00 to 11:00." in body(done)
        assert "Tue 15 Dec to Mon 21 Dec" in body(done)

    def test_the_list_names_who_is_really_not_there(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        """Ben stands in for Ann, and is taken off for some hours."""
        lead = make_person("Lea")
        lead.is_superuser = True
        lead.save()
        days = {"starts_at": NOW, "ends_at": NOW + timedelta(days=2)}
        Override.objects.create(roster=roster, person=ben, instead_of=ann, **days)
        browser, path = signed_in(lead), f"/oncall/{roster.slug}/take/"
        form = {"starts_at": FROM, "ends_at": TO, "instead_of": ben.pk, "kind": "remove"}
        browser.post(path, form)
        gap = {"starts_at": FROM, "ends_at": TO, "person": ben.pk}

        listed = body(browser.get(path))
        browser.post(path, gap)
        week = body(browser.get(f"/oncall/{roster.slug}/"))

        assert "Ben is not there" in listed
        assert "Ann is not there" not in listed
        levels = re.sub(r"<[^>]+>", "", week.partition("How the rows above are made")[0])
        cells = re.findall(
            r"Ben(, instead of Ann)?, [^,]{3,12}, 03:00 to [^,]{0,12}(?:, )?11:00", levels
        )
        assert cells
        assert not any(cells)

    def test_a_lead_has_to_decide_first(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        Roster.objects.filter(pk=roster.pk).update(swaps_need_approval=True)
        swap = swapping.ask(roster, Gift(ann, *WINDOW), by=ann, now=NOW)

        done = signed_in(ben).post(f"/oncall/swaps/{swap.pk}/offer/", follow=True)

        assert "A lead decides now." in body(done)
        assert "You have taken it" not in body(done)

    def test_what_happened_keeps_who_could_not_and_who_took_it_back(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        swap = swapping.ask(roster, Gift(ann, *WINDOW, asked_of=ben), by=ann, now=NOW)
        signed_in(ben).post(f"/oncall/swaps/{swap.pk}/decline/")
        browser = signed_in(ann)
        browser.post(f"/oncall/swaps/{swap.pk}/withdraw/")

        story = body(browser.get(f"/oncall/swaps/{swap.pk}/")).split("What happened")[1]

        assert "Ben could not" in story
        assert "The team was asked then." in story
        assert story.index("Ben could not") < story.index("Taken back")
        assert "Ann," in story.split("Taken back")[1]


class TestNotes:
    def test_a_note_is_left_and_read(
        self, signed_in: Browser, roster: Roster, ann: Person, ben: Person
    ) -> None:
        url = f"/oncall/{roster.slug}/notes/"

        done = signed_in(ann).post(url, {"text": "Disk <b>fills</b> up."}, follow=True)
        note = HandoverNote.objects.get()
        signed_in(ben).post(f"{url}{note.pk}/read/")

        assert "Ben was told." in body(done)
        page = body(signed_in(ann).get(url))
        assert "&lt;b&gt;fills" in page
        assert "Ben read it" in page

    def test_an_empty_note_is_refused(
        self, signed_in: Browser, roster: Roster, ann: Person
    ) -> None:
        twice = signed_in(ann).post(f"/oncall/{roster.slug}/notes/", {"text": ["One.", "Two."]})
        assert twice.status_code == 422
        assert "This was sent twice" in twice.content.decode()
        response = signed_in(ann).post(f"/oncall/{roster.slug}/notes/", {"text": " "})

        assert response.status_code == 422


def test_a_note_waits_on_now_and_me_of_who_comes_until_it_is_read(
    signed_in: Browser, roster: Roster, ann: Person, ben: Person
) -> None:
    note = handover_notes.write(roster, "The disk of db-3 fills up.", by=ann, now=NOW).note
    client = signed_in(ben)
    for page in ("/", "/me/"):
        shown = body(client.get(page))
        assert "Ann hands Payments over to you" in shown
        assert "The disk of db-3 fills up." in shown
        assert "hands Payments over" not in body(signed_in(ann).get(page))

    client.post(f"/oncall/{roster.slug}/notes/{note.pk}/read/")

    assert "hands Payments over" not in body(client.get("/")) + body(client.get("/me/"))


def test_the_letter_of_friday_is_shown_as_it_will_be(
    signed_in: Browser, roster: Roster, ben: Person
) -> None:
    page = body(signed_in(ben).get("/me/"))
    friday = page.split('id="friday"')[1].split("</section>")[0]

    assert "Fri 27 Nov, 12:00" in friday
    assert "we send you your shifts from" in friday
    assert "Payments" in friday
    assert "Now" not in friday.split("on:")[0]
