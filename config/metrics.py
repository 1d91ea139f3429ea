"""`/metrics`: the state of the engine for Prometheus, to whoever has the token."""

from collections.abc import Iterable, Mapping
from hmac import compare_digest

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from config.portal import clock
from incidents.enums import Promise
from incidents.queries.load import Load, load
from rosters.enums import SeverityLevel

REALM = 'Bearer realm="Muster metrics"'


@login_not_required
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with every gauge; 404 while METRICS_TOKEN is not set, 401 without it."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not _has_token(request):
        text = "Send the token of METRICS_TOKEN: Authorization: Bearer ….\n"
        return _plain(text, status=401, headers={"WWW-Authenticate": REALM})
    try:
        found = load(now=clock.act_now())
    except DatabaseError:
        return _plain("The database does not answer.\n", status=503, headers={"Retry-After": "15"})
    registry = CollectorRegistry()
    registry.register(Reading(found))
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _has_token(request: HttpRequest) -> bool:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and compare_digest(
        token.strip().encode(), settings.METRICS_TOKEN.encode()
    )


def _plain(text: str, *, status: int, headers: Mapping[str, str]) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain", headers=headers)


class Reading(Collector):
    """One reading of the engine's tables in Prometheus' words."""

    def __init__(self, found: Load) -> None:
        self.found = found

    def collect(self) -> Iterable[GaugeMetricFamily]:
        found = self.found
        yield _by(
            "muster_open_incidents",
            "Incidents that are not resolved.",
            "severity",
            {level.code: found.open_incidents.get(level.value, 0) for level in SeverityLevel},
        )
        yield _by(
            "muster_late_promises",
            "Open promises whose target has passed.",
            "promise",
            {promise.value: found.late_promises.get(promise.value, 0) for promise in Promise},
        )
        yield _by(
            "muster_pulse_age_seconds",
            "Seconds since a part of the engine last ran.",
            "part",
            found.pulse_ages,
        )
        for name, text, value in (
            (
                "unacknowledged_incidents",
                "Open incidents nobody acknowledged.",
                found.unacknowledged,
            ),
            ("due_steps", "Steps that are due and have not fired.", found.due_steps),
            (
                "oldest_due_step_seconds",
                "How late the oldest of them is.",
                found.oldest_due_step_seconds,
            ),
            ("waiting_messages", "Messages due to leave.", found.waiting_messages),
            (
                "oldest_waiting_message_seconds",
                "How long the oldest of them has waited.",
                found.oldest_waiting_message_seconds,
            ),
            (
                "broken_invariants",
                "What should have moved and did not. Alarm on more than 0.",
                found.broken_invariants,
            ),
        ):
            yield GaugeMetricFamily(f"muster_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
