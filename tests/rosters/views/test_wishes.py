"""Wishes: one's own, entered and taken back."""

from datetime import date, timedelta

import pytest
from django.test import Client

from rosters.models import ShiftWish
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
WISHES = "/me/wishes/"
SAID = {
    "kind": "rather_not",
    "first_day": "2026-12-24",
    "last_day": "2026-12-26",
    "reason": "At my parents’",  # noqa: RUF001  # as people type it
}


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(WISHES).headers["Location"].startswith("/sign-in/")
    assert client.post(WISHES, SAID).status_code == 403
    assert not ShiftWish.objects.exists()


def test_a_wish_is_entered_once(world: World, signed_in) -> None:
    browser = signed_in(world.erin)
    assert "When would you rather not be on call?" in text(browser.get(WISHES))

    for _ in range(2):
        assert browser.post(WISHES, SAID).headers["Location"] == WISHES

    wish = ShiftWish.objects.get()
    assert (wish.person, wish.first_day, wish.last_day) == (
        world.erin,
        date(2026, 12, 24),
        date(2026, 12, 26),
    )
    page = text(browser.get(WISHES))
    assert "Thu 24 Dec 2026 to Sat 26 Dec 2026" in page
    assert "Thu 24 Dec" not in text(signed_in(world.bob).get(WISHES))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": "2026-12-23"}, "The last day cannot be before the first."),
        ({"first_day": "2026-11-01", "last_day": "2026-11-02"}, "These days are over."),
        ({"last_day": "2027-12-23"}, "three months at most"),
        ({"first_day": "soon"}, "That is not a day."),
        ({"kind": "perhaps"}, "“perhaps” is not in the list."),
    ],
    ids=["order", "past", "too long", "no day", "no kind"],
)
def test_what_cannot_be_is_refused(
    world: World, signed_in, changes: dict[str, str], said: str
) -> None:
    answer = signed_in(world.erin).post(WISHES, SAID | changes)

    assert answer.status_code == 422
    assert said in text(answer)
    assert not ShiftWish.objects.exists()


def test_only_one_s_own_is_taken_back(world: World, signed_in) -> None:
    wish = ShiftWish.objects.create(
        person=world.erin, first_day=NOW.date(), last_day=NOW.date() + timedelta(days=1)
    )
    back = f"/me/wishes/{wish.pk}/remove/"

    signed_in(world.bob).post(back)
    assert ShiftWish.objects.exists()
    for _ in range(2):
        assert signed_in(world.erin).post(back).headers["Location"] == WISHES
    assert not ShiftWish.objects.exists()
