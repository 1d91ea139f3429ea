"""Changes that senders report: deploys, settings, switches."""

from collections.abc import Sequence
from datetime import datetime

from incidents.intake.signal import Made
from incidents.models import AlertSource, Change
from incidents.queries import sorting


def note(source: AlertSource, made: Sequence[Made], *, now: datetime) -> set[str]:
    """Changes we did not have yet are kept; returns their keys. A repeat changes nothing."""
    if not made:
        return set()
    latest = {one.key: one for one in made}
    had = Change.objects.filter(source=source, key__in=latest).values_list("key", flat=True)
    fresh = [one for key, one in latest.items() if key not in set(had)]
    services = sorting.services([one.service for one in fresh], [source.default_service_id])
    default = services.by_id.get(source.default_service_id or 0)
    rows = [
        Change(
            source=source,
            key=one.key,
            service=services.called(one.service) or default,
            kind=one.kind,
            title=one.title,
            link=one.link,
            made_at=min(one.made_at or now, now),
            made_by_name=one.made_by,
        )
        for one in fresh
    ]
    Change.objects.bulk_create(rows, ignore_conflicts=True)
    return {one.key for one in fresh}
