"""What the measurements write in bulk still fits the tables."""

import pytest

from incidents.models import Alert, Change, EscalationRun, Incident, ResponseClock
from reviews.models import ActionItem, Review
from rosters.models import DeliveryAttempt, Message
from tests.bench import many
from tests.world import NOW, build

pytestmark = pytest.mark.django_db


def test_incidents_in_bulk_leave_behind_what_incidents_do() -> None:
    build(NOW)
    many.build(1000)

    assert Incident.objects.count() == Change.objects.count() == 1000
    assert ResponseClock.objects.count() == 3000
    assert Review.objects.filter(published_at__isnull=False).exists()
    assert ActionItem.objects.exists()
    assert Alert.objects.count() == EscalationRun.objects.count() == 1000
    assert Message.objects.count() == DeliveryAttempt.objects.count() > 0
