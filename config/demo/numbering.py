"""References grow with time, though the demo's past is written after its present."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_init

from incidents.models import Incident

FIRST_OF_TODAY: int = settings.DEMO_FIRST_INCIDENT
"""The number of the first incident that is open when the demo begins; its past comes before."""


def continue_from(number: int) -> None:
    """The next incident gets this number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('incidents_incident', 'id'), %s, false)",
            [number],
        )


@contextmanager
def numbered_from(number: int) -> Iterator[None]:
    """Incidents that open inside get `number` and those after it, not the table's next."""
    numbers = iter(range(number, FIRST_OF_TODAY))

    def give(instance: Model, **_rest: Any) -> None:
        """As soon as one is made: they are written in bulk, of which no signal tells."""
        if instance.pk is None:
            instance.pk = next(numbers)

    post_init.connect(give, sender=Incident, weak=False)
    try:
        yield
    finally:
        post_init.disconnect(give, sender=Incident)
