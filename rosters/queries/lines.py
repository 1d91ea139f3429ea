"""The ways out of Muster: enabled accounts, and what the settings bring along.

SMTP by EMAIL_URL serves beside every account, as the last. What is in house, as the message desk,
stands in only for channels that no account serves.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from config.portal import secrets
from rosters.channels.contract import CALLBACK, Carrier, Settings
from rosters.channels.kinds import Mute, kind_of
from rosters.enums import Channel
from rosters.logic.circuit import Circuit
from rosters.models import CarrierAccount, CarrierHealth

MOST_KEPT = 200
BUILT_IN = "built-in:"
EVERY_CHANNEL = frozenset(Channel.values)
_found: ContextVar[list[frozenset[str]] | None] = ContextVar("served_channels", default=None)


def usable_channels() -> frozenset[str]:
    """The channels by which Muster reaches anybody: an enabled account, or the settings, serve it.

    One small query, and none where the settings serve every channel, as in the embedded set-up.
    """
    built_in = frozenset(settings.CARRIERS)
    return built_in if built_in >= EVERY_CHANNEL else built_in | _served_once()


@contextmanager
def asked_once() -> Iterator[None]:
    """Inside, as while a page is made, the accounts are asked once for the channels they serve."""
    before = _found.set([])
    try:
        yield
    finally:
        _found.reset(before)


def ask_again() -> None:
    """An account has changed: what was found of it before holds no more."""
    kept = _found.get()
    if kept is not None:
        kept.clear()


def _served_once() -> frozenset[str]:
    kept = _found.get()
    if kept is None:
        return served_channels()
    if not kept:
        kept.append(served_channels())
    return kept[0]


def served_channels() -> frozenset[str]:
    """The channels that enabled accounts serve."""
    rows = CarrierAccount.objects.filter(is_enabled=True).values_list("channels", flat=True)
    return frozenset(channel for channels in rows for channel in channels)


@dataclass(frozen=True)
class Line:
    """One way out, and how it does."""

    key: str
    name: str
    channels: frozenset[str]
    carrier: Carrier
    circuit: Circuit
    account_id: int | None = None
    is_enabled: bool = True
    price: Decimal | None = None
    currency: str = ""
    calls_back: bool = False


@dataclass(frozen=True)
class Lines:
    """All of them, in the order in which they are asked."""

    every: tuple[Line, ...] = ()

    def for_channel(self, channel: str, *, via: int | None = None) -> list[Line]:
        """Those that may carry a message; `via` names the one account that may."""
        if via is not None:
            return [one for one in self.every if one.account_id == via]
        found = [one for one in self.every if one.is_enabled and channel in one.channels]
        is_served = any(one.account_id is not None for one in found)
        return [one for one in found if not (is_served and one.carrier.is_in_house)]

    @property
    def channels(self) -> frozenset[str]:
        return frozenset(channel for one in self.every for channel in one.channels)


def lines() -> Lines:
    """Every way out as it is now; two small queries."""
    accounts = list(CarrierAccount.objects.order_by("order", "pk"))
    health = {row.key: circuit_of(row) for row in CarrierHealth.objects.all()}
    return Lines(
        (
            *(_of_account(one, health) for one in accounts),
            *(_built_in(channel, path, health) for channel, path in settings.CARRIERS.items()),
        )
    )


def key_of(account: CarrierAccount) -> str:
    """The name under which an account's health is kept."""
    return f"account:{account.pk}"


def circuit_of(row: CarrierHealth) -> Circuit:
    """The row as logic has it."""
    return Circuit(
        state=row.state,
        failures=row.failures,
        counting_since=row.counting_since,
        times_opened=row.times_opened,
        opened_at=row.opened_at,
        try_at=row.try_at,
        closed_at=row.closed_at,
    )


def settings_of(account: CarrierAccount) -> Settings:
    """What the account was set up with. Raises secrets.CannotRead."""
    return _unsealed(account.sealed_settings, door_of(account))


def door_of(account: CarrierAccount) -> str:
    """The address that its carrier calls back at."""
    return settings.PUBLIC_URL + reverse("rosters:carrier_door", args=[account.door])


def _unsealed(sealed: str, door: str) -> Settings:
    return Settings({**json.loads(secrets.decrypt(sealed)), CALLBACK: door})


def _of_account(account: CarrierAccount, health: dict[str, Circuit]) -> Line:
    key = key_of(account)
    return Line(
        key=key,
        name=account.name,
        channels=frozenset(account.channels),
        carrier=_made(
            account.kind, account.sealed_settings, door_of(account), tuple(settings.FIELD_KEYS)
        ),
        circuit=health.get(key, Circuit()),
        account_id=account.pk,
        is_enabled=account.is_enabled,
        price=account.price,
        currency=account.currency,
        calls_back=kind_of(account.kind).has_door,
    )


@lru_cache(maxsize=MOST_KEPT)
def _made(kind: str, sealed: str, door: str, _keys: tuple[str, ...]) -> Carrier:
    try:
        return kind_of(kind).make(_unsealed(sealed, door))
    except secrets.CannotRead:
        return Mute("No key in FIELD_KEYS opens its settings. Set it up anew.")


def _built_in(channel: str, path: str, health: dict[str, Circuit]) -> Line:
    key = f"{BUILT_IN}{channel}"
    return Line(
        key=key,
        name="the mail server of the settings" if channel == Channel.EMAIL else "the message desk",
        channels=frozenset({channel}),
        carrier=_load(path)(),
        circuit=health.get(key, Circuit()),
    )


@cache
def _load(path: str) -> type[Carrier]:
    carrier: type[Carrier] = import_string(path)
    return carrier
