"""What follows from a kind of harm, also when a rule and not a person sets it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from incidents.enums import EntryKind, RuleMode
from incidents.intake.signal import Parcel, Signal
from incidents.models import ImpactClass, Incident, Notification, TimelineEntry, TriggerRule
from incidents.operations import intake
from rosters.models import MatrixEntry, Message, StakeholderRole
from tests.world import NOW, World

pytestmark = pytest.mark.django_db


def arrive(world: World, *keys: str, severity: int | None = None) -> None:
    alerts = tuple(
        Signal(key=key, name=f"Leak {key}", is_firing=True, severity=severity) for key in keys
    )
    delivery = intake.Delivery(world.source, repr(keys).encode())
    intake.receive(delivery, Parcel(alerts=alerts), now=NOW)


@pytest.fixture
def leaks(world: World) -> ImpactClass:
    """A rule that marks alerts as privacy: restricted, told to the privacy officer, SEV2."""
    role = StakeholderRole.objects.create(name="privacy officer", slug="privacy-officer")
    MatrixEntry.objects.create(role=role, person=world.frank)
    impact = ImpactClass.objects.create(
        name="Privacy", slug="privacy", is_restricted=True, told_role=role, usual_severity=2
    )
    TriggerRule.objects.create(
        name="Leaks",
        mode=RuleMode.ACTIVE,
        impact=impact,
        owner=world.alice,
        reason="So.",
        review_on=NOW,
    )
    return impact


def test_a_rule_that_sets_the_kind_does_all_that_follows(world: World, leaks: ImpactClass) -> None:
    arrive(world, "a")

    incident = Incident.objects.get()
    assert (incident.impact, incident.severity, incident.is_restricted) == (leaks, 2, True)
    message = Message.objects.get(person=world.frank)
    assert "Leak" not in message.body
    said = TimelineEntry.objects.filter(incident=incident, kind=EntryKind.NOTE)
    assert [entry.params["text"] for entry in said] == ["It is marked as privacy."]
    assert Incident.objects.visible_to(world.frank).exists()
    assert not Incident.objects.visible_to(world.erin).exists()


def test_what_the_sender_says_is_stronger_than_what_is_usual(
    world: World, leaks: ImpactClass
) -> None:
    arrive(world, "a", severity=4)

    assert Incident.objects.get().severity == 4


def test_many_that_open_at_once_cost_as_little_as_one(world: World, leaks: ImpactClass) -> None:
    with CaptureQueriesContext(connection) as one:
        arrive(world, "a")
    with CaptureQueriesContext(connection) as many:
        arrive(world, *(f"b{number}" for number in range(20)))

    assert len(many) == len(one)
    assert Notification.objects.filter(person=world.frank).count() == 21


def test_where_nobody_fills_the_role_the_timeline_says_so(world: World, leaks: ImpactClass) -> None:
    MatrixEntry.objects.filter(person=world.frank).delete()

    arrive(world, "a")

    said = TimelineEntry.objects.filter(kind=EntryKind.NOTE).values_list("params__text", flat=True)
    assert "The privacy officer is told of such incidents, and cannot be reached." in " ".join(said)


def test_a_plain_kind_asks_nothing_more(world: World, leaks: ImpactClass) -> None:
    ImpactClass.objects.filter(pk=leaks.pk).update(
        is_restricted=False, told_role=None, usual_severity=None
    )

    arrive(world, "a")

    incident = Incident.objects.get()
    assert (incident.severity, incident.is_restricted) == (world.source.default_severity, False)
    assert not TimelineEntry.objects.filter(kind=EntryKind.NOTE).exists()
