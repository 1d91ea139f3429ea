"""The first organisation: it can be made, and its second call comes within two minutes."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.portal import clock
from incidents.models import Incident, Notification
from incidents.operations import engine
from rosters.enums import MessageState
from rosters.models import Message

pytestmark = pytest.mark.django_db


def test_demo_opens_two_incidents_and_the_next_person_is_called_within_two_minutes() -> None:
    call_command("demo", stdout=StringIO())
    ringing = Incident.objects.get(title="Invoice emails are not going out")
    first = Notification.objects.get(incident=ringing)

    engine.tick(now=clock.act_now() + timedelta(minutes=2))

    assert Incident.objects.open().count() == 2
    assert [one.person.short_name for one in ringing.notifications.order_by("pk")] == [
        first.person.short_name,
        "Ben",
    ]


def test_demo_history_is_never_sent() -> None:
    call_command("demo", stdout=StringIO())

    waiting = Message.objects.filter(state=MessageState.PLANNED)

    assert {message.person.short_name for message in waiting} == {"Nadia"}


def test_demo_refuses_a_database_with_people() -> None:
    call_command("demo", stdout=StringIO())

    with pytest.raises(CommandError, match="people already"):
        call_command("demo")
