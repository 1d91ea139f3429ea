"""Probes. `/healthz` is for a load balancer, `/readyz` for monitoring."""

import logging
from collections.abc import Callable

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from config.portal import clock
from incidents.queries import audit

logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """Say that this process answers.

    It asks nothing else: a late engine must not take the acknowledge page away.
    """
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  # Django passes it
    """Say whether everything that calls people works: 200, or 503 with a sentence per fault."""
    faults = {name: fault for name, check in CHECKS.items() if (fault := check())}
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


def probes_first(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Answer probes before any check of host name or HTTPS: they come to the machine's address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        return probe(request) if probe else get_response(request)

    return middleware


def _why_no_database() -> str | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("readyz: no database", exc_info=True)
        return "The database does not answer."
    return None


def _why_no_redis() -> str | None:
    patience = settings.REDIS_SECONDS
    client = redis.Redis.from_url(
        str(settings.CACHES["default"]["LOCATION"]),
        socket_timeout=patience,
        socket_connect_timeout=patience,
    )
    try:
        client.ping()
    except redis.RedisError:
        logger.warning("readyz: no Redis", exc_info=True)
        return "Redis does not answer."
    finally:
        client.close()
    return None


def _why_late() -> str | None:
    """Ask the auditor: the engine's pulse, the oldest due run, the oldest waiting message."""
    return _why_broken(is_about_carriers=False)


def _why_nothing_leaves() -> str | None:
    """Ask the auditor whether the carriers are out: all of them, or all that wake people."""
    return _why_broken(is_about_carriers=True)


def _why_broken(*, is_about_carriers: bool) -> str | None:
    try:
        broken = audit.violations(now=clock.act_now())
    except DatabaseError:
        return None  # said already
    found = [one.sentence for one in broken if (one.name == audit.OUT) == is_about_carriers]
    return found[0] if found else None


def _why_no_mail() -> str | None:
    """Ask the mail door's pulse, where there should be a door. One that was closed has none."""
    if not settings.MAIL_DOOR_PORT:
        return None
    try:
        return audit.why_no_mail(now=clock.act_now())
    except DatabaseError:
        return None  # said already


CHECKS: dict[str, Callable[[], str | None]] = {
    "database": _why_no_database,
    "redis": _why_no_redis,
    "engine": _why_late,
    "carriers": _why_nothing_leaves,
    "mail door": _why_no_mail,
}
