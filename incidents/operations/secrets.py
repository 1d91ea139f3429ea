"""Secrets of alert sources and webhooks, under the newest key."""

from dataclasses import dataclass

from django.db import transaction

from config.portal import secrets
from incidents.models import AlertSource, WebhookEndpoint


@dataclass(frozen=True)
class Rotation:
    """How many rows are under the newest key now, and the names of those that no key opens.

    An unreadable source takes nothing any more until it has a new secret, an unreadable webhook
    tells nobody until it has its address and secret again.
    """

    done: int
    unreadable_sources: tuple[str, ...] = ()
    unreadable_webhooks: tuple[str, ...] = ()


@transaction.atomic
def rotate() -> Rotation:
    """Every secret that some key opens is under the newest one. Safe to repeat."""
    done, sources, webhooks = 0, [], []
    signed = AlertSource.objects.exclude(sealed_secret="")
    for source in signed.select_for_update(no_key=True).order_by("pk"):
        try:
            fresh = secrets.rotated(source.sealed_secret)
        except secrets.CannotRead:
            sources.append(source.name)
            continue
        AlertSource.objects.filter(pk=source.pk).update(sealed_secret=fresh)
        done += 1
    for endpoint in WebhookEndpoint.objects.select_for_update(no_key=True).order_by("pk"):
        try:
            url = secrets.rotated(endpoint.sealed_url)
            secret = secrets.rotated(endpoint.sealed_secret)
        except secrets.CannotRead:
            webhooks.append(endpoint.name)
            continue
        same = WebhookEndpoint.objects.filter(pk=endpoint.pk)
        same.update(sealed_url=url, sealed_secret=secret)
        done += 1
    return Rotation(done, tuple(sources), tuple(webhooks))
