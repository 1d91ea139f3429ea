"""Accounts with carriers as administrators see them: what is set, how it does, what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q, Sum

from config.portal import secrets
from rosters.channels.contract import CALLBACK, Kind, Settings
from rosters.channels.kinds import KINDS, kind_of
from rosters.enums import AttemptOutcome, Channel
from rosters.logic import circuit
from rosters.models import (
    CarrierAccount,
    CarrierHealth,
    ContactPoint,
    DeliveryAttempt,
    Message,
    Person,
)
from rosters.queries.lines import BUILT_IN, key_of, settings_of

TOPIC = "carrier-test"
COUNTED = timedelta(days=30)
SHOWN = 10
FAILED = (AttemptOutcome.TEMPORARY, AttemptOutcome.PERMANENT)


@dataclass(frozen=True)
class Counted:
    """What went by one account in 30 days. `cost` holds an amount for each currency."""

    handed_over: int = 0
    failed: int = 0
    delivered: int = 0
    cost: tuple[tuple[str, Decimal], ...] = ()

    @property
    def words(self) -> str:
        """ "6 messages in 30 days, 5 of them delivered, 0.45 EUR"."""
        many = "1 message" if self.handed_over == 1 else f"{self.handed_over} messages"
        parts = [f"{many if self.handed_over else 'No message'} in 30 days"]
        if self.delivered:
            parts.append(f"{self.delivered} of them delivered")
        if self.failed:
            parts.append(f"{self.failed} {'try' if self.failed == 1 else 'tries'} failed")
        return ", ".join([*parts, *(f"{amount:.2f} {currency}" for currency, amount in self.cost)])


@dataclass(frozen=True)
class Row:
    """One account as the list shows it."""

    account: CarrierAccount
    kind: Kind
    health: CarrierHealth
    counted: Counted

    @property
    def channels(self) -> list[str]:
        return [str(Channel(one).label) for one in self.account.channels]

    @property
    def is_out(self) -> bool:
        return self.health.state != circuit.CLOSED

    @property
    def name(self) -> str:
        return self.account.name


@dataclass(frozen=True)
class Unserved:
    """A channel that no account serves, and what carries it instead, if anything does."""

    channel: str
    word: str
    instead: str
    kinds: tuple[Kind, ...]
    is_out: bool = False


@dataclass(frozen=True)
class Told:
    """One thing that an account is set to, as its page may say it."""

    label: str
    value: str


def rows(*, now: datetime) -> list[Row]:
    """Every account in the order in which they are asked; four queries."""
    accounts = list(CarrierAccount.objects.order_by("order", "pk"))
    health = {row.key: row for row in CarrierHealth.objects.all()}
    counted = counts(accounts, now=now)
    return [
        Row(
            one,
            kind_of(one.kind),
            health.get(key_of(one), CarrierHealth(key=key_of(one))),
            counted.get(one.pk, Counted()),
        )
        for one in accounts
    ]


def one(account: CarrierAccount, *, now: datetime) -> Row:
    """The same of one account."""
    key = key_of(account)
    found = CarrierHealth.objects.filter(key=key).first()
    return Row(
        account,
        kind_of(account.kind),
        found or CarrierHealth(key=key),
        counts([account], now=now).get(account.pk, Counted()),
    )


def counts(accounts: Sequence[CarrierAccount], *, now: datetime) -> dict[int, Counted]:
    """What went by these accounts in the 30 days before `now`."""
    attempts = DeliveryAttempt.objects.filter(
        account__in=[one.pk for one in accounts], started_at__gt=now - COUNTED, started_at__lte=now
    )
    taken = Q(outcome=AttemptOutcome.HANDED_OVER)
    sums = attempts.values("account").annotate(
        handed_over=Count("pk", filter=taken),
        failed=Count("pk", filter=Q(outcome__in=FAILED)),
        delivered=Count("pk", filter=taken & Q(message__delivered_at__isnull=False)),
    )
    paid: dict[int, list[tuple[str, Decimal]]] = {}
    costs = attempts.filter(price__isnull=False).values("account", "currency")
    for row in costs.annotate(total=Sum("price")).order_by("currency"):
        paid.setdefault(row["account"], []).append((row["currency"], row["total"]))
    return {
        row["account"]: Counted(
            row["handed_over"],
            row["failed"],
            row["delivered"],
            tuple(paid.get(row["account"], ())),
        )
        for row in sums
    }


def failures(account: CarrierAccount) -> list[DeliveryAttempt]:
    """The last attempts that failed, the newest first."""
    found = DeliveryAttempt.objects.filter(account=account, outcome__in=FAILED)
    rows = found.select_related("message__person", "message__contact_point")
    return list(rows.order_by("-started_at", "-pk")[:SHOWN])


def tests(account: CarrierAccount, reader: Person) -> list[Message]:
    """The reader's last tests of this account, the newest first."""
    found = Message.objects.filter(topic=TOPIC, via=account, person=reader)
    return list(found.select_related("contact_point").order_by("-created_at", "-pk")[:3])


def told(account: CarrierAccount) -> list[Told]:
    """What it is set to; of a secret only that there is one."""
    kind = kind_of(account.kind)
    try:
        given = settings_of(account)
    except secrets.CannotRead:
        return [Told("Settings", "No key in FIELD_KEYS opens them. Type them again.")]
    return [Told(one.label, _shown(kind, given, one.name)) for one in kind.fields]


def _shown(kind: Kind, given: Settings, name: str) -> str:
    field = next(one for one in kind.fields if one.name == name)
    if field.is_secret:
        return "Set, never shown" if given[name] else "Not set"
    return dict(field.choices).get(given[name], given[name]) or "Not set"


def standing(account: CarrierAccount) -> dict[str, str]:
    """What a form may begin with: everything but secrets."""
    kind = kind_of(account.kind)
    try:
        given = settings_of(account)
    except secrets.CannotRead:
        return {}
    hidden = kind.secret_names | {CALLBACK}
    return {name: value for name, value in given.items() if name not in hidden}


def unserved(rows: Sequence[Row]) -> list[Unserved]:
    """Channels that no enabled account serves: what carries them, and which kinds could."""
    served = {one for row in rows if row.account.is_enabled for one in row.account.channels}
    shut = CarrierHealth.objects.exclude(state=circuit.CLOSED).values_list("key", flat=True)
    out = set(shut.filter(key__startswith=BUILT_IN))
    return [
        Unserved(
            channel.value,
            str(channel.label),
            _instead(channel),
            tuple(kind for kind in KINDS.values() if channel.value in kind.channels),
            is_out=f"{BUILT_IN}{channel.value}" in out,
        )
        for channel in Channel
        if channel.value not in served
    ]


def _instead(channel: Channel) -> str:
    if channel.value not in settings.CARRIERS:
        return ""
    return "the message desk" if settings.EMBEDDED else "the mail server of EMAIL_URL"


def own_points(account: CarrierAccount, reader: Person) -> list[ContactPoint]:
    """The reader's contact points that the account could be tested with."""
    found = ContactPoint.objects.filter(person=reader, channel__in=account.channels)
    return list(found.order_by("channel", "pk"))
