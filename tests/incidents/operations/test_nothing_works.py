"""Every carrier is out: everybody who looks is told, somebody outside too, and paper says whom."""

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from config.portal import clock
from incidents.operations import pacemaker
from incidents.queries import audit
from rosters.enums import Channel, CircuitState, Lane
from rosters.models import CarrierAccount, CarrierHealth
from rosters.operations import call_list, carriage, probing
from tests.factories import make_message, make_point
from tests.rosters.channels import http_server, mail_server
from tests.rosters.channels.http_server import Answer, Asked, Behavior
from tests.rosters.operations.gateways import gateway, takes
from tests.world import World

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def stack(settings: Any) -> Iterator[ExitStack]:
    settings.CARRIER_HOSTS = frozenset({"127.0.0.1"})
    settings.CARRIERS = {"email": "rosters.channels.smtp.SmtpCarrier"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", mail_server.free_port()
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def outside(settings: Any, stack: ExitStack) -> Behavior:
    """What stands outside and alarms when it is not pinged."""
    behavior = Behavior()
    settings.DEADMAN_URL = stack.enter_context(http_server.running(behavior))
    return behavior


@pytest.fixture
def texts(stack: ExitStack) -> tuple[CarrierAccount, Behavior]:
    """A gateway for text messages that takes nothing."""
    account, behavior = stack.enter_context(gateway())
    behavior.does = lambda _asked: Answer(503, b"no")
    return account, behavior


def write(channel: Channel) -> None:
    """As much as it takes for a carrier that fails to be known as out."""
    for _ in range(6):
        make_message(make_point(channel=channel), lane=Lane.FIRST_CALL, not_before=clock.act_now())
    carriage.carry_all(clock=clock.act_now, jitter=lambda: 1.0)


def look_again(*, after: timedelta = 2 * MINUTE) -> None:
    probing.ask_those_out(now=clock.act_now() + after, jitter=lambda: 1.0)


def all_is_well() -> bool:
    return pacemaker.run_audit(runner="beat", now=clock.act_now())


def page(client: Client, world: World) -> str:
    client.force_login(world.erin)
    return " ".join(client.get("/incidents/").content.decode().split())


@pytest.mark.usefixtures("texts")
def test_the_banner_says_what_fails_and_what_still_works(
    stack: ExitStack, settings: Any, client: Client, world: World
) -> None:
    settings.EMAIL_PORT = stack.enter_context(mail_server.running(mail_server.Behavior()))
    write(Channel.SMS)
    write(Channel.EMAIL)

    shown = page(client, world)

    assert "Muster wakes nobody: text messages fail. E-mails still leave. Since" in shown
    assert "Phone them yourself." in shown
    assert 'href="/contacts/phone-tree/">Whom to phone' in shown


@pytest.mark.usefixtures("texts")
def test_with_every_carrier_out_pages_probes_and_the_outside_know(
    client: Client, world: World, outside: Behavior
) -> None:
    assert all_is_well()
    assert len(outside.asked) == 1
    write(Channel.SMS)
    write(Channel.EMAIL)

    assert not all_is_well()

    assert len(outside.asked) == 1
    sentence = "Muster reaches nobody: text messages and e-mails fail."
    assert sentence in page(client, world)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["faults"] == {"carriers": sentence}


def test_a_carrier_that_is_back_is_found_without_a_message(
    client: Client,
    world: World,
    texts: tuple[CarrierAccount, Behavior],
    outside: Behavior,
) -> None:
    account, behavior = texts
    write(Channel.SMS)
    assert "text messages fail" in page(client, world)
    look_again()
    assert "text messages fail" in page(client, world)
    behavior.does = takes

    look_again(after=5 * MINUTE)

    assert behavior.asked[-1].json == {"type": "gateway.check"}
    assert CarrierHealth.objects.get(key=f"account:{account.pk}").state == CircuitState.CLOSED
    assert "text messages fail" not in page(client, world)
    assert all_is_well()
    assert len(outside.asked) == 1


def test_a_mail_server_that_is_back_is_found_without_a_mail(
    stack: ExitStack, settings: Any
) -> None:
    write(Channel.EMAIL)
    assert [one.name for one in audit.violations(now=clock.act_now())] == [audit.OUT]
    behavior = mail_server.Behavior()
    settings.EMAIL_PORT = stack.enter_context(mail_server.running(behavior))

    look_again()

    assert audit.violations(now=clock.act_now()) == ()
    assert behavior.mails == []


@pytest.mark.parametrize(("status", "is_back"), [(404, True), (401, False), (500, False)])
def test_a_gateway_that_does_not_know_the_question_is_there(
    texts: tuple[CarrierAccount, Behavior], status: int, is_back: bool
) -> None:
    account, behavior = texts
    write(Channel.SMS)
    behavior.does = lambda _asked: Answer(status)

    look_again()

    state = CarrierHealth.objects.get(key=f"account:{account.pk}").state
    assert (state == CircuitState.CLOSED) is is_back


def test_nothing_is_asked_of_what_works_or_has_a_message_to_try_it(
    texts: tuple[CarrierAccount, Behavior],
) -> None:
    _, behavior = texts
    look_again()
    assert behavior.asked == []
    write(Channel.SMS)
    asked: list[Asked] = list(behavior.asked)

    look_again(after=timedelta(0))

    assert behavior.asked == asked


@pytest.mark.usefixtures("texts")
def test_the_call_list_is_fresh_while_nothing_leaves(
    settings: Any, tmp_path: Path, world: World
) -> None:
    settings.CALL_LIST_DIR = str(tmp_path)
    write(Channel.SMS)
    write(Channel.EMAIL)

    assert call_list.keep(now=clock.act_now())

    sheet = (tmp_path / call_list.SHEET).read_text()
    assert world.alice.full_name in sheet
    assert str(world.service) in sheet
