"""What is kept of requests and of alerts without an incident, and for how long."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Min, QuerySet

from incidents.models import Alert, AlertSource, RawReceipt

BATCH = 1_000
MOST_BATCHES = 200


def purge(*, now: datetime) -> int:
    """Requests, and alerts kept apart that have not come again, are gone after their source's days.

    In batches, so that nothing waits long; returns how many rows went. Safe to repeat.
    """
    shortest = AlertSource.objects.aggregate(days=Min("keep_days"))["days"]
    if shortest is None:
        return 0
    kept_for = F("source__keep_days") * timedelta(days=1)
    long_ago = now - timedelta(days=shortest)  # what the index on the instant can answer
    receipts = RawReceipt.objects.filter(received_at__lte=long_ago)
    alerts = Alert.objects.kept_apart().filter(last_received_at__lte=long_ago)
    return _gone(receipts.filter(received_at__lte=now - kept_for)) + _gone(
        alerts.filter(last_received_at__lte=now - kept_for)
    )


def _gone(rows: QuerySet[Any]) -> int:
    total = 0
    for _ in range(MOST_BATCHES):
        found = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not found:
            break
        rows.model.objects.filter(pk__in=found).delete()
        total += len(found)
    return total
