"""What a reader may know of, and what is hidden from them."""

from collections.abc import Callable

import pytest

from incidents.models import Incident, Notification, RoleAssignment
from rosters.models import StakeholderRole
from tests.world import NOW, World


def _called(world: World, incident: Incident) -> None:
    Notification.objects.create(
        incident=incident, person=world.frank, reason="on call", purpose="a", created_at=NOW
    )


def _in_a_role(world: World, incident: Incident) -> None:
    RoleAssignment.objects.create(
        incident=incident,
        role=StakeholderRole.objects.order_by("pk")[0],
        person=world.frank,
        assumed_at=NOW,
    )


def _declared(world: World, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(declared_by=world.frank)


def _not_restricted(_: World, incident: Incident) -> None:
    Incident.objects.filter(pk=incident.pk).update(is_restricted=False)


def _nothing(*_: object) -> None:
    """No part in it."""


@pytest.mark.parametrize(
    ("part", "may_know"),
    [
        (_called, True),
        (_in_a_role, True),
        (_declared, True),
        (_not_restricted, True),
        (_nothing, False),
    ],
)
def test_an_incident_is_either_visible_or_hidden(
    world: World, part: Callable[[World, Incident], None], *, may_know: bool
) -> None:
    incident = Incident.objects.create(
        title="Names were sent to strangers", severity=2, detected_at=NOW, is_restricted=True
    )
    part(world, incident)

    assert Incident.objects.visible_to(world.frank).exists() == may_know
    assert Incident.objects.hidden_from(world.frank).exists() != may_know


def test_nothing_is_hidden_from_an_administrator(world: World) -> None:
    Incident.objects.create(title="A secret", severity=2, detected_at=NOW, is_restricted=True)
    world.carol.is_superuser = True

    assert not Incident.objects.hidden_from(world.carol).exists()
