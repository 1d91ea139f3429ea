"""Other systems that hear of incidents, and what they were told."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet

from incidents.enums import DeliveryState
from incidents.models import Incident, WebhookDelivery, WebhookEndpoint
from incidents.queries.remembered import kept
from rosters.models import Person


@dataclass(frozen=True)
class EndpointRow:
    """One endpoint and how it does: what waits, what was given up, when it last took something."""

    endpoint: WebhookEndpoint
    waiting: int
    dead: int
    taken_at: datetime | None
    last_problem: str

    @property
    def state(self) -> str:
        """`off`, `dead`, `failing`, `new` or `well`, the worst that holds."""
        if not self.endpoint.is_active:
            return "off"
        if self.dead:
            return "dead"
        if self.last_problem:
            return "failing"
        return "well" if self.taken_at else "new"


@kept
def listening() -> list[WebhookEndpoint]:
    """Other systems that are told of incidents now."""
    return list(WebhookEndpoint.objects.listening())


def rows() -> list[EndpointRow]:
    """Every endpoint by name, in two queries."""
    counted = WebhookEndpoint.objects.order_by("name", "pk").annotate(
        waiting=Count("deliveries", filter=Q(deliveries__next_attempt_at__isnull=False)),
        dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
        taken_at=Max(
            "deliveries__finished_at", filter=Q(deliveries__state=DeliveryState.DELIVERED)
        ),
    )
    failing = WebhookDelivery.objects.filter(next_attempt_at__isnull=False).exclude(last_problem="")
    problems = dict(failing.order_by("pk").values_list("endpoint_id", "last_problem"))
    return [
        EndpointRow(one, one.waiting, one.dead, one.taken_at, problems.get(one.pk, ""))
        for one in counted
    ]


def deliveries_of(endpoint: WebhookEndpoint, *, reader: Person) -> QuerySet[WebhookDelivery]:
    """What it was told of incidents that the reader may know of, with them."""
    visible = Incident.objects.visible_to(reader)
    rows = WebhookDelivery.objects.filter(endpoint=endpoint, incident__in=visible)
    return rows.select_related("incident")


def unheard(endpoint: WebhookEndpoint, *, reader: Person) -> int:
    """How many events are being tried again, because it did not take them."""
    rows = deliveries_of(endpoint, reader=reader).filter(next_attempt_at__isnull=False)
    return rows.exclude(last_problem="").count()


def given_up(endpoint: WebhookEndpoint, *, reader: Person) -> int:
    """How many events it never took, of incidents that the reader may know of."""
    return deliveries_of(endpoint, reader=reader).filter(state=DeliveryState.DEAD).count()
