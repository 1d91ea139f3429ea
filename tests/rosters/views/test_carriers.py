"""The set-up pages of carriers: who sees them, what they say, and that they never tell a secret."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from rosters.enums import AttemptOutcome, Channel, CircuitState, FailureReason
from rosters.models import CarrierAccount, CarrierHealth, DeliveryAttempt, Message, Person
from rosters.operations import carriers
from rosters.operations.carriers import AccountFacts
from rosters.queries.lines import key_of
from tests.factories import make_message, make_point
from tests.world import make_person

pytestmark = pytest.mark.django_db

SECRET = "a-very-secret-word"
GIVEN = {"host": "mail.example.com", "port": "587", "security": "starttls", "password": SECRET}


@pytest.fixture
def grace() -> Person:
    return make_person("Grace", is_administrator=True)


@pytest.fixture
def client(grace: Person) -> Client:
    client = Client()
    client.force_login(grace)
    return client


@pytest.fixture
def account(grace: Person) -> CarrierAccount:
    facts = AccountFacts("North", (Channel.EMAIL,), GIVEN)
    return carriers.begin("smtp", facts, by=grace, now=clock.act_now())


def text_of(answer: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Main",
        "channels": ["email"],
        "order": "1",
        "price": "",
        "currency": "",
        "is_enabled": "on",
        "set_host": "mail.example.com",
        "set_port": "587",
        "set_security": "starttls",
        "set_user": "muster",
        "set_password": SECRET,
        "set_sender": "",
    } | changes


def test_without_an_account_it_says_what_carries_each_channel(client: Client) -> None:
    said = text_of(client.get("/carriers/"))

    assert "No account with a carrier is set up" in said
    assert "E-mail Carried by the message desk." in said
    assert "To change that, set up Mail server" in said


def test_what_nothing_carries_says_so(client: Client, settings: Any) -> None:
    settings.CARRIERS = {}

    assert "Nothing carries it: nobody is reached by it" in text_of(client.get("/carriers/"))


def test_the_mail_server_of_the_settings_says_when_it_is_out(client: Client, settings: Any) -> None:
    settings.CARRIERS = {"email": "rosters.channels.smtp.SmtpCarrier"}
    CarrierHealth.objects.create(
        key="built-in:email", state=CircuitState.OPEN, try_at=clock.act_now()
    )

    said = text_of(client.get("/carriers/"))

    assert re.search(r"E-mail Carried by the message desk\. .{1,80} Out", said)


def test_an_account_is_set_up_and_never_shows_its_secret(client: Client) -> None:
    answer = client.post("/carriers/new/?kind=smtp", typed(price="0.001", currency="eur"))

    account = CarrierAccount.objects.get()
    assert answer["Location"] == f"/carriers/{account.pk}/"
    assert (account.price, account.currency) == (Decimal("0.001"), "EUR")
    for path in ("/carriers/", f"/carriers/{account.pk}/", f"/carriers/{account.pk}/edit/"):
        page = client.get(path)
        assert SECRET not in page.content.decode()
        assert page["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "Password Set, never shown" in text_of(client.get(f"/carriers/{account.pk}/"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Give the account a name."),
        ({"channels": []}, "Choose at least one channel"),
        ({"set_host": ""}, "Fill in “Host”."),
        ({"set_port": "no"}, "The port is a number"),
        ({"price": "1"}, "in which currency"),
        ({"order": "0"}, "Write a number from 1 to 99."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_set_up(
    client: Client, changes: dict[str, Any], said: str
) -> None:
    answer = client.post("/carriers/new/?kind=smtp", typed(**changes))

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert SECRET not in answer.content.decode()
    assert not CarrierAccount.objects.exists()


def test_where_its_carrier_calls_back_is_said_only_of_kinds_that_do(
    client: Client, account: CarrierAccount
) -> None:
    path = f"/carriers/{account.pk}/"
    assert "It calls back at" not in text_of(client.get(path))

    CarrierAccount.objects.filter(pk=account.pk).update(kind="gateway")

    assert f"/carriers/door/{account.door}/" in text_of(client.get(path))


def test_settings_are_changed_and_the_secret_stays(client: Client, account: CarrierAccount) -> None:
    path = f"/carriers/{account.pk}/edit/"
    assert "Leave it empty to keep the one that stands." in text_of(client.get(path))

    client.post(path, typed(name="South", set_password=""))

    assert "South" in text_of(client.get("/carriers/"))
    assert "Password Set, never shown" in text_of(client.get(f"/carriers/{account.pk}/"))


def test_a_test_is_a_press_and_its_fate_is_shown(
    client: Client, account: CarrierAccount, grace: Person
) -> None:
    point, other = make_point(grace), make_point(make_person("Bob"))
    path = f"/carriers/{account.pk}/test/"

    said = text_of(client.post(path, {"point": point.pk}, follow=True))
    for chosen in (other.pk, "", "é", "9" * 40):
        refused = text_of(client.post(path, {"point": chosen}, follow=True))
        assert "Choose one of your own numbers" in refused

    assert f"A test is on its way to {point.address}" in said
    assert Message.objects.get().via_id == account.pk


def test_one_that_is_out_says_why_and_can_be_tried_again(
    client: Client, account: CarrierAccount
) -> None:
    now = clock.act_now()
    CarrierHealth.objects.create(
        key=key_of(account),
        state=CircuitState.OPEN,
        opened_at=now,
        try_at=now + timedelta(minutes=1),
        last_failed_at=now,
        last_reason=FailureReason.AWAY,
        last_failure="Connection refused",
    )

    said = text_of(client.get(f"/carriers/{account.pk}/"))
    client.post(f"/carriers/{account.pk}/again/")

    assert "North is out" in said
    assert "The carrier could not be reached. “Connection refused”" in said
    assert "One carrier is out" in text_of(client.get("/carriers/"))
    health = CarrierHealth.objects.get()
    assert health.try_at is not None
    assert health.try_at < now + timedelta(minutes=1)


def test_what_went_by_it_is_counted_and_what_failed_is_told_to_administrators(
    client: Client, account: CarrierAccount
) -> None:
    now = clock.act_now()
    for number, outcome in enumerate((AttemptOutcome.HANDED_OVER, AttemptOutcome.PERMANENT)):
        DeliveryAttempt.objects.create(
            message=make_message(),
            number=1,
            started_at=now - timedelta(days=number),
            finished_at=now,
            outcome=outcome,
            account=account,
            reason=FailureReason.BAD_ADDRESS if number else "",
            detail="550 5.1.1 relay mx7.internal says no" if number else "",
            price=None if number else Decimal("0.0750"),
            currency="" if number else "EUR",
        )

    said = text_of(client.get(f"/carriers/{account.pk}/"))

    assert "1 message in 30 days, 1 try failed, 0.08 EUR" in said
    assert "The carrier says that nobody is reached at this address" in said
    assert "relay mx7.internal says no" in said


def test_switching_twice_is_the_same(client: Client, account: CarrierAccount) -> None:
    for _ in range(2):
        client.post(f"/carriers/{account.pk}/switch/", {"to": "off"})
        account.refresh_from_db()
        assert not account.is_enabled

    client.post(f"/carriers/{account.pk}/switch/", {"to": "on"})
    account.refresh_from_db()
    assert account.is_enabled


@pytest.mark.parametrize(
    "path", ["/carriers/", "/carriers/new/", "/carriers/{pk}/", "/carriers/{pk}/edit/"]
)
def test_others_read_why_not_and_whom_to_ask(account: CarrierAccount, path: str) -> None:
    client = Client()
    client.force_login(make_person("Bob"))

    answer = client.get(path.format(pk=account.pk))

    assert answer.status_code == 403
    assert "Only administrators set up carriers" in text_of(answer)
    assert "Ask Grace" in text_of(answer)


@pytest.mark.parametrize("press", ["test", "again", "switch"])
def test_others_press_in_vain(account: CarrierAccount, press: str) -> None:
    bob = make_person("Bob")
    client = Client()
    client.force_login(bob)

    client.post(f"/carriers/{account.pk}/{press}/", {"point": make_point(bob).pk, "to": "off"})

    account.refresh_from_db()
    assert account.is_enabled
    assert not Message.objects.exists()


def test_one_of_an_unknown_kind_can_be_read_and_switched_off(
    client: Client, account: CarrierAccount
) -> None:
    CarrierAccount.objects.filter(pk=account.pk).update(kind="pigeons")

    assert "A kind that this Muster does not know" in text_of(
        client.get(f"/carriers/{account.pk}/")
    )
    answer = client.get(f"/carriers/{account.pk}/edit/", follow=True)
    assert "does not know its kind" in text_of(answer)


def test_the_list_asks_as_much_for_many_as_for_few(
    client: Client, grace: Person, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        facts = AccountFacts(f"Nr {number}", (Channel.EMAIL,), GIVEN)
        carriers.begin("smtp", facts, by=grace, now=clock.act_now())

    with django_assert_max_num_queries(14):
        assert "12 accounts carry messages" in text_of(client.get("/carriers/"))
