"""Temporary schedules by a page: holes are said, what runs is not rewritten."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from rosters.models import Absence, Person, Roster, TemporarySchedule
from rosters.queries.oncall import duty_of
from tests.world import NOW, World, at

pytestmark = pytest.mark.django_db
HERE = "/oncall/payments-on-call/temporary/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def keeper(world: World, signed_in: Callable[[Person], Client]) -> Client:
    Roster.objects.filter(pk=world.roster.pk).update(team=world.team)
    return signed_in(world.alice)


def christmas(**changes) -> dict[str, Any]:
    return {
        "name": "Christmas",
        "starts_at": "2026-12-24T09:00",
        "ends_at": "2026-12-27T09:00",
        "shift_person_0": "Erin Example",
        "shift_from_0": "2026-12-24T09:00",
        "shift_to_0": "2026-12-26T09:00",
        "shift_level_0": "1",
        "reason": "Agreed in the team",
    } | changes


def test_its_holes_are_said_before_it_is_kept(keeper: Client) -> None:
    page = text(keeper.post(f"{HERE}new/", christmas(do="preview")))

    assert "Nobody is on call from Sat 26 Dec, 09:00 to Sun 27 Dec, 09:00." in page
    assert not TemporarySchedule.objects.exists()


def test_it_is_kept_and_listed(keeper: Client, world: World) -> None:
    page = text(keeper.post(f"{HERE}new/", christmas(), follow=True))

    made = TemporarySchedule.objects.get()
    assert (made.created_by, made.shifts.get().person) == (world.alice, world.erin)
    assert "One temporary schedule on Payments on call" in page
    week = text(keeper.get("/oncall/payments-on-call/?from=2026-12-24"))
    assert "replaces everything" in week


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "Give it a name"),
        ({"ends_at": "2026-12-24T09:00"}, "It must end after it starts."),
        ({"ends_at": "2027-12-24T09:00"}, "It lasts at most 62 days."),
        ({"starts_at": "soon"}, "is not a day and a time"),
        ({"shift_person_0": "Nobody"}, "Shift 1: nobody here is called “Nobody”."),
        ({"shift_to_0": ""}, "Shift 1: say from when until when."),
        ({"shift_to_0": "2026-12-24T08:00"}, "must end after it starts"),
        ({"reason": ""}, "Say why in one line."),
        ({"starts_at": "2020-12-24T09:00", "ends_at": "2020-12-27T09:00"}, "outside of the window"),
    ],
)
def test_what_is_wrong_is_a_sentence(
    keeper: Client, changes: dict[str, Any], sentence: str
) -> None:
    answer = keeper.post(f"{HERE}new/", christmas(**changes))

    assert answer.status_code == 422
    assert sentence in text(answer)


def test_one_that_runs_keeps_what_has_been(
    keeper: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper.post(f"{HERE}new/", christmas())
    old = TemporarySchedule.objects.get()
    later = old.starts_at + timedelta(hours=5)
    monkeypatch.setattr("config.portal.clock.act_now", lambda: later)
    was = keeper.get(f"{HERE}{old.pk}/").context["form"]["was"].value()

    keeper.post(f"{HERE}{old.pk}/", christmas(shift_person_0="Carol Example", was=was))

    old.refresh_from_db()
    fresh = TemporarySchedule.objects.exclude(pk=old.pk).get()
    assert old.ends_at == later == fresh.starts_at
    assert (old.shifts.get().person, fresh.shifts.get().person) == (world.erin, world.carol)


def test_the_second_writer_is_told(keeper: Client) -> None:
    keeper.post(f"{HERE}new/", christmas())
    pk = TemporarySchedule.objects.get().pk

    answer = keeper.post(f"{HERE}{pk}/", christmas(name="Yule", was="another"))

    assert answer.status_code == 409
    assert "You changed this temporary schedule" in text(answer)


def test_ending_one_that_has_not_begun_removes_it(keeper: Client) -> None:
    keeper.post(f"{HERE}new/", christmas())

    keeper.post(f"{HERE}{TemporarySchedule.objects.get().pk}/end/")

    assert not TemporarySchedule.objects.exists()


def test_who_may_not_only_reads(world: World, keeper: Client, signed_in) -> None:
    keeper.post(f"{HERE}new/", christmas())
    stranger = signed_in(world.frank)

    assert "Christmas" in text(stranger.get(HERE))
    assert "Only leads of the team" in text(stranger.get(f"{HERE}new/"))
    stranger.post(f"{HERE}{TemporarySchedule.objects.get().pk}/end/")
    assert TemporarySchedule.objects.filter(ends_at__gt=NOW).exists()


BACKUP = {
    "shift_person_1": "Bob Example",
    "shift_from_1": "2026-12-24T09:00",
    "shift_to_1": "2026-12-27T09:00",
    "shift_level_1": "2",
}


def test_a_backup_who_moves_up_is_no_gap(keeper: Client, world: World) -> None:
    sentence = "Bob Example is first on call from Sat 26 Dec, 09:00 to Sun 27 Dec, 09:00."

    preview = text(keeper.post(f"{HERE}new/", christmas(do="preview", **BACKUP)))
    listed = text(keeper.post(f"{HERE}new/", christmas(**BACKUP), follow=True))

    for page in (preview, listed):
        assert sentence in page
        assert "Nobody is on call" not in page
    then = at("2026-12-26 12:00")
    assert duty_of(world.roster, now=then).is_gap is False


def test_who_is_away_in_it_leaves_a_gap(keeper: Client, world: World) -> None:
    Absence.objects.create(
        person=world.erin, starts_at=at("2026-12-25 08:00"), ends_at=at("2026-12-25 20:00")
    )

    page = text(keeper.post(f"{HERE}new/", christmas(do="preview")))

    assert "Nobody is on call from Fri 25 Dec, 09:00 to 21:00." in page


class TestOneInsideTheOther:
    @pytest.fixture
    def both(self, keeper: Client) -> TemporarySchedule:
        keeper.post(f"{HERE}new/", christmas())
        inner = {"name": "Inner", "shift_person_0": "Bob Example", "ends_at": "2026-12-25T09:00"}
        keeper.post(f"{HERE}new/", christmas(shift_to_0="2026-12-25T09:00", **inner))
        return TemporarySchedule.objects.get(name="Inner")

    def test_the_one_that_wins_is_above(self, keeper: Client, both: TemporarySchedule) -> None:
        week = text(keeper.get("/oncall/payments-on-call/?from=2026-12-21"))
        assert week.index(">Inner<") < week.index(">Christmas<")

        listed = text(keeper.get(HERE))
        assert "“Inner” wins over it</b> from Thu 24 Dec, 09:00 to Fri 25 Dec, 09:00" in listed

    def test_ending_it_says_what_holds_then(self, keeper: Client, both: TemporarySchedule) -> None:
        page = text(keeper.post(f"{HERE}{both.pk}/end/", follow=True))

        assert "Inner ends. “Christmas” holds there now." in page
        assert "The regular turns hold again" not in page

        last = TemporarySchedule.objects.get()
        page = text(keeper.post(f"{HERE}{last.pk}/end/", follow=True))
        assert "Christmas ends. The regular turns hold again." in page
