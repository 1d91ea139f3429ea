"""How fast incidents were acknowledged before a version of a policy, and since."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Value

from incidents.enums import Promise
from incidents.logic.effect import AFTER, Effect
from incidents.models import EscalationRun, Incident, PolicyVersion
from rosters.queries.many import among


def of(version: PolicyVersion, *, now: datetime) -> Effect | None:
    """What a version changed; None before it has held for 30 days. Two queries."""
    since = version.published_at
    if since is None or now < since + AFTER:
        return None
    return Effect(
        version.number,
        _spans(version, since - AFTER, since),
        _spans(version, since, since + AFTER),
    )


def due(*, now: datetime) -> list[PolicyVersion]:
    """Versions that have held for 30 days, of which nobody was told yet what they changed."""
    old_enough = PolicyVersion.objects.filter(
        published_at__lte=now - AFTER, published_at__gt=now - 2 * AFTER, looked_back_at=None
    )
    later = PolicyVersion.objects.filter(
        policy=OuterRef("policy"), number__gt=OuterRef("number"), published_at__lte=now
    )
    found = old_enough.filter(~Exists(later)).select_related("policy", "published_by")
    return list(found.order_by("pk"))


def _spans(version: PolicyVersion, starts_at: datetime, ends_at: datetime) -> list[timedelta]:
    """How long the incidents of the policy took; restricted ones too, for only a number is said."""
    climbs = EscalationRun.objects.filter(
        clock__incident=OuterRef("pk"), clock__promise=Promise.ACKNOWLEDGE
    )
    rows = Incident.objects.filter(
        among(Value(version.policy_id), climbs.values("version__policy")),
        detected_at__gte=starts_at,
        detected_at__lt=ends_at,
        first_acknowledged_at__isnull=False,
    )
    pairs = rows.values_list("detected_at", "first_acknowledged_at")
    return [ended_at - began_at for began_at, ended_at in pairs if ended_at is not None]
