"""Secrets in rows under the newest key; second steps taken away when a device is lost."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.db import transaction

from config.portal import secrets
from rosters.models import CalendarFeed, CarrierAccount, Person

SECRET_NAMES = ("secret", "seed")


@dataclass(frozen=True)
class Rotation:
    """How many secrets are under the newest key now, and which rows no key opens.

    `unreadable` are second steps of signing in; `unreadable_calendars` are layers whose calendar
    needs its address again, `unreadable_carriers` accounts that need their settings again.
    """

    done: int
    unreadable: tuple[int, ...]
    unreadable_calendars: tuple[int, ...] = ()
    unreadable_carriers: tuple[str, ...] = ()


@transaction.atomic
def rotate() -> Rotation:
    """Every secret that some key opens is under the newest one. Safe to repeat."""
    done, unreadable = 0, []
    for step in Authenticator.objects.select_for_update().order_by("pk"):
        names = [name for name in SECRET_NAMES if name in step.data]
        try:
            fresh = {name: secrets.rotated(step.data[name]) for name in names}
        except secrets.CannotRead:
            unreadable.append(step.pk)
            continue
        if fresh:
            Authenticator.objects.filter(pk=step.pk).update(data={**step.data, **fresh})
            done += 1
    addresses, lost = _rotate_addresses()
    accounts, mute = _rotate_carriers()
    return Rotation(done + addresses + accounts, tuple(unreadable), tuple(lost), tuple(mute))


def _rotate_carriers() -> tuple[int, list[str]]:
    """How many carriers' settings are under the newest key, and the names of the others."""
    done, lost = 0, []
    for account in CarrierAccount.objects.select_for_update().order_by("pk"):
        try:
            fresh = secrets.rotated(account.sealed_settings)
        except secrets.CannotRead:
            lost.append(account.name)
            continue
        CarrierAccount.objects.filter(pk=account.pk).update(sealed_settings=fresh)
        done += 1
    return done, lost


def _rotate_addresses() -> tuple[int, list[int]]:
    """How many addresses of calendars are under the newest key, and the layers of the others."""
    done, lost = 0, []
    for feed in CalendarFeed.objects.select_for_update().order_by("pk"):
        try:
            fresh = secrets.rotated(feed.sealed_url)
        except secrets.CannotRead:
            lost.append(feed.layer_id)
            continue
        CalendarFeed.objects.filter(pk=feed.pk).update(sealed_url=fresh)
        done += 1
    return done, lost


@transaction.atomic
def forget_second_step(person: Person) -> int:
    """The person signs in with their password alone; returns how many steps were taken away."""
    gone: int
    gone, _ = Authenticator.objects.filter(user=person).delete()
    return gone
