"""An address that a sender wants opened once, to prove that the door is ours."""

import logging
from typing import Any

from django.conf import settings

from config.portal import fetching
from incidents.enums import AlertOutcome
from incidents.models import RawReceipt
from incidents.operations.intake import TAKEN, Delivery

logger = logging.getLogger(__name__)

MOST_SECONDS = 5.0
MOST_BYTES = 64 * 1024
FAILED = 503


class NotConfirmed(Exception):
    """The address could not be opened; the sender asks again."""


def confirm(delivery: Delivery, address: str) -> list[dict[str, Any]]:
    """The address was opened, and the kept request says so; returns what is answered.

    Only after the request is committed. Raises NotConfirmed, and the request says why.
    """
    errand = fetching.Errand(
        "a subscription",
        own_hosts=settings.CONFIRM_HOSTS,
        most_bytes=MOST_BYTES,
        most_seconds=MOST_SECONDS,
        most_redirects=1,
        stays=True,
    )
    try:
        fetching.fetch(address, errand)
    except fetching.CannotFetch as failed:
        logger.warning("a subscription could not be confirmed", extra={"why": str(failed)})
        _note(delivery, f"Not confirmed. {failed}", status=FAILED)
        raise NotConfirmed(f"The subscription is not confirmed. {failed} Send it again.") from None
    return _note(delivery, "The subscription is confirmed.", status=TAKEN)


def _note(delivery: Delivery, sentence: str, *, status: int) -> list[dict[str, Any]]:
    """The newest such request says what came of it."""
    said = [{"outcome": AlertOutcome.NOTED.value, "message": sentence}]
    kept = RawReceipt.objects.filter(source=delivery.source, body_digest=delivery.digest)
    newest = kept.order_by("-received_at", "-pk").values("pk")[:1]
    RawReceipt.objects.filter(pk__in=newest).update(answer={"alerts": said}, status=status)
    return said
