"""How we reach you: the reader's own page, without script, with every refusal in words."""

import re
from datetime import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from rosters.enums import Urgency
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


SAVE = f"{PAGE}save/"


def typed(person: Person, **more: object) -> dict[str, object]:
    """The form as the page of this person sends it, with what was typed into it."""
    rules = ContactRule.objects.filter(person=person).order_by("delay_minutes", "order", "pk")
    body: dict[str, object] = {"do": "save", "quiet_from": "", "quiet_until": ""}
    for urgency in Urgency.values:
        listed = [one for one in rules if one.urgency == urgency]
        body[f"{urgency}-point"] = [one.contact_point_id for one in listed]
        body |= {f"{urgency}-delay-{one.contact_point_id}": one.delay_minutes for one in listed}
    return body | more


def rules_of(person: Person, urgency: str) -> list[tuple[ContactPoint, int]]:
    rules = ContactRule.objects.filter(person=person, urgency=urgency).order_by("order")
    return [(one.contact_point, one.delay_minutes) for one in rules]


@pytest.fixture
def both(world: World) -> tuple[ContactPoint, ContactPoint]:
    """A phone and a mailbox of Alice; what can wait uses the mailbox at once, then the phone."""
    phone, mail = point_of(world.alice), point_of(world.alice, "email")
    ContactRule.objects.filter(person=world.alice).delete()
    for urgency, order, point, delay in (
        ("urgent", 1, phone, 0),
        ("normal", 1, mail, 1),
        ("normal", 2, phone, 4),
    ):
        ContactRule.objects.create(
            person=world.alice,
            urgency=urgency,
            order=order,
            contact_point=point,
            delay_minutes=delay,
        )
    return phone, mail


