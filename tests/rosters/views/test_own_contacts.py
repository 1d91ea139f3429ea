"""How we reach you: the reader's own page, without script, with every refusal in words."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.models import ContactPoint, ContactRule, Message, Person
from tests.world import NOW, World

pytestmark = pytest.mark.django_db
PAGE = "/me/contact/"


def text(response) -> str:
    return " ".join(response.content.decode().split())


def point_of(person: Person, channel: str = "phone") -> ContactPoint:
    return ContactPoint.objects.get(person=person, channel=channel)


@pytest.fixture
def mine(world: World, signed_in) -> Client:
    browser: Client = signed_in(world.alice)
    return browser


def test_a_stranger_is_asked_to_sign_in(client: Client, world: World) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/sign-in/")
    assert client.post(f"{PAGE}add/", {"channel": "sms"}).status_code == 403


def test_the_page_says_what_will_happen(mine: Client) -> None:
    page = text(mine.get(PAGE))

    assert "If something is urgent, we phone you at once." in page
    assert "Not verified" in page
    assert "You have no quiet hours" in page


def test_a_new_number_gets_a_code_at_once(mine: Client, world: World) -> None:
    page = text(mine.post(f"{PAGE}add/", {"channel": "sms", "address": "0170 901820"}))
    assert "with its country code" in page

    answer = mine.post(
        f"{PAGE}add/", {"channel": "sms", "address": "+49 170 901820", "label": "private"}
    )

    new = point_of(world.alice, "sms")
    assert answer.headers["Location"] == f"{PAGE}#way-{new.pk}"
    assert Message.objects.get().contact_point == new
    assert "The six digits that arrived" in text(mine.get(PAGE))


def test_a_wrong_code_is_refused_where_it_was_typed(mine: Client, world: World) -> None:
    point = point_of(world.alice)

    answer = mine.post(f"{PAGE}{point.pk}/verify/", {"code": "123456"})

    assert answer.status_code == 422
    assert "There is no code to type. Send one first." in text(answer)


def test_an_address_that_does_not_suit_is_kept_and_explained(mine: Client, world: World) -> None:
    point = point_of(world.alice)

    answer = mine.post(f"{PAGE}{point.pk}/change/", {"address": "0049 30 901820"})

    assert answer.status_code == 422
    assert "Is it +49 30 901820?" in text(answer)
    assert 'value="0049 30 901820"' in text(answer)


def test_ways_are_moved_without_a_mouse_and_without_script(mine: Client, world: World) -> None:
    phone, mail = point_of(world.alice), point_of(world.alice, "email")
    url = f"{PAGE}ways/normal/"
    mine.post(url, {"do": "in", "new": phone.pk, "point": [mail.pk], f"delay-{mail.pk}": "0"})
    typed = {"point": [mail.pk, phone.pk], f"delay-{mail.pk}": "1", f"delay-{phone.pk}": "4"}

    mine.post(url, typed | {"do": f"up:{phone.pk}"})

    rules = ContactRule.objects.filter(person=world.alice, urgency="normal").order_by("order")
    assert [(one.contact_point, one.delay_minutes) for one in rules] == [(phone, 1), (mail, 4)]
    page = text(mine.post(url, {"do": "save", "point": [phone.pk], "delay-x": "?"}, follow=True))
    assert "Saved." in page


@pytest.mark.parametrize("delay", ["-1", "many", "999999999999", "\u0661"])
def test_odd_minutes_are_refused(mine: Client, world: World, delay: str) -> None:
    phone = point_of(world.alice)

    page = text(
        mine.post(
            f"{PAGE}ways/urgent/", {"point": [phone.pk], f"delay-{phone.pk}": delay}, follow=True
        )
    )

    assert "Write minutes from 0 to 120." in page


def test_numbers_of_others_are_not_there(mine: Client, world: World) -> None:
    theirs = point_of(world.bob)
    for act in ("change", "remove", "code", "verify"):
        assert mine.post(f"{PAGE}{theirs.pk}/{act}/").status_code == 404
    assert mine.post(f"{PAGE}ways/sometimes/").status_code == 404
    assert theirs.address not in text(mine.get(PAGE))


def test_quiet_hours_are_kept_and_said(mine: Client, world: World) -> None:
    assert mine.post(f"{PAGE}quiet/", {"quiet_from": "22:00"}).status_code == 422

    mine.post(f"{PAGE}quiet/", {"quiet_from": "22:00", "quiet_until": "07:00"})

    page = text(mine.get(PAGE))
    assert "From 22:00 to 07:00 your time, what can wait waits until 07:00." in page
    assert 'value="22:00"' in page


def test_many_numbers_cost_as_many_queries_as_few(mine: Client, world: World) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            mine.get(PAGE)
        return len(captured)

    few = queries()
    for number in range(8):
        ContactPoint.objects.create(
            person=world.alice, channel="sms", address=f"+49 170 90{number}", verified_at=NOW
        )

    assert queries() == few
    assert few <= 20


def test_after_the_code_one_press_makes_a_number_urgent(mine: Client, world: World) -> None:
    old = point_of(world.alice)
    ContactPoint.objects.filter(pk=old.pk).update(verified_at=NOW)
    new = ContactPoint.objects.create(
        person=world.alice, channel="phone", address="+49 30 901821", verified_at=NOW
    )

    page = text(mine.get(f"{PAGE}?new={new.pk}"))

    assert f"If something is urgent, we phone you on {old.address} at once." in page
    assert "+49 30 901821 is verified and not used when it is urgent." in page
    assert "Use +49 30 901821 when it is urgent?" in page
    assert f"Yes, instead of {old.address}" in page
    after = text(mine.post(f"{PAGE}{new.pk}/use/", {"instead": old.pk}, follow=True))
    assert "If something is urgent, we phone you on +49 30 901821 at once." in after
    assert f"{old.address} is verified and not used when it is urgent." in after


def test_a_number_known_from_its_texts_needs_no_code(mine: Client, world: World) -> None:
    phone = point_of(world.alice)
    ContactPoint.objects.filter(pk=phone.pk).update(verified_at=NOW)

    page = text(mine.post(f"{PAGE}add/", {"channel": "sms", "address": phone.address}, follow=True))

    assert "needs no code: we know that it reaches you" in page
    assert not Message.objects.exists()


def test_without_a_phone_in_the_urgent_list_the_page_says_so_first(
    mine: Client, world: World
) -> None:
    ContactPoint.objects.filter(person=world.alice).update(verified_at=NOW, last_tested_at=NOW)
    text_point = ContactPoint.objects.create(
        person=world.alice, channel="sms", address="+49 30 1", verified_at=NOW, last_tested_at=NOW
    )
    ContactRule.objects.filter(person=world.alice, urgency="urgent").update(
        contact_point=text_point
    )

    page = text(mine.get(PAGE))

    assert "We cannot phone you" in page
    assert "we text you on +49 30 1 at once" in page
