"""Setting up accounts with carriers: who may, what is sealed, which one carries."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command

from config.portal import secrets
from config.portal.refusals import Refused
from rosters.channels.contract import Settings
from rosters.enums import Channel, CircuitState, MessageState
from rosters.logic.testing import MOST_AN_HOUR
from rosters.models import CarrierAccount, CarrierHealth, Message, Person
from rosters.operations import carriage, carriers
from rosters.operations.carriers import AccountFacts
from rosters.queries import carriers as reading
from rosters.queries.lines import key_of, lines, settings_of, usable_channels
from tests.factories import make_message, make_point
from tests.rosters.channels import mail_server
from tests.rosters.channels.mail_server import Behavior
from tests.world import NOW, make_person

pytestmark = pytest.mark.django_db

GIVEN = {
    "host": "127.0.0.1",
    "port": "25",
    "security": "none",
    "user": "muster",
    "password": "a-very-secret-word",
    "sender": "Muster <m@example.org>",
}
MINUTE = timedelta(minutes=1)


@pytest.fixture
def grace() -> Person:
    return make_person("Grace", is_administrator=True)


def facts(name: str = "North", **changes: Any) -> AccountFacts:
    values: dict[str, Any] = {"name": name, "channels": (Channel.EMAIL,), "given": GIVEN}
    return AccountFacts(**(values | changes))


def begin(by: Person, name: str = "North", **changes: Any) -> CarrierAccount:
    return carriers.begin("smtp", facts(name, **changes), by=by, now=NOW)


def carry(now: Any = NOW) -> int:
    return carriage.carry_all(clock=lambda: now, jitter=lambda: 1.0)


def test_only_administrators_set_up_carriers(grace: Person) -> None:
    account, bob = begin(grace), make_person("Bob")
    point = make_point(bob)

    for act in (
        lambda: begin(bob, "Another"),
        lambda: carriers.settle(account, facts("Another"), by=bob),
        lambda: carriers.switch(account, is_enabled=False, by=bob),
        lambda: carriers.test(account, point, by=bob, now=NOW),
        lambda: carriers.try_again(account, by=bob, now=NOW),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            act()

    account.refresh_from_db()
    assert (account.name, account.is_enabled) == ("North", True)


def test_what_it_holds_is_sealed_and_says_nothing_of_itself(grace: Person) -> None:
    account = begin(grace)

    stored = CarrierAccount.objects.get(pk=account.pk)
    assert settings_of(stored)["password"] == "a-very-secret-word"
    said = [repr(stored), str(stored), stored.sealed_settings, repr(settings_of(stored))]
    said += [repr(facts()), repr(lines()), str([one.value for one in reading.told(stored)])]
    said.append(str(reading.standing(stored)))
    assert not any("a-very-secret-word" in text for text in said)


def test_a_secret_left_empty_is_the_one_that_stands(grace: Person) -> None:
    account = begin(grace)

    carriers.settle(account, facts(given={**GIVEN, "password": "", "port": "587"}), by=grace)

    given = settings_of(CarrierAccount.objects.get(pk=account.pk))
    assert (given["password"], given["port"]) == ("a-very-secret-word", "587")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"channels": ()}, "at least one channel"),
        ({"channels": (Channel.SMS,)}, "does not carry all"),
        ({"given": {**GIVEN, "host": " "}}, "Fill in “Host”"),
        ({"given": {**GIVEN, "port": "x"}}, "The port is a number"),
        ({"price": Decimal("0.07"), "currency": ""}, "in which currency"),
        ({"name": "SOUTH"}, "Another account is called"),
    ],
    ids=["no channel", "another channel", "nothing typed", "no port", "no currency", "taken"],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    grace: Person, changes: dict[str, Any], why: str
) -> None:
    begin(grace, "South")

    with pytest.raises(Refused, match=why):
        begin(grace, **changes)

    assert CarrierAccount.objects.count() == 1


def test_an_unknown_kind_is_refused(grace: Person) -> None:
    with pytest.raises(Refused, match="Choose a kind"):
        carriers.begin("pigeons", facts(), by=grace, now=NOW)


def test_a_channel_is_usable_while_an_enabled_account_serves_it(
    grace: Person, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.CARRIERS = {}
    account = begin(grace)
    with django_assert_num_queries(1):
        assert usable_channels() == {"email"}

    carriers.switch(account, is_enabled=False, by=grace)
    carriers.switch(account, is_enabled=False, by=grace)

    assert usable_channels() == frozenset()
    settings.CARRIERS = dict.fromkeys(Channel.values, "x")
    with django_assert_num_queries(0):
        assert usable_channels() == frozenset(Channel.values)


def test_keys_are_rotated_and_a_lost_one_is_told(
    grace: Person, settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    account, lost = begin(grace), begin(grace, "Lost")
    CarrierAccount.objects.filter(pk=lost.pk).update(sealed_settings="f1:lost")
    before = account.sealed_settings

    call_command("rotate_secrets")

    account.refresh_from_db()
    assert account.sealed_settings != before
    assert settings_of(account)["host"] == "127.0.0.1"
    assert f"These carriers need their settings again: {lost}." in capsys.readouterr().err


def mailing(port: int) -> dict[str, str]:
    return {**GIVEN, "port": str(port), "user": "", "password": ""}


@pytest.fixture
def server() -> Any:
    behavior = Behavior()
    with mail_server.running(behavior) as port:
        yield behavior, port


def test_an_account_carries_instead_of_the_message_desk(
    grace: Person, server: Any, settings: Any
) -> None:
    settings.CARRIERS = {"email": "rosters.operations.desk.DeskCarrier"}
    behavior, port = server
    account = begin(grace, given=mailing(port), price=Decimal("0.0010"), currency="eur")
    message = make_message(body="Nothing to answer.")

    assert carry() == 1

    assert [mail["To"] for mail in behavior.mails] == [message.contact_point.address]
    attempt = message.attempts.get()
    assert (attempt.account_id, attempt.price, attempt.currency) == (
        account.pk,
        Decimal("0.0010"),
        "EUR",
    )
    counted = reading.one(account, now=NOW + MINUTE).counted
    assert (counted.handed_over, counted.cost) == (1, (("EUR", Decimal("0.0010")),))


def test_the_first_mail_of_an_incident_is_the_root_of_its_thread(
    grace: Person, server: Any
) -> None:
    behavior, port = server
    begin(grace, given=mailing(port))
    first = make_message(thread_key="incident:7")
    carry()
    for other in ("incident:7", "incident:8"):
        make_message(first.contact_point, thread_key=other, not_before=NOW)
        carry()

    root, same, another = behavior.mails
    assert (root["In-Reply-To"], another["In-Reply-To"]) == (None, None)
    assert same["In-Reply-To"] == same["References"] == root["Message-ID"]


def test_a_test_goes_by_this_account_alone_even_before_it_is_used(
    grace: Person, server: Any
) -> None:
    behavior, port = server
    begin(grace, "First", given=mailing(mail_server.free_port()))
    account = begin(grace, "Second", given=mailing(port), order=2, is_enabled=False)

    carriers.test(account, point := make_point(grace), by=grace, now=NOW)
    carriers.test(account, point, by=grace, now=NOW)
    carry()

    (mail,) = behavior.mails
    assert mail["Subject"] == carriers.SUBJECT
    (test,) = reading.tests(account, grace)
    assert (test.state, test.via_id) == (MessageState.SENT, account.pk)


def test_somebody_elses_number_is_no_test(grace: Person) -> None:
    account = begin(grace)

    with pytest.raises(Refused, match="your own numbers"):
        carriers.test(account, make_point(make_person("Bob")), by=grace, now=NOW)
    with pytest.raises(Refused, match="does not carry"):
        carriers.test(account, make_point(grace, channel=Channel.PHONE), by=grace, now=NOW)

    assert not Message.objects.exists()


def test_tests_are_few(grace: Person) -> None:
    account, point = begin(grace), make_point(grace)
    for number in range(MOST_AN_HOUR):
        carriers.test(account, point, by=grace, now=NOW + MINUTE * number)

    with pytest.raises(Refused, match="tests have gone"):
        carriers.test(account, point, by=grace, now=NOW + MINUTE * MOST_AN_HOUR)


def test_one_that_is_out_is_tried_when_somebody_says_so(grace: Person) -> None:
    account = begin(grace)
    assert not carriers.try_again(account, by=grace, now=NOW)
    CarrierHealth.objects.create(
        key=key_of(account), state=CircuitState.OPEN, try_at=NOW + timedelta(hours=1)
    )

    assert carriers.try_again(account, by=grace, now=NOW)

    assert CarrierHealth.objects.get().try_at == NOW


def test_settings_that_no_key_opens_let_nobody_in_and_say_so(grace: Person) -> None:
    account = begin(grace)
    CarrierAccount.objects.filter(pk=account.pk).update(sealed_settings="f1:lost")
    message = make_message()

    carry()

    message.refresh_from_db()
    assert message.attempts.filter(account=account).get().detail.startswith("No key in FIELD_KEYS")
    account.refresh_from_db()
    assert "No key" in reading.told(account)[0].value
    assert reading.standing(account) == {}


def test_settings_are_json_under_the_seal(grace: Person) -> None:
    account = begin(grace)

    assert json.loads(secrets.decrypt(account.sealed_settings)) == GIVEN
    assert Settings({})["nothing"] == ""