def test_ways_are_moved_without_a_mouse_and_without_script(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both

    answer = mine.post(SAVE, typed(world.alice, do=f"normal:up:{phone.pk}"))

    assert answer.headers["Location"] == f"{PAGE}#normal"
    assert rules_of(world.alice, "normal") == [(phone, 1), (mail, 4)]
    assert rules_of(world.alice, "urgent") == [(phone, 0)]


def test_one_press_saves_both_lists_and_the_quiet_hours_and_twice_as_well(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    body = typed(
        world.alice,
        **{f"urgent-delay-{phone.pk}": "2", f"normal-delay-{phone.pk}": "9"},
        quiet_from="22:00",
        quiet_until="07:00",
    )

    pages = [text(mine.post(SAVE, body, follow=True)) for _ in range(2)]

    assert rules_of(world.alice, "urgent") == [(phone, 2)]
    assert rules_of(world.alice, "normal") == [(mail, 1), (phone, 9)]
    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(22)
    assert all("Saved. We reach you like this from now on." in page for page in pages)


def test_one_wrong_answer_saves_nothing_and_keeps_all_as_typed(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    body = typed(
        world.alice,
        **{f"urgent-delay-{phone.pk}": "7", f"normal-delay-{mail.pk}": "200"},
        **{"urgent-new": mail.pk},
        quiet_from="22:00",
    )

    answer = mine.post(SAVE, body)
    page = text(answer)

    assert answer.status_code == 422
    assert rules_of(world.alice, "urgent") == [(phone, 0)]
    assert f'<a href="#id_normal-delay-{mail.pk}">Write minutes from 0 to 120.</a>' in page
    assert '<a href="#id_quiet_until">Write both times, or leave both empty.</a>' in page
    for name, value in ((f"urgent-delay-{phone.pk}", 7), (f"normal-delay-{mail.pk}", 200)):
        assert f'name="{name}" value="{value}"' in page
    assert 'name="quiet_from" value="22:00"' in page
    assert f'<option value="{mail.pk}" selected>' in page


def test_adding_to_one_list_saves_what_was_typed_beside_it(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    body = typed(
        world.alice,
        do="urgent:in",
        **{"urgent-new": mail.pk, f"urgent-delay-{phone.pk}": "3"},
        **{f"normal-delay-{phone.pk}": "8"},
        quiet_from="22:00",
        quiet_until="07:00",
    )

    for _ in range(2):
        mine.post(SAVE, body)

    assert rules_of(world.alice, "urgent") == [(mail, 3), (phone, 3)]
    assert rules_of(world.alice, "normal") == [(mail, 1), (phone, 8)]
    assert Person.objects.get(pk=world.alice.pk).quiet_until == time(7)


def test_what_was_chosen_is_added_by_save_too(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both

    mine.post(SAVE, typed(world.alice, **{"urgent-new": mail.pk}))

    assert rules_of(world.alice, "urgent") == [(mail, 0), (phone, 0)]


def test_adding_without_a_choice_says_so(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    page = text(mine.post(SAVE, typed(world.alice, do="urgent:in")))

    assert '<a href="#id_urgent-new">Choose what we should use too.</a>' in page


def test_a_line_is_taken_out_whatever_its_minutes_say(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    body = typed(world.alice, do=f"normal:out:{mail.pk}", **{f"normal-delay-{mail.pk}": "?"})

    mine.post(SAVE, body)

    assert rules_of(world.alice, "normal") == [(phone, 4)]


def test_a_list_of_which_nothing_was_sent_stays(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both

    Person.objects.filter(pk=world.alice.pk).update(quiet_from=time(22), quiet_until=time(7))

    assert mine.post(SAVE).status_code == 302

    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(22)
    assert rules_of(world.alice, "normal") == [(mail, 1), (phone, 4)]
    assert rules_of(world.alice, "urgent") == [(phone, 0)]


def test_minutes_out_of_order_are_mended_where_they_are(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, _ = both

    page = text(mine.post(SAVE, typed(world.alice, **{f"normal-delay-{phone.pk}": "0"})))

    assert f'<a href="#id_normal-delay-{phone.pk}">Each way comes at the same time' in page


def test_a_list_that_is_kept_as_it_was_does_not_hold_up_the_quiet_hours(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    _, mail = both
    ContactRule.objects.filter(person=world.alice, urgency="urgent").update(contact_point=mail)
    hours = {"quiet_from": "22:00", "quiet_until": "07:00"}

    assert mine.post(SAVE, typed(world.alice, **hours)).status_code == 302

    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(22)


@pytest.mark.parametrize("delay", ["-1", "many", "999999999999", "\u0661", ""])
def test_odd_minutes_are_refused(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint], delay: str
) -> None:
    phone, _ = both

    answer = mine.post(SAVE, typed(world.alice, **{f"urgent-delay-{phone.pk}": delay}))

    assert answer.status_code == 422
    assert "Write minutes from 0 to 120." in text(answer)


def test_numbers_of_others_are_not_there(mine: Client, world: World) -> None:
    theirs = point_of(world.bob)
    for act in ("change", "remove", "code", "verify", "test", "arrived", "use"):
        assert mine.post(f"{PAGE}{theirs.pk}/{act}/").status_code == 404
    mine.post(SAVE, typed(world.alice, **{"urgent-point": [theirs.pk]}))
    assert not ContactRule.objects.filter(person=world.alice, contact_point=theirs).exists()
    assert theirs.address not in text(mine.get(PAGE))


def test_quiet_hours_are_kept_and_said(mine: Client, world: World) -> None:
    assert mine.post(SAVE, typed(world.alice, quiet_from="22:00")).status_code == 422

    mine.post(SAVE, typed(world.alice, quiet_from="22:00", quiet_until="07:00"))

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


def test_adding_a_number_saves_what_was_typed_in_the_lists_below(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    body = typed(
        world.alice,
        **{f"urgent-delay-{phone.pk}": "3", f"change{mail.pk}-label": "office"},
        **{f"change{mail.pk}-address": mail.address},
        channel="sms",
        address="+49 170 901820",
        quiet_from="22:00",
        quiet_until="07:00",
    )

    page = text(mine.post(f"{PAGE}add/", body, follow=True))

    assert rules_of(world.alice, "urgent") == [(phone, 3)]
    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(22)
    assert ContactPoint.objects.get(pk=mail.pk).label == "office"
    assert point_of(world.alice, "sms").address == "+49 170 901820"
    assert "Saved. We reach you like this from now on." in page
    assert "A code is on its way." in page


@pytest.mark.parametrize(
    ("address", "minutes"), [("0170 901820", "3"), ("+49 170 901820", "many")], ids=["new", "list"]
)
def test_a_mistake_anywhere_adds_and_saves_nothing_and_keeps_all_as_typed(
    mine: Client,
    world: World,
    both: tuple[ContactPoint, ContactPoint],
    address: str,
    minutes: str,
) -> None:
    phone, _ = both
    body = typed(
        world.alice,
        **{f"urgent-delay-{phone.pk}": minutes},
        channel="sms",
        address=address,
        label="private",
    )

    answer = mine.post(f"{PAGE}add/", body)

    assert answer.status_code == 422
    assert rules_of(world.alice, "urgent") == [(phone, 0)]
    assert not ContactPoint.objects.filter(person=world.alice, channel="sms").exists()
    for value in (address, minutes, "private"):
        assert f'value="{value}"' in text(answer)
    assert text(answer).count("There is a problem") == 1


@pytest.mark.parametrize("act", ["code", "test", "use", "remove", "save"])
def test_every_press_saves_the_minutes_that_were_typed(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint], act: str
) -> None:
    phone, mail = both
    minutes = {f"normal-delay-{phone.pk}": "9"}
    path = SAVE if act == "save" else f"{PAGE}{mail.pk}/{act}/"

    assert mine.post(path, typed(world.alice, **minutes)).status_code == 302

    assert (phone, 9) in rules_of(world.alice, "normal")


def test_save_also_adds_and_verifies_what_was_only_typed(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, _ = both
    body = typed(
        world.alice,
        **{f"code{phone.pk}-code": "123456"},
        **{f"urgent-delay-{phone.pk}": "4"},
        quiet_from="22:00",
        quiet_until="07:00",
    )

    answer = mine.post(SAVE, body)

    assert answer.status_code == 422
    assert "There is no code to type. Send one first." in text(answer)
    assert 'value="123456"' in text(answer)
    assert rules_of(world.alice, "urgent") == [(phone, 4)]
    mine.post(SAVE, typed(world.alice, channel="sms", address="+49 170 901820"))
    assert point_of(world.alice, "sms")


def test_a_page_that_was_open_before_the_update_still_saves_its_list(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    Person.objects.filter(pk=world.alice.pk).update(quiet_from=time(22), quiet_until=time(7))
    body = {
        "do": f"up:{phone.pk}",
        "point": [mail.pk, phone.pk],
        f"delay-{mail.pk}": "2",
        f"delay-{phone.pk}": "6",
    }

    answer = mine.post(f"{PAGE}ways/normal/", body)

    assert answer.headers["Location"] == f"{PAGE}#normal"
    assert rules_of(world.alice, "normal") == [(phone, 2), (mail, 6)]
    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(22)


def test_a_page_that_was_open_before_the_update_still_saves_its_quiet_hours(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    answer = mine.post(f"{PAGE}quiet/", {"quiet_from": "23:00", "quiet_until": "06:00"})

    assert answer.headers["Location"] == f"{PAGE}#quiet"
    assert Person.objects.get(pk=world.alice.pk).quiet_from == time(23)
    assert len(rules_of(world.alice, "normal")) == 2


@pytest.mark.parametrize("path", ["quiet/", "ways/urgent/", "ways/never-was/"])
def test_the_old_addresses_lead_to_the_page(mine: Client, path: str) -> None:
    assert mine.get(f"{PAGE}{path}", follow=True).redirect_chain[0][0].startswith(PAGE)


def test_the_first_button_of_the_form_is_save_so_that_enter_removes_nothing(mine: Client) -> None:
    page = text(mine.get(PAGE))
    form = page[page.index('id="reach"') :]

    assert form.index('value="save" tabindex="-1"') < form.index("formaction=")


def test_the_summary_says_of_which_line_each_mistake_is(
    mine: Client, world: World, both: tuple[ContactPoint, ContactPoint]
) -> None:
    phone, mail = both
    wrong = {f"{name}-delay-{point.pk}": "" for name in Urgency.values for point in both}
    emptied = {f"change{point.pk}-address": "" for point in both}

    page = text(mine.post(SAVE, typed(world.alice, **wrong, **emptied)))

    summary = page.split('class="err-sum"')[1].split("</ul>")[0]
    said = re.findall(r'<a href="#[^"]*">(.*?)</a>', summary)
    assert len(said) == 5
    assert len(set(said)) == len(said)
    assert f"Write a number or an address in place of {mail.address}." in said
    assert any(one.endswith(f"{phone.address}: Write minutes from 0 to 120.") for one in said)
